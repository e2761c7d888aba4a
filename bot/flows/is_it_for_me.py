"""What usually has to be there and what usually stands in the way. It informs, never scores, never turns anyone down.

Words: content/<language>/is_it_for_me.toml.
"""

from bot.flow import Flow
from bot.flows.shared import cards
from bot.steps import End, GoTo, Offer

CARDS = ("nobody_scores", "has_to_be_there", "stands_in_the_way", "safety_first", "first_talk", "not_only_now")

IS_IT_FOR_ME = Flow(
    "is_it_for_me",
    *cards(*CARDS),
    Offer("where_next", options=("self_referral", "ask_somebody", "not_now"), required=True),
    GoTo("self_referral", {"where_next": "self_referral"}),
    End("ask_somebody", {"where_next": "ask_somebody"}),
    End("not_now"),
)
