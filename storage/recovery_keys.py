"""The printed recovery key: with it alone, and the database, the team's private key can be had again.

Here may live making one, reading one that was typed, and wrapping under it. It is random enough (158 bits) that
guessing is hopeless without a slow derivation. It is kept nowhere, and counts once it was typed back.
"""

import hmac
import secrets

from storage import sealing
from storage.staff_links import CODE_LETTERS, tidy_code

GROUPS = 8
GROUP_LETTERS = 4
_CONTEXT = "team:recovery"


def new_recovery_key() -> str:
    """Eight groups of four letters and digits, dashes between."""
    return tidy_code("".join(secrets.choice(CODE_LETTERS) for _ in range(GROUPS * GROUP_LETTERS)))


def wrap(recovery_key: str, team_private: bytes) -> bytes:
    """The team's private key under a recovery key."""
    return sealing.seal(_key(recovery_key), team_private, _CONTEXT)


def unwrap(recovery_key: str, wrapped: bytes) -> bytes:
    """What `wrap` was given; how the key is spaced, and small letters, do not matter. Raises SealBroken."""
    return sealing.unseal(_key(recovery_key), wrapped, _CONTEXT)


def was_copied(recovery_key: str, typed: str) -> bool:
    """Whether somebody typed the key, or at least its last group: they have it in writing."""
    typed, whole = tidy_code(typed), tidy_code(recovery_key)
    return any(hmac.compare_digest(typed.encode(), right.encode()) for right in (whole, whole[-GROUP_LETTERS:]))


def _key(recovery_key: str) -> bytes:
    return sealing.derive(tidy_code(recovery_key).encode(), b"", "recovery key")
