"""Reading a request: the fields of its form, and whether it was sent from a page of ours.

Here may live what is read off a request before anybody asks whose it is.
"""

from ipaddress import ip_address, ip_network
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request

IPV6 = 6
FORM_BYTES = 64 * 1024
FORM_FIELDS = 120
"""More than the largest form has: that of how to be in touch, with a tick for every day and time of every way."""


def is_from_here(request: Request) -> bool:
    """Fetch Metadata where the browser sends it, else the origin; the form token stands behind both (ASVS 5.0, 3.5)."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin", "null")
    return origin == "null" or urlsplit(origin).netloc == request.headers.get("host")


def network(request: Request) -> str:
    """Where a request comes from: an IPv4 address, or the /64 network of an IPv6 one; empty if that is not known."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return ""
    return str(ip_network((address, 64), strict=False)) if address.version == IPV6 else host


async def read_form(request: Request) -> dict[str, str] | None:
    """The fields of a form, nothing for a request without one; None when it is larger than any of ours."""
    if request.method != "POST":
        return {}
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > FORM_BYTES:
            return None
    try:
        fields = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=FORM_FIELDS)
    except ValueError:
        return None
    return {"": "", **dict(fields)}  # a form is never empty, not even one without fields
