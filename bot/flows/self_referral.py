"""A person who was harmed asks for a first talk. Words: content/<language>/self_referral.toml."""

from bot.flow import Flow
from bot.flows.lists import (
    ACCESS_NEEDS,
    AGE_BANDS,
    ANY_ORDER,
    COUNCIL_AREAS,
    FORMS,
    HARMS,
    HEARD_FROM,
    HOPES,
    JUSTICE_STAGES,
    LANGUAGES,
    ORDERS,
    PLACES,
    PROFESSIONALS,
    RELATIONSHIPS,
    ROLES,
    SUPPORTERS,
    WHEN,
    WORKER_PREFERENCES,
)
from bot.flows.shared import A_SAFE_ROUTE, SAFE_CONTACT, SAFETY
from bot.steps import Choice, Consent, End, Flag, HandOver, Offer, Part, Review, Several, Text, YesNo, under

SELF_REFERRAL = Flow(
    "self_referral",
    # Nothing is kept before this yes.
    Consent("keep_answers", required=True, sensitive=True),
    End("nothing_kept", {"keep_answers": "no"}),
    # Only the person harmed can refer themselves. Everyone else leaves with something useful.
    Choice("who_i_am", options=ROLES, required=True, sensitive=True),
    End("for_supporters", {"who_i_am": "supporting"}),
    End("other_help", {"who_i_am": "caused_harm"}),
    Flag("role_unclear", {"who_i_am": "not_sure"}),
    Choice("age_band", options=AGE_BANDS, required=True, sensitive=True),
    End("help_under_16", {"age_band": "under_16"}),
    Flag("under_18", {"age_band": "16_17"}),
    Flag("age_unknown", {"age_band": "rather_not_say"}),
    Consent("be_contacted", required=True, sensitive=True),
    End("not_contacted", {"be_contacted": "no"}),
    # What is needed to call somebody safely, and no more.
    Text("name_to_use", required=True, max_chars=60),
    *A_SAFE_ROUTE,
    # From here on everything only helps to prepare.
    Offer("send_or_more", options=("send_now", "more"), required=True),
    *under(
        {"send_or_more": "more"},
        Part("part_safe_contact"),
        *under({"part_safe_contact": "go_on"}, *SAFE_CONTACT),
        Part("part_safety"),
        *under({"part_safety": "go_on"}, *SAFETY),
        Part("part_about_you"),
        *under(
            {"part_about_you": "go_on"},
            Text("pronouns", max_chars=60),
            Choice("council_area", options=COUNCIL_AREAS),
            Several("access_needs", options=ACCESS_NEEDS, alone=("none",), sensitive=True),
            YesNo("interpreter"),
            Choice("interpreter_language", {"interpreter": "yes"}, options=LANGUAGES),
            Choice("interpreter_gender", {"interpreter": "yes"}, options=("no_preference", "woman", "man")),
            Choice("worker_preference", options=WORKER_PREFERENCES),
        ),
        Part("part_what_happened"),
        *under(
            {"part_what_happened": "go_on"},
            Choice("kind_of_harm", options=HARMS, sensitive=True),
            Choice("relationship", options=RELATIONSHIPS, sensitive=True),
            Choice("when_it_was", options=WHEN, sensitive=True),
            Flag("harm_ongoing", {"when_it_was": "ongoing"}),
        ),
        Part("part_justice"),
        *under(
            {"part_justice": "go_on"},
            Choice("justice_stage", options=JUSTICE_STAGES, sensitive=True),
            Choice("where_they_are", options=PLACES, sensitive=True),
            Several("orders", options=ORDERS, alone=("none", "not_sure", "rather_not_say"), sensitive=True),
            Flag("contact_may_be_barred", {"orders": ANY_ORDER}),
        ),
        Part("part_hopes"),
        *under(
            {"part_hopes": "go_on"},
            Several("hopes", options=HOPES, alone=("not_sure",)),
            Several("form", options=FORMS, alone=("not_sure",)),
            Text("worries", max_chars=500, sensitive=True),
        ),
        Part("part_support"),
        *under(
            {"part_support": "go_on"},
            Several("support_in_place", options=SUPPORTERS, alone=("none",)),
            Consent("share_with_support", {"support_in_place": PROFESSIONALS}, sensitive=True),
            Text("support_contact", {"share_with_support": "yes"}, max_chars=200),
            Consent("wraparound", sensitive=True),
            Choice("heard_from", options=HEARD_FROM),
        ),
    ),
    # Nobody sees anything until the person has read it back and pressed Send.
    Review("read_back"),
    HandOver("sent"),
)
