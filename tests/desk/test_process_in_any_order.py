"""Whatever is said, checked, unsaid and tried in a process, in whatever order, by whomever: no rule of it is broken.

The rules are stated a second time in `process_rules`, over what was done. That this statement sees is shown too: every
rule of the desk is broken once, on purpose, and each time it is noticed.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.cases import starting
from desk.cases.open_case import OpenCase
from desk.process import process_ends, process_evidence, process_facts, signing
from policy import closings, gates, suitability
from policy.case_facts import CONSENTS, FORMS, ORDER_ALLOWS, CaseFacts
from policy.closings import CLOSINGS, FOLLOW_UPS
from policy.gates import GATES, Gate
from policy.moves import BY_NAME, moves_from
from policy.record_forms import OTHER_SIDE, RECORDS, deed_of
from policy.stages import IN_ORDER, Stage
from tests.desk import process_paper
from tests.desk.process_breaches import ENDS_BREACHED, FACTS_BREACHED, GATES_BREACHED, begun
from tests.desk.process_paper import ANN, BEA, CAL, DOT, Line, Paper
from tests.desk.process_rules import broken

CHOSEN = ("meet", "letter", "stand_in", "letter_not_sent")
ASKS_NOBODY = {"stand_in", "letter_not_sent"}
BEGINNINGS = [
    (stage, form)
    for form in CHOSEN
    for stage in IN_ORDER[1:]
    if not (form in ASKS_NOBODY and stage in {Stage.APPROACH, Stage.RESPONSIBLE})
]
EXAMPLES = int(os.environ.get("CAIRN_EXAMPLES", "0"))
WALKS = max(2, EXAMPLES // 10)
"""From each beginning: `make proofs` walks many more, anew each time, and each of them further."""
HOW_FAR = 15 if EXAMPLES else 5
KINDS_OF_HARM = ("", "theft", "domestic_abuse")
Try = Callable[..., Sequence[str]]
Deed = tuple[str, dict[str, str], Try]
"""What is done, what is said with it, and the way to do it, or to try only whether it may be done."""


def deeds(paper: Paper) -> Iterator[Deed]:
    """Everything that any rule guards and that could be done from here."""
    for move in moves_from(paper.stage):
        values = {"after": move.after.value} if move.after else {}
        said: list[dict[str, str]] = [values]
        if move.name in {"pause", "close"}:
            said = [values | {"support": "not_yet_offered"}, values | {"closing": "not_safe_now"}]
        if move.name == "close":
            said += [said[0] | {"closing": name} for name in CLOSINGS]
            said += [said[0] | {"closing": name, "by_two": "yes"} for name in CLOSINGS]
        for each in said:
            yield f"move {move.name}", each, partial(paper.move, move.name, **each)
    for record, values in written(paper):
        yield record, values, partial(paper.write, record, **values)
    for name in paper.follow_ups:
        yield "follow_up", {"name": name, "state": "met"}, partial(paper.see_to, name, "met")


def written(paper: Paper) -> Iterator[tuple[str, dict[str, str]]]:
    """Records that some rule guards, where the stage is one at which they are written."""
    here = (
        each for each in guarded(str(paper.today)) if paper.stage in BY_NAME[deed_of(RECORDS[each[0]], each[1])].before
    )
    yield from here


def guarded(on: str) -> Iterator[tuple[str, dict[str, str]]]:
    """All of them."""
    for form in ("meet", "letter", "through_facilitator"):
        yield "contact", {"on": on, "form": form, "answer": "accepted", "how": ""}
        yield "responsible", {"form": form, "ready": "yes"}
    for form in ("meet", "video", "through_facilitator", "stand_in"):
        yield "meeting", {"on": on, "form": form, "outcome": "done", "how": ""}
    today = date.fromisoformat(on)
    yield "meeting", {"on": str(today - timedelta(days=1)), "form": "meet", "outcome": "done", "how": ""}
    for days in (-1, 3, 600):
        yield "planned", {"state": "planned", "on": str(today + timedelta(days=days)), "how": ""}
    for state in ("sent", "not_sent", "passed_on"):
        yield "letter", {"number": "1", "state": state, "how": ""}
    yield "agreement", {"state": "agreed", "told_on": ""}
    for day in ("", on):
        yield "flag", {"state": "lifted", "asked_on": day, "why": "Asked"}
    for ground in ("partners", "duty"):
        yield "sharing", {"with_whom": "A service", "what": "That they are well", "rests_on": ground, "on": on}


def all_that_may_be_done(paper: Paper) -> list[str]:
    """What may be done now and breaks a rule all the same, by the rules it breaks."""
    with paper.standing_still():
        allowed = [(what, values) for what, values, do in deeds(paper) if not do(try_only=True)]
    lines = [Line(what, values, BEA, paper.today, paper.stage) for what, values in allowed]
    return [f"{rule}: {line.what} {line.values}" for line in lines for rule in broken(paper, line)]


def something_happens(paper: Paper, rng: Random, form: str) -> None:
    """One thing, of any kind, as anybody might do it."""
    one, on = rng.choice, str(paper.today)
    earlier = str(paper.today - timedelta(days=one([0, 0, 1, 20, 900])))
    who = one([BEA, CAL, ANN, DOT])
    told = {"told_on": one(["", on])}

    def say(record: str, by: int = BEA, **values: str) -> None:
        paper.write(record, by, **values)

    things: list[Callable[[], Any]] = [
        lambda: say("consent", step=one(CONSENTS), answer=one(["yes", "no"]), said_on=earlier, how_said="spoken"),
        lambda: say("consent", step=one(["approach", f"process_{form}"]), answer="no", said_on=on, how_said="spoken"),
        lambda: say("order", result=one(["allows", "bars", "new"]), checked_with="The fiscal", on=earlier),
        lambda: say("flag", state="stands", why="He was seen at her door"),
        lambda: say("contact", on=earlier, form=one([form, "meet", "letter"]), answer=one(OTHER_SIDE)),
        lambda: say("other_side", state=one(["goes_on", "stops", "died", "not_found"]), on=on, how="Said so"),
        lambda: say("preparation", form=one(FORMS), ready=one(["yes", "not_yet"])),
        lambda: say("responsible", form=one(["meet", "letter"]), ready=one(["yes", "no"])),
        lambda: say("suitability", who, **{one(["free_choice", "mitigation", "responsibility"]): one(["", "Weighed"])}),
        lambda: weighed_otherwise(paper, rng, form),
        lambda: paper.sign(who),
        lambda: say("look_again", changed=one(["yes", "no"])),
        lambda: say("support", answer=one(["offered", "declined", "not_yet_offered"])),
        lambda: say("declaration", one([BEA, CAL]), conflict="yes"),
        lambda: say("preferences", offered="no"),
        lambda: say(
            "start",
            who,
            who_started=one(["person_harmed", "somebody_else"]),
            gender_based=one(["yes", "no"]),
            how="Asked",
        ),
        lambda: paper.trained.update({one([BEA, CAL]): paper.today - timedelta(days=1)}),
        lambda: paper.in_role.discard(one([BEA, CAL])),
        lambda: paper.release(one([BEA, CAL])),
        lambda: paper.name(DOT),
        lambda: say("flag", who, state=one(["would_lift", "lifted"]), asked_on=earlier, why="Asked"),
        lambda: paper.person(one(["pauses", "resumes", "takes_back", "writes_of_danger"])),
        lambda: setattr(paper, "is_plan_over", True),
        lambda: paper.plan(paper.today + timedelta(days=one([5, 80, 300])), one(["planned", "planned", "called_off"])),
        lambda: paper.trained.update({one([BEA, CAL]): paper.today + timedelta(days=one([2, 40]))}),
        lambda: paper.two_decide(one(["duplicate", "out_of_scope", "not_safe_now"])),
        lambda: paper.tries(one(["no_answer", "reached"])),
        lambda: letters(paper, rng),
        lambda: say("meeting", on=on, form=one([form, "meet", "video"]), outcome=one(["done", "halted", "again"])),
        lambda: say("agreement", state=one(["none_wanted", "agreed", "done", "partly", "not_done"]), **told),
        lambda: say("asked_again", on=on),
        lambda: [paper.see_to(name, one(["met", "refused"])) for name in FOLLOW_UPS],
        lambda: paper.wait(days=one([1, 6, 50])),
    ]
    one(things)()


def weighed_otherwise(paper: Paper, rng: Random, form: str) -> None:
    """Suitability is found to be otherwise, and signed by all three: another form, not now, or a review years ahead."""
    review = str(paper.today + timedelta(days=rng.choice([30, 30, 900])))
    outcome, forms = rng.choice([("suitable", "circle"), ("not_now", ""), ("suitable", form)])
    paper.write("suitability", rng.choice([BEA, ANN]), outcome=outcome, safe_forms=forms, review_on=review)
    for who in (BEA, CAL, ANN):
        paper.sign(who)


def letters(paper: Paper, rng: Random) -> None:
    """Something becomes of a letter, or it is read by one or both."""
    for who in rng.choice([(BEA,), (CAL,), (BEA, CAL)]):
        paper.write("letter", who, number="1", state=rng.choice(["written", "answered", "read", "read", "read"]))


def goes_on(paper: Paper, rng: Random) -> None:
    """A way on or back that may be gone."""
    with paper.standing_still():
        ways = [do for what, _, do in deeds(paper) if what.startswith("move") and not do(try_only=True)]
    if ways:
        rng.choice(ways)()


THINGS = """named in_role trained declaration start preferences flag order other_side discussion suitability look_again
spoken preparation contact responsible support chat others plan"""
STEPS = ("go_on", "assessment", "approach", "answer", "follow_up", "partners", *(f"process_{form}" for form in CHOSEN))
LEFT_OUT = ("", "", "", *THINGS.split(), *(f"yes to {step}" for step in STEPS))
"""What is forgotten when all else is put right; mostly one thing, at times nothing."""


def walk(stage: Stage, form: str, rng: Random) -> list[str]:
    """One case, some of what could happen to it, and all that may be done in between; what was wrong, if anything."""
    paper = begun(stage, form, rng.choice(KINDS_OF_HARM)).copy()
    for _ in range(HOW_FAR):
        paper.wait(hours=1)
        if rng.random() < 0.6:
            paper.put_right(form, without=rng.choice(LEFT_OUT))
            if rng.random() < 0.3 and paper.stage is Stage.PROCESS:
                paper.hold(form)
        for _ in range(rng.choice([0, 1, 1, 2])):
            something_happens(paper, rng, form)
        if wrong := all_that_may_be_done(paper):
            return wrong
        if rng.random() < 0.5:
            goes_on(paper, rng)
    return []


@pytest.mark.parametrize(("stage", "form"), BEGINNINGS)
def test_whatever_happens_in_whatever_order_no_rule_is_broken(stage: Stage, form: str) -> None:
    """From every beginning: a seed says all that happens, so that one that fails is said and can be walked again."""

    @settings(max_examples=WALKS, derandomize=not EXAMPLES, database=None, deadline=None)
    @given(st.integers(0, 2**32 - 1))
    def walks(seed: int) -> None:
        assert walk(stage, form, Random(seed)) == []

    walks()


def _so(_facts: CaseFacts) -> bool:
    return True


def _whole_case(case: OpenCase) -> list[Any]:
    return list(case.records)


def _told_is_checked(found: Callable[[OpenCase], str], case: OpenCase) -> str:
    is_checked = any(each.form == "order" for each in case.of_round())
    return found(case) if is_checked or process_evidence.said_of_orders(case.document) != "none" else ORDER_ALLOWS


def _whenever(case: OpenCase, yes: Any, step: str) -> bool:
    return process_evidence.day(yes.values["said_on"]) is not None


def _any_form(of_round: Callable[..., dict[str, Any]], case: OpenCase, _form: str, letter: str) -> dict[str, Any]:
    prepared = next((each for each in reversed(case.of_round()) if each.form == "preparation"), None)
    return of_round(case, process_evidence.value(prepared, "form"), letter)


def _all_done(records: Sequence[Any]) -> Iterator[str]:
    return ("held" for _ in process_evidence.took_place(records))


def _never_written(stands: Callable[..., bool], document: Any, records: Any, _raised_at: float) -> bool:
    return stands(document, records, 0.0)


def _anybody(who: int | None, signed: Any, _wrote: Any) -> bool:
    return who is not None and who not in signed


BREACHES = {
    **{f"gate {name}": breach for name, breach in GATES_BREACHED.items()},
    **{f"fact {name}": breach for name, breach in FACTS_BREACHED.items()},
    **{f"end {name}": breach for name, breach in ENDS_BREACHED.items()},
}
BROKEN: dict[str, list[tuple[object, str, object]]] = {
    "rounds": [(OpenCase, "of_round", _whole_case)],
    "yes_of_round": [(process_evidence, "OF_ROUND", frozenset())],
    "yes_since_rest": [(process_evidence, "_counts", _whenever)],
    "form_of_letters": [(process_facts, "form_of", lambda *_: "")],
    "form_of_readiness": [(process_facts, "_of_round", partial(_any_form, process_facts._of_round))],
    "stops": [(process_facts, "other_said", lambda _records: "")],
    "order_by_staff": [(process_facts, "order", partial(_told_is_checked, process_facts.order))],
    "two_names": [(starting, "NAMES", 1)],
    "supervisor": [(gates, "may_supervise", _anybody), (signing, "may_supervise", _anybody)],
    "headings": [(process_facts, "missing", lambda *_: ()), (signing, "missing", lambda *_: ())],
    "review_span": [(gates, "latest_review", lambda *_: date.max), (suitability, "latest_review", lambda *_: date.max)],
    "in_role": [(CaseFacts, "in_role", property(lambda self: self.facilitators))],
    "halted_is_held": [(process_facts, "took_place", _all_done)],
    "raised_anew": [(process_facts.danger_sign, "stands", partial(_never_written, process_facts.danger_sign.stands))],
    "day_of_the_deed": [(CaseFacts, "facilitated_on", property(lambda self: self.today))],
    "day_that_is_set": [(process_facts, "planned_on", lambda _case: None)],
    "decided_before": [(process_ends.danger_sign, "is_heard_since", lambda *_: False)],
    "follow_up_time": [(process_paper, "may_be_held", lambda *_: True)],
    **{name: [(gates, "GATES", {**GATES, name: Gate(name, lambda _facts, _move: True, "")})] for name in GATES},
    **{name: [(gates, "CLOSINGS", {**CLOSINGS, name: replace(CLOSINGS[name], holds=_so)})] for name in ENDS_BREACHED},
}
"""Each rule of the desk, broken: where, what, and what stands there instead."""


def test_every_rule_of_the_table_every_way_to_find_a_fact_and_every_end_that_claims_something_is_broken_below() -> None:
    assert set(GATES) == set(GATES_BREACHED)
    assert {name for name, end in CLOSINGS.items() if end.holds is not closings.nothing} <= {*ENDS_BREACHED}
    assert set(BROKEN) == {*GATES_BREACHED, *FACTS_BREACHED, *ENDS_BREACHED}


@pytest.mark.parametrize("breach", BREACHES)
def test_a_rule_that_is_broken_once_is_noticed_and_as_it_stands_it_holds(
    breach: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert all_that_may_be_done(BREACHES[breach].done()) == []
    for where, name, instead in BROKEN[breach.partition(" ")[2]]:
        monkeypatch.setattr(where, name, instead)
    assert all_that_may_be_done(BREACHES[breach].done()), breach
