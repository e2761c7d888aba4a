"""The one place where the parts of the conversation side are joined. Tests call it with parts of their own."""

from datetime import UTC, datetime, timedelta
from random import Random

from bot.engine import Engine
from bot.flows import FLOWS
from bot.intake import Intake
from bot.moment import Service
from bot.service_lines import of_the_service
from bot.spoken import spoken
from content import checks, words
from policy.escalation import Ways
from policy.promises import Targets
from policy.settings import Settings
from policy.working_time import WorkingTime
from storage import addresses, cafe_links, team
from storage.database import Database
from storage.secrets import IntakeSecrets


def service(settings: Settings) -> Service:
    """What the service has set, as the conversation needs it."""
    return Service(
        Targets.from_settings(settings),
        WorkingTime.from_settings(settings),
        **Ways.from_settings(settings)._asdict(),
        values=of_the_service(settings),
        areas=settings.decisions.areas,
        talk_idle=timedelta(minutes=settings.talk_idle_minutes),
        proposals_wait=timedelta(days=settings.proposal_days),
        messages_stay=settings.messages_stay,
        messages_a_minute=settings.messages_a_minute,
        decent=(settings.decent_from, settings.decent_until),
    )


def intake(settings: Settings, database: Database, secrets: IntakeSecrets, random: Random | None = None) -> Intake:
    """The intake, ready to handle what comes in.

    Raises, with words for the operator, content.words.ContentError when there is no such language, and
    storage.team.NoTeamKey when nothing could be sealed for the coordinators.
    """
    with database.begin() as tx:
        team.public_key(tx)
        if addresses.publish(tx, secrets.letterbox.public, datetime.now(UTC)):
            cafe_links.forget_for_intake(tx)
    able = [language for language in words.languages() if checks.has_ways_in_and_out(language)]
    engine = Engine(FLOWS, spoken(FLOWS, settings.languages_offered(able)))
    return Intake(database, secrets, engine, service(settings), settings.language, random)
