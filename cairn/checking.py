"""`cairn check`: words against flows, and settings; with --live, whether real people may meet them."""

from datetime import UTC, datetime

from bot.flows import FLOWS
from content import checks, words
from policy.settings import SettingsError, load


def problems(*, live: bool) -> list[str]:
    """What has to be put right, a sentence each."""
    needs = {flow.name: flow.needs() for flow in FLOWS.values()}
    found = [problem for language in words.languages() for problem in checks.problems(language, needs)]
    try:
        settings = load()
    except SettingsError as error:
        return [*found, *str(error).splitlines()]
    if settings.language not in words.languages():
        found.append(f"CAIRN_LANGUAGE: there is no language '{settings.language}' in content/.")
    if live:
        found += checks.live_problems(settings.language, datetime.now(UTC).date())
        if settings.service_name == type(settings).model_fields["service_name"].default:
            found.append("CAIRN_SERVICE_NAME is still the default.")
    return found
