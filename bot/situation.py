"""Where a conversation stands: its flow, what is known from outside, which question waits, how it is asked. Pure."""

from collections.abc import Mapping
from dataclasses import InitVar, dataclass, field, replace
from typing import Any

from bot.conversation import Conversation
from bot.flow import Flow, Position
from bot.referrals.bringing import Brought, filled_by
from bot.spoken import ONLY_REFERENCE, Spoken
from bot.steps import (
    SEND,
    Answer,
    Bring,
    Check,
    Choice,
    Code,
    Consent,
    End,
    Facts,
    GoTo,
    Offer,
    Question,
    Review,
    Several,
    Step,
    Writing,
)
from bot.turn import Ask, Cue, Turn, note

FIRST_FLOW = "menu"
WITH_A_CHAT = frozenset({"telegram"})
"""Channels where what is said stays in a chat that others may read later."""
ALSO_WRITTEN = "also_written"
"""The line of the read-back with words that may be a sign of danger; its button takes them out."""

# The small questions that are the engine's own. They stand before the flow's question until they are answered.
ASIDES: Mapping[str, Choice] = {
    "stopped": Choice("stopped", options=("delete_now", "keep"), required=True),
    "paused": Choice("paused", options=("go_on",), required=True),
    "messages": Choice("messages", options=("at_once", "soon", "at_end", "keep"), required=True),
    "restarting": Choice("restarting", options=("begin_again", "carry_on"), required=True),
    "erasing": Choice("erasing", options=("erase_all", "keep_all"), required=True),
    "in_english": Choice("in_english", options=("go_on", "not_in_english"), required=True),
}
LANGUAGE, IN_ENGLISH = "language", "in_english"
ASKING, NEITHER = "asking", "neither"
"""Which of two questions was meant: its options are their topics, and neither."""
GOOD_TIME, WRITING_BACK, CHECKING, TALKING = "good_time", "writing_back", "checking", "talking"
MOST_WRITTEN = 2000
"""Characters of a message to the desk."""
CHECK = Check(CHECKING, options=(SEND, "write_again", "dont_send"), max_chars=MOST_WRITTEN, required=True)
# What the desk has begun here (`bot.from_desk`). It stands before those, too.
FROM_DESK: Mapping[str, Question] = {
    GOOD_TIME: Choice(GOOD_TIME, options=("yes", "later", "not_here"), required=True),
    WRITING_BACK: Writing(WRITING_BACK, options=("not_now",), max_chars=MOST_WRITTEN, required=True),
    CHECKING: CHECK,
    TALKING: Writing(TALKING, options=("end_talk",), max_chars=MOST_WRITTEN, required=True),
}

CLEARED_FROM = frozenset({"stopped", "paused"})
"""Where one is about to put the phone away."""


