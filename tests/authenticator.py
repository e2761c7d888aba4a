"""An authenticator app, as a member has one on their phone: it shows six digits for a key it was given."""

from datetime import UTC, datetime
from pathlib import Path

import pyotp
from sqlalchemy import update

from storage import second_factors, staff
from storage.database import Database
from storage.secrets import load_desk
from storage.tables import STAFF_FACTORS


def code_for(key: str, now: datetime) -> str:
    """What the app shows for a key as it stands on the page that sets it up."""
    return pyotp.TOTP(key.replace(" ", "")).at(now)


def code_of(database: Database, pepper: bytes, name: str, now: datetime) -> str:
    """What a member's app shows."""
    with database.read() as tx:
        member = staff.by_name(tx, name)
        assert member
        app = next(each for each in second_factors.of_member(tx, member.id) if each.kind == second_factors.APP)
        return code_for(second_factors._read(pepper, member.id, app.secret), now)


def forget_used_codes(database: Database) -> None:
    """As if every code had been used a while ago, for tests that sign in more often than a phone shows another one."""
    with database.begin() as tx:
        tx.execute(update(STAFF_FACTORS).values(used=0))


def code_at(folder: Path, name: str) -> str:
    """What a member's app shows whose desk runs as a program in this folder."""
    database = Database(f"sqlite:///{folder / 'data' / 'cairn.db'}")
    forget_used_codes(database)
    code = code_of(database, load_desk(folder / "data").pepper, name, datetime.now(UTC))
    database.close()
    return code
