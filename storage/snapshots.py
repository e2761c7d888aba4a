"""A snapshot of the database as lines of JSON, in two parts, the same for every kind of database; and back into rows.

The body holds what stands in clear and what is noise by itself; the keyring the keys, salts and digests without which
it is that (`storage.tables.is_of_the_keyring`). Both list the rows of each table in the same order, so that they fit
together again line by line. A part begins with its head and ends with the number of its rows.
"""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, Literal

from sqlalchemy import Connection, select

from storage.database import version
from storage.tables import METADATA, PASSING, is_of_the_keyring

Part = Literal["body", "keyring"]
BODY: Final[Part] = "body"
KEYRING: Final[Part] = "keyring"
VERSION = 1
ROWS_AT_ONCE = 1000


class Broken(Exception):
    """What is read is no part of a backup, or not all of it."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a part says of itself: which backup it is of, when that was made, and which columns it holds, by table."""

    part: str
    id: str
    at: datetime
    revision: str
    """The migration the tables were at."""
    columns: Mapping[str, list[str]]


Row = tuple[str, dict[str, Any]]
"""A table's name, and some of the columns of one of its rows."""


def lines(tx: Connection, part: Part, id_: str, at: datetime) -> Iterator[bytes]:
    """One part of what this transaction sees; both parts must be taken from the same one."""
    tables = [each for each in METADATA.sorted_tables if each not in PASSING]
    columns = {each: [one for one in each.columns if is_of_the_keyring(one) == (part == KEYRING)] for each in tables}
    columns = {each: of_it for each, of_it in columns.items() if of_it}
    yield _line(
        {
            "cairn_backup": VERSION,
            "part": part,
            "id": id_,
            "at": at.astimezone(UTC).isoformat(),
            "revision": version(tx),
            "columns": {each.name: [one.name for one in of_it] for each, of_it in columns.items()},
        }
    )
    number = 0
    streamed = tx.execution_options(yield_per=ROWS_AT_ONCE)
    for each, of_it in columns.items():
        yield _line({"table": each.name})
        for row in streamed.execute(select(*of_it).order_by(*each.primary_key.columns)):
            yield _line([_plain(value) for value in row])
            number += 1
    yield _line({"rows": number})


def read(written: Iterable[bytes]) -> tuple[Head, Iterator[Row]]:
    """The head of a part, and its rows in their order. Raises Broken, and so do the rows."""
    coming = iter(written)
    head = _head(_parsed(next(coming, b"")))
    return head, _rows(head, coming)


def together(body: Iterable[Row], keyring: Iterable[Row], held: Mapping[str, list[str]]) -> Iterator[Row]:
    """The rows of a body, each with what the keyring, which holds these columns, has of it. Raises Broken."""
    keys = iter(keyring)
    for name, values in body:
        if name not in held:
            yield name, values
            continue
        of, key = next(keys, ("", {}))
        if of != name:
            raise Broken
        yield name, values | key
    if next(keys, None) is not None:
        raise Broken


def _rows(head: Head, coming: Iterator[bytes]) -> Iterator[Row]:
    name, number = "", 0
    for each in coming:
        content = _parsed(each)
        if isinstance(content, list) and len(content) == len(head.columns.get(name, ())):
            yield name, dict(zip(head.columns[name], map(_meant, content), strict=True))
            number += 1
        elif isinstance(content, dict) and content.get("table") in head.columns:
            name = content["table"]
        elif content == {"rows": number} and next(coming, None) is None:
            return
        else:
            break
    raise Broken


def _head(content: Any) -> Head:
    try:
        if content["cairn_backup"] != VERSION:
            raise Broken
        at = datetime.fromisoformat(content["at"])
        return Head(content["part"], content["id"], at, content["revision"], content["columns"])
    except (KeyError, TypeError, ValueError):
        raise Broken from None


def _line(content: object) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode() + b"\n"


def _parsed(line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        raise Broken from None


def _plain(value: Any) -> Any:
    """A value as JSON has it; what JSON has no word for, in an object that says what it is."""
    if isinstance(value, bytes | memoryview):
        return {"bytes": base64.b64encode(value).decode()}
    return {"day": value.isoformat()} if isinstance(value, date) else value


def _meant(value: Any) -> Any:
    match value:
        case {"bytes": str(text)}:
            return base64.b64decode(text)
        case {"day": str(text)}:
            return date.fromisoformat(text)
    return value
