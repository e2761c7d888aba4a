"""What a sign of danger adds to a turn: a card with help and, where words may be kept, a flag with the exact words.

It takes nothing away but this: where a name is asked for, a cry for help is not taken for one.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.hearing.safety_rules import Rules
from bot.hearing.safety_signs import in_any
from bot.steps import Step, Text
from bot.turn import Cue, Said, Turn, note

CONSENT_TO_KEEP = "keep_answers"
MOST_QUOTED = 500  # characters of somebody's own words that a flag holds
TACTLESS = frozenset(map(note, ("not_understood", "no_answer", "not_a_phone_number", "not_an_email_address")))
"""What is never said to a cry for help: that it was not the answer asked for. The question comes again by itself."""


def heard_first(said: Said, step: Step, rules: Sequence[Rules]) -> Said:
    """The same; or, where a name is asked for, and what was typed does not look like one and the rules see a sign of
    danger in it, that it is not kept as one. Nobody may be stuck for what they are called."""
    is_asked = isinstance(step, Text) and step.asks_a_name
    if not is_asked or said.typed is None or _looks_like_a_name(said.typed):
        return said
    return Said(note="not_a_name") if in_any(said.typed, rules, hears=False) else said


def _looks_like_a_name(typed: str) -> bool:
    """One word; or two, each with a capital: "Will Killen" is one slip of the finger from a sign."""
    count = len(typed.split())
    return count == 1 or (count == 2 and typed.istitle())


def flagged(turn: Turn, said: str, kinds: Sequence[str]) -> Turn:
    """The same turn with what these kinds of danger add. They move nothing (domain.md 3.4)."""
    if not kinds:
        return turn
    turn = replace(turn, cues=(Cue("safety", kinds[0]), *(cue for cue in turn.cues if cue not in TACTLESS)))
    conversation = turn.conversation
    if conversation is None or conversation.desk or conversation.answers.get(CONSENT_TO_KEEP) != "yes":
        return turn  # what is written to the desk is its own; it is flagged when it is sent (`bot.referrals.raising`)
    quoted = said.strip()[:MOST_QUOTED]
    signs = dict.fromkeys((*conversation.signs, *((kind, quoted) for kind in kinds)))
    return replace(turn, conversation=replace(conversation, signs=tuple(signs)))
