"""What the desk begins in a person's chat: the question whether now is a good time, writing back, a talk. Pure.

It stands before everything else, and whatever was waiting stays as it was: nothing here touches an answer, a question
being changed or another small question. While a talk is open the chat is silent but for Stop and Help now.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.commands import erase, get_help, pause, stop
from bot.contact_details import read_typed
from bot.errors import NotUnderstood
from bot.situation import FIRST_FLOW, GOOD_TIME, TALKING, WRITING_BACK, Situation
from bot.steps import Writing
from bot.turn import Said, Turn, note

TALK = "desk_talk"
"""The fact that says whether a talk is under way: open, none; gone, where there is no case to write to any more."""
LEAVING = {"stop": stop, "erase": erase, "pause": pause}

WORDS = note("desk_words")


def announce(at: Situation) -> Turn:
    """There is something from the desk: first of all, is now a good time?"""
    return at.but(desk=GOOD_TIME).ask()


def pass_on(at: Situation) -> Turn:
    """In an open talk words are shown as they come."""
    return at.ask(WORDS)


def hang_up(at: Situation) -> Turn | None:
    """The desk has ended the talk, or nobody said anything for long; None where this chat is in no talk."""
    return give_back(at, "talk_ended") if at.conversation.desk == TALKING else None


def give_back(at: Situation, *notes: str) -> Turn:
    """The place as it was. Where only the first menu was open there is none to keep."""
    place, cues = at.but(desk=None), tuple(note(name) for name in notes)
    conversation = place.conversation
    if conversation.flow == FIRST_FLOW and not conversation.answers and conversation.aside is None:
        return Turn(None, (*cues, note("come_again")))
    return place.ask(*cues, note("back_here"))


def receive(at: Situation, said: Said) -> Turn:
    """What follows from `said` while the desk's own question stands first."""
    told = said.typed if isinstance(at.waiting, Writing) else None
    if said.command in LEAVING:
        return _and(LEAVING[said.command](at.but(desk=None)), "leave_desk")
    if said.command == "help":
        return replace(_and(get_help(at), *(["tell_desk"] if told else [])), told=told or "")
    if said.command is not None:
        return at.ask()
    if said.note is not None:
        return at.ask(note(said.note))
    return _ANSWERS[str(at.conversation.desk)](at, said)


def _good_time(at: Situation, said: Said) -> Turn:
    option = said.chosen[0] if len(said.chosen) == 1 else None
    if option == "yes" and at.facts.get(TALK) == "open":
        return _and(at.but(desk=TALKING).ask(note("team_here"), WORDS), "read_desk")
    if option == "yes":
        return _and(at.but(desk=WRITING_BACK).ask(WORDS), "read_desk")
    if option == "later":
        return _and(give_back(at, "asked_later"), "put_off_desk")
    if option == "not_here":
        return _and(give_back(at, "left_here"), "leave_desk")
    return at.ask(note("not_understood"))


def _writing_back(at: Situation, said: Said) -> Turn:
    if said.typed is None:
        return give_back(at, "not_now")
    if at.facts.get(TALK) == "gone":
        return give_back(at, "talk_ended")
    return _tell(at, said.typed, lambda: give_back(at, "message_sent"))


def _talking(at: Situation, said: Said) -> Turn:
    if said.typed is None:
        return _and(give_back(at, "talk_ended"), "leave_desk")
    if at.facts.get(TALK) == "gone":
        return give_back(at, "talk_ended")
    if at.facts.get(TALK) == "none":  # it ended just now: what was typed for the person here still reaches them
        return _tell(at, said.typed, lambda: give_back(at, "message_sent", "talk_ended"))
    return _tell(at, said.typed, lambda: replace(at.ask(note("passed_on")), is_silent=True))


def _tell(at: Situation, typed: str, turn: Callable[[], Turn]) -> Turn:
    step = at.waiting
    assert isinstance(step, Writing)  # noqa: S101 (words are told only where they are asked for)
    try:
        words = read_typed(step, typed)
    except NotUnderstood as error:
        return at.ask(note(error.note))
    return replace(_and(turn(), "tell_desk"), told=words)


def _and(turn: Turn, *effects: str) -> Turn:
    return replace(turn, effects=(*turn.effects, *effects))


_ANSWERS: Mapping[str, Callable[[Situation, Said], Turn]] = {
    GOOD_TIME: _good_time,
    WRITING_BACK: _writing_back,
    TALKING: _talking,
}
