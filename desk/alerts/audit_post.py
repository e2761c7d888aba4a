"""Posting the head of the audit to a web address that keeps it.

Here may live that one request. The address may be as good as a password: it stands in no error and no line of a log.
"""

import httpx

from desk.alerts.delivery import Refused, Unreachable, Wait

SECONDS = 10.0
LONGEST_WAIT = 3600.0
LATER = frozenset({httpx.codes.REQUEST_TIMEOUT, httpx.codes.TOO_EARLY, httpx.codes.TOO_MANY_REQUESTS})


class NotTaken(Exception):
    """Whoever answers at that address did not say yes."""


async def post(url: str, head: str) -> None:
    """One line of plain text. Every answer of 2xx is a yes; a redirection is followed nowhere, so it is none.

    Raises Unreachable, Refused, or Wait where the other side names a time.
    """
    try:
        async with httpx.AsyncClient(timeout=SECONDS, follow_redirects=False) as client:
            answer = await client.post(url, content=f"{head}\n", headers={"content-type": "text/plain"})
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unreachable(error) from None
    if answer.is_success:
        return
    asked = answer.headers.get("retry-after", "")
    if asked.isdecimal():
        raise Wait(NotTaken(), min(float(asked), LONGEST_WAIT))
    raise (Refused if answer.is_client_error and answer.status_code not in LATER else Unreachable)(NotTaken())
