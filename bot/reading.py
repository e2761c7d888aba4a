"""Understanding what came in: a press, typed words, a picture -> what was said (`bot.engine.Said`). Pure.

A typed message is taken whole. Of all that it could be (a standing command, an option of the question that waits, a
language) it is what has most of its words: "yeah go on" is a yes to a yes-or-no question, "go on" by itself a command.
Then come numbers, slips of the finger, a question to the service (`bot.hearing.asking_form`) and, where an answer is
typed, the words themselves.
"""

import re

from bot.commands import COMMANDS, EVER_VALID
from bot.conversation import Conversation
from bot.hearing.asking_form import Find, asked
from bot.hearing.command_words import Match, Message, command_of, is_one_of, match_of, slip_of
from bot.hearing.naming import names_of, numbered
from bot.hearing.typed_numbers import numbers_in
from bot.laws import RESERVED
from bot.messages import Inbound, InboundKind
from bot.reading_for_desk import WAYS_OUT, checked, written
from bot.rendering import read_back_lines
from bot.situation import Situation
from bot.steps import GOODBYES, NOES, Check, Offer, Question, Review, Several, Text, Writing
from bot.turn import Said
from content.phrases import signs_in
from content.words import Words, names_in_any_language, yes_and_no

MOST_CHARS = 4096
NOT_SURE = "not_sure"
NEVER_OF_ALL = frozenset({"other", NOT_SURE})
"""What is not meant by "all of them"."""
BETWEEN_LABELS = "[,;\n\u060c&+]"
NOTES = {
    "media": "no_media",
    "edited": "edited",
    "link": "link_passed",
    "unreadable": "not_understood",
    "too_fast": "too_fast",
}


def understand(inbound: Inbound, at: Situation, words: Words, find: Find) -> Said:
    """What was said, to the question that waits."""
    return understand_message(inbound.kind, Message(inbound.text, words), at, find)


def understand_message(kind: InboundKind, message: Message, at: Situation, find: Find) -> Said:
    """The same of a message that may be understood in many places, and is put into plain spelling once."""
    step, conversation, typed = at.waiting, at.conversation, message.typed
    if kind == "open" or not isinstance(step, Question):
        return Said(command="start" if conversation.aside == "paused" else "look")
    if kind in NOTES:
        return Said(note=NOTES[kind])
    lines = read_back_lines(at.position, conversation) if isinstance(step, Review) else ()
    if kind == "press":
        return _pressed(typed, conversation, step, lines)
    if not typed.strip():
        return Said(note="nothing_typed")
    if isinstance(step, Check):
        return checked(message, conversation, step)
    if isinstance(step, Writing):
        return written(message, step)
    said = _typed(message, step) if isinstance(step, Text) else _chosen(message, at, step, lines)
    return said if said.typed is None else asked(said, step, find, message.words)


def command(inbound: Inbound, words: Words) -> str | None:
    """The standing command in this, whatever else is going on: by button, however old, or as a whole message."""
    if inbound.kind == "press":
        option = inbound.text.rsplit(":", 1)[-1]
        return option[1:] if option.startswith("_") and option[1:] in EVER_VALID else None
    return command_of(inbound.text, words) if inbound.kind == "text" else None


def command_anywhere(typed: str, words: Words) -> str | None:
    """The command in typed words where the question that waits is not known: not knowing is then skipping."""
    message = Message(typed, words)
    if found := message.command:
        return found.meaning
    if _is_unsure(message):
        return "skip"
    slip = slip_of(message, words.commands, words.typed.around_commands)
    return slip.meaning if slip else None


def is_our_own(typed: str, words: Words) -> bool:
    """Whether a whole message is what we offer to be typed: a command but for help, a label or word of an option, a
    number. Whoever types it has said that, and it is like no message of danger."""
    message = Message(typed, words)
    if found := message.command:
        return found.meaning != "help"
    ours = (words.labels, words.synonyms, words.typed.all_of_them, words.typed.no_answers)
    return any(is_one_of(message, phrases) for phrases in ours) or bool(numbers_in(message))


