"""What happens when a person says something: one conversation and one thing said in, one turn out. Pure.

The standing commands are read before anything else, in every state, by one table; no flow can see or change them.
No words, no I/O, no clock, no randomness: facts and the nonce of a new conversation come in as arguments.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from bot.contact_details import READERS
from bot.conversation import Conversation
from bot.errors import NotUnderstood
from bot.flow import Facts, Flow, Position
from bot.steps import SEND, Answer, Choice, Consent, End, GoTo, Offer, Question, Review, Several, Step, Text

FIRST_FLOW = "menu"
RATHER_NOT = "rather_not_say"
"""The option that says what skipping says, where a question is needed and yet nobody has to answer it."""

# The small questions that are the engine's own. They stand before the flow's question until they are answered.
ASIDES: Mapping[str, Choice] = {
    "stopped": Choice("stopped", options=("delete_now", "keep"), required=True),
    "paused": Choice("paused", options=("go_on",), required=True),
    "erasing": Choice("erasing", options=("erase_all", "keep_all"), required=True),
}
# A press of these is obeyed however old its button is: they leave, keep or help, and change no answer.
EVER_VALID = frozenset({"stop", "pause", "help", "start", "erase"})


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said, understood: exactly one of a command, options, typed words, or a note about why not."""

    command: str | None = None
    chosen: tuple[str, ...] = ()
    toggled: str | None = None
    """An option pressed in a several-choice; with a leading minus, taken back."""
    typed: str | None = None
    note: str | None = None
    """It was nothing that can be an answer; the name of the note that says so kindly."""


@dataclass(frozen=True, slots=True)
class Cue:
    """Something to tell, by name. The words come later."""

    kind: str
    """note, say, why, help or end."""
    name: str
    flow: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """What waits for an answer now."""

    flow: str
    step: Question
    standing: tuple[str, ...]
    position: Position
    again: bool = False
    """The same message as before, changed: a several-choice with one more chosen."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What follows from what was said."""

    conversation: Conversation | None
    """None: nothing of it is kept."""
    cues: tuple[Cue, ...] = ()
    ask: Ask | None = None
    effects: tuple[str, ...] = ()
    agreed: tuple[str, ...] = ()
    """Consents answered in this turn: their wording and time are evidence."""
    position: Position | None = None
    """Where an End or HandOver was reached: what is handed over."""


