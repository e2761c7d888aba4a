"""A flow: the list of its steps, the laws it must keep, and where a person with these answers is. Pure.

The laws, checked when a flow is made:
1. Steps are met in the order written. A step none of whose conditions holds is not met.
2. A condition may name only an earlier closed question or fact, and its options. About a question skipped or not met
   it is false. Of a fact that holds things it is true when one of these options is filled.
3. Every question can be skipped unless it is required. A sensitive one must say why in every language (checked with the
   words).
4. Where a person is = the first question met without a valid answer. It is computed, never stored. Only answers met
   reach a case.
5. What is brought in from outside never answers a consent, and gives way to what the person says.
6. A step or option name never changes its meaning. New meaning, new name.
7. A flow cannot see, add or remove the standing commands. The engine reads them first, in every state.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from bot.conditions import any_holds, may_hold
from bot.errors import FlowError
from bot.laws import Test, check
from bot.steps import (
    Answer,
    Answers,
    Bring,
    End,
    Fact,
    Facts,
    Flag,
    GoTo,
    HandOver,
    Offer,
    OneOf,
    Part,
    Question,
    Review,
    Say,
    Step,
    Which,
    known,
)

NO_FACTS: Facts = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Position:
    """Where a person is, and what follows from what they said so far."""

    kept: dict[str, Answer]
    """The answers met, in the order of the flow."""
    says: tuple[str, ...]
    """What to tell between the last answer and this step."""
    flags: tuple[str, ...]
    step: Step
    """The question that waits, or the End, HandOver, GoTo or Bring that was reached."""
    part: str | None
    """The part of the flow this step stands in; None in the part that is needed."""
    asked: Mapping[str, Question] = field(default_factory=dict)
    """The questions met, this one too, as they are asked while the world is as it is."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where one stands, for the person to see."""

    number: int
    about: int
    """How many questions this part has, as far as can be known now."""
    part: int
    """0 for the part that is needed."""
    parts: int


