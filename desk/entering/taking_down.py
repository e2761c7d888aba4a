"""Entering a referral for somebody who phones, or who filled in a form on paper, page by page.

Here may live the pages and forms of its questions, the read-back and Send. How one begins is in
`desk.entering.taken_start`.
"""

from collections.abc import Mapping

from starlette.responses import Response

from bot import form
from desk import access
from desk.entering import taken_down as entered
from desk.entering import taken_form, taken_pages, taken_proposing, taken_sending
from desk.entering.taken_down import Taken
from desk.entering.taken_pages import FILE, READ_BACK, go_on, needs_key, render
from desk.visit import SignedIn
from storage.taken_down import NotThere

ENDS = {
    "hand_over": (taken_sending.hand_over, "taken_sent.html"),
    "propose": (taken_proposing.propose, "taken_proposed.html"),
}
"""What Send does, by the effect of the flow's last step, and the page that says what is to be told then."""


@needs_key
def resume(visit: SignedIn) -> Response:
    """To the first page that is not whole, or to the read-back."""
    with visit.desk.database.read() as tx:
        taken = entered.read(visit, tx)
    return go_on(visit, taken)


@needs_key
def show(visit: SignedIn) -> Response:
    """One page, as far as it was filled in; or the read-back."""
    with visit.desk.database.read() as tx:
        taken = entered.read(visit, tx)
    section = visit.path["section"]
    return _read_back(visit, taken) if section == READ_BACK else _page(visit, section, taken)


@needs_key
def save(visit: SignedIn) -> Response:
    """Keeps a page, and goes on: to what came up on it by these answers, else to the next. Answers with which nothing
    can be sent destroy it at once, as in the chat."""
    section = visit.path["section"]
    errors: dict[str, str] = {}
    with visit.desk.database.begin() as tx:
        taken = entered.read(visit, tx)
        _assert_page(section, taken)
        if visit.form.get("do") == "leave_out" and section in taken.flow.parts:
            taken = taken_form.left_out(section, taken)
        else:
            taken, errors = taken_form.read(visit, section, taken)
        if is_over := taken_form.is_over(taken):
            entered.forget(visit, tx)
        elif not errors:
            entered.keep(visit, tx, taken)
    if is_over:
        visit.desk.database.checkpoint()
        return taken_pages.over(visit, taken)
    return _page(visit, section, taken, errors) if errors else _after(visit, section, taken)


@needs_key
def send(visit: SignedIn) -> Response:
    """It is handed over, or proposed; what is to be told is shown, this once."""
    with visit.desk.database.begin() as tx:
        taken = entered.read(visit, tx)
        position, end = taken_sending.sent_position(taken)
        do, template = ENDS[end.effects[0]]
        sent = do(visit, tx, taken, position)
    visit.desk.database.checkpoint()
    return render(visit, template, {"sent": sent, "web_url": visit.desk.settings.web_url})


@needs_key
def throw_away(visit: SignedIn) -> Response:
    """Destroys what was entered."""
    with visit.desk.database.begin() as tx:
        entered.forget(visit, tx)
    visit.desk.database.checkpoint()
    return access.go_to("/referrals?done=thrown_away")


def lead_back(_visit: SignedIn) -> Response:
    """For somebody who loads the address of a form anew."""
    return access.go_to("/referrals")


def _after(visit: SignedIn, section: str, taken: Taken) -> Response:
    one = f"/referrals/{visit.path['referral_id']}"
    if taken_form.is_open(section, taken):
        return access.go_to(f"{one}/{section}")
    return access.go_to(f"{one}/{READ_BACK}") if visit.form.get("do") == "read_back" else go_on(visit, taken)


def _page(visit: SignedIn, section: str, taken: Taken, errors: Mapping[str, str] | None = None) -> Response:
    _assert_page(section, taken)
    found = form.sections(taken.flow)
    values = {
        "section": section,
        "title": _title(visit, section, taken),
        "number": found.index(section) + 1,
        "of": len(found),
        "fields": taken_form.fields(visit, section, taken, typed=bool(errors)),
        "told": taken_form.to_be_told(visit, section, taken),
        "may_leave_out": section in taken.flow.parts,
        "taken": taken,
        "errors": errors or {},
    }
    return render(visit, "taken_page.html", values, 422 if errors else 200)


def _read_back(visit: SignedIn, taken: Taken) -> Response:
    lines = taken_sending.lines(visit, taken)
    if not lines:
        return go_on(visit, taken)
    named = [(section, _title(visit, section, taken)) for section in form.sections(taken.flow)]
    parts = [(section, title, [line for line in lines if line.section == section]) for section, title in named]
    return render(visit, "taken_read_back.html", {"taken": taken, "parts": parts})


def _assert_page(section: str, taken: Taken) -> None:
    if section not in form.sections(taken.flow):
        raise NotThere


def _title(visit: SignedIn, section: str, taken: Taken) -> str:
    words, flow = visit.desk.words, taken.flow.name
    return words.text(FILE, f"{flow}.needed_title") if section == form.NEEDED else words.text(flow, f"{section}.short")
