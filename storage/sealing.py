"""Sealing: from readable bytes to bytes that say nothing, and back. The only module that touches cryptography.

Here may live functions over bytes, and nothing that knows of files, tables or people. One library does the work
(`cryptography`); nothing here is home-made but the envelope:

    sealed with a key        suite 0x01 | nonce (12) | ChaCha20-Poly1305 of the padded bytes (and its 16-byte tag)
    sealed to a public key   suite 0x11 | HPKE, RFC 9180: X25519, HKDF-SHA256, ChaCha20-Poly1305

The suite id stands first so that another suite can be taken up later (OWASP ASVS 5.0, 11.2.2). It and the context are
bound into every seal: what was sealed for one row and purpose does not open as another. Lengths are padded to buckets,
so a sealed value shows no more than its bucket.
"""

import os
import unicodedata
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
SALT_BYTES = 16
LOOKUP_BYTES = 16
NONCE_BYTES = 12
TAG_BYTES = 16

WITH_KEY = b"\x01"
TO_PUBLIC = b"\x11"

SMALL_BUCKETS = (256, 1024, 4096)
LARGE_BUCKET = 4096

# Argon2id, OWASP ASVS 5.0 appendix C and above: about a sixth of a second for each guess.
PASSWORD_MEMORY_KIB = 64 * 1024
PASSWORD_PASSES = 3
PASSWORD_LANES = 1

_SHA256 = SHA256()
_HPKE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_PADDING_STARTS = b"\x80"  # ISO/IEC 7816-4: one such byte, then zeros


class SealBroken(Exception):
    """The bytes do not open: another key, another context, or changed bytes. Which of them is not to be known."""


@dataclass(frozen=True, slots=True)
class KeyPair:
    """The two halves of an X25519 key, 32 raw bytes each. The private half stays out of its printed form."""

    private: bytes = field(repr=False)
    public: bytes


def lookup(pepper: bytes, text: str) -> bytes:
    """16 bytes by which a row about `text` is found again; without the pepper they cannot be told from random bytes."""
    digest = HMAC(pepper, _SHA256)
    digest.update(text.encode())
    return digest.finalize()[:LOOKUP_BYTES]


def new_salt() -> bytes:
    """16 fresh random bytes."""
    return os.urandom(SALT_BYTES)


def new_key() -> bytes:
    """32 fresh random bytes: a key for `seal`."""
    return os.urandom(KEY_BYTES)


def derive(secret: bytes, salt: bytes, purpose: str) -> bytes:
    """A 32-byte key for one salt and one purpose (HKDF-SHA256). Forget the salt, and what it sealed is gone."""
    return HKDF(_SHA256, KEY_BYTES, salt, purpose.encode()).derive(secret)


class Keys:
    """Keys derived from one secret, each once: to derive one costs more than to seal with it.

    Made for what is written or read together, and let go with it. Nothing of it shows when it is printed.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._derived: dict[tuple[bytes, str], bytes] = {}
        self.salt = new_salt()
        """For what is sealed together and has no salt of its own."""

    def of(self, salt: bytes, purpose: str) -> bytes:
        """What `derive` makes of the secret for this salt and purpose."""
        if (salt, purpose) not in self._derived:
            self._derived[salt, purpose] = derive(self._secret, salt, purpose)
        return self._derived[salt, purpose]


def key_from_password(password: str, salt: bytes, pepper: bytes) -> bytes:
    """A 32-byte key from something a person remembers: Argon2id, about 0.2 s and 64 MiB; run it off the event loop.

    The password is read in Unicode's compatibility form (NFKC; NIST SP 800-63B 3.1.1.2), so that two keyboards agree.
    Without the pepper a stolen database gives nothing to guess at.
    """
    slow = Argon2id(
        salt=salt,
        length=KEY_BYTES,
        iterations=PASSWORD_PASSES,
        lanes=PASSWORD_LANES,
        memory_cost=PASSWORD_MEMORY_KIB,
        secret=pepper,
    )
    return slow.derive(unicodedata.normalize("NFKC", password).encode())


def seal(key: bytes, plain: bytes, context: str) -> bytes:
    """`plain` sealed under a 32-byte key and bound to `context`; no two seals of the same bytes are alike.

    The nonce is random, so one key may seal some thousand million times: every conversation and case has its own.
    """
    nonce = os.urandom(NONCE_BYTES)
    return WITH_KEY + nonce + ChaCha20Poly1305(key).encrypt(nonce, _pad(plain), WITH_KEY + context.encode())


def unseal(key: bytes, sealed: bytes, context: str) -> bytes:
    """What `seal` was given. Raises SealBroken if key, context or any bit is another."""
    if sealed[:1] != WITH_KEY or len(sealed) < 1 + NONCE_BYTES + TAG_BYTES:
        raise SealBroken
    nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        padded = ChaCha20Poly1305(key).decrypt(nonce, body, WITH_KEY + context.encode())
    except InvalidTag:
        raise SealBroken from None
    return _unpad(padded)


def new_key_pair() -> KeyPair:
    """A fresh X25519 key pair."""
    return key_pair_of(os.urandom(KEY_BYTES))


def key_pair_of(private: bytes) -> KeyPair:
    """The pair whose private half these 32 bytes are. Any 32 secret bytes will do (RFC 7748, 5), derived ones too."""
    return KeyPair(private, X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw())


def seal_to(public: bytes, plain: bytes, context: str) -> bytes:
    """`plain` sealed so that only the private half opens it: who sealed it cannot. Raises ValueError for a bad key."""
    key = X25519PublicKey.from_public_bytes(public)
    return TO_PUBLIC + _HPKE.encrypt(_pad(plain), key, TO_PUBLIC + context.encode())


def unseal_with(private: bytes, sealed: bytes, context: str) -> bytes:
    """What `seal_to` was given. Raises SealBroken if key, context or any bit is another."""
    if sealed[:1] != TO_PUBLIC:
        raise SealBroken
    try:
        padded = _HPKE.decrypt(sealed[1:], X25519PrivateKey.from_private_bytes(private), TO_PUBLIC + context.encode())
    except InvalidTag:
        raise SealBroken from None
    return _unpad(padded)


def signing_public(private: bytes) -> bytes:
    """The public half of a signing key (Ed25519), by which anybody can tell what was signed with these 32 bytes."""
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def sign(private: bytes, plain: bytes) -> bytes:
    """A signature (64 bytes) that only whoever holds this key can make."""
    return Ed25519PrivateKey.from_private_bytes(private).sign(plain)


def is_signed(public: bytes, plain: bytes, signature: bytes) -> bool:
    """Whether this is the signature of these bytes. Raises ValueError for what is no public key."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, plain)
    except InvalidSignature:
        return False
    return True


def is_sealed_to_public(sealed: bytes) -> bool:
    """Whether `seal_to` made this, and so `unseal_with` opens it; otherwise it is `seal`'s."""
    return sealed[:1] == TO_PUBLIC


def bucket(length: int) -> int:
    """The size, in bytes, to which `length` bytes are padded: 256, 1 KiB, 4 KiB, then multiples of 4 KiB."""
    wanted = length + len(_PADDING_STARTS)
    for size in SMALL_BUCKETS:
        if wanted <= size:
            return size
    return -(-wanted // LARGE_BUCKET) * LARGE_BUCKET


def _pad(plain: bytes) -> bytes:
    return (plain + _PADDING_STARTS).ljust(bucket(len(plain)), b"\0")


def _unpad(padded: bytes) -> bytes:
    stripped = padded.rstrip(b"\0")
    if stripped[-1:] != _PADDING_STARTS:
        raise SealBroken
    return stripped[:-1]