@dataclass(frozen=True, slots=True)
class Situation:
    """A conversation with its place worked out, once."""

    flows: Mapping[str, Flow]
    conversation: Conversation
    facts: Facts
    spoken: Spoken = ONLY_REFERENCE
    after: InitVar[Position | None] = None
    """The place before, where nothing said up to it has changed: it need not be worked out again."""
    position: Position = field(init=False)
    aside: str | None = field(init=False)
    """The small question of the engine's own that stands before the flow's, if any."""

    def __post_init__(self, after: Position | None) -> None:
        position = self.flow.position(self.conversation.answers, self.facts, after=after)
        object.__setattr__(self, "position", position)
        object.__setattr__(self, "aside", self._aside())

    @property
    def flow(self) -> Flow:
        return self.flows[self.conversation.flow]

    @property
    def waiting(self) -> Step:
        """What the desk asks, the engine's own question, the one being changed, or the first of the flow unanswered."""
        if self.conversation.desk:
            return self._from_desk(self.conversation.desk)
        if self.aside == LANGUAGE:
            return Choice(LANGUAGE, options=self.spoken.offered, required=True)
        if self.aside and self.aside.startswith(ASKING):
            return Choice(ASKING, options=(*self.aside.split(":")[1:], NEITHER), required=True)
        return ASIDES[self.aside] if self.aside else self._own

    def _from_desk(self, begun: str) -> Question:
        """What is written back is read back before it goes anywhere; what is added to it takes from the same room."""
        unsent = self.conversation.unsent
        if begun != WRITING_BACK or not unsent:
            return FROM_DESK[begun]
        return replace(CHECK, max_chars=max(0, MOST_WRITTEN - len(unsent) - len("\n")))

    def _aside(self) -> str | None:
        if self.conversation.desk or self.conversation.aside:
            return self.conversation.desk or self.conversation.aside
        return None if self._in_words(self._own.name) else IN_ENGLISH

    @property
    def _own(self) -> Step:
        return self.position.asked.get(self.conversation.changing or "", self.position.step)

    def _in_words(self, step: str) -> bool:
        return self.spoken.reaches(self.conversation.language, self.flow, step)

    def but(self, **changes: Any) -> "Situation":
        """The same with the conversation changed."""
        is_here = changes.keys().isdisjoint({"flow", "answers"})
        return self._with(replace(self.conversation, **changes), self.position if is_here else None)

    def _with(self, conversation: Conversation, after: Position | None = None) -> "Situation":
        return Situation(self.flows, conversation, self.facts, self.spoken, after)

    def keep(self, step: Question, answer: Answer) -> Turn:
        """Take this answer, and go on to what waits after it."""
        answers = {**self.conversation.answers, step.name: answer}
        brought = self.conversation.brought
        if step.name in brought:
            brought = {name: who for name, who in brought.items() if name != step.name}
        if self.conversation.changing and not isinstance(step, Review):
            # What was read back reads otherwise now: it is read back once more.
            answers = {name: each for name, each in answers.items() if not self._reads_back(name)}
            if isinstance(step, Code):  # all that followed was about what the other code opened
                answers, brought = {step.name: answer}, {}
        conversation = replace(self.conversation, answers=answers, changing=None, picking=(), brought=brought)
        after = self.position if step is self.position.step else None
        turn = self._with(conversation, after).arrive()
        return replace(turn, agreed=(step.name,)) if isinstance(step, Consent) else turn

    def bring(self, brought: Brought) -> Turn:
        """Take in what somebody answered elsewhere, at the Bring that was reached, and go on to what waits after it."""
        step, own = self.position.step, self.conversation.answers
        assert isinstance(step, Bring)  # noqa: S101 (nothing else asks for it)
        names = [each.name for each in filled_by(self.flow, step) if each.name not in own]
        answers = {name: brought.answers[name] for name in names if name in brought.answers}
        said_by = {name: brought.said_by[name] for name in answers if name in brought.said_by}
        return self.but(answers={**own, **answers, step.name: brought.source}, brought=said_by).arrive()

    def change(self, name: str) -> Turn:
        """Ask again what was answered; the answer stands until another is given."""
        step = self.flow.by_name.get(name)
        if name not in self.position.kept or not isinstance(step, Question):
            return self.ask(note("not_understood"))
        answer = self.position.kept[name]
        picking = answer if isinstance(step, Several) and isinstance(answer, tuple) else ()
        return self.but(changing=name, picking=picking).ask()

    def arrive(self, *cues: Cue) -> Turn:
        """Having moved on: tell what stands between the last answer and this, then ask what waits."""
        says = (Cue("say", name, self.flow.name) for name in self.position.says if self._in_words(name))
        return self.ask(*cues, *says)

    def ask(self, *cues: Cue) -> Turn:
        """Tell these, and ask what waits now; or leave, where an end was reached."""
        step = self.waiting
        if isinstance(step, GoTo):
            return self.anew(step.name).arrive(*cues)
        if isinstance(step, End):
            cues = (*cues, Cue("end", step.name, self.flow.name))
            return Turn(None, cues, None, step.effects, (), self.position, self.conversation.language)
        if isinstance(step, Bring):
            return Turn(self.conversation, cues, position=self.position)
        assert isinstance(step, Question)  # noqa: S101 (the laws of a flow leave nothing else)
        ask = Ask(self.flow.name, step, self._standing(step), self.position)
        effects = ("come_back",) if self.aside == "paused" else ()
        return Turn(self.conversation, cues, ask, effects)

    def anew(self, flow: str) -> "Situation":
        """At the beginning of a flow, nothing answered."""
        return self._with(Conversation(flow, self.conversation.nonce, language=self.conversation.language))

    def _reads_back(self, name: str) -> bool:
        return isinstance(self.flow.by_name.get(name), Review)

    def _standing(self, step: Question) -> tuple[str, ...]:
        """The commands that this message offers as buttons. Stop and help at every one."""
        if self.aside:
            return ("clear", "stop", "help") if self.aside in CLEARED_FROM else ("stop", "help")
        offered = ["done"] if isinstance(step, Several) else []
        offered += ["keep"] if self.conversation.changing is not None else []
        offered += ["skip"] if not step.required and not isinstance(step, Offer) else []
        offered += ["review"] if not step.required and self.early_read_back() else []
        offered += ["why"] if not isinstance(step, Review) else []
        offered += ["back"] if self.flow.name != FIRST_FLOW and self.position.kept else []
        offered += ["language"] if self.flow.name == FIRST_FLOW and len(self.spoken.offered) > 1 else []
        return (*offered, "pause", "stop", "help")

    def early_read_back(self) -> Position | None:
        """The read-back, if it can be reached from here by skipping all that is not answered."""
        early = self.flow.position(self.conversation.answers, self.facts, early=True, after=self.position)
        return early if isinstance(early.step, Review) else None
