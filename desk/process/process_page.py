"""The process of a case on one page: where it stands, what the next step still needs, who facilitates, what is due.

Here may live what that page shows. What is done from it lives in `desk.process.process_deeds`, records in
`desk.process.record_page`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sqlalchemy import Connection
from starlette.responses import Response

from desk import pages
from desk.cases import case_page
from desk.cases.open_case import OpenCase
from desk.process import meeting_day, process_ends, process_facts
from desk.process.process_case import Opened, note_shown, open_case
from desk.process.written import latest
from desk.visit import SignedIn
from policy.case_facts import SUPPORT_NOT_YET, SUPPORT_OFFERED, CaseFacts
from policy.gates import GATES, may_move
from policy.moves import BY_NAME, Move, moves_from
from policy.record_forms import LETTER_FORMS, LETTERS, RECORDS
from policy.record_shape import RecordForm
from policy.stages import IN_ORDER, KNOWN_TO_THE_OTHER, WITH_THE_PERSON, Stage
from storage import tasks, training

FILE = "process"
NOT_HERE = frozenset({"take", "give_back", "read_anew", "pause", "close"})
"""Moves that are made elsewhere, or with words of their own."""
ANOTHER_SERVICE = "out_of_scope"
ASKED_FOR = ("interpreter_language", "interpreter_gender")
"""Of what the person answered, what they ask of whom they talk with."""
RECORDS_OF: Mapping[Stage, tuple[str, ...]] = {
    Stage.INITIAL_DISCUSSION: ("discussion",),
    Stage.SUITABILITY: ("suitability",),
    Stage.PREPARATION: ("preparation", "planned", "letter", "suitability"),
    Stage.APPROACH: ("contact", "suitability"),
    Stage.RESPONSIBLE: ("responsible", "planned", "suitability"),
    Stage.PROCESS: ("planned", "meeting", "letter", "suitability"),
    Stage.AGREEMENT: ("agreement",),
    Stage.FOLLOW_UP: ("debrief", "agreement"),
}
"""What is written down at a stage."""
PUT_RIGHT_AT: Mapping[str, str] = {
    "talked_down": "discussion",
    "started_by_person_harmed": "start",
    "support_offered": "support",
    "preferences_offered": "preferences",
    "suitability_signed": "suitability",
    "review_in_date": "suitability",
    "looked_at_here": "look_again",
    "some_form_is_safe": "suitability",
    "form_is_safe": "suitability",
    "form_reaches_them": "preparation",
    "form_reaches_nobody": "preparation",
    "no_direct_under_flag": "flag",
    "no_flag": "flag",
    "asked_since_sign": "flag",
    "lifted_by_two": "flag",
    "nothing_taken_back": "consent",
    "other_not_said_no": "other_side",
    "order_checked": "order",
    "person_ready": "preparation",
    "responsible_accepts": "contact",
    "responsible_ready": "responsible",
    "took_place": "meeting",
    "held": "meeting",
    "agreement_settled": "agreement",
    **{gate: "consent" for gate in GATES if gate.startswith("yes_to_")},
}
"""The record in which what a gate misses is written down, where there is one."""
PUT_RIGHT_IN_THE_LOG = frozenset({"tried", "reached", "spoken_here", "reached_since_sign"})
"""Gates that a logged try opens."""
YET_TO_BE_WRITTEN = frozenset({"letter_written", "letter_read"})
"""Gates about the one letter that somebody is about to name."""
AT_ANY_TIME = ("consent", "support", "preferences", "order", "flag", "start", "other_side", "look_again", "sharing")


@dataclass(frozen=True, slots=True)
class Step:
    """A stage in the list of steps: done, now or to come."""

    stage: Stage
    when: str


def show(visit: SignedIn) -> Response:
    """The page."""
    return render(visit)


def render(visit: SignedIn, refused: Sequence[str] = (), errors: Mapping[str, str] | None = None) -> Response:
    """The page, with the rules that forbade what was tried, and what was wrong in a form on it."""
    with visit.desk.database.begin() as tx:
        opened = open_case(visit, tx)
        note_shown(visit, tx)
        values = _content(visit, tx, opened)
        status = 409 if refused else 422 if errors else 200
        given = {"case": opened.case, "refused": refused, "errors": errors or {}, "tell": teller(visit)}
        response = pages.member_page(visit, "process.html", status, **given, **values)
    response.headers["Refresh"] = case_page.CLEARS_ITSELF
    return response


def steps(stage: Stage | None, paused_at: Stage | None = None) -> list[Step]:
    """All stages in their order, as seen from where the case stands."""
    at = paused_at if stage is Stage.PAUSED else stage
    here = IN_ORDER.index(at) if at in IN_ORDER else len(IN_ORDER)
    return [
        Step(each, "done" if place < here else "now" if place == here else "to_come")
        for place, each in enumerate(IN_ORDER)
    ]


def ways(facts: CaseFacts) -> tuple[list[tuple[Move, tuple[str, ...]]], list[Move]]:
    """The moves onward from here, each with what it still needs; and the moves back that need nothing."""
    here = [move for move in moves_from(facts.stage) if move.name not in NOT_HERE] if facts.stage else []
    asked = [(move, may_move(facts, move)) for move in here if move.needs]
    fitting = [(move, reasons) for move, reasons in asked if "paused_there" not in reasons]
    return fitting, [move for move in here if not move.needs]


def needed_first(known: OpenCase, form: RecordForm) -> tuple[str, ...]:
    """What a record of this stage still needs, whatever is to be written in it: said before somebody writes it."""
    if known.stage is None or form.name not in RECORDS_OF.get(known.stage, ()):
        return ()
    deed, facts = process_facts.for_record(known, form, _to_be_written(known, form))
    if any(field.name == "on" for field in form.fields()):  # a day of its own, which is yet to be written
        facts = replace(facts, on=known.today)
    return tuple(need for need in may_move(facts, deed) if need not in YET_TO_BE_WRITTEN)


def _to_be_written(known: OpenCase, form: RecordForm) -> dict[str, str]:
    """What a record of this stage is for, in the form the person has chosen."""
    chosen = process_facts.facts(known).form
    if form.name == "letter" and known.stage is Stage.PROCESS and chosen in LETTERS:
        return {"state": next(state for state, of in LETTER_FORMS.items() if of == chosen)}
    return {"form": chosen} if form.name == "meeting" and chosen not in LETTERS else {}


def _at_any_time(stage: Stage | None) -> tuple[str, ...]:
    """What can be written down here whatever the stage: after the person has withdrawn, support alone."""
    if stage is None:
        return tuple(name for name in AT_ANY_TIME if BY_NAME[RECORDS[name].deed].whatever_happens)
    return (*AT_ANY_TIME, "asked_again") if stage is Stage.PAUSED else AT_ANY_TIME


@dataclass(frozen=True, slots=True)
class Leads:
    """Where a first talk can lead from here: on, with what that still needs; to a pause; to another service."""

    onward: list[tuple[Move, tuple[str, ...]]]
    can_pause: bool
    can_refer_on: bool


def leads(facts: CaseFacts) -> Leads:
    """The same for a case as it stands. That the person stops is theirs at any stage."""
    can_refer_on = ANOTHER_SERVICE in process_ends.ends(facts).by_one
    return Leads(ways(facts)[0], facts.stage in IN_ORDER[1:], can_refer_on)


def about_support(facts: CaseFacts) -> dict[str, Any]:
    """What the forms of a pause and an end ask of support, once somebody has been talked with."""
    return {
        "speaks_of_support": facts.rested_at in WITH_THE_PERSON,
        "support_options": (*SUPPORT_OFFERED, SUPPORT_NOT_YET),
    }


def teller(visit: SignedIn) -> Any:
    """The words of a process, by name."""
    return partial(visit.desk.words.text, FILE)


def _held_needs(known: OpenCase, follow_up: str) -> tuple[str, ...]:
    """What it still needs to say that a follow-up was held."""
    return may_move(process_facts.facts(known, follow_up=follow_up), BY_NAME["follow_up"])


def _content(visit: SignedIn, tx: Connection, opened: Opened) -> dict[str, Any]:
    known = opened.known
    facts = process_facts.facts(known)
    onward, back = ways(facts)
    trained = training.facilitators(tx)
    named = {each.staff_id for each in facts.facilitators}
    barred = visit.ties.barred if visit.ties else ()
    had, here = {each.form for each in known.records}, RECORDS_OF.get(facts.stage, ()) if facts.stage else ()
    stages = {each.stage for each in known.records} | {facts.stage or ""}
    had_to_do = tasks.all_of_case(tx, opened.case.id)
    return {
        "facts": facts,
        **about_support(facts),
        "steps": steps(facts.stage, facts.paused_at),
        "onward": onward,
        "back": back,
        "can_pause": facts.stage in IN_ORDER[1:],
        "ends": process_ends.ends(facts),
        "day_needs": meeting_day.needs(facts),
        "is_known_to_the_other": bool({stage.value for stage in KNOWN_TO_THE_OTHER} & stages)
        or any(each.kind == "tell_responsible" for each in had_to_do),
        "records_here": [(name, needed_first(known, RECORDS[name])) for name in here],
        "written_before": [
            name for name in RECORDS if name in had and name not in (*here, *AT_ANY_TIME, "declaration")
        ],
        "put_right_at": PUT_RIGHT_AT,
        "put_right_in_the_log": PUT_RIGHT_IN_THE_LOG,
        "at_any_time": _at_any_time(facts.stage),
        "may_name": not may_move(facts, BY_NAME["name_facilitators"]),
        "candidates": [each for each in trained if each.id not in named and each.id not in barred],
        "wishes": _wishes(known),
        "barred": [each for each in trained if each.id in barred],
        "away": visit.ties.away if visit.ties else (),
        "follow_ups": opened.follow_ups,
        "held_needs": {name: _held_needs(known, name) for name in opened.follow_ups},
        "tasks": [
            each for each in had_to_do if each.state == tasks.OPEN and visit.desk.words.find(FILE, f"tasks.{each.kind}")
        ],
    }


def _wishes(known: OpenCase) -> list[str]:
    """What the person wishes of those who facilitate: as written down last, and as they said in the chat."""
    offered = latest(known.records, "preferences")
    said = [answer.answer for answer in known.document.answers() if answer.step in ASKED_FOR and answer.is_given]
    return [*filter(None, [offered.values.get("wishes", "") if offered else ""]), *said]