class Engine:
    """The flows of the service, ready to be talked to."""

    def __init__(self, flows: Mapping[str, Flow]) -> None:
        self.flows = flows

    def begin(self, nonce: str, facts: Facts, language: str, *notes: str) -> Turn:
        """A new conversation, at the first menu."""
        fresh = Conversation(FIRST_FLOW, nonce, language=language)
        return self._go_on(fresh, facts, tuple(Cue("note", note) for note in notes), moved=True)

    def current(self, conversation: Conversation, facts: Facts) -> Question:
        """The question that waits: the engine's own, the one being changed, or the first without an answer."""
        if conversation.aside:
            return ASIDES[conversation.aside]
        step = self._waiting(conversation, self._position(conversation, facts))
        return step if isinstance(step, Question) else ASIDES["paused"]

    def receive(self, conversation: Conversation, said: Said, facts: Facts) -> Turn:
        """What follows from `said`."""
        if said.command is not None:
            return COMMANDS[said.command](self, conversation, facts)
        if said.note is not None:
            return self._again(conversation, facts, Cue("note", said.note))
        if conversation.aside:
            return self._answer_aside(conversation, said, facts)
        position = self._position(conversation, facts)
        step = self._waiting(conversation, position)
        if not isinstance(step, Question):
            return self._go_on(conversation, facts, ())
        if said.toggled is not None and isinstance(step, Several):
            return self._toggle(conversation, facts, step, said.toggled)
        if isinstance(step, Review) and said.chosen and said.chosen[0] != SEND:
            return self._change(conversation, facts, position, said.chosen[0])
        try:
            answer = _answer(step, said)
        except NotUnderstood as error:
            return self._again(conversation, facts, Cue("note", error.note))
        return self._keep(conversation, facts, step, answer)

    def stop(self, conversation: Conversation, facts: Facts) -> Turn:
        """Obeyed at once. What is left to ask is only what becomes of what was said."""
        if not conversation.answers or not self.flows[conversation.flow].is_drafted:
            return _left("nothing_open")
        return self._ask_aside(conversation, facts, "stopped")

    def pause(self, conversation: Conversation, facts: Facts) -> Turn:
        """Keep my place."""
        return self._ask_aside(conversation, facts, "paused")

    def erase(self, conversation: Conversation, facts: Facts) -> Turn:
        """Everything held about me: asked once more, since it cannot be undone."""
        return self._ask_aside(conversation, facts, "erasing")

    def help(self, conversation: Conversation, facts: Facts) -> Turn:
        """Who can help now; then the same question again, at the same place."""
        return self._again(conversation, facts, Cue("help", "help"))

    def why(self, conversation: Conversation, facts: Facts) -> Turn:
        """Why this is asked."""
        step = self.current(conversation, facts)
        return self._again(conversation, facts, Cue("why", step.name, conversation.flow))

    def start(self, conversation: Conversation, facts: Facts) -> Turn:
        """Opens or resumes; never resets."""
        if conversation.flow == FIRST_FLOW and not conversation.aside:
            return self._go_on(conversation, facts, (), moved=True)
        return self._go_on(replace(conversation, aside=None), facts, (Cue("note", "welcome_back"),))

    def arrive(self, conversation: Conversation, facts: Facts) -> Turn:
        """The same conversation where the facts have just become known, or others: what waits now."""
        return self._go_on(conversation, facts, (), moved=True)

    def look(self, conversation: Conversation, facts: Facts) -> Turn:
        """The same again, nothing said."""
        return self._again(conversation, facts)

    def back(self, conversation: Conversation, facts: Facts) -> Turn:
        """The question before this one, its answer kept until another is given."""
        if conversation.aside:
            return self.start(conversation, facts)
        position = self._position(conversation, facts)
        asked = [name for name in position.kept if name in self.flows[conversation.flow].part_of]
        asked = [name for name in asked if isinstance(self._step(conversation, name), Question)]
        if conversation.changing in asked:
            asked = asked[: asked.index(conversation.changing)]
        if not asked:
            return self._again(conversation, facts, Cue("note", "first_question"))
        return self._change(conversation, facts, position, asked[-1])

    def skip(self, conversation: Conversation, facts: Facts) -> Turn:
        """Skipping is an answer."""
        step = self.current(conversation, facts)
        if step.required and RATHER_NOT in step.closed:
            return self._keep(conversation, facts, step, RATHER_NOT)
        if step.required:
            return self._again(conversation, facts, Cue("note", "needed"))
        return self._keep(conversation, facts, step, None)

    def done(self, conversation: Conversation, facts: Facts) -> Turn:
        """Ends a several-choice."""
        step = self.current(conversation, facts)
        if not isinstance(step, Several):
            return self._again(conversation, facts, Cue("note", "not_understood"))
        if not conversation.picking:
            return self._again(conversation, facts, Cue("note", "choose_one"))
        return self._keep(conversation, facts, step, conversation.picking)

    def keep(self, conversation: Conversation, facts: Facts) -> Turn:
        """Leave the answer that was to be changed as it is."""
        if conversation.changing is None:
            return self._again(conversation, facts, Cue("note", "not_understood"))
        same = replace(conversation, changing=None, picking=())
        return self._go_on(same, facts, (Cue("note", "kept_as_it_is"),))

    def review(self, conversation: Conversation, facts: Facts) -> Turn:
        """To the read-back: every question not yet answered is skipped; what was said stays said."""
        flow = self.flows[conversation.flow]
        early = flow.position(conversation.answers, facts, early=True)
        if conversation.aside or not isinstance(early.step, Review):
            return self._again(conversation, facts, Cue("note", "needed"))
        answers = {**conversation.answers, **early.kept}
        return self._go_on(replace(conversation, answers=answers, changing=None, picking=()), facts, ())

    def _position(self, conversation: Conversation, facts: Facts) -> Position:
        return self.flows[conversation.flow].position(conversation.answers, facts)

    def _step(self, conversation: Conversation, name: str) -> Step | None:
        return self.flows[conversation.flow].by_name.get(name)

    def _waiting(self, conversation: Conversation, position: Position) -> Step:
        changing = conversation.changing
        if changing is not None and changing in position.kept:
            return self.flows[conversation.flow].by_name[changing]
        return position.step

    def _keep(self, conversation: Conversation, facts: Facts, step: Question, answer: Answer) -> Turn:
        answers = {**conversation.answers, step.name: answer}
        kept = replace(conversation, answers=answers, changing=None, picking=())
        turn = self._go_on(kept, facts, (), moved=True)
        return replace(turn, agreed=(step.name,)) if isinstance(step, Consent) else turn

    def _change(self, conversation: Conversation, facts: Facts, position: Position, name: str) -> Turn:
        step = self._step(conversation, name)
        if name not in position.kept or not isinstance(step, Question):
            return self._again(conversation, facts, Cue("note", "not_understood"))
        answer = position.kept[name]
        picking = answer if isinstance(step, Several) and isinstance(answer, tuple) else ()
        return self._go_on(replace(conversation, changing=name, picking=picking), facts, ())

    def _toggle(self, conversation: Conversation, facts: Facts, step: Several, option: str) -> Turn:
        if option.startswith("-"):
            picking = tuple(each for each in conversation.picking if each != option[1:])
        else:
            picking = step.choose(conversation.picking, option)
        turn = self._go_on(replace(conversation, picking=picking), facts, ())
        return replace(turn, ask=replace(turn.ask, again=True)) if turn.ask else turn

    def _answer_aside(self, conversation: Conversation, said: Said, facts: Facts) -> Turn:
        option = said.chosen[0] if said.chosen else None
        if option in {"delete_now", "erase_all"}:
            turn = _left("deleted")
            return replace(turn, effects=("erase",)) if option == "erase_all" else turn
        if option == "keep":
            return self.pause(conversation, facts)
        if option in {"go_on", "keep_all"} or conversation.aside == "paused":
            return self.start(conversation, facts)
        return self._again(conversation, facts, Cue("note", "not_understood"))

    def _ask_aside(self, conversation: Conversation, facts: Facts, aside: str) -> Turn:
        return self._go_on(replace(conversation, aside=aside), facts, ())

    def _again(self, conversation: Conversation, facts: Facts, *cues: Cue) -> Turn:
        return self._go_on(conversation, facts, cues)

    def _go_on(self, conversation: Conversation, facts: Facts, cues: tuple[Cue, ...], *, moved: bool = False) -> Turn:
        """Ask what waits now, or leave where an end was reached. Cards between questions are told when moved on."""
        flow = self.flows[conversation.flow]
        position = self._position(conversation, facts)
        if moved:
            cues = (*cues, *(Cue("say", name, flow.name) for name in position.says))
        if conversation.aside:
            step: Step = ASIDES[conversation.aside]
        else:
            step = self._waiting(conversation, position)
        if isinstance(step, GoTo):
            return self._go_on(
                Conversation(step.name, conversation.nonce, language=conversation.language), facts, cues, moved=True
            )
        if isinstance(step, End):
            return Turn(None, (*cues, Cue("end", step.name, flow.name)), effects=step.effects, position=position)
        assert isinstance(step, Question)  # noqa: S101 (the laws of a flow leave nothing else)
        ask = Ask(flow.name, step, self._standing(flow, conversation, position, facts, step), position)
        effects = ("come_back",) if conversation.aside == "paused" else ()
        return Turn(conversation, cues, ask, effects)

    def _standing(
        self, flow: Flow, conversation: Conversation, position: Position, facts: Facts, step: Question
    ) -> tuple[str, ...]:
        """The commands that this message offers as buttons. Stop and help at every one."""
        if conversation.aside:
            return ("stop", "help")
        offered = ["done"] if isinstance(step, Several) else []
        if conversation.changing is not None:
            offered.append("keep")
        if not step.required:
            offered += [] if isinstance(step, Offer) else ["skip"]
            early = flow.position(conversation.answers, facts, early=True)
            offered += ["review"] if isinstance(early.step, Review) else []
        if not isinstance(step, Review):
            offered.append("why")
        if flow.name != FIRST_FLOW and len(position.kept) > 0:
            offered.append("back")
        return (*offered, "pause", "stop", "help")


def _answer(step: Question, said: Said) -> Answer:
    """The answer in what was said. Raises NotUnderstood."""
    if isinstance(step, Text):
        if said.typed is None:
            raise NotUnderstood("not_understood")
        if len(said.typed) > step.max_chars:
            raise NotUnderstood("too_long")
        return READERS[step.reads](said.typed)
    if said.typed is not None or not said.chosen:
        raise NotUnderstood("not_understood")
    if isinstance(step, Several):
        answer: tuple[str, ...] = ()
        for option in said.chosen:
            answer = step.choose(answer, option)
        return answer
    if len(said.chosen) > 1:
        raise NotUnderstood("choose_only_one")
    return said.chosen[0]


def _left(note: str) -> Turn:
    return Turn(None, (Cue("note", note),))


COMMANDS: Mapping[str, Callable[[Engine, Conversation, Facts], Turn]] = {
    "stop": Engine.stop,
    "pause": Engine.pause,
    "erase": Engine.erase,
    "help": Engine.help,
    "why": Engine.why,
    "start": Engine.start,
    "look": Engine.look,
    "back": Engine.back,
    "skip": Engine.skip,
    "done": Engine.done,
    "keep": Engine.keep,
    "review": Engine.review,
}
