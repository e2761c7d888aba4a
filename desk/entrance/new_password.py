"""What makes a new password of staff good enough, and what is wrong with one that is not.

Here may live these rules. One that was chosen under older rules still signs in: it is looked at when it is chosen, and
never again.
"""

from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Final

from storage import staff

LEAST_CHARS: Final = 15
MOST_CHARS: Final = 256
"""Source of both: OWASP ASVS 5.0, 6.2.1, 6.2.5 and 6.2.9; NIST SP 800-63B-4, 3.1.1.2: length, and no rules about kinds
of letters."""
LEAST_SCORE: Final = 4
"""Of zxcvbn's 0 to 4: more than 10^10 guesses. A password also wraps the keys to the cases, so whoever stole database
and secret could go on guessing without end. Source: OWASP ASVS 5.0, 6.2.4 and 6.2.11."""
LOOKED_AT: Final = 72
"""Characters from the start of it whose strength is weighed: it takes longer than in proportion."""
FIRST_TRIED: Final = Path(__file__).parent / "first_tried.txt"
"""What somebody would try here before all else, a line each, beside the names and the lists that zxcvbn brings."""

_NAMED = {"repeat": "password_repeat", "spatial": "password_keys", "sequence": "password_row"}
"""The pattern that most of a weak password is, by the name of the words about it."""
_ONE = Lock()
"""The library keeps what is peculiar to one password where the next one would find it."""


def complaint(password: str, name: str) -> str | None:
    """What is wrong with a new password, by the name of its words; None when it will do."""
    if len(password) < LEAST_CHARS:
        return "password_short"
    if len(password) > MOST_CHARS:
        return "password_long"
    whole = staff.tidy(name).casefold()
    found = _weigh(password.strip()[:LOOKED_AT], (whole, *whole.split()))
    if found["score"] >= LEAST_SCORE:
        return None
    most = max(found["sequence"], key=lambda part: len(part["token"]))
    if most.get("dictionary_name") == "user_inputs" and most["matched_word"] in whole:
        return "password_name"
    return _NAMED.get(most["pattern"], "password_common")


def _weigh(password: str, names: tuple[str, ...]) -> dict[str, Any]:
    from zxcvbn import zxcvbn  # noqa: PLC0415 (half a second to load its lists, for a page that few see)

    with _ONE:
        return dict(zxcvbn(password, user_inputs=[*names, *_first_tried()], max_length=LOOKED_AT))


@cache
def _first_tried() -> tuple[str, ...]:
    return tuple(FIRST_TRIED.read_text("utf-8").splitlines())
