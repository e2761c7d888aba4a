"""How long messages stay in a person's chat: what is said of it, and choosing it."""

from collections.abc import Callable, Collection, Mapping
from functools import partial

from bot.moment import Moment, Values
from bot.situation import WITH_A_CHAT
from content.words import Words
from policy.chat_messages import LASTS, STAYS, Stays
from storage import chat_choices, traces


def messages_go(channel: str, stays: Stays, words: Words) -> str:
    """When the messages of this chat go, in a sentence; empty where there is no chat."""
    return words.common(f"messages_go.{stays}") if channel in WITH_A_CHAT else ""


def chosen_stay(effects: Collection[str]) -> Stays | None:
    """What was chosen in a turn with these effects, if anything."""
    return next((stays for stays in STAYS if f"stay_{stays}" in effects), None)


def _choose(stays: Stays, moment: Moment) -> Values:
    """From now on messages stay so long here, those too that stand here already."""
    lasts = LASTS[stays]
    chat_choices.put(moment.tx, moment.person, stays, moment.now.timestamp())
    traces.reschedule(moment.tx, moment.person, lasts.total_seconds() if lasts is not None else None)
    return {"messages_go": messages_go(moment.draft.channel, stays, moment.words)}


CHOOSING: Mapping[str, Callable[[Moment], Values]] = {f"stay_{stays}": partial(_choose, stays) for stays in STAYS}
