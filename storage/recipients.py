"""Whole files encrypted to an age key, whose private half is kept away from this machine (age-encryption.org/v1).

Here may live calls of that library alone. What it writes opens with the stock `age` tool as well, without our code.
"""

from typing import BinaryIO

import pyrage
from pyrage import x25519

MAGIC = b"age-encryption.org/v1\n"
IDENTITY_STARTS = "AGE-SECRET-KEY-1"


class BadKey(Exception):
    """This is no age key, or not the one."""


def new_key() -> tuple[str, str]:
    """A fresh key: the private half, to be kept elsewhere, and the public half."""
    identity = x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def encrypt(plain: BinaryIO, into: BinaryIO, recipient: str) -> None:
    """Encrypts a stream to the public half. Raises BadKey, and OSError for whatever went wrong on either side."""
    try:
        pyrage.encrypt_io(plain, into, [x25519.Recipient.from_str(recipient)])
    except pyrage.RecipientError:
        raise BadKey from None
    except pyrage.EncryptError:  # its text may quote what was read
        raise OSError("the stream broke off") from None


def decrypt(sealed: BinaryIO, into: BinaryIO, identity: str) -> None:
    """Decrypts a stream with the private half. Raises BadKey, and OSError where the stream is not whole."""
    try:
        pyrage.decrypt_io(sealed, into, [x25519.Identity.from_str(identity.strip())])
    except (pyrage.IdentityError, pyrage.DecryptError):
        raise BadKey from None
