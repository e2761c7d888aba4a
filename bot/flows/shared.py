"""Groups of steps that several flows use, as plain tuples."""

from bot.flows.lists import BY_MESSAGE, BY_NUMBER, CONTACT_ROUTES, DAYS, ROUTES_ELSEWHERE, SAFE_FOR, THIS_CHAT, TIMES
from bot.steps import Choice, Flag, Offer, Say, Several, Step, Text, YesNo

# Who chose a route must say where it leads.
WHERE_ROUTES_LEAD = (
    Text("phone_number", {"contact_routes": BY_NUMBER}, reads="phone", max_chars=40, required=True, sensitive=True),
    Text("email_address", {"contact_routes": "email"}, reads="email", max_chars=254, required=True, sensitive=True),
    Text("postal_address", {"contact_routes": "letter"}, required=True, sensitive=True),
    Text("worker_contact", {"contact_routes": "support_worker"}, required=True, sensitive=True),
)

# What is needed to reach somebody safely. This chat needs no number, only to be known for what it is.
A_SAFE_ROUTE: tuple[Step, ...] = (
    Several("contact_routes", options=CONTACT_ROUTES, required=True, sensitive=True),
    Say("about_this_chat", {"contact_routes": THIS_CHAT}),
    *WHERE_ROUTES_LEAD,
)
A_SAFE_ROUTE_ELSEWHERE: tuple[Step, ...] = (
    Several("contact_routes", options=ROUTES_ELSEWHERE, required=True, sensitive=True),
    *WHERE_ROUTES_LEAD,
)

# How to use those routes. What is left open is read as the most careful answer: no voicemail, no detail, no name.
SAFE_CONTACT = (
    Choice("voicemail", {"contact_routes": "phone"}, options=("yes", "first_name_only", "no")),
    Choice(
        "who_may_answer",
        {"contact_routes": "phone"},
        options=("only_me", "someone_safe", "someone_unsafe", "not_sure"),
        sensitive=True,
    ),
    Choice(
        "if_someone_answers",
        {"who_may_answer": ("someone_safe", "someone_unsafe", "not_sure")},
        options=("hang_up", "wrong_number", "appointment", "ask_to_call_back"),
    ),
    YesNo("withheld_number", {"contact_routes": "phone"}),
    Choice("message_wording", {"contact_routes": BY_MESSAGE}, options=("neutral", "may_name_service")),
    Choice("seen_by_others", options=("no", "yes", "not_sure"), sensitive=True),
    Several("safe_days", options=DAYS, alone=("any_day",)),
    Several("safe_times", options=TIMES, alone=("any_time",)),
    Text("never_times", max_chars=200),
    Choice("safe_for", options=SAFE_FOR),
    Text("code_word", max_chars=60, sensitive=True),
    Text("unsafe_phrase", max_chars=100, sensitive=True),
)

SAFETY = (
    Choice("feels_safe", options=("yes", "mostly", "no", "rather_not_say"), sensitive=True),
    Say("safety_card", {"feels_safe": "no"}),
    Flag("not_safe", {"feels_safe": "no"}),
    Choice("unwanted_contact", options=("no", "yes", "not_sure", "rather_not_say"), sensitive=True),
    Flag("unwanted_contact_now", {"unwanted_contact": "yes"}),
)


def cards(*names: str) -> tuple[Offer, ...]:
    """Cards to read one after another: each is met only when the one before was left by `next`."""
    conditions = ({}, *({name: "next"} for name in names))
    return tuple(
        Offer(name, when, options=("next", "leave"), required=True)
        for name, when in zip(names, conditions, strict=False)
    )
