"""The first menu: who is talking here, who can see it, which doors there are. Words: content/<language>/menu.toml."""

from bot.flow import Flow
from bot.steps import Choice, Fact, GoTo, Say

MENU = Flow(
    "menu",
    Fact("channel", options=("telegram", "web", "terminal")),
    Say("welcome"),
    Say("seen_by_telegram", {"channel": "telegram"}),
    Say("seen_on_this_device", {"channel": "web"}),
    Choice(
        "menu",
        options=(
            "self_referral",
            "learn",
            "is_it_for_me",
            "my_referral",
            "organisation_referral",
            "confirm_referral",
            "cafe",
        ),
        required=True,
    ),
    GoTo("self_referral", {"menu": "self_referral"}),
    GoTo("learn", {"menu": "learn"}),
    GoTo("is_it_for_me", {"menu": "is_it_for_me"}),
    GoTo("my_referral", {"menu": "my_referral"}),
    GoTo("organisation_referral", {"menu": "organisation_referral"}),
    GoTo("confirm_referral", {"menu": "confirm_referral"}),
    GoTo("cafe"),
)
