"""Somebody was referred by a worker, and sees, with the confirm code, what was said about them: to correct, to limit,
to send as their own, or to refuse. Words: content/<language>/confirm_referral.toml, and those of self_referral.
"""

from bot.flow import Flow
from bot.flows.lists import AGE_BANDS, AGES, HOW_AGREED, MAY_BE_SHARED, REFERRER_MAY_KNOW, WHEN_AGREED
from bot.flows.my_referral import CODE
from bot.flows.shared import (
    A_SAFE_ROUTE,
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
    Bring,
    Choice,
    Code,
    Consent,
    End,
    Fact,
    Flag,
    HandOver,
    Offer,
    Review,
    Say,
    Several,
    Text,
    YesNo,
)

CONFIRM_REFERRAL = Flow(
    "confirm_referral",
    Code("confirm_code", required=True, sensitive=True),
    Fact("confirming", options=CODE),
    End("code_wrong", {"confirming": "wrong"}),
    End("too_many_tries", {"confirming": "too_many"}),
    Say("what_this_is"),
    Offer("look_or_refuse", options=("look", "refuse"), required=True),
    End("refused", {"look_or_refuse": "refuse"}, effects=("refuse",)),
    # The worker's word for it is not enough: these two are asked of the person.
    Consent("keep_answers", required=True, sensitive=True),
    End("nothing_kept", {"keep_answers": "no"}, effects=("refuse",)),
    Consent("be_contacted", required=True, sensitive=True),
    End("not_contacted", {"be_contacted": "no"}, effects=("refuse",)),
    # Whatever was answered already is only read back; what was not is asked here.
    Bring("proposal"),
    Choice("age_band", options=AGE_BANDS, spans=AGES, required=True, sensitive=True),
    End("help_under_16", {"age_band": "under_16"}, effects=("refuse",)),
    Flag("under_18", {"age_band": "16_17"}),
    Flag("age_unknown", {"age_band": "rather_not_say"}),
    Text("name_to_use", reads=NAME, required=True, max_chars=60),
    *A_SAFE_ROUTE,
    YesNo("worker_present"),
    Choice("how_agreed", options=HOW_AGREED),
    Choice("when_agreed", options=WHEN_AGREED),
    Text("taken_by", reads=NAME, max_chars=120),
    Several("may_be_shared", options=MAY_BE_SHARED, alone=("only_contact",)),
    Text("referrer_name", reads=NAME, max_chars=80),
    Text("referrer_role", max_chars=80),
    Text("organisation", max_chars=120),
    Text("work_email", reads="email", max_chars=254),
    Several("referrer_may_know", options=REFERRER_MAY_KNOW, alone=("nothing",), required=True, sensitive=True),
    *part("part_referrer", *THE_WORKER),
    *part("part_safe_contact", *SAFE_CONTACT),
    *part("part_about_you", *ABOUT_YOU),
    *part("part_safety", *SAFETY),
    *part("part_what_happened", *WHAT_HAPPENED),
    *part("part_justice", *POLICE_AND_COURTS),
    *part("part_hopes", *FIRST_HOPES),
    *part("part_worker", *WORKER_KNOWS),
    Review("read_back"),
    # Once they have read it: yes, in their own name, or no, and it is destroyed.
    Consent("accept", required=True, sensitive=True),
    End("refused_after_all", {"accept": "no"}, effects=("refuse",)),
    HandOver("sent", effects=("hand_over", "confirm")),
)
