"""What the desk begins in a person's chat: the question whether now is a good time, writing back, a talk. Pure.

It stands before everything else, and whatever was waiting stays as it was: nothing here touches an answer, a question
being changed or another small question. While a talk is open the chat is silent but for Stop and Help now.

What is written back is read back, and goes on Send alone (design.md 2, promise 2). A live talk is the one place where
each message goes as it is typed: somebody sits there and answers, so a read-back of every line would be a wall between
the two. It is said before the first line, begins only with the person's yes to "is now a good time", and is over when
nobody sits there any more: what is typed then is read back like everything else.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.commands import clear, erase, pause, stop
from bot.errors import NotUnderstood
from bot.hearing.contact_details import read_typed
from bot.situation import CHECKING, FIRST_FLOW, GOOD_TIME, TALKING, WRITING_BACK, Situation
from bot.steps import SEND, Writing
from bot.turn import Cue, Said, Turn, note

TALK = "desk_talk"
"""The fact that says whether a talk is under way: open, none; gone, where there is no case to write to any more."""
LEAVING = {"stop": stop, "erase": erase, "clear": clear, "pause": pause}

WORDS = note("desk_words")
HELP = Cue("help", "help")


def announce(at: Situation) -> Turn:
    """There is something from the desk: first of all, is now a good time?"""
    return at.but(desk=GOOD_TIME).ask()


def last_word(at: Situation) -> Turn:
    """Staff have erased what was held, as the person asked. That is said, and the place is theirs again."""
    return give_back(at, "all_deleted")


def last_word_beside(at: Situation) -> Turn:
    """The same, where the desk has begun something about another case, which goes on."""
    return at.ask(note("all_deleted"))


def pass_on(at: Situation) -> Turn:
    """In an open talk words are shown as they come."""
    return at.ask(WORDS)


def hang_up(at: Situation) -> Turn | None:
    """The desk has ended the talk, or nobody said anything for long; None where this chat is in no talk."""
    return give_back(at, "talk_ended") if at.conversation.desk == TALKING else None


def give_back(at: Situation, *notes: str) -> Turn:
    """The place as it was. Where only the first menu was open there is none to keep."""
    place, cues = at.but(desk=None, unsent=""), tuple(note(name) for name in notes)
    conversation = place.conversation
    if conversation.flow == FIRST_FLOW and not conversation.answers and conversation.aside is None:
        return Turn(None, (*cues, note("come_again")))
    return place.ask(*cues, note("back_here"))


def receive(at: Situation, said: Said) -> Turn:
    """What follows from `said` while the desk's own question stands first."""
    is_pause_of_words = said.command == "pause" and at.waiting.name == CHECKING  # they are kept as they are
    if said.command in LEAVING and not is_pause_of_words:
        turn = _and(LEAVING[said.command](at.but(desk=None, unsent="")), "leave_desk")
        return replace(turn, cues=(*map(note, _let_go(at)), *turn.cues))
    if said.command == "help":
        turn = at.ask() if said.typed is None else _ANSWERS[at.waiting.name](at, said)
        return replace(turn, cues=(HELP, *turn.cues), is_silent=False)
    if said.command is not None:
        return at.ask(*([note("not_sent_yet")] if at.waiting.name == CHECKING else []))
    if said.note is not None:
        return at.ask(note(said.note))
    return _ANSWERS[at.waiting.name](at, said)


def _good_time(at: Situation, said: Said) -> Turn:
    option = said.chosen[0] if len(said.chosen) == 1 else None
    if option == "yes" and at.facts.get(TALK) == "open":
        talk = at.but(desk=TALKING, unsent="")
        return _and(talk.ask(*map(note, _let_go(at)), note("team_here"), WORDS), "read_desk")
    if option == "yes":
        return _and(at.but(desk=WRITING_BACK).ask(WORDS), "read_desk")
    if option == "later" and at.conversation.unsent:
        return _and(at.but(desk=WRITING_BACK).ask(note("asked_later")), "put_off_desk")
    if option == "later":
        return _and(give_back(at, "asked_later"), "put_off_desk")
    if option == "not_here":  # so what was written shows here no more either
        return _and(give_back(at, *_let_go(at), "left_here"), "leave_desk")
    return at.ask(note("not_understood"))


def _writing_back(at: Situation, said: Said) -> Turn:
    return give_back(at, "not_now") if said.typed is None else _read_back(at, said.typed)


def _checking(at: Situation, said: Said) -> Turn:
    if said.typed is not None:
        return _read_back(at, said.typed)
    if said.chosen == ("write_again",):
        return at.but(unsent="").ask()
    if said.chosen != (SEND,):
        return give_back(at, *_let_go(at))
    if at.facts.get(TALK) == "gone":
        return give_back(at, "nobody_to_read")
    return _tell(at.conversation.unsent, give_back(at, "message_sent"))


def _talking(at: Situation, said: Said) -> Turn:
    if said.typed is None:
        return _and(give_back(at, "talk_ended"), "leave_desk")
    if at.facts.get(TALK) != "open":  # it ended just now
        return _read_back(at, said.typed, "talk_ended")
    words = _words(at, said.typed)
    return words if isinstance(words, Turn) else _tell(words, replace(at.ask(note("passed_on")), is_silent=True))


def _read_back(at: Situation, typed: str, *notes: str) -> Turn:
    """These words beneath those that wait to be sent, all of them shown before anything becomes of them."""
    if at.facts.get(TALK) == "gone":
        return give_back(at, "nobody_to_read")
    words = _words(at, typed)
    if isinstance(words, Turn):
        return words
    unsent = "\n".join(filter(None, (at.conversation.unsent, words)))
    return at.but(desk=WRITING_BACK, unsent=unsent).ask(*map(note, notes))


def _words(at: Situation, typed: str) -> str | Turn:
    """What was typed, as it is sent; or, where it cannot be, what is said to that."""
    step = at.waiting
    assert isinstance(step, Writing)  # noqa: S101 (words are told only where they are asked for)
    try:
        return read_typed(step, typed)
    except NotUnderstood as error:
        return at.ask(note(error.note))


def _tell(words: str, turn: Turn) -> Turn:
    return replace(_and(turn, "tell_desk"), told=words)


def _let_go(at: Situation) -> tuple[str, ...]:
    """What is said of words that were written and go to nobody."""
    return ("words_not_sent",) if at.conversation.unsent else ()


def _and(turn: Turn, *effects: str) -> Turn:
    return replace(turn, effects=(*turn.effects, *effects))


_ANSWERS: Mapping[str, Callable[[Situation, Said], Turn]] = {
    GOOD_TIME: _good_time,
    WRITING_BACK: _writing_back,
    CHECKING: _checking,
    TALKING: _talking,
}
