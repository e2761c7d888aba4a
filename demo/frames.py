"""The web chat and the desk inside the demo's page.

Both refuse to stand in a frame, and so they should. Here an address of its own stands before each, which lets the
demo's page, and no other, frame it. Nothing else of what passes is changed.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

NOT_PASSED_ON = frozenset({"content-length", "content-encoding", "transfer-encoding", "connection", "x-frame-options"})
POLICY, NOBODY = "content-security-policy", "frame-ancestors 'none'"


def framed(behind: str, page: str) -> Starlette:
    """An application that hands on to the address `behind` and may be framed by `page`, an origin."""
    client = httpx.AsyncClient(base_url=behind, timeout=30)

    async def hand_on(request: Request) -> Response:
        headers = [(name, value) for name, value in request.headers.items() if name not in NOT_PASSED_ON]
        target = httpx.URL(path=request.url.path, query=request.url.query.encode())
        try:
            answer = await client.request(request.method, target, headers=headers, content=await request.body())
        except httpx.TransportError:
            return Response("It is not answering: perhaps it is starting.", 503)
        response = Response(answer.content, answer.status_code)
        for name, value in answer.headers.multi_items():
            if name not in NOT_PASSED_ON:
                shown = value.replace(NOBODY, f"frame-ancestors {page}") if name == POLICY else value
                response.raw_headers.append((name.encode(), shown.encode()))
        return response

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        await client.aclose()

    return Starlette(routes=[Route("/{path:path}", hand_on, methods=["GET", "POST"])], lifespan=lifespan)
