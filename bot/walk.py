"""Walking a flow: every state that can be told apart, and how it is reached. Pure.

Two states are one when they tell and ask the same, tell the desk the same flags, and no later condition reads a
difference. Typed words count as one answer. So the walk is short where counting journeys would never end. Where answers
come from outside, none come, all come, all but each one, and each in each way. A fact that holds things holds none,
each of them alone, and all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.conditions import is_among
from bot.conversation import Conversation
from bot.flow import Flow, Position
from bot.hearing.contact_details import READERS
from bot.referrals.bringing import filled_by
from bot.steps import (
    Answer,
    Answers,
    Bring,
    End,
    Fact,
    Facts,
    FactValue,
    Held,
    OneOf,
    Question,
    Several,
    Step,
    Text,
)
from bot.turn import Said

NONCE = "walkwalk"
TYPED = {
    "words": "Sam",
    "name": "Sam",
    "phone": "07700 900123",
    "email": "sam@example.org",
    "code": "able acorn acre actor",
}


@dataclass(frozen=True, slots=True)
class State:
    """A state of a flow: a conversation that waits at `step`, or the end that was reached."""

    conversation: Conversation
    facts: Facts
    position: Position

    @property
    def step(self) -> Step:
        return self.position.step

    @property
    def waits(self) -> bool:
        return isinstance(self.step, Question)


def walk(flow: Flow) -> Iterator[State]:
    """Every state of the flow, each once, nearest first."""
    met = set()
    waiting: list[State] = list(_states(flow, {}, {}))
    while waiting:
        following: list[State] = []
        for state in waiting:
            sign = _sign(flow, state)
            if sign in met:
                continue
            met.add(sign)
            yield state
            step = state.step
            if isinstance(step, Question):
                for answer in answers(flow, step):
                    said = {**state.conversation.answers, step.name: answer}
                    following += _states(flow, said, state.facts)
            elif isinstance(step, Bring):
                own = {**state.conversation.answers, step.name: NONCE}
                for each in brought(flow, step, state):
                    following += _states(flow, {**own, **each}, state.facts)
        waiting = following


def answers(flow: Flow, step: Question) -> list[Answer]:
    """Answers to this question that stand for all others: for later conditions no other can make a difference."""
    if isinstance(step, Text):
        found: list[Answer] = [typed(step)]
    elif isinstance(step, Several):
        found = [(option,) for option in step.options]
        together = tuple(option for option in step.options if option not in step.alone)
        found += [together] + [tuple(o for o in together if o != option) for option in _read_later(flow, step)]
    else:
        found = list(step.closed)
    return found if step.required else [*found, None]


def brought(flow: Flow, bring: Bring, state: State) -> list[Answers]:
    """Answers from outside that stand for all others: what differs is which lines are missing, and each by itself."""
    own, whole = {**state.conversation.answers, bring.name: NONCE}, dict[str, Answer]()
    for step in filled_by(flow, bring):
        whole[step.name] = next(each for each in answers(flow, step) if not _leads_out(flow, own, whole, step, each))
    found: list[Answers] = [{}, whole]
    for step in filled_by(flow, bring):
        found.append({name: answer for name, answer in whole.items() if name != step.name})
        found += [{**whole, step.name: answer} for answer in answers(flow, step)]
    return found


def _leads_out(flow: Flow, own: Answers, whole: Answers, step: Question, answer: Answer) -> bool:
    return isinstance(flow.position({**own, **whole, step.name: answer}).step, End)


def typed(step: Text) -> str:
    """Words that answer this question, as they are kept."""
    return READERS[step.reads](TYPED[step.reads])


def say(step: Question, answer: Answer) -> Said:
    """What a person says to give this answer."""
    if answer is None:
        return Said(command="skip")
    if isinstance(answer, tuple):
        return Said(chosen=answer)
    return Said(typed=answer) if isinstance(step, Text) else Said(chosen=(answer,))


def _states(flow: Flow, said: Answers, facts: Facts) -> Iterator[State]:
    """Where these answers lead: as many states as there are ways the world may be, where a fact was met just now."""
    position = flow.position(said, facts)
    met = next((name for name in flow.facts if name in position.kept and name not in facts), None)
    if met is None:
        yield State(Conversation(flow.name, NONCE, said), facts, position)
        return
    for value in _values(flow, flow.by_name[met]):
        yield from _states(flow, said, {**facts, met: value})


def _values(flow: Flow, fact: Step) -> Sequence[FactValue]:
    """What a fact may be: any of its options; of a fact that holds things, each of them alone, and all at once."""
    held = next((step.options for step in flow.steps if isinstance(step, OneOf) and step.of == fact.name), ())
    things = {option: Held(option) for option in held}
    alone: list[FactValue] = [{option: thing} for option, thing in things.items()]
    assert isinstance(fact, Fact)  # noqa: S101 (it is named among the facts)
    # All at once come first: where facts make no difference yet the first stands for the rest, and has every way on.
    return [*(option for option in fact.options if option not in things), *([things] if things else []), *alone]


def _sign(flow: Flow, state: State) -> tuple[object, ...]:
    """All that can make a difference from here on."""
    position = state.position
    later = flow.read_after(position.step.name)
    truths = tuple(is_among(position.kept.get(name), options) for name, options in later)
    offered = position.step.closed if isinstance(position.step, OneOf) else ()
    return position.step.name, position.says, position.flags, truths, offered, _ahead(flow, state)


def _ahead(flow: Flow, state: State) -> tuple[object, ...]:
    """What was answered already of what comes after: only what is brought in goes ahead of where one stands."""
    if not any(step.name in state.position.kept for step in flow.steps if isinstance(step, Bring)):
        return ()
    place, reads = flow.steps.index(flow.by_name[state.step.name]), flow.read_after(state.step.name)
    said = state.conversation.answers
    return tuple(
        (
            step.name,
            said[step.name] is None,
            *(is_among(said[name], any_of) for name, any_of in reads if name == step.name),
        )
        for step in flow.steps[place:]
        if step.name in said
    )


def _read_later(flow: Flow, step: Several) -> Sequence[str]:
    return sorted({o for name, options in flow.read_after(step.name) if name == step.name for o in options})
