"""What every part of the desk stands on, handed to each as one value."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from content.words import Words
from policy.settings import Settings
from storage.database import Database
from storage.secrets import DeskSecrets


@dataclass(frozen=True, slots=True)
class Desk:
    """The desk's database, settings, secrets and words; `now` gives the time, aware and in UTC."""

    database: Database
    settings: Settings
    secrets: DeskSecrets
    words: Words
    now: Callable[[], datetime]

    @property
    def is_https(self) -> bool:
        """Whether staff reach the desk over https: cookies and headers are then held to it."""
        return self.settings.desk_url.startswith("https://")
