"""The laws of a flow, each with a tiny wrong flow, and where a person is in a right one."""

import pytest

from bot.errors import FlowError
from bot.flow import Flow
from bot.flows import FLOWS
from bot.steps import (
    Choice,
    Consent,
    End,
    Fact,
    Flag,
    OneOf,
    Part,
    Question,
    Review,
    Say,
    Several,
    Text,
    Which,
    YesNo,
    under,
)

COLOURS = ("red", "green", "blue")
END = End("finished")


def tiny() -> Flow:
    return Flow(
        "tiny",
        Choice("colour", options=COLOURS, required=True),
        Say("red_card", {"colour": "red"}),
        Flag("is_red", {"colour": "red"}),
        Text("shade", {"colour": ("red", "green")}),
        Several("uses", options=("wall", "door", "none"), alone=("none",)),
        YesNo("door_too", {"uses": "door"}),
        END,
    )


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ((YesNo("a"), YesNo("a"), END), "stands twice"),
        ((Say("b", {"a": "yes"}), YesNo("a"), END), "no earlier closed question"),
        ((YesNo("a"), Say("b", {"a": "maybe"}), END), "no option 'maybe'"),
        ((Text("a"), Say("b", {"a": "yes"}), END), "no earlier closed question"),
        ((YesNo("a"),), "last step must be"),
        ((YesNo("a"), End("b", {"a": "yes"})), "last step must be"),
        ((YesNo("Bad Name"), END), "is no name"),
        ((Choice("a", options=("_stop",)), END), "is no name"),
        ((Choice("a"), END), "needs options"),
        ((Choice("a", options=("x", "x")), END), "stands twice"),
        ((Several("a", options=("x",), alone=("y",)), END), "none of the options"),
        ((YesNo("stopped"), END), "belongs to the engine"),
        ((Choice("a" * 27, options=("b" * 28,)), END), "do not fit"),
        ((Review("a"), Say("b", {"a": "send"}), END), "no earlier closed question"),
        ((OneOf("a", of="b", options=("x",)), END), "no earlier fact"),
        ((Fact("b", options=("y",)), OneOf("a", of="b", options=("x",)), END), "no earlier fact"),
        ((Which("a", options=("b", "none"), alone=("none",)), Text("b"), END), "'b' is no earlier question"),
        ((), "last step must be"),
    ],
)
def test_a_flow_that_breaks_a_law_stops_the_import_and_says_where(steps, words):
    with pytest.raises(FlowError, match=words):
        Flow("wrong", *steps)


def test_a_person_is_at_the_first_question_met_without_a_valid_answer():
    flow = tiny()
    assert flow.position({}).step.name == "colour"
    assert flow.position({"colour": "blue"}).step.name == "uses"
    assert flow.position({"colour": "red"}).step.name == "shade"
    assert flow.position({"colour": "red", "shade": None, "uses": ("wall",)}).step is END


def test_cards_and_flags_follow_from_what_was_said():
    position = tiny().position({"colour": "red"})
    assert position.says == ("red_card",)
    assert position.flags == ("is_red",)


def test_a_condition_about_a_question_skipped_or_not_met_is_false():
    assert tiny().position({"colour": "blue", "uses": None}).step is END


def test_a_question_put_in_by_an_upgrade_is_asked_next_and_a_renamed_option_again():
    answers = {"colour": "blue", "uses": ("wall",)}
    assert tiny().position(answers).step is END
    upgraded = Flow("tiny", YesNo("new"), *tiny().steps)
    assert upgraded.position(answers).step.name == "new"
    assert tiny().position({"colour": "crimson", "uses": ("wall",)}).step.name == "colour"


def test_an_answer_to_a_question_no_longer_met_reaches_no_case():
    kept = tiny().position({"colour": "blue", "shade": "pale", "uses": ("wall",), "gone": "x"}).kept
    assert kept == {"colour": "blue", "uses": ("wall",)}


