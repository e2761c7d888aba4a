"""A person and their case: they speak in the chat, staff act at the desk, and both live by the office's own clock.

Here may live what a way through both sides needs. What staff do at each stage is `tests.desk.process_office`'s.
"""

import re
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Self

from sqlalchemy import update

from bot.messages import Inbound, Reply
from bot.posting.desk_rounds import go_round
from storage import addresses
from storage.tables import CASES, TEAM_KEYS
from tests.desk.office import Office
from tests.desk.process_office import Process
from tests.somebody import TO_THE_NAME, Somebody, texts
from tests.stage import SECRETS, Stage

BY_PHONE_OR_CHAT = (*TO_THE_NAME, "Sam", "Phone call, in this chat", "07700 900123")
SHORTEST = (*BY_PHONE_OR_CHAT, "Check and send now", "Send")
CAREFUL = (
    *BY_PHONE_OR_CHAT,
    *("more", "Yes, ask me", "No", "Someone who is not safe", "Say: wrong number", "Yes, hide it", "Not sure"),
    *("Tuesday, Thursday", "9am to 11am, 11am to 1pm", "Not when he is home", "Until I say otherwise", "heron", "Skip"),
    *("Read back and send", "Send"),
)
"""Phone calls on two mornings of the week alone, and somebody else may pick up."""
WITHDRAWAL = ("start", "What I sent", "Withdraw", "Yes, withdraw")

_addresses = count(2001)


class Person(Somebody):
    """Somebody in whose chat it is always as late as at the desk."""

    office: Office

    @classmethod
    def of(cls, office: Office, stage: Stage) -> Self:
        """Another one, who has said nothing yet."""
        person = cls(stage, str(next(_addresses)))
        person.office = office
        return person

    def sends(self, *inbounds: Inbound) -> list[Reply]:
        self.stage.now = self.office.now
        return super().sends(*inbounds)

    def looks(self) -> str:
        """What has come for them from the desk, as soon as the intake has made its round."""
        go_round(self.stage.intake, self.office.now)
        return texts(self.hears())

    def tells(self, *steps: str) -> str:
        """What the chat answers to the last of these."""
        self.goes(*steps[:-1])
        return texts(self.says(steps[-1]))


class Journey(Process):
    """A case that its person has sent themselves, and its process."""

    def __init__(self, office: Office, chat: Stage, said: Sequence[str] = SHORTEST) -> None:
        self.person = Person.of(office, chat)
        self.person.goes(*said)
        found = re.search(r"Your reference: (\w+)", texts(self.person.heard))
        assert found, self.person.last.text
        super().__init__(office, next(row.id for row in office.rows(CASES) if row.reference == found[1]))

    def withdraws(self) -> str:
        """The person takes it back in their chat; what they are told."""
        return self.person.tells(*WITHDRAWAL)


def chat_beside(office: Office, folder: Path) -> Stage:
    """The public side of the same service, on the desk's own database."""
    public_key = office.rows(TEAM_KEYS)[0].public_key
    stage = Stage(folder, url=office.desk.settings.database, now=office.now)
    with office.desk.database.begin() as tx:
        tx.execute(update(TEAM_KEYS).values(public_key=public_key))
        addresses.publish(tx, SECRETS.letterbox.public, office.now)
    return stage
