"""Understanding what came in: a press, typed words, a picture -> what was said (`bot.engine.Said`). Pure.

Order matters and is a promise: the standing commands first, as a whole message only; then the options of the question
that waits, by label or number; then, where the question is answered by typing, the words themselves.
"""

import re

from bot.commands import COMMANDS, EVER_VALID
from bot.conversation import Conversation
from bot.laws import RESERVED
from bot.messages import Inbound
from bot.rendering import file_of, option_words, read_back_lines
from bot.situation import Situation
from bot.steps import Offer, Question, Review, Several, Text
from bot.turn import Said
from content.words import Words, normalise

MOST_CHARS = 4096
NOT_SURE = "not_sure"
BETWEEN_LABELS = "[,;\n\u060c]"
BETWEEN_NUMBERS = "[,;+&\u060c]"
# Words like "hello" or "done" may be an answer where one is typed; what leaves or helps is a command everywhere.
NOT_WHILE_TYPING = frozenset({"start", "done", "keep", "review"})
NOTES = {"media": "no_media", "edited": "edited", "unreadable": "not_understood"}


def understand(inbound: Inbound, at: Situation, words: Words) -> Said:
    """What was said, to the question that waits."""
    step, conversation = at.waiting, at.conversation
    if inbound.kind == "open" or not isinstance(step, Question):
        return Said(command="start" if conversation.aside == "paused" else "look")
    if inbound.kind in NOTES:
        return Said(note=NOTES[inbound.kind])
    lines = read_back_lines(at.position, conversation) if isinstance(step, Review) else ()
    if inbound.kind == "press":
        return _pressed(inbound.text, conversation, step, lines)
    return _typed(inbound.text, conversation, step, lines, words)


def command(inbound: Inbound, words: Words) -> str | None:
    """The standing command in this, whatever else is going on: by button, however old, or as a whole message."""
    if inbound.kind == "press":
        option = inbound.text.rsplit(":", 1)[-1]
        return option[1:] if option.startswith("_") and option[1:] in EVER_VALID else None
    return _command(inbound.text, words) if inbound.kind == "text" else None


def _command(typed: str, words: Words) -> str | None:
    if typed.lstrip().startswith("/"):
        typed = typed.split(maxsplit=1)[0].split("@", 1)[0] if typed.strip() != "/" else typed
    return words.command(typed[:200])


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
    # Where "keep" or "carry on" is one of the answers to how to go on, it is that answer.
    steers = step.name in RESERVED or isinstance(step, Offer)
    if steers and (option := _option(typed, step, (), conversation, words)):
        return Said(chosen=(option,))
    found = _command(typed, words) or _skip(typed, step, words)
    if found and not (isinstance(step, Text) and found in NOT_WHILE_TYPING and not typed.lstrip().startswith("/")):
        return Said(command=found)
    if isinstance(step, Text):
        return Said(typed=typed)
    if len(typed) > MOST_CHARS:
        return Said(note="not_understood")
    options = (*step.closed, *lines)
    if re.fullmatch(rf"\d+(?:(?:\s*(?:{BETWEEN_NUMBERS}{_joins(words)})\s*|\s+)\d+)*", typed.strip(), re.IGNORECASE):
        numbers = [int(number) for number in re.findall(r"\d+", typed) if len(number) < 4]
        if isinstance(step, Review):  # the read-back numbers its lines; Send has a word
            numbers = [number + len(step.closed) for number in numbers]
        if numbers and all(1 <= number <= len(options) for number in numbers):
            return Said(chosen=tuple(options[number - 1] for number in numbers))
        return Said(note="not_understood")
    return _labelled(typed, conversation, step, options, words)


def _labelled(typed: str, conversation: Conversation, step: Question, options: tuple[str, ...], words: Words) -> Said:
    whole = _option(typed, step, options, conversation, words)
    if whole:
        return Said(chosen=(whole,))
    if isinstance(step, Several):
        pieces = [_option(piece, step, options, conversation, words) for piece in _apart(typed, words)]
        if pieces and all(pieces):
            return Said(chosen=tuple(piece for piece in pieces if piece))
    return Said(typed=typed)


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
    plain, file = normalise(typed), file_of(step, conversation)
    labels = {normalise(option_words(step, option, file, words)): option for option in step.closed}
    labels |= {normalise(option): option for option in (*step.closed, *options)}
    if plain in labels:
        return labels[plain]
    meant = [option for option in step.closed if option in words.synonyms.get(plain, ())]
    return meant[0] if len(meant) == 1 else None


def _skip(typed: str, step: Question, words: Words) -> str | None:
    """Not knowing is skipping, where it is no answer of its own."""
    is_unsure = NOT_SURE in words.synonyms.get(normalise(typed), ())
    return "skip" if is_unsure and NOT_SURE not in step.closed and not step.required else None
