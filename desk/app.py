"""The desk as a web application: its addresses, and what stands behind each.

Here may live the table of addresses. Who may use one is said in it: `let_members` or `let_anybody`.
"""

from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from desk import case_deeds, case_list, case_page, health, my_page, pages, people, recovery, set_up, sign_in
from desk.access import Endpoint, let_anybody, let_members
from desk.desk import Desk

__all__ = ["Desk", "create_app"]

STATIC = Path(__file__).parent / "static"
KINDS = {"desk.css": "text/css; charset=utf-8", "desk.svg": "image/svg+xml"}


def create_app(desk: Desk) -> Starlette:
    """The application for one desk."""
    app = Starlette(
        routes=[*_for_anybody(), *_about_cases(), *_about_staff()],
        middleware=[Middleware(pages.Headers, is_https=desk.is_https)],
        exception_handlers={404: _not_there, 405: _not_there},
    )
    app.state.desk = desk
    return app


def _for_anybody() -> list[Route]:
    return [
        Route("/live", let_anybody(health.live), methods=["GET"]),
        Route("/ready", let_anybody(health.ready), methods=["GET"]),
        *[Route(f"/{name}", _file(name), methods=["GET"]) for name in KINDS],
        Route("/sign-in", let_anybody(sign_in.show), methods=["GET"]),
        Route("/sign-in", let_anybody(sign_in.enter), methods=["POST"]),
        Route("/set-up/{token}", let_anybody(set_up.show), methods=["GET"]),
        Route("/set-up/{token}", let_anybody(set_up.choose), methods=["POST"]),
    ]


def _about_cases() -> list[Route]:
    case = "/cases/{case_id}"
    return [
        Route("/", let_members(case_list.show), methods=["GET"]),
        Route("/find", let_members(case_list.find), methods=["POST"]),
        Route("/find", let_members(case_list.lead_back), methods=["GET"]),
        Route(case, let_members(case_page.show), methods=["GET"]),
        Route(f"{case}/take", let_members(case_deeds.take), methods=["POST"]),
        Route(f"{case}/release", let_members(case_deeds.release), methods=["POST"]),
        Route(f"{case}/take-over", let_members(case_deeds.take_over), methods=["POST"]),
        Route(f"{case}/read", let_members(case_deeds.mark_read), methods=["POST"]),
        Route(f"{case}/stage", let_members(case_deeds.set_stage), methods=["POST"]),
        Route(f"{case}/attempts", let_members(case_deeds.log_attempt), methods=["POST"]),
        Route(f"{case}/attempts/{{entry_id:int}}/mistaken", let_members(case_deeds.mark_mistaken), methods=["POST"]),
        Route(f"{case}/{{deed:path}}", let_members(case_page.lead_back), methods=["GET"]),
    ]


def _about_staff() -> list[Route]:
    return [
        Route("/people", let_members(people.show), methods=["GET"]),
        Route("/people", let_members(people.add), methods=["POST"]),
        Route("/people/{staff_id:int}/let-in", let_members(people.let_in), methods=["POST"]),
        Route("/people/{staff_id:int}/new-link", let_members(people.renew), methods=["POST"]),
        Route("/people/{staff_id:int}/shut-out", let_members(people.shut_out), methods=["POST"]),
        Route("/recovery-key", let_members(recovery.show), methods=["GET"]),
        Route("/recovery-key", let_members(recovery.keep), methods=["POST"]),
        Route("/recovery-key/new", let_members(recovery.renew), methods=["POST"]),
        Route("/me", let_members(my_page.show), methods=["GET"]),
        Route("/me/telegram", let_members(my_page.link_telegram), methods=["POST"]),
        Route("/me/telegram/unlink", let_members(my_page.unlink_telegram), methods=["POST"]),
        Route("/me/places/end-others", let_members(my_page.end_others), methods=["POST"]),
        Route("/me/password", let_members(my_page.change_password), methods=["POST"]),
        Route("/sign-out", let_members(sign_in.leave), methods=["POST"]),
    ]


def _file(name: str) -> Endpoint:
    content = (STATIC / name).read_bytes()

    async def endpoint(_request: Request) -> Response:
        return Response(content, media_type=KINDS[name])

    return endpoint


async def _not_there(request: Request, _error: Exception) -> Response:
    return pages.refusal(request.app.state.desk, "no_such_page", 404)
