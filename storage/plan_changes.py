"""What follows in a person's chat from a change of how to be in touch, whoever wrote it down: they, or staff.

Here may live what such a change does to whatever is still to be told of in that chat. The plan itself is sealed: the
one side works it out from what is said, the other from the case.
"""

from datetime import datetime

from sqlalchemy import Connection, select

from storage import addresses, clocks, desk_messages, talks
from storage.cases import CONTACT_PAUSED, CONTACT_RESUMED
from storage.tables import CASE_ENTRIES


def changed(tx: Connection, case_id: str, now: datetime, *, is_named: bool, still_fits: bool) -> None:
    """The person has said anew how to be in touch. `is_named`: their chat is a way; `still_fits`: what waits would be
    told of only at times that are safe by the new plan, too."""
    addresses.choose(tx, case_id, chosen=is_named)
    if not (is_named and still_fits):
        desk_messages.drop_held(tx, case_id, now)
        _call_off(tx, case_id, now)


def paused(tx: Connection, case_id: str, now: datetime, until: datetime | None) -> None:
    """Nobody is to be in touch before `until`; None: before the person says so."""
    _call_off(tx, case_id, now)
    desk_messages.suspend(tx, case_id, until)


def resumed(tx: Connection, case_id: str, promise: str) -> None:
    """They may be in touch with again: what lay ready for when this promise is not kept, lies ready again."""
    due = clocks.due_at(tx, case_id, promise)
    if due is not None:
        desk_messages.hold_again(tx, case_id, due)


def is_paused(tx: Connection, case_id: str) -> bool:
    """Whether the person has paused and said nothing to the contrary; the day on which a pause ends is sealed."""
    entries = CASE_ENTRIES.c
    asked = (entries.case_id == case_id) & entries.kind.in_((CONTACT_PAUSED, CONTACT_RESUMED))
    return tx.execute(select(entries.kind).where(asked).order_by(entries.id.desc()).limit(1)).scalar() == CONTACT_PAUSED


def _call_off(tx: Connection, case_id: str, now: datetime) -> None:
    """Nothing comes up in their chat any more. What was left for them there stays: it opens with their code alone."""
    desk_messages.take_back(tx, case_id, now, desk_messages.COMES_UP)
    talks.call_off(tx, case_id, now)
