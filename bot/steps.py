"""The kinds of step a flow is made of. Data only: what a step is called, when it is met, which answers it takes.

Seven ask (Choice, OneOf, Several, Which, YesNo, Text, Consent). So do Offer, which asks how to go on, Part, which
offers questions to take or leave, and Review, which reads back. Say tells; Flag tells only the desk; Fact brings in
what the world knows, Bring what somebody else answered before; End, HandOver and GoTo leave.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

Answer = str | tuple[str, ...] | None
"""An option, several options, typed words; None when the question was skipped, which is an answer too."""
Answers = Mapping[str, Answer]
Condition = Mapping[str, str | tuple[str, ...]]
"""Question names with the option, or any of the options, that must have been chosen. Several keys mean *and*."""

SEND = "send"
NAME = "name"
"""How a Text is read that asks for a name, or a word or few like one: no question and no cry for help is the answer.
What an organisation or a team is called is none of these: it may hold any words."""
QUESTIONS, GOODBYES, NOES = "questions", "goodbyes", "noes"
"""What a Text may take for its answer besides: a question; "I have to go" and the like, where words to be said to
somebody are asked for; "no" and "I don't know", where somebody is written to."""


@dataclass(frozen=True, slots=True)
class Held:
    """What one of a fact's options stands for now, in words: its label, and what is told beside it."""

    label: str
    about: str = ""


FactValue = str | Mapping[str, Held]
"""One of the options of a fact; or, of a fact that holds things, what each of its options holds that is filled."""
Facts = Mapping[str, FactValue]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing a flow does. Met only when one of its conditions holds; without conditions, always."""

    name: str
    when: Condition | tuple[Condition, ...] = ()

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Any of these must hold."""
        return self.when if isinstance(self.when, tuple) else (self.when,)


@dataclass(frozen=True, slots=True)
class Question(Step):
    """A step that waits for an answer."""

    required: bool = field(default=False, kw_only=True)
    """Needed to call somebody safely, so it cannot be skipped."""
    sensitive: bool = field(default=False, kw_only=True)
    """Has to say why it is asked."""
    counted: bool = field(default=False, kw_only=True)
    """Its answer may be counted for statistics about the whole service (`bot.referrals.tallying`)."""

    @property
    def closed(self) -> tuple[str, ...]:
        """The options to choose from; none where the answer is typed."""
        return ()

    def accepts(self, answer: Answer) -> bool:
        """Whether this, kept from before, still answers the question."""
        return answer is None and not self.required

    def put(self, _facts: "Facts", _answers: Answers) -> "Question | None":
        """The question as it is put while the world is like this and after these answers; None: there is no need."""
        return self


@dataclass(frozen=True, slots=True)
class Choice(Question):
    """One of the options."""

    options: tuple[str, ...] = field(default=(), kw_only=True)
    spans: Mapping[str, tuple[int, int]] = field(default_factory=dict, kw_only=True, hash=False)
    """For options that stand for numbers, such as ages: the first and the last number that, when typed, is that option.
    A number an option has in the list comes first."""

    @property
    def closed(self) -> tuple[str, ...]:
        return self.options

    def accepts(self, answer: Answer) -> bool:
        return answer in self.options if answer is not None else not self.required


@dataclass(frozen=True, slots=True)
class OneOf(Choice):
    """One of what a fact holds now. Its options are the places there are; only those that are filled are offered."""

    of: str = field(default="", kw_only=True)
    """The fact."""
    held: tuple[tuple[str, Held], ...] = field(default=(), kw_only=True)
    """What the fact holds, once it is known: set where the conversation stands, never in a flow."""

    def put(self, facts: "Facts", _answers: Answers) -> "OneOf":
        """The same, offering what its fact holds."""
        fact = facts.get(self.of)
        held = tuple((o, fact[o]) for o in self.options if o in fact) if isinstance(fact, Mapping) else ()
        return replace(self, options=tuple(option for option, _ in held), held=held)


@dataclass(frozen=True, slots=True)
class YesNo(Choice):
    """Yes or no."""

    options: tuple[str, ...] = field(default=("yes", "no"), kw_only=True)


@dataclass(frozen=True, slots=True)
class Consent(YesNo):
    """A yes or no whose wording and time are kept as evidence (UK GDPR art. 7(1))."""


@dataclass(frozen=True, slots=True)
class Offer(Choice):
    """Asks how to go on. Steers the conversation and says nothing about the person, so it is no answer in a case."""


@dataclass(frozen=True, slots=True)
class Part(Offer):
    """Offers the questions after it, to take or to leave: a pause, and a warning before what may be hard to read."""

    options: tuple[str, ...] = field(default=("go_on", "leave_out"), kw_only=True)


