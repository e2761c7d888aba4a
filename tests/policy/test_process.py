"""The rules of the process: whatever is said, checked, unsaid and tried in whatever order, none of them is broken."""

from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

import pytest

from policy.case_facts import (
    CONSENTS,
    FORMS,
    NOTHING_KNOWN,
    OF_DUTY,
    ORDER_ALLOWS,
    ORDER_BARS,
    ORDER_UNCHECKED,
    CaseFacts,
    Facilitator,
    Suitability,
    consent_to,
)
from policy.closings import CLOSINGS, FOLLOW_UPS, TASKS, tasks_after
from policy.gates import GATES, may_move
from policy.moves import DEEDS, MOVES, Move, move_between, moves_from
from policy.stages import IN_ORDER, OPEN, WITH_THE_PERSON, Stage, resumes_at

TODAY = date(2026, 11, 24)
PAIR = (Facilitator(1, "Ann", date(2027, 1, 1), True), Facilitator(2, "Bea", date(2027, 1, 1), True))
SIGNED = Suitability(frozenset(FORMS), date(2026, 12, 24), frozenset({1, 2}), 3, frozenset({1}), TODAY)
READY = CaseFacts(
    today=TODAY,
    is_tried=True,
    is_reached=True,
    is_spoken_here=True,
    is_talked_down=True,
    is_person_paused=False,
    has_taken_back=False,
    is_started_by_person_harmed=True,
    has_safety_flag=False,
    is_plan_current=True,
    is_tried_out=True,
    order=ORDER_ALLOWS,
    yes_to=frozenset(CONSENTS),
    facilitators=PAIR,
    are_preferences_offered=True,
    suitability=SIGNED,
    is_looked_at_here=True,
    review_within_days=42,
    support="offered",
    is_person_ready=True,
    is_responsible_ready=True,
    approach_answer="accepted",
    form="meet",
    letter="written",
    sharing_rests_on="partners",
    is_due=True,
)
"""A case for which everything is there."""
REACHES_THEM = {"approach", "contact", "prepare_responsible", "ready_responsible"}
BRINGS_TOGETHER = {"begin", "hold", "send"}
ALONE = {"begin_alone", "hold_alone"}
ALL = (*MOVES, *DEEDS)


def named(name: str, before: Stage | None = None) -> Move:
    return next(move for move in ALL if move.name == name and (before is None or before in move.before))


def vars_of(facts: CaseFacts) -> dict[str, object]:
    return {each.name: getattr(facts, each.name) for each in fields(facts)}


def reasons(name: str, **facts: Any) -> tuple[str, ...]:
    move = named(name)
    return may_move(replace(READY, stage=move.before[0], **facts), move)


def test_every_need_is_a_gate_with_a_source_and_every_gate_is_needed() -> None:
    needed = {need for move in ALL for need in move.needs}
    assert needed == set(GATES)
    assert all(gate.source for gate in GATES.values()) and all(move.source for move in ALL)


def test_of_a_case_of_which_nothing_is_known_nothing_but_free_moves_are_made() -> None:
    for move in ALL:
        for stage in move.before:
            is_free = not move.needs or (move.name == "pause" and stage not in WITH_THE_PERSON)
            assert bool(may_move(replace(NOTHING_KNOWN, stage=stage), move)) != is_free, move.name


def test_a_case_for_which_all_is_there_goes_from_the_first_talk_to_its_end() -> None:
    facts = replace(READY, stage=Stage.INITIAL_DISCUSSION)
    for after in IN_ORDER[IN_ORDER.index(Stage.SUITABILITY) :]:
        assert facts.stage is not None
        move = move_between(facts.stage, after)
        assert move and may_move(facts, move) == ()
        done = after is Stage.PROCESS or facts.is_held
        facts = replace(facts, stage=after, is_held=done, has_taken_place=done, was_held=done)
    assert may_move(replace(facts, closing="completed"), named("close")) == ()