class Flow:
    """A named list of steps that keeps the laws. Raises FlowError when it does not."""

    def __init__(self, name: str, *steps: Step) -> None:
        self.name = name
        self.steps = steps
        self.by_name = {step.name: step for step in steps}
        self.questions = tuple(step for step in steps if isinstance(step, Question))
        self.facts = tuple(step.name for step in steps if isinstance(step, Fact))
        self.asks_the_world = bool(set(self.facts) - {"channel"})
        """Whether it has facts that what is said may change."""
        self.is_drafted = any(isinstance(step, HandOver) for step in steps)
        """Whether what is said here is collected, to be sent at the end."""
        self.parts = tuple(step.name for step in steps if isinstance(step, Part))
        self.part_of = self._parts()
        alike: dict[tuple[Test, ...], tuple[Test, ...]] = {}
        self.plan = tuple((step, alike.setdefault(each := tuple(self._tests(step)), each)) for step in steps)
        """Each step with the conditions any of which must hold for it to be met; none: it always is."""
        check(name, self.plan)
        self._place = {step.name: number for number, step in enumerate(steps)}
        self._counted = self._by_part()
        self._reads_after = self._later_reads()

    def position(
        self,
        answers: Answers,
        facts: Facts = NO_FACTS,
        *,
        early: bool = False,
        after: Position | None = None,
    ) -> Position:
        """Where somebody with these answers is.

        With `early`, a question not answered yet counts as skipped if it may be: where the early read-back leads.
        `after` is where one was with the same facts and the same answers up to that step: then it goes on from there.
        """
        kept: dict[str, Answer] = {**after.kept} if after else {}
        says: list[str] = [*after.says] if after else []
        flags: list[str] = [*after.flags] if after else []
        asked: dict[str, Question] = {**after.asked} if after else {}
        tested, is_met = None, True
        for step, conditions in self.plan[self._place[after.step.name] :] if after else self.plan:
            if conditions is not tested:  # what held for the step before holds for this one too: law 2
                tested, is_met = conditions, not conditions or any_holds(conditions, kept)
            if not is_met:
                continue
            if isinstance(step, Question):
                name, question = step.name, step.put(facts, kept)
                if question is None:
                    continue
                asked[name] = question
                is_answered = name in answers and question.accepts(answers[name])
                if not is_answered and (step.required or not early):
                    return Position(kept, tuple(says), tuple(flags), question, self.part_of[name], asked)
                kept[name] = answers[name] if is_answered else None
                says.clear()
            elif isinstance(step, Fact):
                kept[step.name] = known(facts.get(step.name))
            elif isinstance(step, Bring) and step.name in answers:
                kept[step.name] = answers[step.name]
            elif isinstance(step, Flag):
                flags.append(step.name)
            elif isinstance(step, Say):
                says.append(step.name)
            else:
                return Position(kept, tuple(says), tuple(flags), step, self.part_of[step.name], asked)
        raise FlowError(f"{self.name}: the last step was passed; a flow ends with an End, a HandOver or a GoTo")

    def progress(self, position: Position) -> Progress:
        """How far along somebody is. A question whose condition is still open counts as one that may come."""
        here, part = self._place[position.step.name], position.part
        number, about = 0, 0
        for place, name, conditions in self._counted.get(part, ()):
            if place <= here and name in position.kept:
                number += 1
                about += 1
            elif place == here or not conditions or may_hold(conditions, position.kept):
                about += 1
        number = min(number + 1, about)
        return Progress(number, about, self.parts.index(part) + 1 if part else 0, len(self.parts))

    def place(self, step: str) -> int:
        """The how-manieth step this is, from 0."""
        return self._place[step]

    def read_after(self, name: str) -> tuple[tuple[str, frozenset[str]], ...]:
        """What conditions after this step read: each question with the options asked for."""
        return self._reads_after[name]

    def needs(self) -> dict[str, tuple[str, ...]]:
        """For each step the words it has to have, as keys of its heading in the content file."""
        return {step.name: _words_needed(step) for step in self.steps if not isinstance(step, (Fact, GoTo, Bring))}

    def _parts(self) -> dict[str, str | None]:
        found: dict[str, str | None] = {}
        part: str | None = None
        for step in self.steps:
            if isinstance(step, Part):
                part = step.name
            elif isinstance(step, (Review, End)) and part is not None and not step.when:
                part = None
            found[step.name] = part
        return found

    def _by_part(self) -> dict[str | None, list[tuple[int, str, tuple[Test, ...]]]]:
        """The questions that count when one says how far along somebody is: place, name, conditions."""
        found: dict[str | None, list[tuple[int, str, tuple[Test, ...]]]] = {}
        for place, (step, conditions) in enumerate(self.plan):
            if isinstance(step, Question) and not isinstance(step, (Offer, Review)):
                found.setdefault(self.part_of[step.name], []).append((place, step.name, conditions))
        return found

    def _tests(self, step: Step) -> list[Test]:
        return [
            tuple(
                (name, frozenset([options] if isinstance(options, str) else options)) for name, options in each.items()
            )
            for each in step.conditions
        ]

    def _later_reads(self) -> dict[str, tuple[tuple[str, frozenset[str]], ...]]:
        found: dict[str, tuple[tuple[str, frozenset[str]], ...]] = {}
        reads: set[tuple[str, frozenset[str]]] = set()
        for step, conditions in reversed(self.plan):
            found[step.name] = tuple(sorted(reads, key=lambda read: (read[0], sorted(read[1]))))
            reads |= {pair for condition in conditions for pair in condition}
        return found


def _words_needed(step: Step) -> tuple[str, ...]:
    if isinstance(step, Flag):
        return ("flag",)
    if not isinstance(step, Question):
        return ("say",)
    options = tuple(f"options.{option}" for option in _own_options(step))
    short = () if isinstance(step, Review) else ("short",)
    why = ("why",) if step.sensitive or (step.required and not isinstance(step, Offer)) else ()
    return ("ask", *why, *short, *options)


def _own_options(question: Question) -> tuple[str, ...]:
    """The options that have words of their own: not what the world holds, nor what is another question's answer."""
    if isinstance(question, OneOf):
        return ()
    return question.alone if isinstance(question, Which) else question.closed
