"""For each rule of a process the shortest way to what it forbids: a case in which all is right but for one thing.

Here may live these ways alone. As the rules stand nothing comes of any; with the rule broken, each is a breach.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from policy.stages import Stage
from tests.desk.process_paper import ANN, BEA, CAL, REVIEW_WITHIN, Paper

Change = Callable[[Paper], object]


@cache
def begun(stage: Stage, form: str, kind: str) -> Paper:
    """A case that has come so far by the rules."""
    return Paper(given={"orders": "none"} | ({"kind_of_harm": kind} if kind else {}), is_flagged=True).come_to(
        stage, form
    )


def nothing(_paper: Paper) -> None:
    """What is as it is."""


@dataclass(frozen=True)
class Breach:
    """A case at a stage; what comes first; all put right but for one thing; and what comes then."""

    stage: Stage
    then: Change = nothing
    without: str = ""
    form: str = "meet"
    first: Change = nothing

    def done(self) -> Paper:
        paper = begun(self.stage, self.form, "domestic_abuse").copy()
        paper.wait(hours=1)
        self.first(paper)
        paper.put_right(self.form, self.without)
        self.then(paper)
        return paper


def says(record: str, by: int = BEA, **values: str) -> Change:
    """Something is written down."""
    return lambda paper: paper.write(record, by, **values)


def no(step: str) -> Change:
    """The person says no to a step, today."""
    return lambda paper: paper.write("consent", step=step, answer="no", said_on=str(paper.today), how_said="spoken")


def moves(*names: str) -> Change:
    """These moves are made, with what their forms ask."""
    return lambda paper: [paper.move(name, **({"support": "offered"} if name == "pause" else {})) for name in names]


def all_of(*changes: Change) -> Change:
    """One after the other."""
    return lambda paper: [change(paper) for change in changes]


def letter(*states: str) -> Change:
    """What becomes of the first letter; `read` is by both."""

    def change(paper: Paper) -> None:
        for state in states:
            for who in (BEA, CAL) if state == "read" else (BEA,):
                paper.write("letter", who, number="1", state=state)

    return change


def weighed(days: int = 30, outcome: str = "suitable", forms: str = "meet", by: int = BEA, **values: str) -> Change:
    """Suitability is written anew, and signed by all who may."""

    def change(paper: Paper) -> None:
        if values:
            paper.write("suitability", by, **values)
        review = str(paper.today + timedelta(days=days))
        paper.write("suitability", by, outcome=outcome, safe_forms=forms, review_on=review)
        for who in (BEA, CAL, ANN):
            paper.sign(who)

    return change


def would_lift(by: int) -> Change:
    """One of them writes down that they have asked, and would lift the sign."""
    return lambda paper: paper.write("flag", by, state="would_lift", asked_on=str(paper.today), why="Asked")


def in_days(paper: Paper, days: int) -> date:
    """The day that lies so many ahead."""
    return paper.today + timedelta(days=days)


def happens(what: str) -> Change:
    """Something the person does in their chat."""
    return lambda paper: paper.person(what)


HALTED = lambda paper: paper.write("meeting", on=str(paper.today), form="meet", outcome="halted")  # noqa: E731 (a value)
STOPS: Change = lambda paper: paper.write("other_side", state="stops", on=str(paper.today), how="Said so")  # noqa: E731 (a value)
LEAVES: Change = lambda paper: paper.in_role.discard(CAL)  # noqa: E731 (a value)
REACHES: Change = lambda paper: (paper.wait(minutes=1), paper.tries("reached"))  # noqa: E731 (a value)
FLAGGED = says("flag", state="stands", why="He was seen at her door")
BARRED: Change = lambda paper: paper.write("order", result="bars", checked_with="The fiscal", on=str(paper.today))  # noqa: E731 (a value)
UNTRAINED: Change = lambda paper: paper.trained.update({CAL: paper.today - timedelta(days=1)})  # noqa: E731 (a value)
SET: Change = lambda paper: paper.plan(in_days(paper, 300))  # noqa: E731 (a value)
LATER: Change = lambda paper: paper.wait(days=200)  # noqa: E731 (a value)
DOUBTED = says("start", who_started="somebody_else", gender_based="yes", how="Asked")
ONE_ALONE = says("start", who_started="person_harmed", gender_based="no", how="Asked")
AGAIN = all_of(lambda paper: paper.put_right("meet"), lambda paper: paper.hold("meet"), moves("prepare_again"))
TALK, WEIGH, PREPARE, ASK = Stage.INITIAL_DISCUSSION, Stage.SUITABILITY, Stage.PREPARATION, Stage.APPROACH
OTHER, MEET, AGREED, AFTER = Stage.RESPONSIBLE, Stage.PROCESS, Stage.AGREEMENT, Stage.FOLLOW_UP

GATES_BREACHED = {
    "tried": Breach(Stage.TRIAGE, without="flag"),
    "reached": Breach(TALK, moves("arrange")),
    "spoken_here": Breach(PREPARE, without="spoken"),
    "talked_down": Breach(TALK, without="discussion"),
    "not_paused": Breach(PREPARE, happens("pauses")),
    "nothing_taken_back": Breach(PREPARE, without="yes to go_on", first=happens("takes_back")),
    "yes_to_assessment": Breach(TALK, no("assessment")),
    "yes_to_approach": Breach(PREPARE, no("approach")),
    "yes_to_form": Breach(OTHER, no("process_meet")),
    "yes_to_answer": Breach(MEET, all_of(letter("answered", "read"), no("answer"))),
    "yes_to_sharing": Breach(PREPARE, no("partners")),
    "yes_to_follow_up": Breach(AFTER, no("follow_up"), first=LATER),
    "yes_to_go_on": Breach(PREPARE, without="yes to go_on", first=moves("pause")),
    "started_by_person_harmed": Breach(PREPARE, DOUBTED),
    "support_offered": Breach(PREPARE, says("support", answer="not_yet_offered")),
    "support_seen_to": Breach(PREPARE, without="support"),
    "two_facilitators": Breach(PREPARE, LEAVES),
    "training_valid": Breach(PREPARE, UNTRAINED),
    "no_conflict": Breach(PREPARE, says("declaration", CAL, conflict="yes")),
    "day_ahead": Breach(PREPARE),
    "preferences_offered": Breach(PREPARE, says("preferences", offered="no")),
    "suitability_signed": Breach(PREPARE, says("suitability", mitigation="Otherwise")),
    "review_in_date": Breach(PREPARE, lambda paper: paper.wait(days=REVIEW_WITHIN)),
    "looked_at_here": Breach(PREPARE, without="look_again"),
    "some_form_is_safe": Breach(WEIGH, weighed(outcome="not_now", forms="")),
    "form_is_safe": Breach(PREPARE, weighed(forms="circle")),
    "form_reaches_them": Breach(PREPARE, form="stand_in"),
    "form_reaches_nobody": Breach(PREPARE),
    "no_direct_under_flag": Breach(PREPARE, FLAGGED),
    "no_flag": Breach(MEET, all_of(letter("answered", "read"), FLAGGED), form="letter"),
    "order_checked": Breach(PREPARE, BARRED),
    "person_ready": Breach(PREPARE, says("preparation", form="meet", ready="not_yet")),
    "responsible_accepts": Breach(ASK, without="contact"),
    "responsible_ready": Breach(OTHER, without="responsible"),
    "other_not_said_no": Breach(ASK, STOPS),
    "letter_written": Breach(MEET, letter("read"), form="letter"),
    "answer_came": Breach(MEET, letter("written", "read"), form="letter"),
    "letter_read": Breach(MEET, letter("written"), form="letter"),
    "took_place": Breach(MEET),
    "held": Breach(MEET, HALTED),
    "agreement_settled": Breach(AGREED, says("agreement", state="agreed", told_on="")),
    "follow_up_due": Breach(AFTER),
    "paused_there": Breach(PREPARE, first=moves("pause")),
    "closing_fits": Breach(PREPARE),
    "plan_current": Breach(PREPARE, lambda paper: setattr(paper, "is_plan_over", True)),
    "reached_since_sign": Breach(PREPARE, all_of(FLAGGED, would_lift(CAL))),
    "asked_since_sign": Breach(PREPARE, all_of(FLAGGED, REACHES, would_lift(CAL))),
    "lifted_by_two": Breach(PREPARE, all_of(FLAGGED, REACHES, would_lift(BEA))),
    "tries_used_up": Breach(Stage.CONTACT_ATTEMPTS),
    "ends_by_two": Breach(Stage.CONTACT_ATTEMPTS, FLAGGED),
}
"""By the gate that alone is shut."""

FACTS_BREACHED = {
    "rounds": Breach(MEET, without="preparation", first=AGAIN),
    "yes_of_round": Breach(MEET, without="yes to approach", first=AGAIN),
    "yes_since_rest": Breach(
        TALK,
        lambda paper: paper.move("resume", after="initial_discussion"),
        without="yes to assessment",
        first=all_of(lambda paper: paper.put_right("meet"), moves("pause")),
    ),
    "form_of_letters": Breach(MEET, letter("written", "read")),
    "form_of_readiness": Breach(
        MEET,
        all_of(weighed(forms="meet through_facilitator"), lambda paper: paper.says_yes("process_through_facilitator")),
    ),
    "stops": Breach(ASK, STOPS),
    "order_by_staff": Breach(PREPARE, without="order"),
    "two_names": Breach(PREPARE, all_of(DOUBTED, ONE_ALONE)),
    "supervisor": Breach(PREPARE, weighed(by=ANN, responsibility="Otherwise")),
    "headings": Breach(PREPARE, weighed(mitigation="")),
    "review_span": Breach(PREPARE, weighed(days=900)),
    "in_role": Breach(PREPARE, LEAVES),
    "halted_is_held": Breach(MEET, HALTED),
    "follow_up_time": Breach(AFTER),
    "raised_anew": Breach(PREPARE, happens("writes_of_danger")),
    "day_of_the_deed": Breach(PREPARE),
    "day_that_is_set": Breach(PREPARE, all_of(SET, lambda paper: paper.trained.update({CAL: in_days(paper, 299)}))),
    "decided_before": Breach(
        Stage.CONTACT_ATTEMPTS,
        all_of(FLAGGED, lambda paper: paper.two_decide("duplicate"), happens("writes_of_danger")),
    ),
}
"""By what is found carelessly."""

ENDS_BREACHED = {
    "completed": Breach(PREPARE),
    "halted": Breach(AFTER),
    "agreement_completed": Breach(AFTER),
    "paused_no_reply": Breach(PREPARE, first=moves("pause")),
    "responsible_declined": Breach(ASK),
    "no_responsibility": Breach(ASK),
    "responsible_not_found": Breach(ASK),
    "responsible_died": Breach(ASK),
}
"""By the reason to close a case that is not so."""
