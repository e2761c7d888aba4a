"""A person who was harmed asks for a first talk. Words: content/<language>/self_referral.toml."""

from bot.flow import Flow
from bot.flows.lists import AGE_BANDS, AGES, HEARD_FROM, PROFESSIONALS, ROLES, SUPPORTERS
from bot.flows.shared import (
    A_SAFE_ROUTE,
    ABOUT_YOU,
    FIRST_HOPES,
    POLICE_AND_COURTS,
    SAFE_CONTACT,
    SAFETY,
    WHAT_HAPPENED,
    part,
)
from bot.steps import NAME, Choice, Consent, End, Flag, HandOver, Offer, Review, Several, Text, under

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
    Choice("age_band", options=AGE_BANDS, spans=AGES, required=True, sensitive=True),
    End("help_under_16", {"age_band": "under_16"}),
    Flag("under_18", {"age_band": "16_17"}),
    Flag("age_unknown", {"age_band": "rather_not_say"}),
    Consent("be_contacted", required=True, sensitive=True),
    End("not_contacted", {"be_contacted": "no"}),
    # What is needed to call somebody safely, and no more.
    Text("name_to_use", reads=NAME, required=True, max_chars=60),
    *A_SAFE_ROUTE,
    # From here on everything only helps to prepare.
    Offer("send_or_more", options=("send_now", "more"), required=True),
    *under(
        {"send_or_more": "more"},
        *part("part_safe_contact", *SAFE_CONTACT),
        *part("part_safety", *SAFETY),
        *part("part_about_you", *ABOUT_YOU),
        *part("part_what_happened", *WHAT_HAPPENED),
        *part("part_justice", *POLICE_AND_COURTS),
        *part("part_hopes", *FIRST_HOPES),
        *part(
            "part_support",
            Several("support_in_place", options=SUPPORTERS, alone=("none",)),
            Consent("share_with_support", {"support_in_place": PROFESSIONALS}, sensitive=True),
            Text("support_contact", {"share_with_support": "yes"}, max_chars=200),
            Consent("wraparound", sensitive=True),
            Choice("heard_from", options=HEARD_FROM, counted=True),
        ),
    ),
    # Nobody sees anything until the person has read it back and pressed Send.
    Review("read_back"),
    HandOver("sent"),
)
