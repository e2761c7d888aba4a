"""The secrets of each side: one file for intake, one for the desk, made on first run, read by their own side only.

Here may live how these secrets are made, kept, read and split into keys. A file is one line of hex in the data
directory, mode 0600, in a directory no other account may enter. A secret given in a setting takes the file's place, and
then no file is touched. No error shows any part of a secret.
"""

import base64
import binascii
import os
import secrets
import stat
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from storage.sealing import KeyPair, derive, key_pair_of

SECRET_BYTES = 32
OWNER_ONLY_DIRECTORY = 0o700
NOT_THE_OWNER = 0o077

INTAKE_FILE = "intake.secret"
DESK_FILE = "desk.secret"
INTAKE_SETTING = "CAIRN_INTAKE_SECRET"
DESK_SETTING = "CAIRN_DESK_SECRET"


class SecretsError(Exception):
    """A secret cannot be read, is open to others, or is too short. Its text tells operators which, and the cure."""


@dataclass(frozen=True, slots=True)
class IntakeSecrets:
    """What the public side needs. Lost: open drafts and addresses are lost; what was handed over is not."""

    seal: bytes = field(repr=False)  # 32 bytes: drafts, addresses, outgoing words
    pepper: bytes = field(repr=False)  # 32 bytes: finding people by chat, codes

    @property
    def letterbox(self) -> KeyPair:
        """The key pair to which the desk seals what it writes to people."""
        return key_pair_of(derive(self.seal, b"", "intake letterbox"))


@dataclass(frozen=True, slots=True)
class DeskSecrets:
    """What the staff side needs. Lost: every member of staff must be let in anew with the recovery key."""

    pepper: bytes = field(repr=False)  # 32 bytes: staff passwords and accounts
    audit: bytes = field(repr=False)  # 32 bytes: the audit chain


def load_intake(data_dir: Path, given: str | None = None) -> IntakeSecrets:
    """The intake secrets, made if there are none yet; `given` (32 bytes or more, hex or base64) instead of the file.

    Raises SecretsError.
    """
    secret = _load(data_dir / INTAKE_FILE, given, INTAKE_SETTING)
    return IntakeSecrets(seal=derive(secret, b"", "intake seal"), pepper=derive(secret, b"", "intake pepper"))


def load_desk(data_dir: Path, given: str | None = None) -> DeskSecrets:
    """The desk secrets, made if there are none yet; `given` (32 bytes or more, hex or base64) instead of the file.

    Raises SecretsError.
    """
    secret = _load(data_dir / DESK_FILE, given, DESK_SETTING)
    return DeskSecrets(pepper=derive(secret, b"", "desk pepper"), audit=derive(secret, b"", "desk audit"))


def make_data_dir(data_dir: Path) -> None:
    """Makes the data directory for its owner alone, or closes an empty one of ours to others.

    One that holds things is never changed, for it may be somebody else's; open to others, it raises SecretsError.
    """
    try:
        data_dir.mkdir(mode=OWNER_ONLY_DIRECTORY, parents=True, exist_ok=True)
        found = data_dir.stat()
        if stat.S_IMODE(found.st_mode) & NOT_THE_OWNER == 0:
            return
        if found.st_uid == os.geteuid() and not any(data_dir.iterdir()):
            data_dir.chmod(OWNER_ONLY_DIRECTORY)
            return
    except OSError as error:
        raise SecretsError(f"The data directory {data_dir} cannot be made or read: {error.strerror}.") from None
    raise SecretsError(
        f"The data directory {data_dir} is open to other accounts on this machine. Close it: chmod 700 {data_dir}"
    )


def _load(path: Path, given: str | None, setting: str) -> bytes:
    if given is not None:
        return _decode(given, f"The setting {setting}")
    make_data_dir(path.parent)
    try:
        if not path.exists():
            _make(path)
        text = _read(path)
    except OSError as error:
        raise SecretsError(f"The secret file {path} cannot be made or read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise SecretsError(f"The secret file {path} is not text.") from None
    return _decode(text, f"The secret file {path}")


def _make(path: Path) -> None:
    """Writes a new secret whole or not at all; of two processes that start at once, both then read the same one."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)  # O_CREAT | O_EXCL, mode 0600
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(SECRET_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(name)  # unlike a rename, never takes the place of a secret already there
        except FileExistsError:
            return
    finally:
        Path(name).unlink()
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _read(path: Path) -> str:
    with path.open(encoding="ascii") as file:
        found = os.fstat(file.fileno())
        if stat.S_IMODE(found.st_mode) & NOT_THE_OWNER:
            raise SecretsError(
                f"The secret file {path} is open to other accounts on this machine. Close it: chmod 600 {path}"
            )
        return file.read()


def _decode(text: str, where: str) -> bytes:
    secret = _from_hex(text.strip()) or _from_base64(text.strip())
    if secret is None or len(secret) < SECRET_BYTES:
        raise SecretsError(
            f"{where} must hold at least {SECRET_BYTES} random bytes in hex or base64. "
            "To make one: openssl rand -hex 32"
        )
    return secret


def _from_hex(text: str) -> bytes | None:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return None


def _from_base64(text: str) -> bytes | None:
    """Both alphabets of RFC 4648, with or without the padding."""
    plain = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
