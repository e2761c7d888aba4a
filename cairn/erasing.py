"""`cairn erase`: a referral is erased by its receipt code, for somebody who reads it out on the telephone."""

from datetime import UTC, datetime, timedelta
from math import ceil

import typer
from rich.console import Console

from cairn import first_run
from policy.settings import Settings
from storage import audit, cases, receipts, sealing, sign_in_attempts
from storage.cases import Found
from storage.database import Database
from storage.receipts import Receipt
from storage.secrets import load_desk, load_intake

NOTHING_THERE = "No referral opens with this code: there never was one, or it is erased already."


class ErasingError(Exception):
    """Nothing was erased, and why."""


def erase(settings: Settings, code: str, console: Console) -> None:
    """Shows which it is, asks for its reference typed back, and destroys keys and words. Raises ErasingError.

    Tries are counted as wrong passwords are, and a code nobody has is answered like one that was erased.
    """
    database = first_run.open_database(settings)
    intake = load_intake(settings.data_dir, settings.given_intake_secret)
    try:
        _count(database, intake.pepper)
        receipt = receipts.receipt(code, intake.pepper)
        found = _find(database, receipt)
        console.print(f"{found.reference} stands at: {found.stage.replace('_', ' ')}.", markup=False)
        console.print(
            "Its keys and words are destroyed, here and within 7 days in every backup. Nobody brings them back."
        )
        if typer.prompt(f"Type {found.reference} to erase it").strip().upper() != found.reference:
            raise ErasingError("That was something else, so nothing was done.")
        _erase(database, receipt, load_desk(settings.data_dir, settings.given_desk_secret).audit)
        _take_back(database, intake.pepper)
    finally:
        database.close()
    console.print(f"{found.reference} is erased.", markup=False)


def _find(database: Database, receipt: Receipt | None) -> Found:
    with database.read() as tx:
        found = cases.of_code(tx, receipt.digest) if receipt else None
    if found is None:
        raise ErasingError(NOTHING_THERE)
    return found


def _erase(database: Database, receipt: Receipt | None, audit_key: bytes) -> None:
    now = datetime.now(UTC)
    with database.begin() as tx:
        found = cases.of_code(tx, receipt.digest) if receipt else None
        if found is None:  # the person did it themselves meanwhile
            raise ErasingError(NOTHING_THERE)
        cases.erase(tx, found.id, now.timestamp())
        audit.write(tx, audit_key, now, None, "erased_by_command", found.id)
    database.checkpoint()


def _count(database: Database, pepper: bytes) -> None:
    """Raises ErasingError while the next try has to wait."""
    now = datetime.now(UTC)
    with database.begin() as tx:
        wait = sign_in_attempts.wait(tx, _here(pepper), now)
        if not wait:
            sign_in_attempts.note(tx, _here(pepper), now)
    if wait:
        raise ErasingError(f"There were too many tries. Minutes to wait: {ceil(wait / timedelta(minutes=1))}.")


def _take_back(database: Database, pepper: bytes) -> None:
    with database.begin() as tx:
        sign_in_attempts.take_back(tx, _here(pepper))


def _here(pepper: bytes) -> bytes:
    """Under what the tries of this command are counted."""
    return sealing.lookup(pepper, "erase at the command line")
