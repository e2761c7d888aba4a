"""Checking a second factor: a code of an authenticator app, or what a passkey signed; a few tries, then patience.

Here may live that check. What was shown is written nowhere.
"""

from sqlalchemy import Connection

from desk.entrance import passkeys
from desk.entrance.passwords import MustWait, minutes_of
from desk.visit import SignedIn
from policy.sign_in import FREE_TRIES
from storage import audit, notices, sealing, second_factors, sign_in_attempts, staff_sessions


def is_shown(visit: SignedIn) -> bool:
    """Whether the form holds a factor of this member that is right and was not used before. Raises MustWait."""
    digest = sealing.lookup(visit.desk.secrets.pepper, f"second_factor:{visit.member.id}")
    with visit.desk.database.begin() as tx:
        left = sign_in_attempts.wait(tx, digest, visit.now)
        if left:
            raise MustWait(minutes_of(left))
        tries = sign_in_attempts.note(tx, digest, visit.now)
    with visit.desk.database.begin() as tx:
        if not _is_right(visit, tx):
            if tries == FREE_TRIES:
                notices.write(tx, notices.TRIED, visit.now, about=visit.member.id)
            return False
        sign_in_attempts.forget(tx, digest)
        staff_sessions.prove(tx, visit.session, visit.now)
        audit.write(tx, visit.desk.secrets.audit, visit.now, visit.member.id, "second_factor")
    return True


def _is_right(visit: SignedIn, tx: Connection) -> bool:
    if visit.form.get("assertion"):
        return passkeys.is_signed(visit, tx)
    code, pepper = visit.form.get("code", ""), visit.desk.secrets.pepper
    return second_factors.spend_code(tx, pepper, visit.member.id, code, visit.now)
