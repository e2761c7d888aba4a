"""What a coordinator receives: every question's words as shown beside its answer, consents, flags, promise. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.flow import Flow, Position
from bot.rendering import LEFT_OUT, answer_words, read_back
from bot.steps import Answer, Consent, Offer, Question
from content.words import Words

VERSION = 1
FOR_THE_DESK = "for_the_desk"


def document(
    flow: Flow,
    position: Position,
    words: Words,
    agreed: Mapping[str, tuple[str, str]],
    signs: Sequence[tuple[str, str]],
    promise: Mapping[str, str],
    channel: str,
    at: datetime,
    brought: Mapping[str, str] | None = None,
    desk: Words | None = None,
    taken_down: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The case document, whole: it reads as it was asked, whatever becomes of the flow or its words.

    Where the talk was in another language than that of `desk`, which staff read, each text stands in both: as it was
    shown, which is the evidence, and `for_the_desk`. What the person typed stands as they typed it.

    `agreed` holds, for each consent, the wording that was shown and when it was answered; `signs` the signs of danger
    in what was typed, each with the exact words; `promise` the times told to the person. `brought` whose words those
    answers are that came from outside and that the person sent as they came (`bot.referrals.bringing.Brought`).
    `taken_down` says, of what staff entered for somebody, who did, and how, when and before whom the person agreed to
    it. Times are ISO 8601, UTC.
    """
    desk = desk if desk is not None and desk.language != words.language else None
    flagged = desk or words
    return {
        "version": VERSION,
        "flow": flow.name,
        "language": words.language,
        **({"desk_language": desk.language} if desk else {}),
        "channel": channel,
        "handed_over_at": at.isoformat(),
        "parts": _parts(flow, position, words, brought or {}, desk),
        "consents": [
            {"step": name, "wording": agreed[name][0], "answer": answer, "at": agreed[name][1]}
            | ({FOR_THE_DESK: {"wording": desk.text(flow.name, f"{name}.ask")}} if desk else {})
            for name, answer in position.kept.items()
            if isinstance(flow.by_name[name], Consent) and name in agreed
        ],
        "flags": [
            *({"name": name, "words": flagged.text(flow.name, f"{name}.flag")} for name in position.flags),
            *({"name": kind, "words": flagged.text("safety", f"{kind}.flag"), "quote": said} for kind, said in signs),
        ],
        "promise": dict(promise),
        **({"taken_down": dict(taken_down)} if taken_down else {}),
    }


def _parts(
    flow: Flow, position: Position, words: Words, brought: Mapping[str, str], desk: Words | None
) -> list[dict[str, Any]]:
    parts: dict[str | None, dict[str, Any]] = {None: _part("needed", "common", "read_back.needed_title", words, desk)}
    for step, answer in read_back(position):
        name = flow.part_of[step.name]
        if name is not None and name not in parts:
            parts[name] = _part(name, flow.name, f"{name}.short", words, desk)
        if isinstance(step, Offer):
            if name is not None:
                parts[name]["left_out"] = answer in LEFT_OUT
            continue
        said_by = {"said_by": brought[step.name]} if answer is not None and step.name in brought else {}
        for_the_desk = {FOR_THE_DESK: _shown(step, answer, flow.name, desk)} if desk else {}
        parts[name]["answers"].append(as_told(step, answer, flow.name, words) | said_by | for_the_desk)
    return list(parts.values())


def _part(name: str, file: str, key: str, words: Words, desk: Words | None) -> dict[str, Any]:
    for_the_desk = {FOR_THE_DESK: {"title": desk.text(file, key)}} if desk else {}
    return {"name": name, "title": words.text(file, key), "answers": [], "left_out": False, **for_the_desk}


def _shown(step: Question, answer: Answer, file: str, words: Words) -> dict[str, Any]:
    """A question and its answer as they are shown to a reader of this language."""
    return {
        "asked": words.text(file, f"{step.name}.ask"),
        "short": words.text(file, f"{step.name}.short"),
        "answer": answer_words(step, answer, file, words),
    }


def as_told(step: Question, answer: Answer, file: str, words: Words) -> dict[str, Any]:
    """One answer, with the question in the words it was asked; `file` of the content has those."""
    chosen = (
        [answer] if isinstance(answer, str) and step.closed else list(answer) if isinstance(answer, tuple) else None
    )
    return {
        "step": step.name,
        **_shown(step, answer, file, words),
        "options": chosen,
        "given": answer is not None,
    }
