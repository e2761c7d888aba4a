"""What of all that was written down counts now: the newest word on a thing, said in the round or rest that it is for.

Pure: here may live what is a yes, a no, a check, a letter, and something that took place. What nobody said is read as
the more dangerous answer.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import count

from desk.cases.case_document import Document
from desk.cases.open_case import OpenCase
from desk.process.written import Written, latest
from policy.case_facts import FORMS, ORDER_ALLOWS, ORDER_BARS, ORDER_UNCHECKED, consent_to
from policy.ledger_forms import GOES_ON
from policy.record_forms import OTHER_SIDE_OPEN, PLANNED

OF_ROUND = frozenset({"approach", "answer", *(consent_to(form) for form in FORMS)})
"""Consents that are about the person responsible, or a form: each counts for one round."""


def yes_to(case: OpenCase) -> frozenset[str]:
    """The steps to which the person's last word is a dated yes, said and written down since the last rest; of what is
    about the person responsible, since this round began. A no counts whenever it was said."""
    said: dict[str, bool] = {}
    for each in case.records:
        if each.form == "consent":
            step = each.values.get("step", "")
            said[step] = each.values.get("answer") == "yes" and _counts(case, each, step)
    return frozenset(step for step, is_yes in said.items() if is_yes)


def order(case: OpenCase) -> str:
    """Whether an order or condition bars contact: as staff last checked it in this round; unchecked where none has.

    What bars contact counts whenever it was found. What was said of orders at the hand-over, that there is none too, is
    no check: a condition of bail may be one that nobody has told the person of.
    """
    checked = latest(case.records, "order")
    if checked is None:
        return ORDER_UNCHECKED
    if checked.values.get("result") == "bars":
        return ORDER_BARS
    on = day(checked.values.get("on", ""))
    is_new = checked.round == case.course.round and on is not None and case.course.came_on <= on <= case.today
    return ORDER_ALLOWS if checked.values.get("result") == "allows" and is_new else ORDER_UNCHECKED


def other_said(records: Sequence[Written]) -> str:
    """A no of the person responsible stands, through every round, until they go on of their own accord."""
    said = ""
    for each in records:
        if each.form == "contact" and value(each, "answer") not in OTHER_SIDE_OPEN:
            said = value(each, "answer")
        elif each.form == "other_side":
            said = "" if value(each, "state") == GOES_ON else value(each, "state")
    return said


def letter(records: Sequence[Written], number: str) -> tuple[str, frozenset[int]]:
    """What a letter is, written here or answered from there, and who has read it since."""
    came, read_by = "", set[int]()
    for each in records:
        if each.form == "letter" and number and value(each, "number") == number:
            if value(each, "state") in {"written", "answered"}:
                came, read_by = value(each, "state"), set()
            elif value(each, "state") == "read":
                read_by.add(each.staff_id)
    return came, frozenset(read_by)


def letters(records: Sequence[Written]) -> dict[str, Written]:
    """The letters by their number, each with what has become of it last; that it was read is nothing new."""
    mine = [each for each in records if each.form == "letter" and value(each, "state") != "read"]
    return {value(each, "number"): each for each in mine}


def kept_from_the_person(records: Sequence[Written]) -> list[Written]:
    """What tells of an answer that they do not want to hear of: it came in a round in which their last word on that was
    no yes, and was not passed on.

    Source: the policy and practice framework, 25.2: nothing reaches the person unasked.
    """
    said = {each.round: value(each, "answer") for each in records if value(each, "step") == "answer"}
    kept, unheard = list[Written](), set[str]()
    for each in records:
        if each.form == "letter":
            number, state = value(each, "number"), value(each, "state")
            if state == "answered" and said.get(each.round) != "yes":
                unheard.add(number)
            elif state != "read":
                unheard.discard(number)
            kept += [each] if number in unheard else []
    return kept


def next_letter(case: OpenCase) -> str:
    """The number of the next letter: they are counted through the whole case, by the order in which they came up."""
    used = {value(each, "number") for each in case.records if each.form == "letter"}
    return next(str(number) for number in count(len(used) + 1) if str(number) not in used)


def took_place(records: Sequence[Written]) -> Iterator[str]:
    """Of everything that took place: whether it was held to its end, or halted or left to be continued."""
    for each in records:
        if each.form == "meeting":
            yield "held" if value(each, "outcome") == "done" else value(each, "outcome")
        elif each.form == "letter" and value(each, "state") in {"sent", "not_sent"}:
            yield "held"


def planned_on(case: OpenCase) -> date | None:
    """The day that was set last in this round, if it has not passed, was not given up, and nothing was held since."""
    found = None
    for each in case.of_round():
        if each.form in {"planned", "meeting"}:
            found = day(value(each, "on")) if value(each, "state") == PLANNED else None
    return found if found and found >= case.today else None


def day(text: str) -> date | None:
    """A day as it is kept; None for what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def value(record: Written | None, name: str) -> str:
    """What stands under a heading; empty where there is none."""
    return record.values.get(name, "") if record else ""


def said_of_orders(document: Document) -> str:
    """What was answered of orders at the hand-over, for whoever checks them to see; empty where nothing was."""
    return next((each.answer for each in document.answers() if each.step == "orders" and each.is_given), "")


def _counts(case: OpenCase, yes: Written, step: str) -> bool:
    on, course = day(yes.values.get("said_on", "")), case.course
    is_of_round = step in OF_ROUND
    if on is None or yes.rests != course.rests or (is_of_round and yes.round != course.round):
        return False
    return max(course.came_on, course.rested_on, course.round_on if is_of_round else date.min) <= on <= case.today
