"""What a receipt code leads to: the digest a case is found by, and the key of the person's own copy.

Both come from one slow derivation. A fast digest would let whoever holds the intake's secrets and the database try
every code there is in hours, and open the copies with what they find.
"""

from dataclasses import dataclass, field

from storage.codes import normalise
from storage.sealing import KeyPair, derive, key_from_password, key_pair_of, new_salt, seal

DIGEST_BYTES = 16


@dataclass(frozen=True, slots=True)
class OwnCopy:
    """What of a case only its receipt code finds and opens, as the row of the case holds it."""

    receipt: bytes = field(repr=False)
    copy_salt: bytes = field(repr=False)
    copy: bytes = field(repr=False)
    copy_public: bytes
    """What later changes are sealed to for the copy, by whoever does not hold the code."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A code, derived."""

    master: bytes = field(repr=False)

    @property
    def digest(self) -> bytes:
        """What the case is found by: 16 bytes."""
        return derive(self.master, b"", "receipt digest")[:DIGEST_BYTES]

    def copy_key(self, salt: bytes) -> bytes:
        """What opens the person's own copy: 32 bytes."""
        return derive(self.master, salt, "receipt copy")

    def change_key(self, salt: bytes) -> KeyPair:
        """What changes made after the hand-over are sealed to for the copy, and what opens them."""
        return key_pair_of(derive(self.master, salt, "receipt copy changes"))

    def own_copy(self, case_id: str, document: bytes) -> OwnCopy:
        """The person's own copy of what was handed over."""
        salt = new_salt()
        sealed = seal(self.copy_key(salt), document, f"copy:{case_id}")
        return OwnCopy(self.digest, salt, sealed, self.change_key(salt).public)


Receipts = dict[str, Receipt | None]
"""Receipts by the plain words of their codes."""


def receipt(code: str, pepper: bytes) -> Receipt | None:
    """The receipt of this code; None when these are no four words of ours. Takes about a sixth of a second."""
    plain = normalise(code)
    if plain is None:
        return None
    return Receipt(key_from_password(plain, derive(pepper, b"", "receipt salt")[:DIGEST_BYTES], pepper))
