"""Coming back to what was sent: where it stands, reading it, keeping a copy, what was agreed to, writing, changing
how to be in touch, withdrawing, erasing.

Words: content/<language>/my_referral.toml, and those of self_referral for what is asked anew.
"""

from bot.flow import Flow
from bot.flows.lists import CONSENTS, ENDS_ALL, OF_ITS_OWN, PAUSES
from bot.flows.shared import A_SAFE_ROUTE, SAFE_CONTACT
from bot.steps import GOODBYES, NOES, QUESTIONS, Choice, Code, End, Fact, GoTo, Offer, OneOf, Review, Say, Text, under

# What is told of where it stands; which stage of a case is told as which is in `bot.facts.TOLD`.
STAGES_TOLD = (
    "waiting",
    "taken",
    "in_contact",
    "talking",
    "looking",
    "preparing",
    "asking",
    "under_way",
    "afterwards",
    "paused",
    "closed",
    "withdrawn",
)
WITHDRAWN = "withdrawn"
WITH_US = tuple(where for where in STAGES_TOLD if where != WITHDRAWN)
CODE = ("opens", "wrong", "too_many")
WITH_THE_CODE = ("read", "data", "agreed")
OPENS_WORDS = (
    {"message_waits": "read_it"},
    {"what_next": WITH_THE_CODE},
    {"once_withdrawn": WITH_THE_CODE},
)
"""What shows words to whoever holds the phone."""

MY_REFERRAL = Flow(
    "my_referral",
    Fact("sent_from_here", options=("yes", "no")),
    # From another browser or phone, the receipt code tells whose referral it is.
    Code("receipt_code", {"sent_from_here": "no"}, required=True, sensitive=True),
    Fact("code", options=CODE),
    End("code_wrong", {"code": "wrong"}),
    End("too_many_tries", {"code": "too_many"}),
    Fact("where", options=STAGES_TOLD),
    *(Say(f"is_{where}", {"where": where}) for where in STAGES_TOLD),
    # Nobody works on what was withdrawn, but what was sent is still theirs, and the door is open.
    Offer(
        "once_withdrawn",
        {"where": WITHDRAWN},
        options=("read", "data", "agreed", "ask_again", "erase", "leave"),
        required=True,
    ),
    GoTo("self_referral", {"once_withdrawn": "ask_again"}),
    # Whoever comes to look was asked whether now is a good time by coming.
    Fact("from_desk", {"where": WITH_US}, options=("unread", "none")),
    Offer("message_waits", {"from_desk": "unread"}, options=("read_it", "not_now"), required=True),
    Offer(
        "what_next",
        ({"from_desk": "none"}, {"message_waits": "not_now"}),
        options=("read", "data", "agreed", "write", "contact", "withdraw", "erase", "leave"),
        required=True,
    ),
    # The chat alone shows stage and dates; the words open only with the code.
    *under({"sent_from_here": "yes"}, Code("code_to_read", OPENS_WORDS, required=True, sensitive=True)),
    Fact("reading", options=CODE),
    *under({"reading": "wrong"}, End("reading_wrong", OPENS_WORDS)),
    *under({"reading": "too_many"}, End("reading_too_many", OPENS_WORDS)),
    End("desk_message", {"message_waits": "read_it"}, effects=("read_message",)),
    End("what_i_sent", ({"what_next": "read"}, {"once_withdrawn": "read"}), effects=("read_copy",)),
    End("my_data", ({"what_next": "data"}, {"once_withdrawn": "data"}), effects=("get_data",)),
    End("what_i_agreed", {"once_withdrawn": "agreed"}, effects=("read_agreed",)),
    # Each consent by itself. Those without which nobody may be in touch take the whole back with them.
    Fact("agreed_to", options=CONSENTS),
    *under(
        {"what_next": "agreed"},
        OneOf("take_back", {"agreed_to": CONSENTS}, options=CONSENTS, of="agreed_to"),
        Choice("take_all_back", {"take_back": ENDS_ALL}, options=("withdraw", "keep_it"), required=True),
        End("consents_withdrawn", {"take_all_back": "withdraw"}, effects=("withdraw",)),
        End("consent_withdrawn", {"take_back": OF_ITS_OWN}, effects=("take_back",)),
        End("nothing_taken_back"),
    ),
    *under(
        {"what_next": "write"},
        Text("message", max_chars=1000, required=True, sensitive=True, takes=(QUESTIONS, GOODBYES, NOES)),
        Review("check_message"),
        End("message_sent", effects=("write",)),
    ),
    *under(
        {"what_next": "contact"},
        Offer("contact_next", options=("say_anew", "no_contact", "contact_again", "leave_it"), required=True),
        Choice("pause_for", {"contact_next": "no_contact"}, options=PAUSES, required=True),
        End("contact_paused", {"contact_next": "no_contact"}, effects=("pause_contact",)),
        End("contact_resumed", {"contact_next": "contact_again"}, effects=("resume_contact",)),
        # Asked anew and whole: what was said before is not shown here, for someone else may hold this phone.
        *under(
            {"contact_next": "say_anew"},
            *A_SAFE_ROUTE,
            *SAFE_CONTACT,
            Review("read_back"),
            End("contact_changed", effects=("change_contact",)),
        ),
    ),
    Choice("withdraw_now", {"what_next": "withdraw"}, options=("withdraw", "keep_it"), required=True),
    End("withdrawn", {"withdraw_now": "withdraw"}, effects=("withdraw",)),
    Choice(
        "erase_now",
        ({"what_next": "erase"}, {"once_withdrawn": "erase"}),
        options=("erase", "keep_it"),
        required=True,
    ),
    End("erased", {"erase_now": "erase"}, effects=("erase_case",)),
    End("left"),
)
