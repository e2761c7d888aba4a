"""The rules of the process: what each need of a move means, and the one function that says why a move may not be made.

Pure: every rule is one small function over `CaseFacts`, named in one table with where it comes from. Each is asked at
the moment of the deed, so what held yesterday is not enough.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from policy.case_facts import (
    DIRECT,
    FORMS,
    OF_DUTY,
    ORDER_ALLOWS,
    SUPPORT_OFFERED,
    WITHOUT_CONTACT,
    CaseFacts,
    consent_to,
)
from policy.closings import CLOSINGS, NO_CONTACT
from policy.moves import Move
from policy.stages import FRAMEWORK, GUIDANCE, REFERRALS, SERVICE, WITH_THE_PERSON, resumes_at
from policy.suitability import latest_review, may_supervise

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


def _yes_to_sharing(facts: CaseFacts, _move: Move) -> bool:
    return facts.sharing_rests_on == OF_DUTY or facts.sharing_rests_on in facts.yes_to


def _nothing_taken_back(facts: CaseFacts, _move: Move) -> bool:
    return not facts.has_taken_back or "go_on" in facts.yes_to


def _started_by_person_harmed(facts: CaseFacts, _move: Move) -> bool:
    return facts.is_started_by_person_harmed or not facts.is_gender_based


def _support_seen_to(facts: CaseFacts, _move: Move) -> bool:
    return facts.rested_at not in WITH_THE_PERSON or bool(facts.support)


def _two_facilitators(facts: CaseFacts, _move: Move) -> bool:
    return len(facts.pair) >= 2


def _training_valid(facts: CaseFacts, _move: Move) -> bool:
    until = [each.trained_until for each in facts.in_role]
    return all(last is not None and last >= facts.facilitated_on for last in until)


def _no_conflict(facts: CaseFacts, _move: Move) -> bool:
    return all(each.has_declared and not each.has_conflict for each in facts.in_role)


def _suitability_signed(facts: CaseFacts, _move: Move) -> bool:
    found, pair = facts.suitability, facts.pair
    if found is None or found.missing or not pair <= found.signed_by:
        return False
    return may_supervise(found.supervisor, pair | found.signed_by, found.written_by)


def _review_in_date(facts: CaseFacts, _move: Move) -> bool:
    found = facts.suitability
    if found is None or found.review_on is None or found.weighed_on is None:
        return False
    return facts.today <= found.review_on <= latest_review(found.weighed_on, facts.review_within_days)


def _form_is_safe(facts: CaseFacts, _move: Move) -> bool:
    return facts.suitability is not None and facts.form in facts.suitability.forms and facts.form in FORMS


def _letter_read(facts: CaseFacts, _move: Move) -> bool:
    return facts.pair <= facts.letter_read_by


def _closing_fits(facts: CaseFacts, _move: Move) -> bool:
    closing = CLOSINGS.get(facts.closing)
    return closing is not None and facts.stage in closing.stages and closing.holds(facts)


def _paused_there(facts: CaseFacts, move: Move) -> bool:
    return facts.paused_at is not None and resumes_at(facts.paused_at) is move.after


def _tries_used_up(facts: CaseFacts, _move: Move) -> bool:
    return facts.closing != NO_CONTACT or facts.is_tried_out


def _ends_by_two(facts: CaseFacts, _move: Move) -> bool:
    return not facts.has_safety_flag or facts.is_reached_since_sign or facts.is_decided_by_two


_TABLE: Final = (
    Gate("tried", lambda facts, _move: facts.is_tried, f"{REFERRALS}: each try is logged"),
    Gate("reached", lambda facts, _move: facts.is_reached, f"{REFERRALS}: each try is logged, with its result"),
    Gate("spoken_here", lambda facts, _move: facts.is_spoken_here, f"{REFERRALS}; {GUIDANCE}, E: prepared by talking"),
    Gate("talked_down", lambda facts, _move: facts.is_talked_down, f"{SERVICE}: the headings of its first talk"),
    Gate("not_paused", lambda facts, _move: not facts.is_person_paused, f"{FRAMEWORK}, 25.2; {REFERRALS}"),
    Gate("nothing_taken_back", _nothing_taken_back, f"{FRAMEWORK}, 25.2: withdrawn as simply as given"),
    Gate("yes_to_assessment", yes_to("assessment"), f"{FRAMEWORK}, 25.2: granular, positive opt-in"),
    Gate("yes_to_approach", yes_to("approach"), f"{FRAMEWORK}, 25.2; {GUIDANCE}, D: informed choice"),
    Gate("yes_to_form", _yes_to_form, f"{FRAMEWORK}, 25.2: granular; {GUIDANCE}, D"),
    Gate("yes_to_answer", yes_to("answer"), f"{FRAMEWORK}, 25.2: nothing reaches the person unasked"),
    Gate("yes_to_sharing", _yes_to_sharing, f"{FRAMEWORK}, 25.2: granular; what was shared, and on what ground"),
    Gate("yes_to_follow_up", yes_to("follow_up"), f"{FRAMEWORK}, 25.2; {GUIDANCE}, I: each may be refused"),
    Gate("yes_to_go_on", yes_to("go_on"), f"{FRAMEWORK}, 25.2: consent is refreshed"),
    Gate("started_by_person_harmed", _started_by_person_harmed, f"{FRAMEWORK}, 6.1: gender-based violence"),
    Gate("support_offered", lambda facts, _move: facts.support in SUPPORT_OFFERED, f"{SERVICE}; {GUIDANCE}, I"),
    Gate("support_seen_to", _support_seen_to, f"{SERVICE}: support goes on, whatever becomes of the process"),
    Gate("two_facilitators", _two_facilitators, f"{SERVICE}; {GUIDANCE}, B: co-facilitation"),
    Gate(
        "training_valid",
        _training_valid,
        f"{GUIDANCE}: trained facilitators; Action Plan 2019; {SERVICE}: on the day itself",
    ),
    Gate("no_conflict", _no_conflict, "Council of Europe CM/Rec(2018)8: impartial facilitators"),
    Gate(
        "day_ahead", lambda facts, _: facts.on is not None and facts.on >= facts.today, f"{GUIDANCE}, E: prepared for"
    ),
    Gate("preferences_offered", lambda facts, _move: facts.are_preferences_offered, f"{FRAMEWORK}, 12: choice"),
    Gate("suitability_signed", _suitability_signed, f"{GUIDANCE}, A to C; {FRAMEWORK}, 20"),
    Gate("review_in_date", _review_in_date, f"{FRAMEWORK}, 20: dynamic; within the time the service has set"),
    Gate("looked_at_here", lambda facts, _move: facts.is_looked_at_here, f"{FRAMEWORK}, 20: revisited at every stage"),
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
        "no_flag", lambda facts, _: not facts.has_safety_flag, f"{FRAMEWORK}, 6.1: what comes from them may be a threat"
    ),
    Gate(
        "order_checked",
        lambda facts, _: facts.order == ORDER_ALLOWS,
        f"{FRAMEWORK}, 6.1: by staff, with justice partners; bail and non-harassment law",
    ),
    Gate("person_ready", lambda facts, _: facts.is_person_ready, f"{GUIDANCE}, E"),
    Gate("responsible_accepts", lambda facts, _: facts.approach_answer == "accepted", f"{GUIDANCE}, A and D"),
    Gate(
        "responsible_ready",
        lambda facts, _: facts.is_responsible_ready,
        f"{GUIDANCE}, A: responsibility is held; E",
    ),
    Gate("other_not_said_no", lambda facts, _: not facts.other_said, f"{GUIDANCE}, A: voluntary for both, throughout"),
    Gate("letter_written", lambda facts, _: facts.letter == "written", f"{GUIDANCE}, F"),
    Gate("answer_came", lambda facts, _: facts.letter == "answered", f"{GUIDANCE}, F"),
    Gate("letter_read", _letter_read, f"{GUIDANCE}, F: facilitators carry indirect communication"),
    Gate("took_place", lambda facts, _: facts.has_taken_place, f"{GUIDANCE}, I: whoever took part is debriefed"),
    Gate("held", lambda facts, _: facts.is_held, f"{GUIDANCE}, F and G"),
    Gate("agreement_settled", lambda facts, _: not facts.is_agreement_open, f"{FRAMEWORK}, 24: completion is told"),
    Gate("follow_up_due", lambda facts, _: facts.is_due, f"{GUIDANCE}, I: over time"),
    Gate("plan_current", lambda facts, _move: facts.is_plan_current, f"{REFERRALS}: how it is safe is asked anew"),
    Gate(
        "reached_since_sign",
        lambda facts, _move: facts.is_reached_since_sign,
        f"{REFERRALS}: nobody but the person knows whether they are safe",
    ),
    Gate("asked_since_sign", lambda facts, _move: facts.is_asked_since_sign, f"{REFERRALS}; {FRAMEWORK}, 6.1"),
    Gate("lifted_by_two", lambda facts, _move: facts.is_lifted_by_two, f"{SERVICE}; {FRAMEWORK}, 20: never one alone"),
    Gate("tries_used_up", _tries_used_up, "`policy.contact_attempts.Limits`"),
    Gate("ends_by_two", _ends_by_two, "`policy.four_eyes.CLOSE_UNREACHED`: nobody is let go by one person"),
    Gate("paused_there", _paused_there, f"{FRAMEWORK}, 25.2"),
    Gate("closing_fits", _closing_fits, "`policy.closings`"),
)


GATES: Final[Mapping[str, Gate]] = {gate.name: gate for gate in _TABLE}
