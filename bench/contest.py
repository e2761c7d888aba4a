"""Cairn beside the floor and beside two libraries' own ways, over one stand-in, in turns."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench import sides
from bench.figures import Chapter, at_least, middle, milliseconds, percentile
from bench.journey import answers
from bench.processes import Running

PEOPLE = 100
MENU = 3
"""Messages with which Cairn greets somebody new."""


@dataclass
class Rival:
    """A bot of the contest, and what came of its rounds."""

    name: str
    token: str
    process: Running
    greets_with: int = 1
    rates: list[float] = field(default_factory=list)
    works: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    messages: list[float] = field(default_factory=list)


def measure(folder: Path, rounds: int, length: int) -> Iterator[str | Chapter]:
    """Each rival once a round; says what it does, and gives the chapter last."""
    says = answers(length)
    with ExitStack() as stack:
        crowd = stack.enter_context(Running("bench.crowd", log=folder / "crowd.log"))
        url = crowd.line()
        rivals = list(_rivals(stack, folder, url, len(says)))
        for number in range(rounds + 1):
            for rival in rivals:
                yield f"{rival.name}, round {number}" if number else f"{rival.name} warms up"
                _play(crowd, rival, number, says if number else says[:3])
    yield _chapter(rivals, rounds, len(says))


def _rivals(stack: ExitStack, folder: Path, url: str, questions: int) -> Iterator[Rival]:
    def start(module: str, *arguments: str) -> Running:
        return stack.enter_context(Running(module, url, *arguments, log=folder / "rivals.log"))

    cairn = stack.enter_context(sides.intake(folder, sides.settings(folder, url)))
    yield Rival("Cairn", sides.INTAKE_TOKEN, cairn, MENU)
    yield Rival("floor", "2001:floor", start("bench.floor", "2001:floor", str(folder / "floor.db")))
    yield Rival("aiogram", "3001:aiogram", start("bench.peer_aiogram", "3001:aiogram", str(questions)))
    yield Rival("python-telegram-bot", "4001:ptb", start("bench.peer_ptb", "4001:ptb", str(questions)))


def _play(crowd: Running, rival: Rival, number: int, says: tuple[str, ...]) -> None:
    who: dict[str, Any] = {"bot": rival.token, "people": PEOPLE, "first": number * PEOPLE}
    crowd.ask(**who, says=["/start"], replies=[rival.greets_with])
    worked = rival.process.worked()
    came = crowd.ask(**who, says=says)
    updates = PEOPLE * len(says)
    if number:
        rival.rates.append(updates / came["seconds"])
        rival.works.append((rival.process.worked() - worked) / updates)
        rival.took += came["took"]
        rival.messages.append(came["messages"] / updates)


def _chapter(rivals: list[Rival], rounds: int, length: int) -> Chapter:
    cairn, floor, aiogram, ptb = rivals
    rates = {rival.name: middle(rival.rates) for rival in rivals}
    cost = middle(cairn.works) * 1e6
    figures = (
        at_least("updates/s against the floor", rates[cairn.name] / rates[floor.name], 0.5),
        at_least("updates/s against aiogram's FSM in memory", rates[cairn.name] / rates[aiogram.name], 3),
        at_least("updates/s against python-telegram-bot's ConversationHandler", rates[cairn.name] / rates[ptb.name], 4),
        at_least("work per update, aiogram's against ours", middle(aiogram.works) * 1e6 / cost, 3),
        at_least("work per update, python-telegram-bot's against ours", middle(ptb.works) * 1e6 / cost, 4),
    )
    rows = tuple(
        (
            rival.name,
            f"{rates[rival.name]:,.0f}",
            f"{min(rival.rates):,.0f} to {max(rival.rates):,.0f}",
            f"{middle(rival.works) * 1e6:,.0f} µs",
            f"{middle(rival.messages):.2f}",
            milliseconds(percentile(rival.took, 50)),
            milliseconds(percentile(rival.took, 99)),
        )
        for rival in rivals
    )
    how = (
        f"{PEOPLE} people at once, each walking a self-referral through {length} typed answers, over one local Bot API "
        "in a process of its own (the people are in it too). Cairn is the real `cairn intake`: every answer sealed and "
        "in SQLite (WAL, synchronous=FULL) before it is acknowledged, every reply through the outbox. The floor "
        "fetches, commits once for a batch, sends once for an update, and is no bot. The others keep everything in "
        "memory. All send one message of like size, with buttons, for an update. "
        f"{rounds} rounds in turns; medians."
    )
    heads = ("", "updates/s", "least to most", "processor time an update", "messages an update", "reply p50", "p99")
    return Chapter("Updates a second, 100 people at once", how, figures, heads, rows)
