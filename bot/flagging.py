"""What a sign of danger adds to a turn: a card with help and, where words may be kept, a flag with the exact words."""

from collections.abc import Sequence
from dataclasses import replace

from bot.turn import Cue, Turn, note

CONSENT_TO_KEEP = "keep_answers"
MOST_QUOTED = 500  # characters of somebody's own words that a flag holds
TACTLESS = frozenset(map(note, ("not_understood", "no_answer", "not_a_phone_number", "not_an_email_address")))
"""What is never said to a cry for help: that it was not the answer asked for. The question comes again by itself."""


def flagged(turn: Turn, said: str, kinds: Sequence[str]) -> Turn:
    """The same turn with what these kinds of danger add. They move nothing (domain.md 3.4)."""
    if not kinds:
        return turn
    turn = replace(turn, cues=(Cue("safety", kinds[0]), *(cue for cue in turn.cues if cue not in TACTLESS)))
    conversation = turn.conversation
    if conversation is None or conversation.desk or conversation.answers.get(CONSENT_TO_KEEP) != "yes":
        return turn  # what is written to the desk is its own; it is flagged when it is sent (`bot.raising`)
    quoted = said.strip()[:MOST_QUOTED]
    signs = dict.fromkeys((*conversation.signs, *((kind, quoted) for kind in kinds)))
    return replace(turn, conversation=replace(conversation, signs=tuple(signs)))
