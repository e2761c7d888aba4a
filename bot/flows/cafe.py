"""Restorative cafes for partner organisations: signing up, giving a place up, saying afterwards what one thought.

Apart from every referral: nothing here reads or writes one. Words: content/<language>/cafe.toml.
"""

from bot.flow import Flow
from bot.flows.lists import (
    BARRIERS,
    CAFES,
    COUNCIL_AREAS,
    HOW_MUCH,
    NEEDED_AT_A_CAFE,
    NEEDS,
    SECTORS,
    USEFUL,
    WORKS_WITH_IT,
)
from bot.flows.my_referral import CODE
from bot.steps import (
    NAME,
    QUESTIONS,
    Choice,
    Code,
    Consent,
    End,
    Fact,
    HandOver,
    Offer,
    OneOf,
    Part,
    Review,
    Say,
    Several,
    Text,
    YesNo,
    under,
)

_AREAS = tuple(area for area in COUNCIL_AREAS if area != "rather_not_say")

CAFE = Flow(
    "cafe",
    Say("not_for_your_story"),
    Offer("cafe_door", options=("sign_up", "give_up", "look_back", "support", "nothing_now"), required=True),
    End("support", {"cafe_door": "support"}),
    End("nothing_done", {"cafe_door": "nothing_now"}),
    # Giving a place up: from the chat it was taken in, or with its code from anywhere.
    *under(
        {"cafe_door": "give_up"},
        Fact("my_cafes", options=(*CAFES, "none")),
        Code("cafe_code", {"my_cafes": "none"}, required=True, sensitive=True),
        Fact("cafe_code_is", options=CODE),
        End("cafe_code_wrong", {"cafe_code_is": "wrong"}),
        End("cafe_code_too_many", {"cafe_code_is": "too_many"}),
        OneOf("which_to_give_up", {"my_cafes": CAFES}, of="my_cafes", options=CAFES, required=True),
        Choice("give_up_now", options=("give_up", "keep_it"), required=True),
        End("place_kept", {"give_up_now": "keep_it"}),
        End("given_up", effects=("give_up_cafe",)),
    ),
    # Afterwards. Nobody learns who said it, so a wish to be called has to be told apart.
    *under(
        {"cafe_door": "look_back"},
        Fact("past_cafes", options=(*CAFES, "none")),
        End("none_past", {"past_cafes": "none"}),
        OneOf("which_it_was", of="past_cafes", options=CAFES, required=True),
        Choice("knew_before", options=HOW_MUCH),
        Choice("know_now", options=HOW_MUCH),
        Several("useful", options=USEFUL, alone=("none",)),
        Several("barriers", options=BARRIERS, alone=("none",)),
        Choice("would_refer", options=("yes", "no", "not_yet")),
        Several("what_we_need", options=NEEDS, alone=("none",)),
        Choice("be_a_partner", options=("yes", "no", "not_sure")),
        Choice("access_met", options=("yes", "partly", "no", "nothing_needed")),
        Choice("comfortable", options=("yes", "mostly", "no")),
        Text("unsettling", max_chars=500, sensitive=True),
        Text("in_your_words", max_chars=500),
        Consent("may_quote", sensitive=True),
        YesNo("follow_up"),
        Review("read_back_after"),
        HandOver("looked_back", effects=("keep_cafe_feedback",)),
    ),
    # Signing up: what is needed, then what may be left out.
    *under(
        {"cafe_door": "sign_up"},
        Fact("open_cafes", options=(*CAFES, "none")),
        End("none_open", {"open_cafes": "none"}),
        OneOf("which_cafe", of="open_cafes", options=CAFES, required=True),
        Fact("has_place", options=("yes", "no")),
        Fact("has_food", options=("yes", "no")),
        Choice("wait_for_place", {"has_place": "no"}, options=("wait", "leave_it"), required=True),
        End("not_waiting", {"wait_for_place": "leave_it"}),
        Text("your_name", reads=NAME, max_chars=80, required=True),
        Text("work_email", reads="email", max_chars=254, required=True, sensitive=True),
        Text("organisation", max_chars=120, required=True),
        Consent("conduct", required=True, sensitive=True),
        End("not_agreed", {"conduct": "no"}),
        # Each of these is a yes of its own; left open, it is a no.
        Fact("channel", options=("telegram", "web", "terminal")),
        Consent("event_emails", sensitive=True),
        Consent("remind_me", {"channel": ("telegram", "terminal")}, sensitive=True),
        Consent("future_updates", sensitive=True),
        Consent("photo", sensitive=True),
        Consent("share_list", sensitive=True),
        Part("part_your_work"),
        *under(
            {"part_your_work": "go_on"},
            Text("role", max_chars=80),
            Choice("sector", options=SECTORS),
            Text("work_phone", reads="phone", max_chars=40),
            Several("council_area", options=_AREAS, alone=("not_sure",)),
            Choice("works_with_it", options=WORKS_WITH_IT),
            Text("to_gain", max_chars=300),
            Text("to_ask", max_chars=300, takes=(QUESTIONS,)),
        ),
        Part("part_needs"),
        *under(
            {"part_needs": "go_on"},
            Several("access_needs", options=NEEDED_AT_A_CAFE, alone=("none",), sensitive=True),
            Text("diet", {"has_food": "yes"}, max_chars=200, sensitive=True),
            Text("private_note", max_chars=300, sensitive=True),
        ),
        Review("read_back"),
    ),
    HandOver("on_waiting_list", {"has_place": "no"}, effects=("sign_up_cafe",)),
    HandOver("signed_up", effects=("sign_up_cafe",)),
)
