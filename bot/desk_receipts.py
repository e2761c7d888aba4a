"""Making the receipts of referrals that were entered at the desk: its codes are derived here, where the pepper is."""

from storage import receipts_due
from storage.database import Database
from storage.receipts import OwnCopy, receipt
from storage.receipts_due import Due
from storage.sealing import SealBroken
from storage.secrets import IntakeSecrets


def make(database: Database, secrets: IntakeSecrets) -> int:
    """Makes all that are due; gives how many. Each derivation is slow, so none holds a transaction open."""
    with database.read() as tx:
        waiting = receipts_due.waiting(tx)
    for due in waiting:
        own = _own_copy(due, secrets)
        with database.begin() as tx:
            receipts_due.settle(tx, due.case_id, own)
    if waiting:
        database.checkpoint()
    return len(waiting)


def _own_copy(due: Due, secrets: IntakeSecrets) -> OwnCopy | None:
    """None where it was sealed to another intake's key: then no code opens it, and the desk's own document stays."""
    try:
        code, document = due.open(secrets.letterbox)
    except (SealBroken, ValueError):
        return None
    found = receipt(code, secrets.pepper)
    return found.own_copy(due.case_id, document) if found else None