def test_a_required_question_takes_no_skip_and_every_other_does():
    for flow in FLOWS.values():
        for step in flow.questions:
            assert step.accepts(None) is not step.required


def test_going_to_the_read_back_early_skips_what_was_not_answered_but_nothing_needed():
    flow = Flow("early", YesNo("a", required=True), YesNo("b"), Text("c"), Review("read"), END)
    assert flow.position({}, early=True).step.name == "a"
    early = flow.position({"a": "yes"}, early=True)
    assert early.step.name == "read"
    assert early.kept == {"a": "yes", "b": None, "c": None}


def test_an_option_that_stands_alone_takes_the_others_away_and_gives_way_to_them():
    step = Several("uses", options=("wall", "door", "none"), alone=("none",))
    assert step.choose(("wall",), "none") == ("none",)
    assert step.choose(("none",), "door") == ("door",)
    assert step.choose(("door",), "wall") == ("wall", "door")


def test_which_offers_the_answers_given_and_is_not_asked_where_there_are_none():
    which = Which("own", options=("a", "b", "none"), alone=("none",))
    flow = Flow("which", YesNo("a"), Text("b"), which, END)
    asked = flow.position({"a": "yes", "b": None}).step
    assert (asked.name, asked.closed) == ("own", ("a", "none"))
    assert flow.position({"a": None, "b": None}).step is END


def test_under_adds_its_condition_to_each_step_of_a_group():
    first, second = under({"a": "yes"}, YesNo("b"), YesNo("c", {"b": "no"}))
    assert first.when == {"a": "yes"}
    assert second.conditions == ({"a": "yes", "b": "no"},)


def test_a_fact_from_outside_steers_like_an_answer():
    flow = Flow("facts", Fact("open_now", options=("yes", "no")), Say("closed", {"open_now": "no"}), YesNo("a"), END)
    assert flow.position({}, {"open_now": "no"}).says == ("closed",)
    assert flow.position({}, {"open_now": "yes"}).says == ()


def test_progress_counts_what_may_still_come_and_ends_where_it_said():
    flow = FLOWS["self_referral"]
    answers = {"keep_answers": "yes", "who_i_am": "harmed"}
    progress = flow.progress(flow.position(answers))
    assert (progress.number, progress.part) == (3, 0)
    assert progress.about >= 7


def test_a_part_counts_only_its_own_questions():
    flow = Flow("parts", YesNo("a"), Part("p"), *under({"p": "go_on"}, YesNo("b"), YesNo("c")), Review("read"), END)
    progress = flow.progress(flow.position({"a": "yes", "p": "go_on", "b": "no"}))
    assert (progress.part, progress.parts, progress.number, progress.about) == (1, 1, 2, 2)


def test_the_shortest_honest_referral_takes_at_most_twelve_turns():
    flow = FLOWS["self_referral"]
    said = [
        ("keep_answers", "yes"),
        ("who_i_am", "harmed"),
        ("age_band", "18_plus"),
        ("be_contacted", "yes"),
        ("name_to_use", "Sam"),
        ("contact_routes", ("phone",)),  # two presses: the option, and Done
        ("phone_number", "+44 7700 900123"),
        ("send_or_more", "send_now"),
        ("read_back", "send"),
    ]
    answers = {}
    for name, answer in said:
        assert flow.position(answers).step.name == name
        answers[name] = answer
    assert flow.position(answers).step.name == "sent"
    opening_and_menu, pressing_done = 2, 1
    assert opening_and_menu + len(said) + pressing_done <= 12


def test_consents_stand_apart_and_are_never_bundled():
    flow = FLOWS["self_referral"]
    consents = [step.name for step in flow.steps if isinstance(step, Consent)]
    assert consents == ["keep_answers", "be_contacted", "share_with_support", "wraparound"]


def test_every_sensitive_question_is_one_that_can_be_skipped_or_is_needed():
    for flow in FLOWS.values():
        for step in flow.questions:
            assert isinstance(step, Question)
            assert step.required or step.accepts(None)
