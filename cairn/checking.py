"""`cairn check`: words against flows, and settings; with --live, whether real people may meet them."""

from datetime import UTC, datetime

from bot.flows import FLOWS
from content import checks, words
from policy.settings import Settings, SettingsError, load


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
    return found
