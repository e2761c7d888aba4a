"""A member's own keys: what their password opens, and how the team's private key is passed on to them.

Here may live functions over bytes alone. One slow derivation (Argon2id) gives a key; from it come, apart from each
other, the digest by which a password is known to be right and the key that seals the member's private half.
"""

import hmac
from dataclasses import dataclass, field

from storage import sealing

_PRIVATE_KEY = "staff:private_key"
_TEAM_KEY = "staff:team_key"


@dataclass(frozen=True, slots=True)
class MemberKeys:
    """What is kept of a member's keys."""

    password_hash: str = field(repr=False)
    password_salt: bytes = field(repr=False)
    public_key: bytes
    private_key: bytes = field(repr=False)
    """Sealed under the password."""


def make(password: str, pepper: bytes, private: bytes | None = None) -> MemberKeys:
    """Keys under a password. With the member's `private` key of before, the password changes and the key stays.

    Takes about 0.2 s; keep it off the event loop and out of transactions.
    """
    pair = sealing.key_pair_of(private) if private else sealing.new_key_pair()
    salt = sealing.new_salt()
    slow = sealing.key_from_password(password, salt, pepper)
    return MemberKeys(_hash(slow), salt, pair.public, sealing.seal(_seals(slow), pair.private, _PRIVATE_KEY))


def open_private(keys: MemberKeys | None, password: str, pepper: bytes) -> bytes | None:
    """The member's private key; None when the password is wrong, or when there is no such member.

    It takes as long for nobody as for somebody, so that the time does not tell who is on the staff.
    """
    salt = keys.password_salt if keys else bytes(sealing.SALT_BYTES)
    slow = sealing.key_from_password(password, salt, pepper)
    if keys is None or not hmac.compare_digest(keys.password_hash, _hash(slow)):
        return None
    return sealing.unseal(_seals(slow), keys.private_key, _PRIVATE_KEY)


def pass_on(team_private: bytes, public_key: bytes) -> bytes:
    """The team's private key, sealed to a member's public key."""
    return sealing.seal_to(public_key, team_private, _TEAM_KEY)


def receive(private: bytes, passed_on: bytes) -> bytes:
    """The team's private key, from what was sealed to a member. Raises SealBroken."""
    return sealing.unseal_with(private, passed_on, _TEAM_KEY)


def _hash(slow: bytes) -> str:
    return sealing.derive(slow, b"", "password hash").hex()


def _seals(slow: bytes) -> bytes:
    return sealing.derive(slow, b"", "private key")