@pytest.mark.parametrize(
    ("fact", "value", "gate"),
    [
        ("yes_to", frozenset(CONSENTS) - {"approach"}, "yes_to_approach"),
        ("is_started_by_person_harmed", False, "started_by_person_harmed"),
        ("has_safety_flag", True, "no_direct_under_flag"),
        ("order", ORDER_UNCHECKED, "order_checked"),
        ("order", ORDER_BARS, "order_checked"),
        ("facilitators", PAIR[:1], "two_facilitators"),
        ("facilitators", (PAIR[0], PAIR[0]), "two_facilitators"),
        ("facilitators", (PAIR[0], replace(PAIR[1], trained_until=TODAY - timedelta(days=1))), "training_valid"),
        ("facilitators", (PAIR[0], replace(PAIR[1], trained_until=None)), "training_valid"),
        ("facilitators", (PAIR[0], replace(PAIR[1], has_declared=False)), "no_conflict"),
        ("facilitators", (PAIR[0], replace(PAIR[1], has_conflict=True)), "no_conflict"),
        ("facilitators", (PAIR[0], replace(PAIR[1], staff_id=9)), "suitability_signed"),
        ("are_preferences_offered", False, "preferences_offered"),
        ("suitability", None, "suitability_signed"),
        ("suitability", replace(SIGNED, signed_by=frozenset({1})), "suitability_signed"),
        ("suitability", replace(SIGNED, supervisor=None), "suitability_signed"),
        ("suitability", replace(SIGNED, supervisor=2), "suitability_signed"),
        ("suitability", replace(SIGNED, supervisor=9, written_by=frozenset({1, 9})), "suitability_signed"),
        ("suitability", replace(SIGNED, missing=frozenset({"mitigation"})), "suitability_signed"),
        ("suitability", replace(SIGNED, review_on=date(2027, 6, 1)), "review_in_date"),
        ("is_looked_at_here", False, "looked_at_here"),
        ("is_person_paused", True, "not_paused"),
        ("other_said", "stops", "other_not_said_no"),
        ("facilitators", (PAIR[0], replace(PAIR[1], is_in_role=False)), "two_facilitators"),
        ("suitability", replace(SIGNED, review_on=TODAY - timedelta(days=1)), "review_in_date"),
        ("suitability", replace(SIGNED, forms=frozenset({"letter"})), "form_is_safe"),
        ("is_person_ready", False, "person_ready"),
        ("form", "letter_not_sent", "form_reaches_them"),
        ("support", "", "support_offered"),
        ("support", "not_yet_offered", "support_offered"),
    ],
)
def test_nobody_is_approached_while_one_thing_is_missing_and_the_reason_is_named(
    fact: str, value: object, gate: str
) -> None:
    assert reasons("approach") == ()
    assert gate in reasons("approach", **{fact: value})


def test_training_and_review_hold_on_their_last_day() -> None:
    last = tuple(replace(each, trained_until=TODAY) for each in PAIR)
    assert reasons("approach", facilitators=last, suitability=replace(SIGNED, review_on=TODAY)) == ()


def test_the_rule_of_gender_based_violence_binds_no_other_harm() -> None:
    assert reasons("approach", is_started_by_person_harmed=False, is_gender_based=False) == ()


def test_a_yes_to_a_letter_is_none_to_a_meeting() -> None:
    assert reasons("hold", yes_to=frozenset({"approach", consent_to("letter")})) == ("yes_to_form",)


def test_a_consent_taken_back_in_the_chat_stops_all_contact_until_the_person_says_that_it_may_go_on() -> None:
    assert reasons("contact", has_taken_back=True) == ()
    assert reasons("contact", has_taken_back=True, yes_to=frozenset({"approach"})) == ("nothing_taken_back",)


def test_what_has_to_be_told_because_of_a_danger_is_shared_without_a_yes() -> None:
    assert reasons("share", yes_to=frozenset()) == ("yes_to_sharing",)
    assert reasons("share", yes_to=frozenset(), sharing_rests_on=OF_DUTY) == ()


@pytest.mark.parametrize(
    ("closing", "said"),
    [
        ("responsible_declined", "declined"),
        ("responsible_declined", "stops"),
        ("no_responsibility", "no_responsibility"),
        ("responsible_not_found", "not_found"),
        ("responsible_died", "died"),
    ],
)
def test_a_case_ends_for_what_is_so_of_the_person_responsible_once_that_is_written_down(
    closing: str, said: str
) -> None:
    facts = replace(READY, stage=Stage.APPROACH, closing=closing)
    assert may_move(facts, named("close")) == ("closing_fits",)
    assert may_move(replace(facts, other_said=said), named("close")) == ()


