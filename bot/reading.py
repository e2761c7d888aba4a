"""Understanding what came in: a press, typed words, a picture -> what was said (`bot.engine.Said`). Pure.

Order matters and is a promise: the standing commands first, as a whole message only; then the options of the question
that waits, by label or number; then a question to the service; then, where the question is answered by typing, the
words themselves. There an answer has to stay an answer, so only what is surely a question is taken for one.
"""

import re
from collections.abc import Callable

from bot.answering import Found
from bot.command_words import command_of, phrase_of, slip_of
from bot.commands import COMMANDS, EVER_VALID
from bot.conversation import Conversation
from bot.laws import RESERVED
from bot.messages import Inbound
from bot.rendering import file_of, option_words, read_back_lines
from bot.situation import Situation
from bot.steps import Offer, Question, Review, Several, Text, Writing
from bot.turn import Said
from content.words import Words, normalise, signs_in

MOST_CHARS = 4096
NOT_SURE = "not_sure"
LONGER_THAN_NAMES = 4  # words: "Will Young" begins as a question does
MOST_OF_A_START = 200
BETWEEN_LABELS = "[,;\n\u060c]"
BETWEEN_NUMBERS = "[,;+&\u060c]"
# Words like "hello" or "done" may be an answer where one is typed; what leaves or helps is a command everywhere.
NOT_WHILE_TYPING = frozenset({"start", "done", "keep", "review"})
NOTES = {
    "media": "no_media",
    "edited": "edited",
    "link": "link_passed",
    "unreadable": "not_understood",
    "too_fast": "too_fast",
}


Find = Callable[[str], Found]
"""Finds what typed words ask for: `bot.answering.Answers.find` of the language."""


def understand(inbound: Inbound, at: Situation, words: Words, find: Find) -> Said:
    """What was said, to the question that waits."""
    step, conversation = at.waiting, at.conversation
    if inbound.kind == "open" or not isinstance(step, Question):
        return Said(command="start" if conversation.aside == "paused" else "look")
    if inbound.kind in NOTES:
        return Said(note=NOTES[inbound.kind])
    lines = read_back_lines(at.position, conversation) if isinstance(step, Review) else ()
    if inbound.kind == "press":
        return _pressed(inbound.text, conversation, step, lines)
    said = _typed(inbound.text, conversation, step, lines, words)
    is_for_the_chat = said.typed is not None and not isinstance(step, Writing)
    return _asked(said, step, find, words) if is_for_the_chat else said


def command(inbound: Inbound, words: Words) -> str | None:
    """The standing command in this, whatever else is going on: by button, however old, or as a whole message."""
    if inbound.kind == "press":
        option = inbound.text.rsplit(":", 1)[-1]
        return option[1:] if option.startswith("_") and option[1:] in EVER_VALID else None
    return command_of(inbound.text, words) if inbound.kind == "text" else None


def command_anywhere(typed: str, words: Words) -> str | None:
    """The command in typed words where the question that waits is not known: not knowing is then skipping."""
    if (found := command_of(typed, words)) or not _is_unsure(typed, words):
        slip = None if found else slip_of(typed, words.commands, words)
        return words.commands[slip] if slip else found
    return "skip"


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


def _typed(typed: str, conversation: Conversation, step: Question, lines: tuple[str, ...], words: Words) -> Said:
    if not typed.strip():
        return Said(note="nothing_typed")
    if isinstance(step, Writing):
        return _written(typed, step, words)
    # Where "keep" or "carry on" is one of the answers to how to go on, it is that answer.
    steers = step.name in RESERVED or isinstance(step, Offer)
    if steers and (option := _option(typed, step, (), conversation, words)):
        return Said(chosen=(option,))
    found = command_of(typed, words) or _skip(typed, step, words)
    if found and not (isinstance(step, Text) and found in NOT_WHILE_TYPING and not typed.lstrip().startswith("/")):
        return Said(command=found)
    if isinstance(step, Text):
        return Said(typed=typed)
    if len(typed) > MOST_CHARS:
        return Said(note="not_understood")
    if signs_in(typed):
        return Said(note="only_a_sign")
    options = (*step.closed, *lines)
    if re.fullmatch(rf"\d+(?:(?:\s*(?:{BETWEEN_NUMBERS}{_joins(words)})\s*|\s+)\d+)*", typed.strip(), re.IGNORECASE):
        numbers = [int(number) for number in re.findall(r"\d+", typed) if len(number) < 4]
        if isinstance(step, Review):  # the read-back numbers its lines; Send has a word
            numbers = [number + len(step.closed) for number in numbers]
        if numbers and all(1 <= number <= len(options) for number in numbers):
            return Said(chosen=tuple(options[number - 1] for number in numbers))
        return Said(note="not_understood")
    return _labelled(typed, conversation, step, options, words)


