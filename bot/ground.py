"""What a proof stands on: a state of a flow, and how to talk there. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.conversation import Conversation
from bot.engine import Engine
from bot.hearing.asking_form import Find
from bot.hearing.command_words import Message
from bot.help_now import help_values
from bot.messages import InboundKind, Reply
from bot.reading import understand_message
from bot.rendering import render
from bot.situation import Situation
from bot.turn import Said, Turn
from bot.walk import NONCE, State
from content.placeholders import NAMES
from content.words import Words

VALUES = dict.fromkeys(NAMES, "…")
"""Something for every placeholder there is, where what fills it does not matter."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a proof stands on: one state of a flow, and everything needed to talk there."""

    engine: Engine
    words: Words
    find: Find
    message: Callable[[str], Message]
    """Makes a message in these words of what is typed. What is typed in one state is typed in every other."""
    state: State
    order: Mapping[str, int]
    """Where each step stands in its flow."""
    at: Situation
    values: Mapping[str, str]

    @classmethod
    def of(
        cls,
        engine: Engine,
        words: Words,
        find: Find,
        message: Callable[[str], Message],
        state: State,
        order: Mapping[str, int],
    ) -> "Ground":
        """Where one stands in this state. It is worked out once: many proofs stand on it."""
        values = {**VALUES, **help_values(state.conversation.answers, words)}
        return cls(engine, words, find, message, state, order, engine.at(state.conversation, state.facts), values)

    @property
    def conversation(self) -> Conversation:
        return self.state.conversation

    def understood(self, kind: InboundKind, text: str, at: Situation) -> Said:
        """What is made of this when it comes in there."""
        return understand_message(kind, self.message(text), at, self.find)

    def hear(self, kind: InboundKind, text: str = "", conversation: Conversation | None = None) -> Turn:
        """What follows when this comes in here."""
        at = self.engine.at(conversation, self.state.facts) if conversation else self.at
        return self.engine.receive(at, self.understood(kind, text, at))

    def obey(self, command: str) -> Turn:
        """What follows from a command here."""
        return self.engine.receive(self.at, Said(command=command))

    def replies(self, turn: Turn) -> list[Reply]:
        """The messages of a turn."""
        return render(turn, NONCE, self.engine.flows, self.words, self.values)

    def asked_again(self, turn: Turn) -> bool:
        """Whether the person was answered, nothing said was lost, and the same question waits."""
        kept = turn.conversation is not None and turn.conversation.answers == self.conversation.answers
        return kept and turn.ask is not None and turn.ask.step == self.state.step and all(self.replies(turn))


def carries_stop(ground: Ground, turn: Turn) -> bool:
    """Whether every message of this turn has Stop on it."""
    return all(any(button.option == "_stop" for button in reply.standing) for reply in ground.replies(turn))


def is_out(turn: Turn) -> bool:
    """Whether nothing is asked any more but what becomes of the answers, and nothing was done."""
    return not turn.effects and (turn.conversation is None or turn.conversation.aside == "stopped")