def test_what_was_halted_has_its_debrief_and_its_own_end_and_is_not_called_completed() -> None:
    assert reasons("debrief", has_taken_place=True) == ()
    halted = replace(READY, stage=Stage.FOLLOW_UP, has_taken_place=True)
    ends = [name for name in CLOSINGS if not may_move(replace(halted, closing=name), named("close"))]
    assert "halted" in ends and "completed" not in ends


def test_an_agreement_is_completed_only_when_it_was_done() -> None:
    facts = replace(READY, stage=Stage.FOLLOW_UP, was_held=True, closing="agreement_completed")
    assert may_move(facts, named("close")) == ("closing_fits",)
    assert may_move(replace(facts, is_agreement_done=True), named("close")) == ()


def test_a_letter_that_is_not_sent_asks_nothing_of_the_other() -> None:
    facts = {"form": "letter_not_sent", "approach_answer": "declined", "is_responsible_ready": False}
    alone = frozenset({consent_to("letter_not_sent")})
    assert reasons("begin_alone", **facts, yes_to=alone, order=ORDER_BARS, has_safety_flag=True) == ()


def test_a_letter_leaves_when_both_facilitators_have_read_it() -> None:
    assert reasons("send", letter_read_by=frozenset({1})) == ("letter_read",)
    assert reasons("send", letter_read_by=frozenset({1, 2})) == ()


def test_a_case_that_is_taken_can_always_be_paused() -> None:
    for stage in OPEN:
        pause = move_between(stage, Stage.PAUSED)
        assert (pause is None) == (stage in {Stage.RECEIVED, Stage.PAUSED})
        said = replace(NOTHING_KNOWN, stage=stage, support="not_yet_offered")
        assert pause is None or may_move(said, pause) == ()


def test_there_is_an_honest_end_from_every_stage_but_the_first_without_anything_being_proved() -> None:
    for stage in set(OPEN) - {Stage.RECEIVED}:
        close = named("close")
        facts = replace(NOTHING_KNOWN, stage=stage, paused_at=stage, support="not_yet_offered", has_safety_flag=False)
        ends = [name for name in CLOSINGS if not may_move(replace(facts, closing=name), close)]
        assert ends, stage


def test_nobody_unreached_after_a_sign_of_danger_is_closed_but_by_two() -> None:
    facts = replace(NOTHING_KNOWN, stage=Stage.CONTACT_ATTEMPTS, closing="no_contact")
    assert may_move(facts, named("close")) == ("tries_used_up", "ends_by_two")
    facts = replace(facts, is_tried_out=True)
    assert may_move(facts, named("close")) == ("ends_by_two",)
    assert may_move(replace(facts, is_decided_by_two=True), named("close")) == ()
    assert may_move(replace(facts, has_safety_flag=False), named("close")) == ()


@pytest.mark.parametrize("stage", IN_ORDER[1:])
def test_a_paused_case_goes_on_where_it_was_and_never_in_the_midst_of_contact(stage: Stage) -> None:
    facts = replace(READY, stage=Stage.PAUSED, paused_at=stage)
    open_ways = [move.after for move in moves_from(Stage.PAUSED) if move.name == "resume" and not may_move(facts, move)]
    assert open_ways == [resumes_at(stage)]
    assert resumes_at(stage) not in {Stage.APPROACH, Stage.RESPONSIBLE, Stage.PROCESS}


def test_the_further_a_case_had_come_the_more_people_are_told() -> None:
    told = [len(tasks_after(stage)) for stage in IN_ORDER]
    assert told == sorted(told) and told[0] == 0 and told[-1] == len(TASKS)
    assert "tell_responsible" in tasks_after(Stage.APPROACH)
    assert "tell_responsible" not in tasks_after(Stage.PREPARATION)


def test_follow_ups_are_after_a_week_six_weeks_and_six_months() -> None:
    assert [span.days for span in FOLLOW_UPS.values()] == [7, 42, 182]
