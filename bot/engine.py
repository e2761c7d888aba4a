"""What happens when a person says something: one conversation and one thing said in, one turn out. Pure.

The standing commands are read before anything else, in every state, by one table (`bot.commands`). No words, no I/O, no
clock, no randomness: facts and the nonce of a new conversation come in as arguments.
"""

from collections.abc import Mapping
from dataclasses import replace

from bot import from_desk
from bot.commands import COMMANDS, pause, start
from bot.conversation import Conversation
from bot.errors import NotUnderstood
from bot.flow import Flow
from bot.hearing.contact_details import read_typed
from bot.situation import ALSO_WRITTEN, ASKING, FIRST_FLOW, IN_ENGLISH, LANGUAGE, NEITHER, Situation
from bot.spoken import ONLY_REFERENCE, Spoken
from bot.steps import SEND, Answer, Facts, Question, Review, Several, Text
from bot.turn import Cue, Said, Turn, left, note
from content.words import REFERENCE


class Engine:
    """The flows of the service, ready to be talked to."""

    def __init__(self, flows: Mapping[str, Flow], spoken: Spoken = ONLY_REFERENCE) -> None:
        self.flows = flows
        self.spoken = spoken

    def begin(self, nonce: str, facts: Facts, language: str, *notes: str, suggested: str | None = None) -> Turn:
        """A new conversation, at the first menu; where another language is suggested, that is asked about first."""
        fresh = Conversation(FIRST_FLOW, nonce, language=language)
        if suggested:
            return self.at(replace(fresh, language=suggested, aside=LANGUAGE), facts).ask()
        return self.at(fresh, facts).arrive(*(note(name) for name in notes))

    def at(self, conversation: Conversation, facts: Facts) -> Situation:
        """Where this conversation stands."""
        return Situation(self.flows, conversation, facts, self.spoken)

    def receive(self, at: Situation, said: Said) -> Turn:
        """What follows from `said` here."""
        if at.conversation.desk:
            return from_desk.receive(at, said)
        if said.command is not None:
            return COMMANDS[said.command](at)
        if said.note is not None:
            return at.ask(note(said.note))
        if said.language is not None:
            return _speak(at.but(aside=LANGUAGE), said.language)
        if said.asked:
            return _answer_question(at, said.asked)
        step = at.waiting
        if at.aside:
            return _answer_aside(at, said)
        if said.toggled is not None and isinstance(step, Several):
            return _toggle(at, step, said.toggled)
        if isinstance(step, Review) and said.chosen == (ALSO_WRITTEN,):
            return at.but(signs=()).ask(note("words_taken_out"))
        if isinstance(step, Review) and said.chosen and said.chosen[0] != SEND:
            return at.change(said.chosen[0])
        if not isinstance(step, Question):
            return at.ask()
        try:
            return at.keep(step, _answer(step, said))
        except NotUnderstood as error:
            return at.ask(note(error.note))


def _answer_question(at: Situation, topics: tuple[str, ...]) -> Turn:
    """The vetted answer, then the same question again at the same place; of two that are close, which one is meant."""
    if at.aside and at.waiting.name != ASKING:  # that is about leaving, or language: nothing may stand before it
        return at.ask(Cue("answer", topics[0]))
    if len(topics) > 1:
        return at.but(aside=":".join((ASKING, *topics))).ask()
    return at.but(aside=None).ask(Cue("answer", topics[0]))


def _toggle(at: Situation, step: Several, option: str) -> Turn:
    if option.startswith("-"):
        picking = tuple(each for each in at.conversation.picking if each != option[1:])
    else:
        picking = step.choose(at.conversation.picking, option)
    turn = at.but(picking=picking).ask()
    return replace(turn, ask=replace(turn.ask, again=True)) if turn.ask else turn


def _answer_aside(at: Situation, said: Said) -> Turn:
    if len(said.chosen) > 1:  # of two ways, the one that destroys must not win by standing first
        return at.ask(note("choose_only_one"))
    option = said.chosen[0] if said.chosen else None
    if at.aside in {LANGUAGE, IN_ENGLISH} and option:
        return _speak(at, option)
    if at.waiting.name == ASKING and option is not None:
        return at.but(aside=None).ask(note("no_answer")) if option == NEITHER else _answer_question(at, (option,))
    if option == "delete_now":
        return left("deleted")
    if option == "erase_all":
        return replace(left("deleted", "cleared"), effects=("erase", "clear"))
    if option and at.aside == "messages":
        return replace(at.but(aside=None).ask(note("messages_chosen")), effects=(f"stay_{option}",))
    if option == "begin_again":
        return at.anew(FIRST_FLOW).arrive()
    if option == "keep":
        return pause(at)
    if option in {"go_on", "keep_all", "carry_on"} or at.aside == "paused":
        return start(at)
    return at.ask(note("not_understood"))


def _speak(at: Situation, option: str) -> Turn:
    """On in the language chosen. Whoever does not want what is to come in English is back at the first menu."""
    if option == "not_in_english":
        return at.anew(FIRST_FLOW).ask()
    spoken = at.but(aside=None, language=REFERENCE if at.aside == IN_ENGLISH else option)
    return spoken.arrive() if at.aside == IN_ENGLISH or at.flow.name == FIRST_FLOW else spoken.ask()


def _answer(step: Question, said: Said) -> Answer:
    """The answer in what was said. Raises NotUnderstood."""
    if isinstance(step, Text):
        if said.typed is None:
            raise NotUnderstood("not_understood")
        return read_typed(step, said.typed)
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
