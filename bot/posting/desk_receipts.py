"""Making what the codes open that the desk gave out, receipts and proposals: derived here, where the pepper is."""

from storage import proposals_due, receipts_due
from storage.database import Database
from storage.proposals import lock
from storage.receipts import Receipt, receipt
from storage.sealing import SealBroken
from storage.secrets import IntakeSecrets


def make(database: Database, secrets: IntakeSecrets) -> int:
    """Makes all that are due; gives how many. Each derivation is slow, so none holds a transaction open."""
    with database.read() as tx:
        receipts, proposals = receipts_due.waiting(tx), proposals_due.waiting(tx)
    for case in receipts:
        opened = _opened(case, secrets)
        own = opened[0].own_copy(case.case_id, opened[1]) if opened else None
        with database.begin() as tx:
            receipts_due.settle(tx, case.case_id, own)
    for proposal in proposals:
        opened = _opened(proposal, secrets)
        locked = lock(opened[0], proposal.id, opened[1]) if opened else None
        with database.begin() as tx:
            proposals_due.settle(tx, proposal.id, locked)
    if receipts or proposals:
        database.checkpoint()
    return len(receipts) + len(proposals)


def _opened(due: receipts_due.Due | proposals_due.Due, secrets: IntakeSecrets) -> tuple[Receipt, bytes] | None:
    """The code, derived, and what it is to open. None where they were sealed to another intake's key: then no code
    opens it, and what the desk itself may read stays."""
    try:
        code, content = due.open(secrets.letterbox)
    except (SealBroken, ValueError):
        return None
    found = receipt(code, secrets.pepper)
    return (found, content) if found else None
