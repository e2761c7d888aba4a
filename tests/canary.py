"""Canaries: values that exist nowhere else, and the search for them in whatever form they leaked. For tests."""

import base64
import json
import struct
from collections.abc import Iterator, Mapping
from urllib.parse import quote, quote_plus

Canaries = dict[str, str | bytes | int]


def forms(value: str | bytes | int) -> Iterator[tuple[str, bytes]]:
    """Every way this value could stand in a file or a line, with the name of each."""
    if isinstance(value, int):
        yield from forms(str(value))
        yield "six bytes of a row", struct.pack(">q", value)[2:]
        yield "eight bytes", struct.pack("<q", value)
        if 0xFFFFFF < value < 0x80000000:  # fewer bytes than four stand everywhere by chance
            yield "four bytes of a row", struct.pack(">i", value)
        return
    plain = value.encode() if isinstance(value, str) else value
    yield "plain", plain
    yield "hex", plain.hex().encode()
    for shift in range(3):
        name = f"base64 from its byte {shift}"
        yield name, in_base64(plain, shift)
        yield f"{name}, for addresses", in_base64(plain, shift).translate(bytes.maketrans(b"+/", b"-_"))
    if isinstance(value, str):
        yield "UTF-16, small end first", value.encode("utf-16-le")
        yield "UTF-16, big end first", value.encode("utf-16-be")
        yield "in an address", quote(value, safe="").encode()
        yield "in a form", quote_plus(value).encode()
        yield "in JSON", json.dumps(value)[1:-1].encode()
        yield "in a repr", repr(value)[1:-1].encode()


def in_base64(plain: bytes, shift: int) -> bytes:
    """What is certain of these bytes in base64 when so many others stand before them and any number after."""
    coded = base64.b64encode(b"\0" * shift + plain)
    return coded[-(-shift * 8 // 6) : (shift + len(plain)) * 8 // 6]


def search(canaries: Canaries, places: Mapping[str, bytes]) -> list[str]:
    """Where which canary was found, and how it was written. Never the value itself."""
    found = []
    for name, value in canaries.items():
        for form, needle in forms(value):
            lowered = needle.lower()
            exact = form.startswith("base64") or not isinstance(value, str)
            for place, held in places.items():
                if (needle in held) if exact else (lowered in held.lower()):
                    found.append(f"{name} in {place} ({form})")
    return found
