"""Understanding what is typed for somebody at the desk, where nearly everything is words for them. Pure."""

from bot.command_words import command_match, is_one_of, match_of, slip_of
from bot.conversation import Conversation
from bot.naming import names_of
from bot.steps import Check, Writing
from bot.turn import Said
from content.words import Words, yes_and_no

WAYS_OUT = frozenset({"stop", "help"})


def written(typed: str, step: Writing, words: Words) -> Said:
    """What is typed to somebody at the desk is for them, but for Stop, a cry for help, and the way out by its label."""
    plain, found = words.typed.plain(typed), command_match(typed, words)
    obeyed = found and found.meaning in WAYS_OUT and found.phrase not in words.typed.to_somebody
    if found and (obeyed or typed.lstrip().startswith("/")):
        is_cry = found.meaning == "help" and plain not in {words.typed.plain(words.common("standing.help")), "help"}
        return Said(command=found.meaning, typed=typed if is_cry else None)
    labels = {words.typed.plain(words.option("common", step.name, option)): option for option in step.closed}
    return Said(chosen=(labels[plain],)) if plain in labels else Said(typed=typed)


def checked(typed: str, conversation: Conversation, step: Check, words: Words) -> Said:
    """Where a message is read back: what becomes of it; a command, or a yes or no, which is no part of it; or more."""
    named = names_of(step, (), conversation, words)
    if option := match_of(typed, named, words):
        return Said(chosen=(option.meaning,))
    if slip_of(typed, named, words, words.typed.around_options):  # nothing is sent by a slip of the finger
        return Said(note="not_sent_yet")
    said = written(typed, step, words)
    if said.typed is None or said.command:
        return said
    found = command_match(typed, words)
    if found and found.phrase not in words.typed.to_somebody:
        return Said(command=found.meaning)
    is_no_part = words.typed.plain(typed) in yes_and_no() or any(
        is_one_of(typed, words.words_for.get(each, ()), words) for each in ("yes", "no")
    )
    return Said(note="not_sent_yet") if is_no_part else said
