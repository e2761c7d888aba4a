"""What is counted for statistics: of a referral the answers marked for it, of any conversation where it ended. Pure."""

from bot.flow import Flow, Position
from bot.situation import Situation
from bot.steps import HandOver, Question
from bot.turn import Turn

ENDED, SENT, STOPPED, IDLE = "ended", "sent", "stopped", "idle"
"""How a conversation ends: led to an end, sent, stopped by the person, or left lying until it was forgotten."""


def marked(flow: Flow, position: Position) -> dict[str, str]:
    """The answers that may be counted, by question: those of questions marked `counted`, and no other."""
    answers = {name: position.kept[name] for name in position.kept if _is_counted(flow, name)}
    return {name: answer for name, answer in answers.items() if isinstance(answer, str)}


def ending(before: Situation, turn: Turn) -> tuple[str, str, str]:
    """Of a turn that ends a conversation: the flow, the step it ended at, and how."""
    if turn.position is None or turn.position.step.name not in before.flow.by_name:
        return before.flow.name, before.position.step.name, STOPPED
    step = turn.position.step
    return before.flow.name, step.name, SENT if isinstance(step, HandOver) else ENDED


def _is_counted(flow: Flow, name: str) -> bool:
    step = flow.by_name[name]
    return isinstance(step, Question) and step.counted
