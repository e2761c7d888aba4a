"""What is told of restorative cafes in numbers: counted when one is over, told when enough signed up, kept as told.

Here may live how what people said becomes counts, and counts become figures in which nobody can be found. That is done
whenever somebody signs in who can open the words, long before these are destroyed: so the figures outlive them.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.flows import FLOWS
from bot.steps import Choice, Several
from desk.cafes.cafe_page import open_guests, open_notes
from policy.figure_trees import NOT_SAID
from policy.record_shape import YES_NO
from policy.small_counts import halves, is_apart, split, stretches
from storage import cafe_figures, cafe_notes, cafe_sign_ups, cafes, sealing, team
from storage.cafe_figures import Counted
from storage.cafe_notes import FEEDBACK
from storage.cafes import PLACE

CAFE = "cafe"
FROM_SIGN_UPS = ("council_area", "sector", "works_with_it", "access_needs")
FROM_FEEDBACK = (
    "knew_before",
    "know_now",
    "useful",
    "barriers",
    "would_refer",
    "what_we_need",
    "be_a_partner",
    "access_met",
    "comfortable",
    "follow_up",
)

Groups = Sequence[tuple[Sequence[str], int]]
"""The names of options that are told together, and how many chose them."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted of a cafe, or of several. Small numbers: never told as they are."""

    signed_up: int
    came: int
    thought: int
    """How many said afterwards how it was."""
    answers: Mapping[str, Counter[str]]
    """How often each option was chosen, by question."""

    def as_text(self) -> str:
        """As it is sealed."""
        return json.dumps([self.signed_up, self.came, self.thought, self.answers])


@dataclass(frozen=True, slots=True)
class Figures:
    """What is told of cafes together; `came` is None where it would tell of those who did not."""

    signed_up: int
    came: int | None
    answers: Sequence[tuple[str, Groups]]
    """By question; none where what people said was destroyed before it was counted."""

    def as_text(self) -> str:
        """As it is kept."""
        return json.dumps([self.signed_up, self.came, self.answers])


def figures_from(text: str) -> Figures:
    """Figures as they were kept."""
    return Figures(*json.loads(text))


def tell_what_is_over(tx: Connection, team_key: bytes, now: datetime) -> None:
    """Counts what is over and not counted yet, and tells of it where enough signed up. What does not open with this
    key is left as it is.
    """
    if ids := cafe_figures.to_count(tx, now):
        _count(tx, team_key, ids)
    waiting = [each for each in cafe_figures.to_tell(tx, now) if each.counts is None or _opens(each, team_key)]
    counted = [_opened(each, team_key) for each in waiting]
    for first, last in stretches([(at, each.signed_up) for at, each in enumerate(counted)]):
        is_whole = all(each.counts is not None for each in waiting[first : last + 1])
        told = figures(counted[first : last + 1], is_whole=is_whole)
        if not cafe_figures.tell(tx, [each.id for each in waiting[first : last + 1]], told.as_text(), now):
            return  # somebody else tells of them at this moment


def figures(counted: Sequence[Counts], *, is_whole: bool) -> Figures:
    """What may be told of these together. Pure. Unless `is_whole`, what people said is not known of all of them."""
    signed_up, came, thought = (
        sum(getattr(each, name) for each in counted) for name in ("signed_up", "came", "thought")
    )
    answers = []
    for step in (*FROM_SIGN_UPS, *FROM_FEEDBACK) if is_whole else ():
        chosen = sum((each.answers.get(step, Counter()) for each in counted), Counter[str]())
        whole = signed_up if step in FROM_SIGN_UPS else max(signed_up, thought)
        answers.append((step, groups(step, chosen, whole)))
    return Figures(signed_up, came if is_apart(came, signed_up) else None, [each for each in answers if each[1]])


def groups(step: str, chosen: Mapping[str, int], whole: int) -> Groups:
    """Where one answer is given, all are one whole; where several can be, each is given or not by all there are."""
    question = FLOWS[CAFE].by_name[step]
    options = question.options if isinstance(question, (Choice, Several)) else YES_NO
    counts = {option: chosen.get(option, 0) for option in options}
    if isinstance(question, Several):
        return [((each,), number) for each, number in counts.items() if number and is_apart(number, whole)]
    silent = whole - sum(counts.values())
    found = split(halves([*options, NOT_SAID]), {**counts, NOT_SAID: silent}) if silent >= 0 else ()
    if len(found) == 1 and len(found[0].names) > 1:
        return ()
    return [(each.names, each.number) for each in found if each.number]


def _count(tx: Connection, team_key: bytes, ids: Sequence[str]) -> None:
    sign_ups = [each for each in cafe_sign_ups.sign_ups(tx) if each.state == PLACE]
    notes, public = cafe_notes.of(tx), team.public_key(tx)
    for cafe in (each for each in cafes.everything(tx) if each.id in ids):
        try:
            guests = open_guests([each for each in sign_ups if each.cafe_id == cafe.id], team_key)
            thought = open_notes([each for each in notes if each.cafe_id == cafe.id], FEEDBACK, team_key)
        except sealing.SealBroken:
            continue
        answers = {step: Counter(_all(guest.chose(step) for guest in guests)) for step in FROM_SIGN_UPS}
        answers |= {step: Counter(_all(_options(each.get(step)) for each in thought)) for step in FROM_FEEDBACK}
        counts = Counts(cafe.taken, cafe.came, len(thought), answers).as_text()
        cafe_figures.keep(tx, cafe.id, sealing.seal_to(public, counts.encode(), cafe_figures.context(cafe.id)))


def _opens(each: Counted, team_key: bytes) -> bool:
    try:
        _opened(each, team_key)
    except sealing.SealBroken:
        return False
    return True


def _opened(each: Counted, team_key: bytes) -> Counts:
    if each.counts is None:
        return Counts(each.signed_up or 0, each.came or 0, 0, {})
    signed_up, came, thought, answers = json.loads(
        sealing.unseal_with(team_key, each.counts, cafe_figures.context(each.id))
    )
    return Counts(signed_up, came, thought, {step: Counter(chosen) for step, chosen in answers.items()})


def _all(chosen: Iterable[Sequence[str]]) -> Iterable[str]:
    return (option for each in chosen for option in each)


def _options(answer: object) -> Sequence[str]:
    if isinstance(answer, str):
        return (answer,)
    return answer if isinstance(answer, list) else ()