def _pressed(data: str, conversation: Conversation, step: Question, lines: tuple[str, ...]) -> Said:
    version, nonce, name, option = [*data.split(":"), "", "", "", ""][:4]
    if option.startswith("_") and option[1:] in EVER_VALID:
        return Said(command=option[1:])
    if conversation.aside == "paused" and name != step.name:
        return Said(command="start")
    if version != "v1" or nonce != conversation.nonce or name != step.name:
        return Said(note="stale_button")
    if option.startswith("_") and option[1:] in COMMANDS:
        return Said(command=option[1:])
    if option.removeprefix("-") in step.closed:
        return Said(toggled=option) if isinstance(step, Several) else Said(chosen=(option,))
    if option in lines:
        return Said(chosen=(option,))
    return Said(note="stale_button")


def _typed(message: Message, step: Text) -> Said:
    """Where an answer is typed: a command, or that there is no answer, or the answer."""
    typed, words, found = message.typed, message.words, message.command
    answers = words.typed.may_be_answers | (words.typed.to_somebody if GOODBYES in step.takes else frozenset())
    if found and (typed.lstrip().startswith("/") or found.phrase not in answers):
        return _obeyed(found, step, words)
    has_none = _is_unsure(message) or is_one_of(message, words.typed.no_answers)
    if has_none and NOES not in step.takes:
        return Said(command="skip")
    return Said(typed=typed)


def _chosen(message: Message, at: Situation, step: Question, lines: tuple[str, ...]) -> Said:
    """Where there is something to choose from."""
    words = message.words
    if len(message.typed) > MOST_CHARS:
        return Said(note="not_understood")
    found = message.command
    if not found and signs_in(message.typed):
        return Said(note="only_a_sign")
    named = names_of(step, lines, at.conversation, words)
    option, language = match_of(message, named), match_of(message, names_in_any_language())
    if option and not (found and _comes_first(found, option, step)):
        return Said(chosen=(option.meaning,))
    if language and (not found or language.length >= found.length):
        known = language.meaning in at.spoken.offered
        return Said(language=language.meaning) if known else Said(command="language")
    if found:
        return _obeyed(found, step, words)
    if _is_unsure(message):
        return Said(command="skip")
    if message.plain in yes_and_no():  # in another language
        return Said(command="language")
    if numbers := numbers_in(message):
        chosen = numbered(numbers, step, lines)
        return Said(chosen=chosen) if chosen else Said(note="not_understood")
    return _several(message, step, named) or _with_a_slip(message, named)


def _comes_first(found: Match, option: Match, step: Question) -> bool:
    """Whether a message that could be either is the command.

    A way out comes first; but where "keep" or "carry on" is one of the answers to how to go on, it is that answer.
    """
    if found.length != option.length:
        return found.length > option.length
    is_answer = step.name in RESERVED or isinstance(step, Offer)
    return found.meaning in WAYS_OUT or (found.meaning in EVER_VALID and not is_answer)


def _obeyed(found: Match, step: Question, words: Words) -> Said:
    """A command. Whoever says "I'm done" where there is nothing to be done with wants no more questions."""
    is_of_the_step = isinstance(step, (Several, Review)) or found.phrase in words.typed.may_be_answers
    return Said(command="stop" if found.meaning == "done" and not is_of_the_step else found.meaning)


def _several(message: Message, step: Question, named: dict[str, str]) -> Said | None:
    """Options named together, or all of them."""
    if not isinstance(step, Several):
        return None
    words = message.words
    if is_one_of(message, words.typed.all_of_them):
        never = {*step.alone, *NEVER_OF_ALL}
        return Said(chosen=tuple(option for option in step.closed if option not in never))
    joins = "".join(rf"|\b{re.escape(each)}\b" for each in words.joins)
    pieces = [piece for piece in re.split(BETWEEN_LABELS + joins, message.typed, flags=re.IGNORECASE) if piece.strip()]
    found = [match_of(Message(piece, words), named) for piece in pieces]
    options = [each.meaning for each in found if each]
    return Said(chosen=tuple(options)) if options and len(options) == len(pieces) else None


def _with_a_slip(message: Message, named: dict[str, str]) -> Said:
    words = message.words
    option = slip_of(message, named, words.typed.around_options)
    found = slip_of(message, words.commands, words.typed.around_commands)
    if option and found:  # it could be either
        return Said(typed=message.typed)
    if found:
        return Said(command=found.meaning)
    return Said(chosen=(option.meaning,)) if option else Said(typed=message.typed)


def _is_unsure(message: Message) -> bool:
    """Not knowing is skipping, where it is no answer of its own."""
    return is_one_of(message, message.words.words_for.get(NOT_SURE, ()))
