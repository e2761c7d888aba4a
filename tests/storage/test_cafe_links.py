"""Where to join a cafe online is on no disk in clear, and both sides open it; so is what was there before."""

from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import make_url, text

from storage import addresses, cafe_links, cafes, migrations, sealing
from storage.database import Database
from storage.secrets import IntakeSecrets
from storage.tables import TEAM_KEYS
from tests.cafes import make
from tests.canary import Canaries, search
from tests.stage import NOW

LINK = "https://meet.example.org/quetzal-link-77"
CANARIES: Canaries = {"link": LINK, "its end": "quetzal-link-77"}
LETTERBOX = IntakeSecrets(seal=b"s" * 32, pepper=b"p" * 32).letterbox
TEAM = sealing.new_key_pair()
INSERT = text(
    "INSERT INTO cafes"
    " (id, slot, state, starts_at, ends_at, town, place, link, access_notes, has_food, places, revision)"
    " VALUES ('cafe', 1, 'open', 1, 2, 'Online', 'Online', :link, '', false, 3, 0)"
)


def give_keys(database: Database, *, with_intake: bool = True) -> None:
    with database.begin() as tx:
        tx.execute(TEAM_KEYS.insert(), {"id": 1, "public_key": TEAM.public, "at": 0.0})
        if with_intake:
            addresses.publish(tx, LETTERBOX.public, NOW)


def on_disk(database: Database, *, log: bool = True) -> dict[str, bytes]:
    """Every file of the database; of PostgreSQL those of all its tables and, unless told otherwise, its log."""
    if database.sqlite:
        folder = Path(database.url.database or "").parent
        return {each.name: each.read_bytes() for each in folder.iterdir()}
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))
    host = make_url(database.url).query["host"]
    assert isinstance(host, str)
    parts = ("base", "pg_wal") if log else ("base",)
    files = [each for part in parts for each in (Path(host) / part).rglob("*") if each.is_file()]
    assert files
    return {str(each): each.read_bytes() for each in files}


def opened(database: Database, id_: str) -> tuple[str, str]:
    """As the desk reads it, and as the chat does."""
    with database.read() as tx:
        link = cafes.of_id(tx, id_).details.link
    return cafe_links.at_the_desk(link, id_, TEAM.private), cafe_links.in_the_chat(link, id_, LETTERBOX)


def before_sealing(url: str, *, with_intake: bool = True) -> Database:
    """A database as it was when links stood in clear, with one of them."""
    database, config = Database(url), Config()
    config.set_main_option("script_location", migrations.__path__[0])
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0026")
    give_keys(database, with_intake=with_intake)
    with database.begin() as tx:
        tx.execute(INSERT, {"link": LINK})
    return database


def test_both_sides_open_it_and_no_file_of_the_database_holds_it(url: str) -> None:
    database = Database(url).open()
    give_keys(database)
    with database.begin() as tx:
        id_ = make(tx, NOW, link=LINK)
    assert search(CANARIES, on_disk(database)) == []
    assert opened(database, id_) == (LINK, LINK)
    database.close()


@pytest.mark.usefixtures("in_earnest")
def test_one_that_stood_in_clear_is_sealed_by_the_migration_and_leaves_no_trace_in_a_table(url: str) -> None:
    database = before_sealing(url)
    assert search(CANARIES, on_disk(database)) != [], "the search finds it where it is"
    database.open()
    assert opened(database, "cafe") == (LINK, LINK)
    assert search(CANARIES, on_disk(database, log=database.sqlite)) == []
    database.close()


@pytest.mark.usefixtures("in_earnest")
def test_where_the_intake_has_no_key_yet_the_desk_still_reads_it_and_can_seal_it_anew(url: str) -> None:
    database = before_sealing(url, with_intake=False)
    database.open()
    assert opened(database, "cafe") == (LINK, "")
    with database.begin() as tx:
        assert cafes.of_id(tx, "cafe").details.link.is_half
        addresses.publish(tx, LETTERBOX.public, NOW)
        cafes.seal_link_anew(tx, "cafe", cafe_links.seal(tx, "cafe", LINK))
    assert opened(database, "cafe") == (LINK, LINK)
    database.close()


def test_a_seal_of_one_cafe_opens_for_no_other(url: str) -> None:
    database = Database(url).open()
    give_keys(database)
    with database.begin() as tx:
        id_ = make(tx, NOW, link=LINK)
        assert cafe_links.in_the_chat(cafes.of_id(tx, id_).details.link, "another", LETTERBOX) == ""
    database.close()
