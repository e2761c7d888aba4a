"""Understanding what is typed for somebody at the desk, where nearly everything is words for them. Pure."""

from bot.conversation import Conversation
from bot.hearing.command_words import Message, is_one_of, match_of, slip_of
from bot.hearing.naming import names_of
from bot.steps import Check, Writing
from bot.turn import Said
from content.words import yes_and_no

WAYS_OUT = frozenset({"stop", "help"})


def written(message: Message, step: Writing) -> Said:
    """What is typed to somebody at the desk is for them, but for Stop, a cry for help, and the way out by its label."""
    typed, words, plain, found = message.typed, message.words, message.plain, message.command
    obeyed = found and found.meaning in WAYS_OUT and found.phrase not in words.typed.to_somebody
    if found and (obeyed or typed.lstrip().startswith("/")):
        is_cry = found.meaning == "help" and plain not in {words.typed.plain(words.common("standing.help")), "help"}
        return Said(command=found.meaning, typed=typed if is_cry else None)
    labels = {words.typed.plain(words.option("common", step.name, option)): option for option in step.closed}
    return Said(chosen=(labels[plain],)) if plain in labels else Said(typed=typed)


def checked(message: Message, conversation: Conversation, step: Check) -> Said:
    """Where a message is read back: what becomes of it; a command, or a yes or no, which is no part of it; or more."""
    words = message.words
    named = names_of(step, (), conversation, words)
    if option := match_of(message, named):
        return Said(chosen=(option.meaning,))
    if slip_of(message, named, words.typed.around_options):  # nothing is sent by a slip of the finger
        return Said(note="not_sent_yet")
    said = written(message, step)
    if said.typed is None or said.command:
        return said
    found = message.command
    if found and found.phrase not in words.typed.to_somebody:
        return Said(command=found.meaning)
    is_no_part = message.plain in yes_and_no() or any(
        is_one_of(message, words.words_for.get(each, ())) for each in ("yes", "no")
    )
    return Said(note="not_sent_yet") if is_no_part else said
