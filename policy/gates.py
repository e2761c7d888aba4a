"""The rules of the process: what each need of a move means, and the one function that says why a move may not be made.

Pure: every rule is one small function over `CaseFacts`, named in one table with where it comes from. Each is asked at
the moment of the deed, so what held yesterday is not enough.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from policy.case_facts import DIRECT, FORMS, ORDER_ALLOWS, WITHOUT_CONTACT, CaseFacts, consent_to
from policy.closings import CLOSINGS
from policy.moves import Move
from policy.stages import FRAMEWORK, GUIDANCE, SERVICE, resumes_at

Rule = Callable[[CaseFacts, Move], bool]

WRONG_STAGE: Final = "wrong_stage"
"""The reason when a case is not where the move begins."""


@dataclass(frozen=True, slots=True)
class Gate:
    """A rule under the name that moves need and that its words have."""

    name: str
    holds: Rule
    source: str


def may_move(facts: CaseFacts, move: Move) -> tuple[str, ...]:
    """Why this move may not be made now: the names of the gates that are shut, in the order of its needs.

    Empty when it may. Source: `policy.stages`, and that of each gate.
    """
    if facts.stage not in move.before and not (facts.stage is None and move.whatever_happens):
        return (WRONG_STAGE,)
    return tuple(need for need in move.needs if not GATES[need].holds(facts, move))


def yes_to(step: str) -> Rule:
    """The person's own dated yes to this very step is their last word on it."""

    def holds(facts: CaseFacts, _move: Move) -> bool:
        return step in facts.yes_to

    return holds


def _reaches_nobody(facts: CaseFacts) -> bool:
    return facts.form in WITHOUT_CONTACT


def _yes_to_form(facts: CaseFacts, _move: Move) -> bool:
    return bool(facts.form) and consent_to(facts.form) in facts.yes_to


def _started_by_person_harmed(facts: CaseFacts, _move: Move) -> bool:
    return facts.is_started_by_person_harmed or not facts.is_gender_based


def _two_facilitators(facts: CaseFacts, _move: Move) -> bool:
    return len({each.staff_id for each in facts.facilitators}) >= 2


def _training_valid(facts: CaseFacts, _move: Move) -> bool:
    return all(each.trained_until is not None and each.trained_until >= facts.today for each in facts.facilitators)


def _no_conflict(facts: CaseFacts, _move: Move) -> bool:
    return all(each.has_declared and not each.has_conflict for each in facts.facilitators)


def _suitability_signed(facts: CaseFacts, _move: Move) -> bool:
    found, pair = facts.suitability, {each.staff_id for each in facts.facilitators}
    if found is None or found.supervisor is None or found.supervisor in found.signed_by:
        return False
    return len(found.signed_by) >= 2 and pair <= found.signed_by and found.supervisor not in pair


def _review_in_date(facts: CaseFacts, _move: Move) -> bool:
    found = facts.suitability
    return found is not None and found.review_on is not None and found.review_on >= facts.today


def _form_is_safe(facts: CaseFacts, _move: Move) -> bool:
    return facts.suitability is not None and facts.form in facts.suitability.forms and facts.form in FORMS


def _letter_read(facts: CaseFacts, _move: Move) -> bool:
    pair = {each.staff_id for each in facts.facilitators}
    return len(pair) >= 2 and pair <= facts.letter_read_by


def _closing_fits(facts: CaseFacts, _move: Move) -> bool:
    closing = CLOSINGS.get(facts.closing)
    return closing is not None and facts.stage in closing.stages and closing.holds(facts)


def _paused_there(facts: CaseFacts, move: Move) -> bool:
    return facts.paused_at is not None and resumes_at(facts.paused_at) is move.after


_TABLE: Final = (
    Gate("yes_to_assessment", yes_to("assessment"), f"{FRAMEWORK}, 25.2: granular, positive opt-in"),
    Gate("yes_to_approach", yes_to("approach"), f"{FRAMEWORK}, 25.2; {GUIDANCE}, D: informed choice"),
    Gate("yes_to_form", _yes_to_form, f"{FRAMEWORK}, 25.2: granular; {GUIDANCE}, D"),
    Gate("yes_to_answer", yes_to("answer"), f"{FRAMEWORK}, 25.2: nothing reaches the person unasked"),
    Gate("yes_to_go_on", yes_to("go_on"), f"{FRAMEWORK}, 25.2: consent is refreshed"),
    Gate("started_by_person_harmed", _started_by_person_harmed, f"{FRAMEWORK}, 6.1: gender-based violence"),
    Gate("support_offered", lambda facts, _move: facts.is_support_offered, f"{SERVICE}; {GUIDANCE}, I"),
    Gate("two_facilitators", _two_facilitators, f"{SERVICE}; {GUIDANCE}, B: co-facilitation"),
    Gate("training_valid", _training_valid, f"{GUIDANCE}: trained facilitators; Action Plan 2019"),
    Gate("no_conflict", _no_conflict, "Council of Europe CM/Rec(2018)8: impartial facilitators"),
    Gate("preferences_offered", lambda facts, _move: facts.are_preferences_offered, f"{FRAMEWORK}, 12: choice"),
    Gate("suitability_signed", _suitability_signed, f"{GUIDANCE}, A to C; {FRAMEWORK}, 20"),
    Gate("review_in_date", _review_in_date, f"{FRAMEWORK}, 20: dynamic, revisited at every stage"),
    Gate("some_form_is_safe", lambda facts, _: bool(facts.suitability and facts.suitability.forms), f"{FRAMEWORK}, 20"),
    Gate("form_is_safe", _form_is_safe, f"{FRAMEWORK}, 6.1 and 20"),
    Gate("form_reaches_them", lambda facts, _: facts.form in FORMS and not _reaches_nobody(facts), GUIDANCE),
    Gate("form_reaches_nobody", lambda facts, _: _reaches_nobody(facts), f"{FRAMEWORK}, note on forms without contact"),
    Gate(
        "no_direct_under_flag",
        lambda facts, _: not (facts.form in DIRECT and facts.has_safety_flag),
        f"{FRAMEWORK}, 6.1: no direct form where it could be used to abuse again",
    ),
    Gate(
        "order_checked",
        lambda facts, _: facts.order == ORDER_ALLOWS,
        f"{FRAMEWORK}, 6.1: with justice partners; bail and non-harassment law",
    ),
    Gate("person_ready", lambda facts, _: facts.is_person_ready, f"{GUIDANCE}, E"),
    Gate("responsible_accepts", lambda facts, _: facts.approach_answer == "accepted", f"{GUIDANCE}, A and D"),
    Gate(
        "responsible_ready",
        lambda facts, _: facts.is_responsible_ready,
        f"{GUIDANCE}, A: responsibility is held; E",
    ),
    Gate("letter_read", _letter_read, f"{GUIDANCE}, F: facilitators carry indirect communication"),
    Gate("held", lambda facts, _: facts.is_held, f"{GUIDANCE}, F and G"),
    Gate("agreement_settled", lambda facts, _: not facts.is_agreement_open, f"{FRAMEWORK}, 24: completion is told"),
    Gate("paused_there", _paused_there, f"{FRAMEWORK}, 25.2"),
    Gate("closing_fits", _closing_fits, "`policy.closings`"),
)


GATES: Final[Mapping[str, Gate]] = {gate.name: gate for gate in _TABLE}
