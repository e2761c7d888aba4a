"""`cairn check`: words against flows, and settings; with --live, whether real people may meet them."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from bot.flows import FLOWS
from bot.flows.lists import COUNCIL_AREAS, HARMS
from bot.lengths import too_long
from cairn import in_force
from content import checks, words
from policy.decisions import EVERYWHERE, Decisions
from policy.settings import Settings, SettingsError
from storage import team
from storage.database import Database


def problems(*, live: bool) -> list[str]:
    """What has to be put right, a sentence each."""
    needs = {flow.name: flow.needs() for flow in FLOWS.values()}
    found = [problem for language in words.languages() for problem in checks.problems(language, needs)]
    found += [problem for language in words.languages() for problem in _as_it_reads(language)]
    if not found:  # all of it can be shown, so how long it is when shown can be told
        found = [problem for spoken in _whole() for problem in too_long(FLOWS, spoken)]
    try:
        settings = in_force.settings()
    except SettingsError as error:
        return [*found, *(line.strip() for line in str(error).splitlines()[1:])]
    found += _unknown_names(settings.decisions)
    if live:
        found += about_languages(settings, datetime.now(UTC).date())
        found += settings.decisions.missing()
        if settings.service_name == type(settings).model_fields["service_name"].default:
            found.append("CAIRN_SERVICE_NAME is still the default. Set it to the name people know.")
        if settings.service_phone is None and settings.service_email is None:
            found.append("CAIRN_SERVICE_PHONE and CAIRN_SERVICE_EMAIL are not set. Set one: people are told it.")
        found += _about_the_recovery_key(settings)
    return found


def faults(language: str) -> list[str]:
    """What one language lacks, or has wrong. Raises ContentError when there is no such language."""
    return checks.faults(language, {flow.name: flow.needs() for flow in FLOWS.values()}) + _as_it_reads(language)


def notes() -> list[str]:
    """What is worth knowing and need not be put right: how far languages go that are not whole."""
    needs = {flow.name: flow.needs() for flow in FLOWS.values()}
    return [note for language in words.languages() for note in checks.notes(language, needs)]


def _whole() -> Iterator[words.Words]:
    return (spoken for language in words.languages() if (spoken := words.load(language)).is_whole)


def _as_it_reads(language: str) -> list[str]:
    from content.reading_age import hard_to_read  # noqa: PLC0415 (costs a second, and nobody talks meanwhile)

    spoken = words.load(language)
    return hard_to_read(spoken) if spoken.is_whole else []


def _unknown_names(decisions: Decisions) -> list[str]:
    """Areas and kinds of harm in the service's decisions that no question offers: a slip would turn people away."""
    lists = {"areas.served": COUNCIL_AREAS, "harm.accepted": HARMS}
    given = [(name, each, known) for name, known in lists.items() for each in decisions.names(name)]
    return [
        f"service.toml, {name}: '{each}' is not among the answers. See bot/flows/lists.py."
        for name, each, known in given
        if each not in {*known, EVERYWHERE}
    ]


def about_languages(settings: Settings, today: date) -> list[str]:
    """Each language offered has to be read by somebody who speaks it, and none is offered by default."""
    found = []
    if not settings.languages:
        found.append("CAIRN_LANGUAGES is not set. Name the languages the service truly supports, if only en.")
    for language in settings.model_copy(update={"live": True}).languages_offered(()):
        found += checks.live_problems(language, today)
        if not checks.has_ways_in_and_out(language):
            found.append(f"content/{language} lacks words of menu, Stop or help: cairn check --language {language}")
    return found


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