@dataclass(frozen=True, slots=True)
class Several(Question):
    """One option or more. An option of `alone` cannot stand beside another."""

    options: tuple[str, ...] = field(default=(), kw_only=True)
    alone: tuple[str, ...] = field(default=(), kw_only=True)

    @property
    def closed(self) -> tuple[str, ...]:
        return self.options

    def accepts(self, answer: Answer) -> bool:
        if answer is None:
            return not self.required
        return isinstance(answer, tuple) and bool(answer) and all(option in self.options for option in answer)

    def choose(self, chosen: Collection[str], option: str) -> tuple[str, ...]:
        """What is chosen once `option` is added, in the order of the options."""
        if option in self.alone:
            return (option,)
        kept = {*chosen, option} - set(self.alone)
        return tuple(each for each in self.options if each in kept)


@dataclass(frozen=True, slots=True)
class Which(Several):
    """Which of the answers before it. Its options are the names of earlier questions, read by their short titles, and
    those of `alone`; offered are those that were answered."""

    def put(self, _facts: "Facts", answers: Answers) -> "Which | None":
        offered = tuple(each for each in self.options if each in self.alone or answers.get(each) is not None)
        return None if set(offered) <= set(self.alone) else replace(self, options=offered)


@dataclass(frozen=True, slots=True)
class Text(Question):
    """Words typed by the person, at most `max_chars` of them."""

    max_chars: int = field(default=300, kw_only=True)
    reads: str = field(default="words", kw_only=True)
    """How it is read: a name in `bot.hearing.contact_details.READERS`."""
    takes: tuple[str, ...] = field(default=(), kw_only=True)
    """What is the answer here, though elsewhere it would be something else: any of QUESTIONS, GOODBYES and NOES."""

    @property
    def asks_a_name(self) -> bool:
        """Whether a question or a cry for help is never the answer."""
        return self.reads == NAME

    def accepts(self, answer: Answer) -> bool:
        return bool(answer) and isinstance(answer, str) if answer is not None else not self.required


@dataclass(frozen=True, slots=True)
class Writing(Text):
    """Words for somebody at the desk, or one of the options instead. Whatever else is typed is for them to read."""

    options: tuple[str, ...] = field(default=(), kw_only=True)

    @property
    def closed(self) -> tuple[str, ...]:
        return self.options


@dataclass(frozen=True, slots=True)
class Check(Writing):
    """Reads back words written for somebody at the desk: they go on Send alone, and what else is typed is added."""


@dataclass(frozen=True, slots=True)
class Code(Text):
    """Words that open something kept. They say nothing about the person, so they are no answer in a case."""

    max_chars: int = field(default=120, kw_only=True)
    reads: str = field(default="code", kw_only=True)


@dataclass(frozen=True, slots=True)
class Review(Question):
    """Reads back everything said; Send answers it, and every line can be changed."""

    required: bool = field(default=True, kw_only=True)

    @property
    def closed(self) -> tuple[str, ...]:
        return (SEND,)

    def accepts(self, answer: Answer) -> bool:
        return answer == SEND


@dataclass(frozen=True, slots=True)
class Say(Step):
    """Tells the person something."""


@dataclass(frozen=True, slots=True)
class Flag(Step):
    """Tells only the desk, at hand-over. Never moves or blocks anything."""


@dataclass(frozen=True, slots=True)
class Fact(Step):
    """Something known from outside, read with the turn; conditions may name it like an earlier question.

    Where a OneOf asks for what it holds, its value is that: a Held for each option that is filled.
    """

    options: tuple[str, ...] = field(default=(), kw_only=True)


@dataclass(frozen=True, slots=True)
class Bring(Step):
    """Answers come in from outside when it is reached. They stand marked until the person gives their own."""


@dataclass(frozen=True, slots=True)
class GoTo(Step):
    """Leads into the flow of this name."""


@dataclass(frozen=True, slots=True)
class End(Step):
    """The way out: says its words, has its effects, and nothing of the conversation is kept."""

    effects: tuple[str, ...] = field(default=(), kw_only=True)


@dataclass(frozen=True, slots=True)
class HandOver(End):
    """The way out by which what was said is handed over: as a case, unless its effects say otherwise."""

    effects: tuple[str, ...] = field(default=("hand_over",), kw_only=True)


def known(fact: FactValue | None) -> Answer:
    """A fact as conditions read it: its option, or those of its options that are filled."""
    return fact if isinstance(fact, str) or fact is None else tuple(fact)


AnyStep = TypeVar("AnyStep", bound=Step)


def under(condition: Condition, *steps: AnyStep) -> tuple[AnyStep, ...]:
    """The same steps, met only when this condition holds as well: a group need not repeat it."""
    return tuple(
        replace(step, when=tuple({**condition, **each} for each in step.conditions) or condition) for step in steps
    )
