"""A referral being entered for somebody: what was said so far, who heard them agree to it, and its form sealed or read.

Here may live that value and the ways between it and its row. What its questions are is the flow's (`bot.flows`).
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from sqlalchemy import Connection

from bot.conversation import Conversation
from bot.flow import Flow
from bot.flows import FLOWS
from bot.steps import Answer
from desk.access import SignedIn
from storage import taken_down, team
from storage.taken_down import Row

FLOW: Flow = FLOWS["self_referral"]
PHONE, PAPER = "phone", "paper"
WAYS = (PHONE, PAPER)
"""How it came: these are the channels that its document names."""
HOW_SAID = ("spoken", "written", "with_interpreter")
"""How they agreed. Source: UK GDPR article 7(1): who asks for a yes can show that it was given, and how."""


class NotLetIn(Exception):
    """This member holds no team key, so nothing they sealed could be opened again."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """The evidence that somebody agreed to be referred like this."""

    way: str
    how: str
    heard_by: str
    at: str
    """When they agreed, ISO 8601 in UTC."""
    what: str = field(repr=False)
    """What they agreed to, in a few words of the member's own."""


@dataclass(frozen=True, slots=True)
class Taken:
    """All that was entered so far."""

    agreed: Agreed
    answers: Mapping[str, Answer] = field(default_factory=dict, repr=False)

    def as_bytes(self) -> bytes:
        """Its form before it is sealed."""
        content = {"agreed": asdict(self.agreed), "conversation": Conversation(FLOW.name, "", self.answers).as_data()}
        return json.dumps(content, ensure_ascii=False).encode()


def begin(visit: SignedIn, agreed: Agreed) -> str:
    """A new one, empty but for the evidence; its id. Raises NotLetIn."""
    team_key(visit)
    with visit.desk.database.begin() as tx:
        return taken_down.begin(tx, visit.member.id, Taken(agreed).as_bytes(), team.public_key(tx), visit.now)


def read(visit: SignedIn, tx: Connection) -> Taken:
    """The one this address names. Raises storage.taken_down.NotThere, and NotLetIn."""
    return opened(visit, taken_down.find(tx, visit.path["referral_id"], visit.member.id, visit.now))


def opened(visit: SignedIn, row: Row) -> Taken:
    """What a row holds. Raises NotLetIn."""
    content = json.loads(row.open(team_key(visit)))
    return Taken(Agreed(**content["agreed"]), Conversation.from_data(content["conversation"]).answers)


def keep(visit: SignedIn, tx: Connection, taken: Taken) -> None:
    """Writes down what was entered by now. Raises storage.taken_down.NotThere."""
    row = (visit.path["referral_id"], visit.member.id, taken.as_bytes())
    taken_down.keep(tx, *row, team.public_key(tx), visit.now)


def team_key(visit: SignedIn) -> bytes:
    """What opens a row again. Raises NotLetIn."""
    if visit.session.team_key is None:
        raise NotLetIn
    return visit.session.team_key
