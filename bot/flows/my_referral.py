"""Coming back to what was sent: where it stands, reading it, writing, withdrawing, erasing.

Words: content/<language>/my_referral.toml.
"""

from bot.flow import Flow
from bot.steps import Choice, Code, End, Fact, Offer, Say, Text

STAGES_TOLD = ("waiting", "taken", "in_contact", "talking", "withdrawn")
CODE = ("opens", "wrong", "too_many")

MY_REFERRAL = Flow(
    "my_referral",
    Fact("sent_from_here", options=("yes", "no")),
    # From another browser or phone, the receipt code tells whose referral it is.
    Code("receipt_code", {"sent_from_here": "no"}, required=True, sensitive=True),
    Fact("code", options=CODE),
    End("code_wrong", {"code": "wrong"}),
    End("too_many_tries", {"code": "too_many"}),
    Fact("where", options=STAGES_TOLD),
    Say("is_waiting", {"where": "waiting"}),
    Say("is_taken", {"where": "taken"}),
    Say("is_in_contact", {"where": "in_contact"}),
    Say("is_talking", {"where": "talking"}),
    End("is_withdrawn", {"where": "withdrawn"}),
    Offer("what_next", options=("read", "write", "withdraw", "erase", "leave"), required=True),
    # The chat alone shows stage and dates; the words open only with the code.
    Code("code_to_read", {"what_next": "read", "sent_from_here": "yes"}, required=True, sensitive=True),
    Fact("reading", options=CODE),
    End("reading_wrong", {"what_next": "read", "reading": "wrong"}),
    End("reading_too_many", {"what_next": "read", "reading": "too_many"}),
    End("what_i_sent", {"what_next": "read"}, effects=("read_copy",)),
    Text("message", {"what_next": "write"}, max_chars=1000, required=True, sensitive=True),
    End("message_sent", {"what_next": "write"}, effects=("write",)),
    Choice("withdraw_now", {"what_next": "withdraw"}, options=("withdraw", "keep_it"), required=True),
    End("withdrawn", {"withdraw_now": "withdraw"}, effects=("withdraw",)),
    Choice("erase_now", {"what_next": "erase"}, options=("erase", "keep_it"), required=True),
    End("erased", {"erase_now": "erase"}, effects=("erase_case",)),
    End("left"),
)
