"""The doors from outside of any conversation: what a code typed there, or a link followed there, leads to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from bot import facts
from bot.drafts import Draft
from bot.facts import Asking, code_digest, link_digest
from bot.messages import Inbound
from bot.referrals import proposal_links
from bot.situation import FIRST_FLOW
from bot.turn import Cue, note
from policy.retention import LINK
from storage import cases, conversations, proposals
from storage.codes import normalise
from storage.receipts import Receipt

ANY_CODE = "any_code"
DOORS: Mapping[str, tuple[str, Callable[[Asking, Receipt], bool]]] = {
    "my_referral": ("receipt_code", lambda asking, code: cases.of_code(asking.tx, code.digest) is not None),
    "confirm_referral": (
        "confirm_code",
        lambda asking, code: proposals.of_code(asking.tx, code.digest, asking.now.timestamp()) is not None,
    ),
}
"""The flows that a code opens: the question it answers there, and whether there is something that it opens."""

NOT_OPENED = {
    "too_many": Cue("say", "too_many_tries", "my_referral"),
    "wrong": note("wrong_code"),
    "under_way": note("link_waits"),
}


@dataclass(frozen=True, slots=True)
class Door:
    """What a code or a link leads to, from outside of any conversation."""

    name: str = ""
    """A flow in `DOORS`, or why it is not opened: a name in `NOT_OPENED`; empty: there is no door here."""
    code: str = field(default="", repr=False)
    """What opens it."""
    moved_from: bytes | None = field(default=None, repr=False)
    """Whose conversation is found again."""


NO_DOOR = Door()


def is_idle(draft: Draft | None) -> bool:
    """Whether no conversation is under way that a code typed now could belong to: nothing is, or the first menu."""
    return draft is None or (draft.conversation.flow == FIRST_FLOW and not draft.conversation.desk)


def opened_by(inbound: Inbound, under_way: Draft | None, asking: Asking) -> Door:
    """Where what came in leads, if it is a code or a link. `under_way`: the conversation that is open here, if any."""
    if inbound.kind == "link":
        return _behind_link(inbound.text, under_way, asking)
    code = normalise(inbound.text) if inbound.kind == "text" and is_idle(under_way) else None
    return NO_DOOR if code is None else _behind_code(inbound.text, code, asking)


def _behind_code(typed: str, code: str, asking: Asking) -> Door:
    """The conversation that was paused with it, else the flow it opens. One try, whatever it was meant for."""
    asking = replace(asking, answers={ANY_CODE: typed})
    found: list[Door] = []

    def opens() -> bool:
        if moved := conversations.redeem_code(asking.tx, code_digest(asking.pepper, code)):
            found.append(Door(moved_from=moved))
        elif derived := asking.receipt(ANY_CODE):
            opened = (flow for flow, (_, is_there) in DOORS.items() if is_there(asking, derived))
            found.extend(Door(flow, typed.strip()) for flow in opened)
        return bool(found)

    verdict = facts.tried(asking, ANY_CODE, opens)
    return found[0] if verdict == "opens" else Door(verdict or "wrong")


def _behind_link(token: str, under_way: Draft | None, asking: Asking) -> Door:
    """The conversation it was made for, or what was proposed, unless another is open. One try, as for a code typed."""
    since = (asking.now - LINK).timestamp()
    if moved := conversations.redeem_code(asking.tx, link_digest(asking.pepper, token), since):
        return Door(moved_from=moved)
    asking = replace(asking, answers={ANY_CODE: token})
    code = ""

    def opens() -> bool:
        nonlocal code
        code = proposal_links.code_behind(asking.tx, asking.pepper, token, asking.now) or ""
        return bool(code)

    verdict = facts.tried(asking, ANY_CODE, opens)
    if verdict == "too_many":
        return Door("too_many")
    if not code:
        return NO_DOOR  # that it has passed is said wherever the person is
    if under_way is None or is_idle(under_way):
        return Door("confirm_referral", code)
    if normalise(str(under_way.conversation.answers.get("confirm_code"))) == code:
        return Door(moved_from=asking.person)  # opened before, and not finished: on from there
    return Door("under_way")
