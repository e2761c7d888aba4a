"""The rules of the process: whatever is said, checked, unsaid and tried in whatever order, none of them is broken."""

from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from policy.case_facts import (
    CONSENTS,
    DIRECT,
    FORMS,
    NOTHING_KNOWN,
    ORDER_ALLOWS,
    ORDER_BARS,
    ORDER_UNCHECKED,
    WITHOUT_CONTACT,
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
SIGNED = Suitability(frozenset(FORMS), date(2026, 12, 24), frozenset({1, 2}), 3)
READY = CaseFacts(
    today=TODAY,
    is_started_by_person_harmed=True,
    has_safety_flag=False,
    order=ORDER_ALLOWS,
    yes_to=frozenset(CONSENTS),
    facilitators=PAIR,
    are_preferences_offered=True,
    suitability=SIGNED,
    is_support_offered=True,
    is_person_ready=True,
    is_responsible_ready=True,
    approach_answer="accepted",
    form="meet",
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
            assert bool(may_move(replace(NOTHING_KNOWN, stage=stage), move)) == bool(move.needs), move.name


def test_a_case_for_which_all_is_there_goes_from_the_first_talk_to_its_end() -> None:
    facts = replace(READY, stage=Stage.INITIAL_DISCUSSION)
    for after in IN_ORDER[IN_ORDER.index(Stage.SUITABILITY) :]:
        assert facts.stage is not None
        move = move_between(facts.stage, after)
        assert move and may_move(facts, move) == ()
        facts = replace(facts, stage=after, is_held=after is Stage.PROCESS or facts.is_held)
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
        ("suitability", replace(SIGNED, review_on=TODAY - timedelta(days=1)), "review_in_date"),
        ("suitability", replace(SIGNED, forms=frozenset({"letter"})), "form_is_safe"),
        ("is_person_ready", False, "person_ready"),
        ("form", "letter_not_sent", "form_reaches_them"),
        ("is_support_offered", False, "support_offered"),
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
        assert pause is None or may_move(replace(NOTHING_KNOWN, stage=stage), pause) == ()


def test_there_is_an_honest_end_from_every_stage_but_the_first_without_anything_being_proved() -> None:
    for stage in set(OPEN) - {Stage.RECEIVED}:
        close = named("close")
        ends = [name for name in CLOSINGS if not may_move(replace(NOTHING_KNOWN, stage=stage, closing=name), close)]
        assert ends, stage


def test_nobody_unreached_after_a_sign_of_danger_is_closed_but_by_two() -> None:
    facts = replace(NOTHING_KNOWN, stage=Stage.CONTACT_ATTEMPTS, closing="no_contact")
    assert may_move(facts, named("close")) == ("closing_fits",)
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


CHANGES: list[tuple[str, object]] = [
    ("has_safety_flag", True),
    ("order", ORDER_UNCHECKED),
    ("order", ORDER_BARS),
    ("facilitators", PAIR[:1]),
    ("facilitators", (PAIR[0], replace(PAIR[1], has_conflict=True))),
    ("suitability", None),
    ("suitability", replace(SIGNED, signed_by=frozenset({1}))),
    ("suitability", replace(SIGNED, forms=frozenset({"letter"}))),
    ("form", "letter_not_sent"),
    ("form", "letter"),
    ("approach_answer", "declined"),
    ("is_person_ready", False),
    ("is_responsible_ready", False),
    ("is_support_offered", False),
    ("has_open_follow_ups", True),
    ("letter_read_by", frozenset({1})),
    ("closing", "completed"),
    ("closing", "no_contact"),
    ("closing", "not_safe_now"),
]


class AnyProcess(RuleBasedStateMachine):
    """Somebody who says, unsays, checks and tries everything in any order, and what had been so when it was done."""

    @initialize(stage=st.sampled_from(WITH_THE_PERSON), gender_based=st.booleans(), harmed=st.booleans())
    def begin(self, stage: Stage, gender_based: bool, harmed: bool) -> None:
        self.facts = replace(READY, stage=stage, is_gender_based=gender_based)
        self.facts = replace(self.facts, is_started_by_person_harmed=harmed)
        self.answers: dict[str, bool] = dict.fromkeys(CONSENTS, True)

    def know(self, **facts: Any) -> None:
        self.facts = replace(self.facts, **facts)

    @rule(data=st.data())
    def one_thing_changes(self, data: st.DataObject) -> None:
        data.draw(
            st.sampled_from([self.danger_rises, self.a_yes_is_taken_back, self.something_is_known, self.time_passes])
        )(data)

    def a_yes_is_taken_back(self, data: st.DataObject) -> None:
        steps = ("approach", consent_to(self.facts.form), *CONSENTS)
        self.answers[data.draw(st.sampled_from(steps))] = False
        self.know(yes_to=frozenset(name for name, said in self.answers.items() if said))

    def danger_rises(self, data: st.DataObject) -> None:
        name, value = data.draw(st.sampled_from(CHANGES[:3]))
        self.know(**{name: value})

    def something_is_known(self, data: st.DataObject) -> None:
        name, value = data.draw(st.sampled_from(CHANGES))
        self.know(**{name: value})

    def time_passes(self, data: st.DataObject) -> None:
        self.know(today=self.facts.today + timedelta(days=data.draw(st.integers(0, 40))))

    @rule(form=st.sampled_from(FORMS), harmed=st.booleans())
    def all_is_put_right(self, form: str, harmed: bool) -> None:
        """Or so it seems: who had started it cannot be put right."""
        self.answers = dict.fromkeys(CONSENTS, True)
        kept = {
            name: getattr(self.facts, name) for name in ("stage", "today", "is_gender_based", "paused_at", "is_held")
        }
        harmed = harmed or self.facts.is_started_by_person_harmed
        review = replace(SIGNED, review_on=self.facts.today + timedelta(days=30))
        trained = tuple(replace(each, trained_until=self.facts.today + timedelta(days=20)) for each in PAIR)
        fresh = {"suitability": review, "facilitators": trained, "letter_read_by": frozenset({1, 2})}
        self.know(**{**vars_of(READY), **kept, **fresh, "form": form, "is_started_by_person_harmed": harmed})

    @precondition(lambda self: self.facts.stage is not Stage.CLOSED)
    @rule(data=st.data())
    def a_move_is_made(self, data: st.DataObject) -> None:
        before = self.facts
        move = data.draw(st.sampled_from([move for move in ALL if before.stage in move.before]))
        if may_move(before, move):
            return
        if move.name == "pause":
            self.answers = dict.fromkeys(CONSENTS, False)
            self.know(paused_at=before.stage, yes_to=frozenset())
        self.know(
            stage=move.after or before.stage, is_held=before.is_held or move.name in {"hold", "hold_alone", "send"}
        )

    @invariant()
    def nothing_that_may_be_done_now_breaks_a_rule(self) -> None:
        facts = getattr(self, "facts", NOTHING_KNOWN)
        for move in ALL:
            if not may_move(facts, move):
                self.nothing_was_broken(facts, move)

    def nothing_was_broken(self, at: CaseFacts, move: Move) -> None:
        """The rules once more, in other words, over what had been said and known."""
        if move.name in ALONE:
            assert at.form in WITHOUT_CONTACT
        if move.name in REACHES_THEM | BRINGS_TOGETHER:
            assert self.answers["approach"]
            assert at.order == ORDER_ALLOWS
        if move.name in REACHES_THEM | BRINGS_TOGETHER | ALONE | {"assess", "prepare"}:
            assert at.is_started_by_person_harmed or not at.is_gender_based
        if move.name in REACHES_THEM | BRINGS_TOGETHER | ALONE | {"prepare"}:
            assert [each.staff_id for each in at.facilitators] == [1, 2]
            assert all(each.trained_until and each.trained_until >= at.today for each in at.facilitators)
            assert not any(each.has_conflict for each in at.facilitators)
            assert at.suitability and at.suitability.signed_by == {1, 2} and at.suitability.supervisor == 3
            assert at.suitability.review_on and at.suitability.review_on >= at.today
        if move.name in BRINGS_TOGETHER | ALONE:
            assert self.answers[consent_to(at.form)]
            assert not (at.form in DIRECT and at.has_safety_flag)
            assert at.suitability and at.form in at.suitability.forms
        if move.name == "send":
            assert at.letter_read_by == {1, 2}
        if move.name == "close" and at.closing in {"completed", "agreement_completed"}:
            assert at.is_held and not at.has_open_follow_ups

    @invariant()
    def nobody_is_stuck(self) -> None:
        stage = getattr(self, "facts", READY).stage
        if stage not in {None, Stage.RECEIVED, Stage.PAUSED, Stage.CLOSED}:
            assert may_move(self.facts, named("pause")) == ()


TestAnyProcess = AnyProcess.TestCase
TestAnyProcess.settings = settings(
    max_examples=80, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
