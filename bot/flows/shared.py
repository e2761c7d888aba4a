"""Groups of steps that several flows use, as plain tuples."""

from bot.flows.lists import (
    ACCESS_NEEDS,
    AGENCIES,
    ANY_ORDER,
    BY_MESSAGE,
    BY_NUMBER,
    CONTACT_ROUTES,
    COUNCIL_AREAS,
    DAYS,
    EXPLAINED,
    FORMS,
    HARMS,
    HOPES,
    JUSTICE_STAGES,
    LANGUAGES,
    ORDERS,
    PLACES,
    PROCESSES,
    RELATIONSHIPS,
    RISK_LEVELS,
    ROUTES_ELSEWHERE,
    SAFE_FOR,
    THIS_CHAT,
    TIMES,
    WHEN,
    WORKER_PREFERENCES,
    YES_NO_NOT_SURE,
)
from bot.steps import GOODBYES, NAME, QUESTIONS, Choice, Flag, Offer, Part, Say, Several, Step, Text, YesNo, under

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
    Text("unsafe_phrase", max_chars=100, sensitive=True, takes=(QUESTIONS, GOODBYES)),
)

SAFETY = (
    Choice("feels_safe", options=("yes", "mostly", "no", "rather_not_say"), sensitive=True),
    Say("safety_card", {"feels_safe": "no"}),
    Flag("not_safe", {"feels_safe": "no"}),
    Choice("unwanted_contact", options=("no", "yes", "not_sure", "rather_not_say"), sensitive=True),
    Flag("unwanted_contact_now", {"unwanted_contact": "yes"}),
)


ABOUT_YOU = (
    Text("pronouns", reads=NAME, max_chars=60),
    Choice("council_area", options=COUNCIL_AREAS, counted=True),
    Several("access_needs", options=ACCESS_NEEDS, alone=("none",), sensitive=True),
    YesNo("interpreter"),
    Choice("interpreter_language", {"interpreter": "yes"}, options=LANGUAGES),
    Choice("interpreter_gender", {"interpreter": "yes"}, options=("no_preference", "woman", "man")),
    Choice("worker_preference", options=WORKER_PREFERENCES),
)

WHAT_HAPPENED = (
    Choice("kind_of_harm", options=HARMS, sensitive=True),
    Choice("relationship", options=RELATIONSHIPS, sensitive=True),
    Choice("when_it_was", options=WHEN, sensitive=True),
    Flag("harm_ongoing", {"when_it_was": "ongoing"}),
)

POLICE_AND_COURTS = (
    Choice("justice_stage", options=JUSTICE_STAGES, sensitive=True),
    Choice("where_they_are", options=PLACES, sensitive=True),
    Several("orders", options=ORDERS, alone=("none", "not_sure", "rather_not_say"), sensitive=True),
    Flag("contact_may_be_barred", {"orders": ANY_ORDER}),
)

FIRST_HOPES = (
    Several("hopes", options=HOPES, alone=("not_sure",)),
    Several("form", options=FORMS, alone=("not_sure",)),
    Text("worries", max_chars=500, sensitive=True),
)

# What a worker says of themselves and from their own knowledge, and the person may read, correct and take out.
THE_WORKER = (
    Text("work_phone", reads="phone", max_chars=40),
    Text("team", max_chars=120),
    Text("work_hours", max_chars=120),
    Text("duty_contact", max_chars=200),
    Text("knows_them", max_chars=200),
    YesNo("stay_involved"),
)

WORKER_KNOWS = (
    Text("why_now", max_chars=300),
    Text("risk_concerns", max_chars=500, sensitive=True),
    Text("risks_to_workers", max_chars=300, sensitive=True),
    Choice("assessment_done", options=YES_NO_NOT_SURE, sensitive=True),
    Text("assessment_when", {"assessment_done": "yes"}, max_chars=60),
    Choice("assessment_level", {"assessment_done": "yes"}, options=RISK_LEVELS, sensitive=True),
    Choice("marac", options=YES_NO_NOT_SURE, sensitive=True),
    Text("marac_when", {"marac": "yes"}, max_chars=60),
    Several("processes", options=PROCESSES, alone=("none", "not_sure"), sensitive=True),
    Several("agencies", options=AGENCIES, alone=("none",)),
    Several("explained", options=EXPLAINED, alone=("nothing_yet",)),
    Text("what_not_to_do", max_chars=300),
)


def part(name: str, *steps: Step) -> tuple[Step, ...]:
    """A part of a flow: the offer of it, and its steps for whoever takes it."""
    return (Part(name), *under({name: "go_on"}, *steps))


def cards(*names: str) -> tuple[Offer, ...]:
    """Cards to read one after another: each is met only when the one before was left by `next`."""
    conditions = ({}, *({name: "next"} for name in names))
    return tuple(
        Offer(name, when, options=("next", "leave"), required=True)
        for name, when in zip(names, conditions, strict=False)
    )
