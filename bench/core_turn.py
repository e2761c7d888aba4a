"""A turn of the core: reading, engine and rendering, without any I/O, in every state of a self-referral."""

from collections.abc import Iterator
from time import perf_counter

from bench.figures import Chapter, at_most, percentile
from bot.engine import Engine
from bot.flows import FLOWS
from bot.ground import VALUES
from bot.hearing import answering
from bot.help_now import help_values
from bot.messages import Inbound
from bot.reading import understand
from bot.rendering import render
from bot.steps import Question, Text
from bot.walk import NONCE, State, typed, walk
from content.words import Words, load

FLOW = "self_referral"
TRIES = 5


def measure(turns: int) -> Iterator[str | Chapter]:
    """Every state, each `turns` times; says what it does, and gives the chapter last."""
    yield "a turn of the core in every state"
    engine, words = Engine(FLOWS), load("en")
    states = [state for state in walk(FLOWS[FLOW]) if state.waits]
    pressed, written = ([_time(engine, words, state, press, turns) for state in states] for press in (True, False))
    found = sorted([*pressed, *written])
    figures = (
        at_most("median", percentile(found, 50) * 1e6, 100, "µs", 0),
        at_most("p99", percentile(found, 99) * 1e6, 100, "µs", 0),
    )
    how = (
        f"In each of the {len(states)} states of a self-referral that wait for somebody, its first option pressed, and "
        f"typed: understood, answered, put into words and buttons. Of {TRIES} times {turns} turns of a state the "
        f"quickest {turns} count, for only our own work is meant, not what else the machine had to do; then median and "
        "p99 over the states."
    )
    yield Chapter("A turn of the core, no I/O", how, figures)


def _time(engine: Engine, words: Words, state: State, press: bool, turns: int) -> float:
    """Seconds a turn takes in this state."""
    inbound = _said(state, press)
    find = answering.load(words.language).find

    def turn() -> None:
        at = engine.at(state.conversation, state.facts)
        found = engine.receive(at, understand(inbound, at, words, find))
        known = {**VALUES, "typed_chars": str(len(inbound.text))}
        if any(cue.kind != "note" for cue in found.cues):
            known |= help_values(state.conversation.answers, words)
        render(found, NONCE, engine.flows, words, known)

    best = float("inf")
    for _ in range(TRIES):
        began = perf_counter()
        for _ in range(turns):
            turn()
        best = min(best, (perf_counter() - began) / turns)
    return best


def _said(state: State, press: bool) -> Inbound:
    step = state.step
    assert isinstance(step, Question)
    if isinstance(step, Text):
        return Inbound("telegram", "1", "1", "text", typed(step))
    if press:
        return Inbound("telegram", "1", "1", "press", f"v1:{NONCE}:{step.name}:{step.closed[0]}")
    return Inbound("telegram", "1", "1", "text", "1")
