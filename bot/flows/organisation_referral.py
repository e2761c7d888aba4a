"""A worker refers somebody they support, who knows of it and agrees. It only proposes: the person's own yes comes after
(`confirm_referral`), and nobody reads it before that. Words: content/<language>/organisation_referral.toml.
"""

from bot.flow import Flow
from bot.flows.lists import AGE_BANDS, AGES, HOW_AGREED, MAY_BE_SHARED, WHEN_AGREED
from bot.flows.shared import (
    A_SAFE_ROUTE_ELSEWHERE,
    ABOUT_YOU,
    FIRST_HOPES,
    POLICE_AND_COURTS,
    SAFE_CONTACT,
    SAFETY,
    THE_WORKER,
    WHAT_HAPPENED,
    WORKER_KNOWS,
    part,
)
from bot.steps import (
    NAME,
    Choice,
    Consent,
    End,
    Flag,
    HandOver,
    Offer,
    Question,
    Review,
    Several,
    Step,
    Text,
    Which,
    YesNo,
    under,
)

PERSONS_OWN = (SAFE_CONTACT, ABOUT_YOU, SAFETY, WHAT_HAPPENED, POLICE_AND_COURTS, FIRST_HOPES)
PERSONS_ANSWERS = tuple(step.name for group in PERSONS_OWN for step in group if isinstance(step, Question))


def agreed_part(name: str, group: tuple[Step, ...]) -> tuple[Step, ...]:
    """A part that is asked if the person agreed to share it. It raises no flag: nobody at the desk reads it before the
    person has sent it."""
    return under({"may_be_shared": name}, *part(name, *(step for step in group if not isinstance(step, Flag))))


ORGANISATION_REFERRAL = Flow(
    "organisation_referral",
    # Without the person's agreement nothing is asked and nothing is kept.
    Consent("person_agrees", required=True, sensitive=True),
    End("not_agreed", {"person_agrees": "no"}),
    Choice("age_band", options=AGE_BANDS, spans=AGES, required=True, sensitive=True),
    End("help_under_16", {"age_band": "under_16"}),
    # The evidence of their agreement.
    Choice("how_agreed", options=HOW_AGREED, required=True, sensitive=True),
    Choice("when_agreed", options=WHEN_AGREED, required=True),
    Text("taken_by", reads=NAME, max_chars=120, required=True),
    # One safe way to reach them, for the worker and the person to agree on.
    Text("name_to_use", reads=NAME, required=True, max_chars=60),
    *A_SAFE_ROUTE_ELSEWHERE,
    YesNo("worker_present", required=True),
    # Who refers.
    Text("referrer_name", reads=NAME, max_chars=80, required=True),
    Text("referrer_role", max_chars=80, required=True),
    Text("organisation", max_chars=120, required=True),
    Text("work_email", reads="email", max_chars=254, required=True, sensitive=True),
    # From here on everything may be left out, and what the person did not agree to share is not asked.
    Several("may_be_shared", options=MAY_BE_SHARED, alone=("only_contact",), required=True, sensitive=True),
    Offer("send_or_more", options=("send_now", "more"), required=True),
    *under(
        {"send_or_more": "more"},
        *part("part_referrer", *THE_WORKER),
        *part("part_safe_contact", *SAFE_CONTACT),
        *agreed_part("part_about_you", ABOUT_YOU),
        *agreed_part("part_safety", SAFETY),
        *agreed_part("part_what_happened", WHAT_HAPPENED),
        *agreed_part("part_justice", POLICE_AND_COURTS),
        *agreed_part("part_hopes", FIRST_HOPES),
        # What of the person's own answers they did not say themselves. It stands marked when they read it.
        Which("workers_view", options=(*PERSONS_ANSWERS, "none"), alone=("none",)),
        *agreed_part("part_worker", WORKER_KNOWS),
    ),
    Review("read_back"),
    HandOver("proposed", effects=("propose",)),
)