def _written(typed: str, step: Writing, words: Words) -> Said:
    """What is typed to somebody at the desk is for them, but for Stop, a cry for help, and the way out by its label."""
    plain, found = normalise(typed), command_of(typed, words)
    if found in {"stop", "help"} or (found and typed.lstrip().startswith("/")):
        is_cry = found == "help" and plain not in {normalise(words.common("standing.help")), "/help"}
        return Said(command=found, typed=typed if is_cry else None)
    labels = {normalise(words.option("common", step.name, option)): option for option in step.closed}
    return Said(chosen=(labels[plain],)) if plain in labels else Said(typed=typed)


def _labelled(typed: str, conversation: Conversation, step: Question, options: tuple[str, ...], words: Words) -> Said:
    whole = _option(typed, step, options, conversation, words)
    if whole:
        return Said(chosen=(whole,))
    if isinstance(step, Several):
        pieces = [_option(piece, step, options, conversation, words) for piece in _apart(typed, words)]
        if pieces and all(pieces):
            return Said(chosen=tuple(piece for piece in pieces if piece))
    named = _named(step, options, conversation, words)
    slip = slip_of(typed, {**named, **words.commands}, words)
    if slip is None:
        return Said(typed=typed)
    return Said(command=words.commands[slip]) if slip in words.commands else Said(chosen=(named[slip],))


def _apart(typed: str, words: Words) -> list[str]:
    """Things named together, each by itself."""
    pieces = re.split(BETWEEN_LABELS + _joins(words), typed, flags=re.IGNORECASE)
    return [piece for piece in pieces if piece.strip()]


def _joins(words: Words) -> str:
    """Words like "and", as more that may stand between two things."""
    return "".join(rf"|\b{re.escape(each)}\b" for each in words.joins)


def _option(
    typed: str, step: Question, options: tuple[str, ...], conversation: Conversation, words: Words
) -> str | None:
    """The option meant: by its label, its name, or a word that means it wherever it is offered."""
    named = _named(step, options, conversation, words)
    phrase = phrase_of(typed, named, words)
    return None if phrase is None else named[phrase]


def _named(step: Question, options: tuple[str, ...], conversation: Conversation, words: Words) -> dict[str, str]:
    """All that an option of this step may be called."""
    file, named = file_of(step, conversation), dict[str, str]()
    for option in step.closed:
        for word in words.words_for.get(option, ()):
            if len(words.synonyms[word].intersection(step.closed)) == 1:  # else it could be another of them
                named[word] = option
    named |= {normalise(option): option for option in (*step.closed, *options)}
    return named | {normalise(option_words(step, option, file, words)): option for option in step.closed}


def _skip(typed: str, step: Question, words: Words) -> str | None:
    """Not knowing is skipping, where it is no answer of its own."""
    is_answer = NOT_SURE in step.closed or step.required
    return "skip" if not is_answer and _is_unsure(typed, words) else None


def _is_unsure(typed: str, words: Words) -> bool:
    phrase = phrase_of(typed, words.synonyms, words)
    return phrase is not None and NOT_SURE in words.synonyms[phrase]


def _asked(said: Said, step: Question, find: Find, words: Words) -> Said:
    """The question in these words; or, where it may be their answer, the words."""
    typed = said.typed or ""
    may_be_answer = isinstance(step, Text)
    if isinstance(step, Text) and step.takes_questions:
        return said
    has_form = _is_in_form(typed, words, LONGER_THAN_NAMES if may_be_answer else 2)
    if may_be_answer and not has_form:
        return said
    found = find(typed)
    if found.topics and (found.is_sure if may_be_answer else has_form or found.is_question):
        return Said(asked=found.topics)
    is_for_nobody = (has_form and not may_be_answer) or (not found.is_taught and _asks_plainly(typed, words))
    return Said(note="no_answer") if is_for_nobody else said


def _asks_plainly(typed: str, words: Words) -> bool:
    """Whether words both begin and end as a question does: where none is answered, that is not kept as an answer."""
    found = normalise(typed[:MOST_OF_A_START]).split()
    return len(found) > 1 and found[0] in words.question_words and typed.rstrip().endswith("?")


def _is_in_form(typed: str, words: Words, fewest: int) -> bool:
    """Whether words have the form of a question: it ends with its mark, or begins as one does and is no full sentence.

    By this rule an answer stays an answer where one is typed: a name, an address or a sentence has neither, and whoever
    means a question as their answer can end it with a full stop. Without its mark it has `fewest` words at least.
    """
    plain = typed.strip()
    if plain.endswith("?"):
        return True
    found = normalise(plain[:MOST_OF_A_START]).split()
    return len(found) >= fewest and found[0] in words.question_words and not plain.endswith(".")
