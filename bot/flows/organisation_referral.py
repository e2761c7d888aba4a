"""A worker refers somebody they support, who knows of it and agrees. It only proposes: the person's own yes comes after
(`confirm_referral`), and nobody reads it before that. Words: content/<language>/organisation_referral.toml.
"""

from bot.flow import Flow
from bot.flows.lists import (
    ACCESS_NEEDS,
    AGE_BANDS,
    COUNCIL_AREAS,
    EXPLAINED,
    FORMS,
    HARMS,
    HOPES,
    HOW_AGREED,
    JUSTICE_STAGES,
    LANGUAGES,
    MAY_BE_SHARED,
    ORDERS,
    PERSONS_PARTS,
    PROCESSES,
    WHEN_AGREED,
    YES_NO_NOT_SURE,
)
from bot.flows.shared import A_SAFE_ROUTE_ELSEWHERE
from bot.steps import Choice, Consent, End, HandOver, Offer, Part, Review, Say, Several, Text, YesNo, under

ORGANISATION_REFERRAL = Flow(
    "organisation_referral",
    # Without the person's agreement nothing is asked and nothing is kept.
    Consent("person_agrees", required=True, sensitive=True),
    End("not_agreed", {"person_agrees": "no"}),
    Choice("age_band", options=AGE_BANDS, required=True, sensitive=True),
    End("help_under_16", {"age_band": "under_16"}),
    # The evidence of their agreement.
    Choice("how_agreed", options=HOW_AGREED, required=True, sensitive=True),
    Choice("when_agreed", options=WHEN_AGREED, required=True),
    Text("taken_by", max_chars=120, required=True),
    # One safe way to reach them, for the worker and the person to agree on.
    Text("name_to_use", required=True, max_chars=60),
    *A_SAFE_ROUTE_ELSEWHERE,
    YesNo("worker_present", required=True),
    # Who refers.
    Text("referrer_name", max_chars=80, required=True),
    Text("referrer_role", max_chars=80, required=True),
    Text("organisation", max_chars=120, required=True),
    Text("work_email", reads="email", max_chars=254, required=True, sensitive=True),
    # From here on everything may be left out, and what the person did not agree to share is not asked.
    Several("may_be_shared", options=MAY_BE_SHARED, alone=("only_contact",), required=True, sensitive=True),
    Offer("send_or_more", options=("send_now", "more"), required=True),
    *under(
        {"send_or_more": "more"},
        Part("part_referrer"),
        *under(
            {"part_referrer": "go_on"},
            Text("work_phone", reads="phone", max_chars=40),
            Text("knows_them", max_chars=200),
            YesNo("stay_involved"),
        ),
        *under(
            {"may_be_shared": "part_about_you"},
            Part("part_about_you"),
            *under(
                {"part_about_you": "go_on"},
                Choice("council_area", options=COUNCIL_AREAS),
                Several("access_needs", options=ACCESS_NEEDS, alone=("none",), sensitive=True),
                YesNo("interpreter"),
                Choice("interpreter_language", {"interpreter": "yes"}, options=LANGUAGES),
            ),
        ),
        *under(
            {"may_be_shared": "part_safety"},
            Part("part_safety"),
            *under(
                {"part_safety": "go_on"},
                Choice("feels_safe", options=("yes", "mostly", "no", "rather_not_say"), sensitive=True),
                Say("safety_card", {"feels_safe": "no"}),
            ),
        ),
        *under(
            {"may_be_shared": "part_what_happened"},
            Part("part_what_happened"),
            *under({"part_what_happened": "go_on"}, Choice("kind_of_harm", options=HARMS, sensitive=True)),
        ),
        *under(
            {"may_be_shared": "part_justice"},
            Part("part_justice"),
            *under(
                {"part_justice": "go_on"},
                Choice("justice_stage", options=JUSTICE_STAGES, sensitive=True),
                Several("orders", options=ORDERS, alone=("none", "not_sure", "rather_not_say"), sensitive=True),
            ),
        ),
        *under(
            {"may_be_shared": "part_hopes"},
            Part("part_hopes"),
            *under(
                {"part_hopes": "go_on"},
                Several("hopes", options=HOPES, alone=("not_sure",)),
                Several("form", options=FORMS, alone=("not_sure",)),
                Text("worries", max_chars=500, sensitive=True),
            ),
        ),
        *under(
            {"may_be_shared": "part_worker"},
            Part("part_worker"),
            *under(
                {"part_worker": "go_on"},
                Text("risk_concerns", max_chars=500, sensitive=True),
                Choice("assessment_done", options=YES_NO_NOT_SURE, sensitive=True),
                Several("processes", options=PROCESSES, alone=("none", "not_sure"), sensitive=True),
                Several("explained", options=EXPLAINED, alone=("nothing_yet",)),
                Text("what_not_to_do", max_chars=300),
            ),
        ),
        # What of it the person did not say themselves. It stands marked until they have read it.
        Several("workers_view", {"may_be_shared": PERSONS_PARTS}, options=(*PERSONS_PARTS, "none"), alone=("none",)),
    ),
    Review("read_back"),
    HandOver("proposed", effects=("propose",)),
)
