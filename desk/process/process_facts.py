"""What the rules ask about, read off a case that is open: its document, its records, its course.

Pure: here may live how each fact is put together. What counts of what was written down is
`desk.process.process_evidence`'s.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from desk import pages
from desk.cases import danger_sign
from desk.cases.open_case import OpenCase
from desk.cases.starting import is_gender_based, is_started_by_person_harmed
from desk.process.process_evidence import day, order, other_said, planned_on, took_place, value, yes_to
from desk.process.process_evidence import letter as find_letter
from desk.process.written import latest
from policy.case_facts import CaseFacts, Facilitator, Suitability
from policy.moves import BY_NAME, Move
from policy.record_forms import deed_of, form_of
from policy.record_shape import RecordForm
from policy.stages import Stage
from policy.suitability import SUITABLE, missing
from storage.records import Named

SETTLED = frozenset({"done", "partly", "not_done"})


def for_record(
    case: OpenCase, form: RecordForm, values: Mapping[str, str], by: int | None = None, *, is_manager: bool = False
) -> tuple[Move, CaseFacts]:
    """The line of the rules that writing this is, and the facts for it; `by` and `is_manager` say who writes it."""
    letter, rests_on = values.get("number", ""), values.get("rests_on", "")
    on = day(values.get("on", ""))
    found = facts(case, form=form_of(form, values), on=on, letter=letter, rests_on=rests_on)
    if form.name == "flag":
        is_asked = danger_sign.is_asked(case, values.get("asked_on", ""))
        found = replace(
            found,
            is_asked_since_sign=is_asked,
            is_lifted_by_two=is_manager or (by is not None and danger_sign.others_would_lift(case, by)),
        )
    return BY_NAME[deed_of(form, values)], found


def facts(
    case: OpenCase,
    *,
    form: str = "",
    on: date | None = None,
    letter: str = "",
    rests_on: str = "",
    closing: str = "",
    follow_up: str = "",
    is_decided_by_two: bool = False,
) -> CaseFacts:
    """The facts for one deed; `form`, `on`, `letter` and the others are what it is about, where it is about one."""
    prepared = latest(case.of_round(), "preparation")
    form = form or value(prepared, "form")
    return CaseFacts(
        stage=case.stage,
        today=case.today,
        on=on,
        planned_on=planned_on(case),
        is_tried=case.course.is_tried,
        is_reached=case.course.is_reached,
        is_spoken_here=case.course.reached_at >= case.course.round_at > 0,
        is_talked_down=any(each.form == "discussion" and any(each.values.values()) for each in case.records),
        is_person_paused=case.is_person_paused,
        has_taken_back=case.course.has_taken_back,
        is_gender_based=is_gender_based(case.document, case.records),
        is_started_by_person_harmed=is_started_by_person_harmed(case.document, case.records),
        has_safety_flag=danger_sign.stands(case.document, case.records, case.course.raised_at),
        order=order(case),
        yes_to=yes_to(case),
        facilitators=facilitators(case),
        are_preferences_offered=value(latest(case.records, "preferences"), "offered") == "yes",
        suitability=suitability(case),
        is_looked_at_here=_is_looked_at_here(case),
        review_within_days=case.review_within_days,
        support=_support(case),
        other_said=other_said(case.records),
        form=form,
        closing=closing,
        paused_at=case.course.paused_at,
        is_due=follow_up in case.due_follow_ups,
        has_open_follow_ups=case.has_open_follow_ups,
        was_asked_again=any(each.form == "asked_again" and each.rests == case.course.rests for each in case.records),
        sharing_rests_on=rests_on,
        is_plan_current=case.is_plan_current,
        is_tried_out=case.is_tried_out,
        is_reached_since_sign=danger_sign.is_reached(case),
        is_decided_by_two=is_decided_by_two,
        **_of_round(case, form, letter),
        **_agreement(case),
    )


def facilitators(case: OpenCase) -> tuple[Facilitator, ...]:
    """Who facilitates, until when their training is valid, and what each has last declared about this case."""
    return tuple(_facilitator(case, each) for each in case.facilitators)


def suitability(case: OpenCase) -> Suitability | None:
    """The newest version. Forms are safe only where the whole was found suitable."""
    newest = latest(case.records, "suitability")
    if newest is None:
        return None
    is_suitable = newest.values.get("outcome") == SUITABLE
    forms = frozenset(newest.values.get("safe_forms", "").split()) if is_suitable else frozenset[str]()
    weighed_on = pages.here(newest.changed_at).date()
    return Suitability(
        forms,
        day(newest.values.get("review_on", "")),
        frozenset(newest.signed),
        newest.supervisor,
        newest.wrote,
        weighed_on,
        frozenset(missing(newest.values, weighed_on, case.review_within_days)),
    )


def _facilitator(case: OpenCase, named: Named) -> Facilitator:
    """Their word counts from when they were named: who is named anew gives it anew. Barred, they have a conflict."""
    own = [each for each in case.records if each.form == "declaration" and each.staff_id == named.staff_id]
    own = [each for each in own if each.at >= named.at]
    has_conflict = not own or own[-1].values.get("conflict") != "no" or named.staff_id in case.barred
    return Facilitator(
        named.staff_id, named.name, named.trained_until, bool(own), has_conflict, is_in_role=named.is_in_role
    )


def _is_looked_at_here(case: OpenCase) -> bool:
    """The newest look at it was at this stage and in this round, and found nothing changed that is not written anew."""
    looks = [each for each in case.records if each.form in {"suitability", "look_again"}]
    if not looks or value(looks[-1], "changed") == "yes":
        return False
    return looks[-1].stage == case.stage and looks[-1].round == case.course.round


def _support(case: OpenCase) -> str:
    """What was last written of support at this stage; while it is paused, since it came to where it was paused."""
    here = {case.stage} | ({case.course.paused_at} if case.stage is Stage.PAUSED else set())
    offers = [each for each in case.of_round() if each.form == "support" and each.stage in here]
    return value(offers[-1], "answer") if offers else ""


def _of_round(case: OpenCase, form: str, letter: str) -> dict[str, Any]:
    """What was prepared, asked, read and held in this round; of preparing and asking, for this form."""
    records = case.of_round()
    prepared, contact, other = (latest(records, name) for name in ("preparation", "contact", "responsible"))
    came, read_by = find_letter(records, letter)
    return {
        "is_person_ready": value(prepared, "ready") == "yes" and value(prepared, "form") == form != "",
        "approach_answer": value(contact, "answer") if value(contact, "form") == form else "",
        "is_responsible_ready": value(other, "ready") == "yes" and value(other, "form") == form != "",
        "has_taken_place": any(took_place(records)),
        "is_held": "held" in took_place(records),
        "was_held": "held" in took_place(case.records),
        "letter": came,
        "letter_read_by": read_by,
    }


def _agreement(case: OpenCase) -> dict[str, Any]:
    written = latest(case.of_round(), "agreement")
    state, is_told = value(written, "state"), bool(value(written, "told_on"))
    return {
        "is_agreement_open": state == "agreed" or (state in SETTLED and not is_told),
        "is_agreement_done": state == "done" and is_told,
    }
