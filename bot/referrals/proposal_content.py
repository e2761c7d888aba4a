"""What a proposed referral holds for its two readers: all of it for the person, a way to reach them for the desk.

Pure. Who seals it, and how, is not known here.
"""

import json
from collections.abc import Collection

from bot.flow import Flow, Position
from bot.flows.shared import SAFE_CONTACT, WHERE_ROUTES_LEAD
from bot.rendering import answer_words
from bot.steps import Answer, Question
from content.words import Words

A_WAY = ("name_to_use", "contact_routes", *(step.name for step in WHERE_ROUTES_LEAD))
TO_BE_CALLED = (*A_WAY, *(step.name for step in SAFE_CONTACT))
"""All that the desk may see, once, before the person has said yes."""
PERSONS = frozenset({"age_band", "worker_present", *A_WAY} - {"worker_contact"})
"""What the person said where it is needed; so they did in the parts that are not the worker's own, or own view."""
VIEWS, WORKERS_PARTS = "workers_view", ("part_referrer", "part_worker")
LEAVE_OUT = "leave_out"


def for_the_person(flow: Flow, position: Position) -> bytes:
    """The answers by their names, what was not asked as left out, and whose words each answer is."""
    questions = {name: answer for name, answer in position.kept.items() if isinstance(flow.by_name[name], Question)}
    not_asked: dict[str, Answer] = dict.fromkeys(flow.parts, LEAVE_OUT)
    views = questions.pop(VIEWS, None) or ()
    said_by = {name: _said_by(name, flow.part_of[name], views) for name in questions}
    return _as_json({"answers": not_asked | questions, "said_by": said_by})


def for_the_desk(flow: Flow, position: Position, words: Words) -> bytes:
    """The lines the desk may see, each with its short title."""
    answers = {name: position.kept.get(name) for name in TO_BE_CALLED}
    lines = [
        [words.text(flow.name, f"{name}.short"), answer_words(flow.by_name[name], answer, flow.name, words)]
        for name, answer in answers.items()
        if answer is not None
    ]
    return _as_json(lines)


def _said_by(name: str, part: str | None, views: Collection[str]) -> str:
    is_persons = name in PERSONS if part is None else part not in WORKERS_PARTS and name not in views
    return "person" if is_persons else "worker"


def _as_json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()
