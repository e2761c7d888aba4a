"""Checking that a flow keeps its laws (they stand in `bot.flow`): done once, when it is made. Pure."""

import re
from collections.abc import Sequence

from bot.errors import FlowError
from bot.steps import Choice, End, Fact, GoTo, OneOf, Question, Review, Several, Step, Which

NAME = re.compile(r"[a-z0-9][a-z0-9_]{0,27}")
RESERVED = frozenset(
    {"stopped", "paused", "erasing", "restarting", "messages", "language", "in_english", "asking", "send", "change"}
    | {"also_written", "good_time", "writing_back", "checking", "talking"}
)
MAX_CALLBACK_BYTES = 64  # Telegram Bot API: callback_data is 1-64 bytes
NONCE_CHARS = 8

Test = tuple[tuple[str, frozenset[str]], ...]
"""One condition of a step: question names, each with the options that make it hold."""
Plan = Sequence[tuple[Step, tuple[Test, ...]]]
"""The steps of a flow in order, each with its conditions."""


def check(flow: str, plan: Plan) -> None:
    """Raises FlowError, saying where, when a law is broken."""
    _check_doubles(flow, [step for step, _ in plan])
    earlier: dict[str, tuple[str, ...]] = {}
    facts: dict[str, tuple[str, ...]] = {}
    met: set[str] = set()
    for step, conditions in plan:
        _check_names(flow, step)
        for name, options in (pair for condition in conditions for pair in condition):
            if name not in earlier:
                raise FlowError(f"{flow}.{step.name}: '{name}' is no earlier closed question or fact")
            for option in sorted(options - set(earlier[name])):
                raise FlowError(f"{flow}.{step.name}: '{name}' has no option '{option}'")
        if isinstance(step, OneOf) and not set(step.options) <= set(facts.get(step.of, ())):
            raise FlowError(f"{flow}.{step.name}: '{step.of}' is no earlier fact that may hold its options")
        if isinstance(step, Which) and (unknown := set(step.options) - met - set(step.alone)):
            raise FlowError(f"{flow}.{step.name}: '{min(unknown)}' is no earlier question")
        if isinstance(step, Question):
            met.add(step.name)
        if isinstance(step, Fact):
            earlier[step.name] = facts[step.name] = step.options
        elif isinstance(step, Question) and step.closed and not isinstance(step, Review):
            earlier[step.name] = step.closed
    last = plan[-1][0] if plan else None
    if not isinstance(last, (End, GoTo)) or last.when:
        raise FlowError(f"{flow}: the last step must be an End, a HandOver or a GoTo without a condition")


def _check_doubles(flow: str, steps: Sequence[Step]) -> None:
    met: set[str] = set()
    for step in steps:
        if step.name in met:
            raise FlowError(f"{flow}.{step.name}: this name stands twice")
        met.add(step.name)


def _check_names(flow: str, step: Step) -> None:
    options = step.closed if isinstance(step, Question) else ()
    for name in (step.name, *options):
        if not NAME.fullmatch(name):
            raise FlowError(f"{flow}.{step.name}: '{name}' is no name (a-z, 0-9, _; at most 28)")
    if step.name in RESERVED:
        raise FlowError(f"{flow}.{step.name}: this name belongs to the engine")
    if isinstance(step, (Choice, Several)) and not options:
        raise FlowError(f"{flow}.{step.name}: a question with options needs options")
    if len(options) != len(set(options)):
        raise FlowError(f"{flow}.{step.name}: an option stands twice")
    if isinstance(step, Several) and not set(step.alone) <= set(options):
        raise FlowError(f"{flow}.{step.name}: an option that stands alone is none of the options")
    longest = max((option for option in (*options, "_review")), key=len)
    if len(f"v1:{'n' * NONCE_CHARS}:{step.name}:-{longest}") > MAX_CALLBACK_BYTES:
        raise FlowError(f"{flow}.{step.name}: name and option do not fit a button of {MAX_CALLBACK_BYTES} bytes")
