"""The person's own copy of what they handed over, as it holds now: what they changed, paused or took back since.

Here may live sealing a change for the copy, which needs no code, and laying changes over what was sent, which does:
only whoever holds the receipt code reads either.
"""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from bot import facts
from bot.days import ZONE
from bot.facts import Asking
from bot.referrals.changed_since import OwnCopy, Since, overlaid
from storage import cases
from storage.cases import Change, Found
from storage.sealing import seal_to, unseal_with


def sealed(case: Found, change: dict[str, Any] | None) -> bytes | None:
    """A change, for the copy of this case; None where there is nothing to say, or nothing to seal it to."""
    if change is None or case.copy_public is None:
        return None
    return seal_to(case.copy_public, json.dumps(change, ensure_ascii=False).encode(), _context(case))


def read(asking: Asking) -> OwnCopy:
    """The copy as it holds now. Raises LookupError without the code, or when the referral is gone."""
    case = facts.find_case(asking)
    if case is None:
        raise LookupError("the referral is gone")
    changes, receipt = cases.changes_of(asking.tx, case.id), facts.opening_receipt(asking)
    private = receipt.change_key(case.copy_salt or b"").private

    def opened(change: Change | None) -> dict[str, Any] | None:
        sealed = change.own_note if change else None
        return dict(json.loads(unseal_with(private, sealed, _context(case)))) if sealed else None

    changed, paused = _newest(changes, cases.CONTACT_CHANGED), _paused(changes)
    anew, last_day = opened(changed), (opened(paused) or {}).get("until")
    until = date.fromisoformat(last_day) if last_day else None
    is_paused = paused is not None and (until is None or until >= asking.now.astimezone(ZONE).date())
    since = Since(
        changed_at=_iso(changed),
        is_open=changed is None or anew is not None,
        paused_at=_iso(paused) if is_paused else None,
        paused_until=until if is_paused else None,
        withdrawn_at=_iso(_newest(changes, cases.WITHDRAWN)),
    )
    document = facts.read_copy(asking)
    return OwnCopy(overlaid(document, anew["answers"], str(since.changed_at)) if anew else document, since)


def _newest(changes: Sequence[Change], *kinds: str) -> Change | None:
    return next((each for each in changes if each.kind in kinds), None)


def _paused(changes: Sequence[Change]) -> Change | None:
    newest = _newest(changes, cases.CONTACT_PAUSED, cases.CONTACT_RESUMED)
    return newest if newest and newest.kind == cases.CONTACT_PAUSED else None


def _iso(change: Change | None) -> str | None:
    return datetime.fromtimestamp(change.at, UTC).isoformat() if change else None


def _context(case: Found) -> str:
    return f"copy change:{case.id}"
