"""What the pages of a referral that is entered for somebody share: their words, who may not, and an end without a case.

Here may live only what more than one of `desk.entering.taken_start` and `desk.entering.taking_down` answers with.
"""

from collections.abc import Callable, Mapping
from functools import wraps

from starlette.responses import Response

from bot import form
from desk import access, pages
from desk.entering import taken_form
from desk.entering.taken_down import NotLetIn, Taken
from desk.visit import SignedIn
from storage.addresses import NoIntakeKey
from storage.taken_down import NotThere

FILE = "taken_down"
READ_BACK = "read-back"
Handler = Callable[[SignedIn], Response]


def needs_key(handler: Handler) -> Handler:
    """Says why not to a member who could not open what they enter, whose draft is gone, or whose code would open
    nothing."""

    @wraps(handler)
    def answer(visit: SignedIn) -> Response:
        try:
            return handler(visit)
        except NotLetIn:
            return pages.member_refusal(visit, "not_let_in", 403)
        except NotThere:
            return pages.member_refusal(visit, "no_such_referral", 404)
        except NoIntakeKey:
            return pages.member_refusal(visit, "no_chat_yet", 409)

    return answer


def render(visit: SignedIn, template: str, values: Mapping[str, object], status: int = 200) -> Response:
    """A page, with its words at hand as `tell`."""
    return pages.member_page(visit, template, status, **values, tell=_teller(visit))


def go_on(visit: SignedIn, taken: Taken) -> Response:
    """To the first page that is not whole, or to the read-back."""
    section = taken_form.open_section(taken)
    return access.go_to(f"/referrals/{visit.path['referral_id']}/{section or READ_BACK}")


def over(visit: SignedIn, taken: Taken) -> Response:
    """They did not agree, or it is not for them: what there is to be said. Nothing is kept by then."""
    told, why = taken_form.to_be_told(visit, form.NEEDED, taken), "refused" if taken_form.is_refused(taken) else "over"
    return render(visit, "taken_over.html", {"told": told, "why": why})


def _teller(visit: SignedIn) -> Callable[..., str]:
    words = visit.desk.words
    return lambda key, **values: words.fill(words.text(FILE, key), values)
