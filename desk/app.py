"""The desk as a web application: its addresses, and what stands behind each.

Here may live the table of addresses. Each names the deed it does, a line of the table in `policy.access` that says who
may do it; or it is for anybody.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from desk import health, pages
from desk.access import Door, MemberHandler, let_anybody, let_members
from desk.cafes import cafe_list, cafe_page, cafe_report
from desk.cases import case_deeds, case_list, case_page, export_page, handing_on, second_look
from desk.colleagues import approvals_page, audit_page, conflicts_page, my_page, people, person_page
from desk.contact import attempt_deeds, chat_deeds, contact_form
from desk.desk import Desk
from desk.entering import proposed, taken_start, taking_down
from desk.entrance import recovery, second_factor, set_up, sign_in
from desk.process import process_routes
from desk.statistics import statistics
from policy.access import Deed

__all__ = ["Desk", "create_app"]

STATIC = Path(__file__).parent / "static"
KINDS = {
    "simple.css": "text/css; charset=utf-8",
    "desk.css": "text/css; charset=utf-8",
    "desk.svg": "image/svg+xml",
    "passkey.js": "text/javascript; charset=utf-8",
    "saving.js": "text/javascript; charset=utf-8",
}


def create_app(desk: Desk) -> Starlette:
    """The application for one desk."""
    app = Starlette(
        routes=[
            *_for_anybody(),
            *process_routes.routes(),
            *_about_cases(),
            *_about_referrals(),
            *_about_approvals(),
            *_about_cafes(),
            *_about_staff(),
            *_about_signing_in(),
            *_about_the_service(),
        ],
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
    attempts = f"{case}/attempts"
    return [
        Route("/", let_members(Deed.SEE_CASES, case_list.show), methods=["GET"]),
        Route("/find", let_members(Deed.SEE_CASES, case_list.find), methods=["POST"]),
        Route("/find", let_members(Deed.SEE_CASES, case_list.lead_back), methods=["GET"]),
        Route("/proposed", let_members(Deed.SEE_CASES, proposed.show), methods=["GET"]),
        Route(
            "/proposed/{proposal_id}/contact",
            let_members(Deed.REACH_PROPOSED, proposed.show_contact),
            methods=["POST"],
        ),
        Route(case, let_members(Deed.READ, case_page.show), methods=["GET"]),
        Route(f"{case}/take", let_members(Deed.TAKE, case_deeds.take), methods=["POST"]),
        Route(f"{case}/release", let_members(Deed.HAVE, case_deeds.release), methods=["POST"]),
        Route(f"{case}/take-over", let_members(Deed.TAKE_OVER, case_deeds.take_over), methods=["POST"]),
        Route(f"{case}/read", let_members(Deed.WORK, case_deeds.mark_read), methods=["POST"]),
        Route(f"{case}/plan", let_members(Deed.WORK, case_deeds.renew_plan), methods=["POST"]),
        Route(f"{case}/contact", let_members(Deed.WORK, contact_form.show), methods=["GET"]),
        Route(f"{case}/contact", let_members(Deed.WORK, contact_form.save), methods=["POST"]),
        Route(f"{case}/stage", let_members(Deed.WORK, case_deeds.set_stage), methods=["POST"]),
        Route(f"{case}/chat", let_members(Deed.WORK, chat_deeds.send), methods=["POST"]),
        Route(f"{case}/chat/end", let_members(Deed.WORK, chat_deeds.end_talk), methods=["POST"]),
        Route(attempts, let_members(Deed.LOG_TRY, attempt_deeds.log_attempt), methods=["POST"]),
        Route(
            f"{case}/attempts/{{entry_id:int}}/mistaken",
            let_members(Deed.LOG_TRY, attempt_deeds.mark_mistaken),
            methods=["POST"],
        ),
        Route(second_look.LIST, let_members(Deed.SEE_SECOND_LOOKS, second_look.show_all), methods=["GET"]),
        Route(f"{case}/second-look/{{task_id:int}}", let_members(Deed.SUPERVISE, second_look.show), methods=["GET"]),
        Route(f"{case}/second-look/{{task_id:int}}", let_members(Deed.SUPERVISE, second_look.done), methods=["POST"]),
        Route(f"{case}/hand-on", let_members(Deed.HAND_ON, handing_on.show), methods=["GET"]),
        Route(f"{case}/hand-on", let_members(Deed.HAND_ON, handing_on.hand_on), methods=["POST"]),
        Route(f"{case}/hand-on/answer", let_members(Deed.ANSWER_HAND_ON, handing_on.answer), methods=["POST"]),
        Route(
            f"{case}/open-with-reason",
            let_members(Deed.OPEN_WITH_REASON, handing_on.open_with_reason),
            methods=["POST"],
        ),
        Route(f"{case}/export", let_members(Deed.ASK_FOR_TWO, export_page.show), methods=["GET"]),
        Route(f"{case}/export", let_members(Deed.ASK_FOR_TWO, export_page.ask), methods=["POST"]),
        Route(f"{case}/export/{{approval_id}}", let_members(Deed.ASK_FOR_TWO, export_page.do), methods=["POST"]),
        Route(f"{case}/conflicts", let_members(Deed.MARK_CONFLICT, conflicts_page.show), methods=["GET"]),
        Route(f"{case}/conflicts", let_members(Deed.MARK_CONFLICT, conflicts_page.mark), methods=["POST"]),
        Route(f"{case}/conflicts/lift", let_members(Deed.MARK_CONFLICT, conflicts_page.lift), methods=["POST"]),
        Route(f"{case}/told", let_members(Deed.HAVE, handing_on.note_told), methods=["POST"]),
        Route(f"{case}/{{deed:path}}", let_members(Deed.SEE_CASES, case_page.lead_back), methods=["GET"]),
    ]


def _about_referrals() -> list[Route]:
    one = "/referrals/{referral_id}"

    def door(handler: MemberHandler) -> Door:
        return let_members(Deed.TAKE_DOWN, handler)

    return [
        Route("/referrals", door(taken_start.show_all), methods=["GET"]),
        Route("/referrals", door(taken_start.begin), methods=["POST"]),
        Route(one, door(taking_down.resume), methods=["GET"]),
        Route(f"{one}/send", door(taking_down.send), methods=["POST"]),
        Route(f"{one}/send", door(taking_down.lead_back), methods=["GET"]),
        Route(f"{one}/throw-away", door(taking_down.throw_away), methods=["POST"]),
        Route(f"{one}/throw-away", door(taking_down.lead_back), methods=["GET"]),
        Route(f"{one}/agreed", door(taken_start.correct), methods=["GET"]),
        Route(f"{one}/agreed", door(taken_start.save), methods=["POST"]),
        Route(f"{one}/{{section}}", door(taking_down.show), methods=["GET"]),
        Route(f"{one}/{{section}}", door(taking_down.save), methods=["POST"]),
    ]


def _about_approvals() -> list[Route]:
    def door(handler: MemberHandler) -> Door:
        return let_members(Deed.APPROVE, handler)

    return [
        Route("/approvals", door(approvals_page.show), methods=["GET"]),
        Route("/approvals/{approval_id}", door(approvals_page.answer), methods=["POST"]),
    ]


def _about_cafes() -> list[Route]:
    cafe = "/cafes/{cafe_id}"
    person, note = f"{cafe}/people/{{sign_up_id}}", f"{cafe}/notes/{{note_id}}"
    shown = {
        "/cafes": cafe_list.show,
        "/cafes/report": cafe_report.show,
        "/cafes/report.pdf": cafe_report.as_pdf,
        "/cafes/report.csv": cafe_report.as_csv,
        cafe: cafe_page.show,
        f"{cafe}/report": cafe_report.show,
        f"{cafe}/report.pdf": cafe_report.as_pdf,
        f"{cafe}/report.csv": cafe_report.as_csv,
    }
    done = {
        "/cafes": cafe_list.make,
        cafe: cafe_page.change,
        f"{cafe}/call-off": cafe_page.call_off,
        f"{cafe}/notes": cafe_page.add_note,
        f"{note}/remove": cafe_page.remove_note,
        f"{person}/came": cafe_page.mark_came,
        f"{person}/told": cafe_page.mark_told,
        f"{person}/give-up": cafe_page.give_up,
    }
    return [
        *(Route(path, let_members(Deed.RUN_CAFES, handler), methods=["GET"]) for path, handler in shown.items()),
        *(Route(path, let_members(Deed.RUN_CAFES, handler), methods=["POST"]) for path, handler in done.items()),
    ]


def _about_staff() -> list[Route]:
    return [
        Route("/audit", let_members(Deed.SEE_AUDIT, audit_page.show), methods=["GET"]),
        Route("/people", let_members(Deed.SEE_PEOPLE, people.show), methods=["GET"]),
        Route("/people", let_members(Deed.KEEP_PEOPLE, people.add), methods=["POST"]),
        Route("/people/{staff_id:int}", let_members(Deed.SEE_PEOPLE, person_page.show), methods=["GET"]),
        Route("/people/{staff_id:int}/roles", let_members(Deed.KEEP_PEOPLE, person_page.set_roles), methods=["POST"]),
        Route(
            "/people/{staff_id:int}/training",
            let_members(Deed.KEEP_PEOPLE, person_page.set_training),
            methods=["POST"],
        ),
        Route("/people/{staff_id:int}/let-in", let_members(Deed.LET_IN, people.let_in), methods=["POST"]),
        Route("/people/{staff_id:int}/new-link", let_members(Deed.KEEP_PEOPLE, people.renew), methods=["POST"]),
        Route("/people/{staff_id:int}/shut-out", let_members(Deed.KEEP_PEOPLE, people.shut_out), methods=["POST"]),
        Route(
            "/people/{staff_id:int}/manager", let_members(Deed.KEEP_PEOPLE, person_page.make_manager), methods=["POST"]
        ),
        Route("/people/{staff_id:int}/away", let_members(Deed.KEEP_PEOPLE, person_page.say_away), methods=["POST"]),
        Route("/people/{staff_id:int}/back", let_members(Deed.KEEP_PEOPLE, person_page.come_back), methods=["POST"]),
        Route("/me/away", let_members(Deed.OWN_PAGE, my_page.say_away), methods=["POST"]),
        Route("/me/back", let_members(Deed.OWN_PAGE, my_page.come_back), methods=["POST"]),
        Route("/recovery-key", let_members(Deed.KEEP_RECOVERY_KEY, recovery.show), methods=["GET"]),
        Route("/recovery-key", let_members(Deed.KEEP_RECOVERY_KEY, recovery.keep), methods=["POST"]),
        Route("/recovery-key/ask", let_members(Deed.KEEP_RECOVERY_KEY, recovery.ask), methods=["POST"]),
        Route("/recovery-key/new", let_members(Deed.KEEP_RECOVERY_KEY, recovery.renew), methods=["POST"]),
        Route("/me", let_members(Deed.OWN_PAGE, my_page.show), methods=["GET"]),
        Route("/me/telegram", let_members(Deed.OWN_ADDRESSES, my_page.link_telegram), methods=["POST"]),
        Route("/me/telegram/unlink", let_members(Deed.OWN_ADDRESSES, my_page.unlink_telegram), methods=["POST"]),
        Route("/me/email", let_members(Deed.OWN_ADDRESSES, my_page.set_email), methods=["POST"]),
        Route("/me/places/end-others", let_members(Deed.OWN_PAGE, my_page.end_others), methods=["POST"]),
        Route("/me/tried", let_members(Deed.OWN_PAGE, my_page.note_tried), methods=["POST"]),
        Route("/me/restored", let_members(Deed.OWN_PAGE, my_page.note_restored), methods=["POST"]),
        Route("/me/password", let_members(Deed.OWN_PAGE, my_page.change_password), methods=["POST"]),
    ]


def _about_signing_in() -> list[Route]:
    second = "/second-factor"
    mine = f"/me{second}"

    def half_way(handler: MemberHandler) -> Door:
        return let_members(Deed.COME_AND_GO, handler, half_way=True)

    def again(handler: MemberHandler) -> Door:
        return let_members(Deed.SECOND_FACTOR, handler)

    return [
        Route(second, half_way(second_factor.show), methods=["GET"]),
        Route(second, half_way(second_factor.enter), methods=["POST"]),
        Route(f"{second}/picture.svg", half_way(second_factor.picture), methods=["GET"]),
        Route("/sign-out", half_way(sign_in.leave), methods=["POST"]),
        Route(mine, again(second_factor.show_another), methods=["GET"]),
        Route(mine, again(second_factor.add_another), methods=["POST"]),
        Route(f"{mine}/{{factor_id:int}}/remove", again(second_factor.remove), methods=["POST"]),
        Route("/people/{staff_id:int}/reset", let_members(Deed.KEEP_PEOPLE, people.reset_factor), methods=["POST"]),
    ]


def _about_the_service() -> list[Route]:
    return [
        Route("/statistics", let_members(Deed.SEE_STATISTICS, statistics.show), methods=["GET"]),
        Route("/statistics/{figure}.svg", let_members(Deed.SEE_STATISTICS, statistics.plot), methods=["GET"]),
        Route("/statistics/{figure}.csv", let_members(Deed.SEE_STATISTICS, statistics.download), methods=["GET"]),
    ]


def _file(name: str) -> Callable[[Request], Awaitable[Response]]:
    content = (STATIC / name).read_bytes()

    async def endpoint(_request: Request) -> Response:
        return Response(content, media_type=KINDS[name])

    return endpoint


async def _not_there(request: Request, _error: Exception) -> Response:
    return pages.refusal(request.app.state.desk, "no_such_page", 404)
