"""`cairn check`: words against flows, and settings; with --live, whether real people may meet them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from bot.flows import FLOWS
from content import checks, words
from policy.settings import Settings, SettingsError, load
from storage import team
from storage.database import Database


def settings_in_force() -> Settings:
    """The settings, their language looked up among those there are. Raises SettingsError with all that is wrong."""
    return load(languages=words.languages())


def problems(*, live: bool) -> list[str]:
    """What has to be put right, a sentence each."""
    needs = {flow.name: flow.needs() for flow in FLOWS.values()}
    found = [problem for language in words.languages() for problem in checks.problems(language, needs)]
    try:
        settings = settings_in_force()
    except SettingsError as error:
        return [*found, *(line.strip() for line in str(error).splitlines()[1:])]
    if live:
        found += checks.live_problems(settings.language, datetime.now(UTC).date())
        if settings.service_name == type(settings).model_fields["service_name"].default:
            found.append("CAIRN_SERVICE_NAME is still the default.")
        found += _about_the_recovery_key(settings)
    return found


def faults(language: str) -> list[str]:
    """What one language lacks, or has wrong. Raises ContentError when there is no such language."""
    return checks.faults(language, {flow.name: flow.needs() for flow in FLOWS.values()})


def notes() -> list[str]:
    """What is worth knowing and need not be put right: how far languages go that are not whole."""
    needs = {flow.name: flow.needs() for flow in FLOWS.values()}
    return [note for language in words.languages() for note in checks.notes(language, needs)]


def _about_the_recovery_key(settings: Settings) -> Sequence[str]:
    """Nothing where there is no database yet: looking makes none, and changes nothing in one that is there."""
    database = Database(settings.database)
    if database.sqlite and not Path(database.url.database or "").exists():
        return ()
    try:
        with database.read() as tx:
            if team.has_recovery(tx):
                return ()
    except SQLAlchemyError as error:
        return (f"The database cannot be looked into ({type(error).__name__}).",)
    finally:
        database.close()
    return (
        "The recovery key is not written down: if every password is lost, nobody can open the cases. A manager does it "
        "at the desk, on the page People.",
    )
