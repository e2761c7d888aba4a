"""How long each message is that a person may be sent, measured as it is rendered: for `cairn check`. Pure.

Not counted is the first line, which says how far one is, and what is no sentence: help lines, and the lines of a list.
"""

from collections.abc import Iterator, Mapping

from bot.conversation import Conversation
from bot.flow import Flow, Position
from bot.messages import Reply
from bot.rendering import render
from bot.service_lines import LINES
from bot.situation import ASIDES, FROM_DESK
from bot.steps import End, Question, Say
from bot.turn import Ask, Cue, Turn, note
from bot.walk import NONCE
from content.placeholders import NAMES
from content.wording import MAY_BE_LONG, MOST_WORDS, place
from content.words import Words

ONE_OF = ("next_step", "messages_go", "cleared", "come_back", "how_to_change")
"""Placeholders that stand for one of the texts of common.toml under this heading: measured is the longest."""


def too_long(flows: Mapping[str, Flow], words: Words) -> list[str]:
    """Every message with more than `MOST_WORDS` words, by where its words stand."""
    values = _longest(words)
    found = []
    for file, heading, turn in _turns(flows, words):
        length = max(map(_words_in, render(turn, NONCE, flows, words, values)))
        where = words.file_with(file, f"{heading}.{'ask' if turn.ask else 'say'}") or file  # it may be said for another
        if length > MOST_WORDS and (where, heading) not in MAY_BE_LONG:
            found.append(f"{place(words, where, heading)}: shown, it has {length} words. Use {MOST_WORDS} at most.")
    return sorted(set(found))


def _turns(flows: Mapping[str, Flow], words: Words) -> Iterator[tuple[str, str, Turn]]:
    """Everything that can be told or asked, each by itself, as file, heading and turn."""
    notes = sorted(key for key in words.keys("common") if key.startswith("notes."))
    told = [("common", key, note(key.removeprefix("notes."))) for key in notes]
    told += [("common", "help", Cue("help", "help")), ("common", "privacy", Cue("privacy", "privacy"))]
    for file, ending in (("safety", ".say"), ("answers", ".answer")):
        headings = sorted(key.removesuffix(ending) for key in words.keys(file) if key.endswith(ending))
        told += [(file, heading, Cue(file.removesuffix("s"), heading)) for heading in headings]
    yield from ((file, heading, Turn(None, (cue,))) for file, heading, cue in told)
    for flow in flows.values():
        for step in flow.steps:
            if isinstance(step, (Say, End)) and words.find(flow.name, f"{step.name}.say"):
                kind = "end" if isinstance(step, End) else "say"
                yield flow.name, step.name, Turn(None, (Cue(kind, step.name, flow.name),))
            elif isinstance(step, Question) and words.find(flow.name, f"{step.name}.ask"):
                yield flow.name, step.name, _asked(flow, step, words, Cue("why", step.name, flow.name))
    for aside in (*ASIDES.values(), *FROM_DESK.values()):
        yield "common", aside.name, _asked(next(iter(flows.values())), aside, words)


def _asked(flow: Flow, step: Question, words: Words, *cues: Cue) -> Turn:
    here = Position({}, (), (), step if step.name in flow.by_name else flow.questions[0], None)
    conversation = Conversation(flow.name, NONCE, language=words.language)
    return Turn(conversation, cues, Ask(flow.name, step.put({}, {}) or step, (), here))


def _longest(words: Words) -> Mapping[str, str]:
    values = dict.fromkeys(NAMES, "…") | {"help_lines": ""}
    for name, (text, setting) in LINES.items():
        values[name] = words.common(text).replace(f"{{{setting}}}", "…")
    values["area_line"] = words.common("service.out_of_area")
    values["late_line"] = words.common("promise.late_line")
    values["what_was_sent"] = words.common("notes.sent_stays")
    for name in ONE_OF:
        family = [words.common(key) for key in words.keys("common") if key.startswith(f"{name}.")]
        values[name] = max(family, key=lambda text: len(text.split()), default="")
    return values


def _words_in(reply: Reply) -> int:
    return len(reply.text.partition("\n\n")[2].split())
