"""Messages from the desk on their way to a person: what a press or typed words do to them, in that commit.

The words open with the intake's own key alone, and only once the person has said that now is a good time.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.moment import Moment, Values
from bot.referrals.raising import raise_signs
from storage import addresses, alerts, cases, desk_messages, talks, team
from storage.addresses import Address
from storage.desk_messages import ASKED, ASKED_AGAIN, LATER, LEFT, READ, DeskMessage
from storage.sealing import SealBroken, seal_to, unseal_with

ABOUT_WHICH_WAS_ASKED = frozenset({ASKED, ASKED_AGAIN})
AGAIN_AFTER = timedelta(hours=2)
"""How much later is later. Source: the service's to choose; nobody is asked twice within one visit to their phone."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A message, opened: its words, and the stretches of time (UTC seconds) in which it may be told of."""

    words: str = field(repr=False)
    windows: tuple[tuple[float, float], ...]
    language: str

    def may_be_told_at(self, at: datetime) -> bool:
        """Whether the person's own plan has nothing against it."""
        return any(start <= at.timestamp() < end for start, end in self.windows)

    def next_after(self, at: datetime) -> float | None:
        """The first moment from `at` on that is safe; None when none is left."""
        return next((max(start, at.timestamp()) for start, end in self.windows if end > at.timestamp()), None)


def open_message(message: DeskMessage, private: bytes) -> Opened:
    """What the desk sealed. Raises SealBroken when it was sealed to another intake."""
    read = json.loads(unseal_with(private, message.words or b"", f"desk message:{message.case_id}"))
    windows = tuple((float(start), float(end)) for start, end in read["windows"])
    return Opened(read["words"], windows, read["language"])


def talk_fact(tx: Connection, case_id: str) -> str:
    """How it stands with the talk about this case: open, none; gone, where nobody would read what is written."""
    if not cases.is_open(tx, case_id):
        return "gone"
    talk = talks.of_case(tx, case_id)
    return "open" if talk is not None and talk.state in talks.UNDER_WAY else "none"


def read_desk(moment: Moment) -> Values:
    """The person said yes: the words are shown, and kept here no longer."""
    tx, case_id = moment.tx, moment.draft.desk_case
    unread = desk_messages.unread(tx, case_id)
    talks.open_(tx, case_id, moment.now)
    words = take_out(tx, unread, moment.secrets.letterbox.private, moment.now)
    nothing = moment.words.common("notes.nothing_to_read")  # it was read elsewhere with the code, or taken back
    return {"desk_words": "\n\n".join(words) or nothing}


def take_out(tx: Connection, messages: Sequence[DeskMessage], private: bytes, now: datetime) -> list[str]:
    """The words of these messages, which are read now. What nobody here can open is gone, and the desk sees it."""
    words = []
    for message in messages:
        try:
            words.append(open_message(message, private).words)
        except SealBroken:
            desk_messages.settle(tx, [message.id], desk_messages.GONE, now)
    desk_messages.settle(tx, [message.id for message in messages], READ, now)
    return words


def put_off_desk(moment: Moment) -> Values:
    """The person said later: they are asked once more at a safe time. After a second time it is left for them."""
    later = moment.now + AGAIN_AFTER
    unread = desk_messages.unread(moment.tx, moment.draft.desk_case)
    for message in (each for each in unread if each.state in ABOUT_WHICH_WAS_ASKED):
        opened = open_message(message, moment.secrets.letterbox.private)
        again = opened.next_after(later)
        if again is None or message.state == ASKED_AGAIN:
            desk_messages.settle(moment.tx, [message.id], LEFT, moment.now)
        else:
            desk_messages.put_off(moment.tx, [message.id], again, LATER)
    talks.end(moment.tx, moment.draft.desk_case, talks.PERSON, moment.now)
    return {}


def leave_desk(moment: Moment) -> Values:
    """The person has ended it, or wants it elsewhere: what is unread is left for them to come back to."""
    unread = desk_messages.unread(moment.tx, moment.draft.desk_case)
    left = [each.id for each in unread if each.state in ABOUT_WHICH_WAS_ASKED]
    desk_messages.settle(moment.tx, left, LEFT, moment.now)
    talks.end(moment.tx, moment.draft.desk_case, talks.PERSON, moment.now)
    return {}


def tell_desk(moment: Moment) -> Values:
    """What was typed goes to the case, sealed to the team. Outside an open talk the desk is told that it came."""
    tx, case_id = moment.tx, moment.draft.desk_case
    if not cases.lock(tx, case_id):
        return {}  # erased in the same moment
    is_live = talk_fact(tx, case_id) == "open"
    sealed = seal_to(team.public_key(tx), moment.turn.told.encode(), f"entry:{case_id}")
    cases.write(tx, case_id, sealed, moment.now.timestamp())
    talks.touch(tx, case_id, moment.now)
    reply_to(moment, case_id)
    if raise_signs(moment, case_id, moment.turn.told):
        return {}
    if not is_live or any(cue.kind in {"safety", "help"} for cue in moment.turn.cues):
        alerts.write_news(tx, case_id, moment.service.channels, moment.now)
    return {}


def reply_to(moment: Moment, case_id: str, *, chosen: bool = False) -> None:
    """From now on the person can be answered here."""
    to = Address(moment.draft.channel, moment.person, moment.draft.address)
    addresses.keep(moment.tx, case_id, to, moment.secrets.seal, chosen=chosen)
