"""What restorative justice is, card by card, to leave after any of them. Words: content/<language>/learn.toml."""

from bot.flow import Flow
from bot.flows.shared import cards
from bot.steps import End, GoTo, Offer

CARDS = (
    "what_it_is",
    "choice",
    "safe",
    "individual",
    "participation",
    "together",
    "direct",
    "indirect",
    "who_is_there",
    "preparation",
    "wraparound",
    "no_promises",
    "domestic_abuse",
)

LEARN = Flow(
    "learn",
    *cards(*CARDS),
    Offer("where_next", options=("is_it_for_me", "self_referral", "leave"), required=True),
    GoTo("is_it_for_me", {"where_next": "is_it_for_me"}),
    GoTo("self_referral", {"where_next": "self_referral"}),
    End("left"),
)
