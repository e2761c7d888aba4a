"""Trying every proof in every state of a flow, and what was found. `cairn walk` prints it. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from bot.engine import Engine
from bot.ground import Ground, is_out
from bot.hearing.asking_form import Find
from bot.hearing.command_words import Message
from bot.proofs import OF_WORDS, PROOFS
from bot.situation import IN_ENGLISH
from bot.steps import Bring
from bot.walk import State, walk
from content.words import REFERENCE, Words

ASKS_FIRST = "where the words of a language end, it is asked whether to go on in English"


@dataclass(frozen=True, slots=True)
class Report:
    """What a walk through one flow found."""

    flow: str
    waiting: int
    ended: int
    beyond: int
    """States that the words of this language do not reach, so that it is asked whether to go on in English."""
    failures: Mapping[str, tuple[str, ...]]
    """For each proof, the steps at which it failed."""
    unreached: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not self.unreached and not any(self.failures.values())


def prove(engine: Engine, name: str, words: Words, find: Find) -> Report:
    """Try every proof in every state of this flow."""
    flow = engine.flows[name]
    # What is typed here is typed in every state: it is put into plain spelling, and looked for, once.
    find, message = cache(find), cache(lambda typed: Message(typed, words))
    order = {step.name: place for place, step in enumerate(flow.steps)}
    failures: dict[str, list[str]] = {sentence: [] for sentence in (*PROOFS, ASKS_FIRST)}
    waiting = ended = beyond = 0
    proofs = {sentence: proof for sentence, proof in PROOFS.items() if _may_differ(proof, words)}
    seen = set()
    for state in walk(flow):
        seen |= {state.step.name, *state.position.says, *state.position.flags, *state.position.kept}
        if not state.waits:
            ended += not isinstance(state.step, Bring)
            continue
        ground = Ground.of(engine, words, find, message, _spoken(state, words.language), order)
        if not engine.spoken.reaches(words.language, flow, state.step.name):
            beyond += 1
            if not _asks_first(ground):
                failures[ASKS_FIRST].append(state.step.name)
            continue
        waiting += 1
        for sentence in (each for each, holds in proofs.items() if not holds(ground)):
            failures[sentence].append(state.step.name)
    unreached = tuple(step.name for step in flow.steps if step.name not in seen)
    return Report(
        name, waiting, ended, beyond, {s: tuple(dict.fromkeys(steps)) for s, steps in failures.items()}, unreached
    )


def _may_differ(proof: Callable[[Ground], bool], words: Words) -> bool:
    return words.language == REFERENCE or proof in OF_WORDS


def _spoken(state: State, language: str) -> State:
    return replace(state, conversation=replace(state.conversation, language=language))


def _asks_first(ground: Ground) -> bool:
    """It is asked, in this language, whether to go on in English; and Stop leads out of that too."""
    turn = ground.hear("open")
    asked = turn.ask is not None and turn.ask.step.name == IN_ENGLISH
    return asked and all(ground.replies(turn)) and is_out(ground.obey("stop"))
