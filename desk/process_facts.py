"""What the rules ask about, read off a case that is open: its document, its records, its times.

Pure: here may live how each fact is found. What nobody said is read as the more dangerous answer. The newest word on a
thing is the one that counts, and a yes counts from the last pause on alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from desk.case_document import Document
from desk.written import Written, latest
from policy.case_facts import (
    GENDER_BASED,
    ORDER_ALLOWS,
    ORDER_BARS,
    ORDER_UNCHECKED,
    CaseFacts,
    Facilitator,
    Suitability,
)
from policy.danger import is_danger
from policy.stages import Stage
from storage.records import Named

FROM_THE_PERSON = frozenset({"self_referral", "confirm_referral", "organisation_referral"})
"""Flows whose end is the person's own yes, so that what came through them was started by the person harmed."""
SETTLED = frozenset({"done", "partly", "not_done"})


@dataclass(frozen=True, slots=True)
class OpenCase:
    """All that is known of a case at one moment. Words of it stay out of its printed form."""

    stage: Stage | None
    today: date
    document: Document = field(repr=False)
    records: Sequence[Written] = field(repr=False)
    facilitators: Sequence[Named]
    asked_anew_since: date
    """The day of the last pause or end, before which no yes counts."""
    asked_anew_at: float
    paused_at: Stage | None
    has_open_follow_ups: bool


def facts(
    case: OpenCase, *, form: str = "", letter: str = "", closing: str = "", is_decided_by_two: bool = False
) -> CaseFacts:
    """The facts for one deed; `form` and `letter` are what it is about, where it is about one."""
    prepared = latest(case.records, "preparation")
    contact, agreement = latest(case.records, "contact"), latest(case.records, "agreement")
    state = agreement.values.get("state", "") if agreement else ""
    is_told = bool(agreement and agreement.values.get("told_on"))
    held = _held(case.records)
    return CaseFacts(
        stage=case.stage,
        today=case.today,
        is_gender_based=_is_gender_based(case),
        is_started_by_person_harmed=_is_started_by_person_harmed(case),
        has_safety_flag=has_safety_flag(case),
        order=order(case),
        yes_to=yes_to(case),
        facilitators=facilitators(case),
        are_preferences_offered=_value(latest(case.records, "preferences"), "offered") == "yes",
        suitability=suitability(case.records),
        is_support_offered=any(each.form == "support" and each.stage == case.stage for each in case.records),
        is_person_ready=_value(prepared, "ready") == "yes",
        is_responsible_ready=_is_responsible_ready(case.records),
        approach_answer=_value(contact, "answer"),
        form=form or _value(prepared, "form"),
        is_held=held,
        is_agreement_open=state == "agreed" or (state in SETTLED and not is_told),
        has_agreement=state in SETTLED and is_told,
        has_open_follow_ups=case.has_open_follow_ups,
        letter_read_by=readers(case.records, letter),
        closing=closing,
        paused_at=case.paused_at,
        was_asked_again=any(each.form == "asked_again" and each.at >= case.asked_anew_at for each in case.records),
        is_decided_by_two=is_decided_by_two,
    )


def yes_to(case: OpenCase) -> frozenset[str]:
    """The steps to which the person's last word is a dated yes, said and written down since the last pause or end."""
    said: dict[str, bool] = {}
    for each in case.records:
        if each.form == "consent" and each.at >= case.asked_anew_at:
            on = day(each.values.get("said_on", ""))
            in_time = on is not None and case.asked_anew_since <= on <= case.today
            said[each.values.get("step", "")] = each.values.get("answer") == "yes" and in_time
    return frozenset(step for step, is_yes in said.items() if is_yes)


def has_safety_flag(case: OpenCase) -> bool:
    """Whether a sign of danger stands: in what was handed over, or raised since, and nobody has lifted it."""
    return flag_stands(case.document, case.records)


def flag_stands(document: Document, records: Sequence[Written]) -> bool:
    """The same, where only these two were opened."""
    raised = latest(records, "flag")
    if raised is not None:
        return raised.values.get("state") != "lifted"
    given = _options(document)
    unsafe = given.get("feels_safe") == ("no",) or given.get("unwanted_contact") in {("yes",), ("not_sure",)}
    return is_danger(document.flag_names) or unsafe


def order(case: OpenCase) -> str:
    """Whether an order or condition bars contact: as last checked; unchecked where one may be and nobody has looked."""
    checked = latest(case.records, "order")
    if checked is not None:
        return {"allows": ORDER_ALLOWS, "bars": ORDER_BARS}.get(checked.values.get("result", ""), ORDER_UNCHECKED)
    return ORDER_ALLOWS if _options(case.document).get("orders") == ("none",) else ORDER_UNCHECKED


def facilitators(case: OpenCase) -> tuple[Facilitator, ...]:
    """Who facilitates, until when their training is valid, and what each has last declared about this case."""
    return tuple(_facilitator(case.records, each) for each in case.facilitators)


def suitability(records: Sequence[Written]) -> Suitability | None:
    """The newest version. Forms are safe only where the whole was found suitable."""
    newest = latest(records, "suitability")
    if newest is None:
        return None
    is_suitable = newest.values.get("outcome") == "suitable"
    forms = frozenset(newest.values.get("safe_forms", "").split()) if is_suitable else frozenset()
    return Suitability(forms, day(newest.values.get("review_on", "")), frozenset(newest.signed), newest.supervisor)


def readers(records: Sequence[Written], letter: str) -> frozenset[int]:
    """Who has read a letter since it was last written or came in."""
    read: set[int] = set()
    for each in records:
        if each.form == "letter" and each.values.get("number") == letter and letter:
            if each.values.get("state") in {"written", "answered"}:
                read = set()
            elif each.values.get("state") == "read":
                read.add(each.staff_id)
    return frozenset(read)


def day(text: str) -> date | None:
    """A day as it is kept; None for what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _facilitator(records: Sequence[Written], named: Named) -> Facilitator:
    own = [each for each in records if each.form == "declaration" and each.staff_id == named.staff_id]
    has_conflict = not own or own[-1].values.get("conflict") != "no"
    return Facilitator(named.staff_id, named.name, named.trained_until, bool(own), has_conflict)


def _is_gender_based(case: OpenCase) -> bool:
    recorded = latest(case.records, "start")
    if recorded is not None:
        return recorded.values.get("gender_based") != "no"
    given = _options(case.document).get("kind_of_harm", ())
    return not given or given == ("rather_not_say",) or bool(GENDER_BASED & set(given))


def _is_started_by_person_harmed(case: OpenCase) -> bool:
    recorded = latest(case.records, "start")
    if recorded is not None:
        return recorded.values.get("who_started") == "person_harmed"
    return case.document.flow in FROM_THE_PERSON


def _is_responsible_ready(records: Sequence[Written]) -> bool:
    prepared, said = latest(records, "responsible"), latest(records, "other_side")
    return _value(prepared, "ready") == "yes" and _value(said, "state") != "stops"


def _held(records: Sequence[Written]) -> bool:
    meetings = any(each.form == "meeting" and each.values.get("outcome") == "done" for each in records)
    return meetings or any(
        each.form == "letter" and each.values.get("state") in {"sent", "not_sent"} for each in records
    )


def _options(document: Document) -> dict[str, tuple[str, ...]]:
    return {answer.step: answer.options for answer in document.answers() if answer.options}


def _value(record: Written | None, name: str) -> str:
    return record.values.get(name, "") if record else ""
