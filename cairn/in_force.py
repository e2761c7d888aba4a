"""The settings a command works with: read, their language looked up, and before real people come, looked through."""

from content import words
from policy.settings import Settings, SettingsError, load


def settings() -> Settings:
    """Those in force. Raises SettingsError with all that is wrong."""
    return load(languages=words.languages())


def settings_to_serve() -> Settings:
    """Those in force; where real people come, only once everything is in order. Raises SettingsError."""
    found = settings()
    if found.live:
        from cairn.checking import problems  # noqa: PLC0415 (it loads every flow, and reads every word there is)

        if missing := problems(live=True):
            raise SettingsError("\n  ".join(["CAIRN_LIVE is set, and real people may not come yet:", *missing]))
    return found
