"""A referral being entered for somebody: what was said so far, how they agreed to it, and its form sealed or read.

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
from desk.visit import SignedIn
from storage import taken_down, team
from storage.taken_down import Row

SELF, WORKERS = "self_referral", "organisation_referral"
KINDS: Mapping[str, Flow] = {name: FLOWS[name] for name in (SELF, WORKERS)}
"""What can be entered: somebody's own referral, or that of a worker who supports them, which only proposes."""
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

    how: str
    heard_by: str
    at: str
    """When they agreed, ISO 8601 in UTC."""
    what: str = field(repr=False)
    """What they agreed to, in a few words of the member's own."""


@dataclass(frozen=True, slots=True)
class Taken:
    """All that was entered so far."""

    flow: Flow
    way: str
    agreed: Agreed | None
    """None in a worker's referral: its own questions ask the worker for it, and the person reads their answers."""
    answers: Mapping[str, Answer] = field(default_factory=dict, repr=False)

    def as_bytes(self) -> bytes:
        """Its form before it is sealed."""
        agreed = {"way": self.way, **(asdict(self.agreed) if self.agreed else {})}
        content = {"agreed": agreed, "conversation": Conversation(self.flow.name, "", self.answers).as_data()}
        return json.dumps(content, ensure_ascii=False).encode()


def begin(visit: SignedIn, taken: Taken) -> str:
    """A new one; its id. Raises NotLetIn."""
    team_key(visit)
    with visit.desk.database.begin() as tx:
        return taken_down.begin(tx, visit.member.id, taken.as_bytes(), team.public_key(tx), visit.now)


def read(visit: SignedIn, tx: Connection) -> Taken:
    """The one this address names. Raises storage.taken_down.NotThere, and NotLetIn."""
    return opened(visit, taken_down.find(tx, visit.path["referral_id"], visit.member.id, visit.now))


def opened(visit: SignedIn, row: Row) -> Taken:
    """What a row holds. Raises NotLetIn."""
    content = json.loads(row.open(team_key(visit)))
    said = Conversation.from_data(content["conversation"])
    way = content["agreed"].pop("way")
    return Taken(KINDS[said.flow], way, Agreed(**content["agreed"]) if content["agreed"] else None, said.answers)


def keep(visit: SignedIn, tx: Connection, taken: Taken) -> None:
    """Writes down what was entered by now. Raises storage.taken_down.NotThere."""
    row = (visit.path["referral_id"], visit.member.id, taken.as_bytes())
    taken_down.keep(tx, *row, team.public_key(tx), visit.now)


def forget(visit: SignedIn, tx: Connection) -> None:
    """Destroys what was entered. Raises storage.taken_down.NotThere."""
    if not taken_down.forget(tx, visit.path["referral_id"], visit.member.id):
        raise taken_down.NotThere


def team_key(visit: SignedIn) -> bytes:
    """What opens a row again. Raises NotLetIn."""
    if visit.session.team_key is None:
        raise NotLetIn
    return visit.session.team_key
