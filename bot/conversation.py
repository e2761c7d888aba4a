"""What is remembered between two messages, and nothing more: a value, and its form on disk."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.steps import Answer, Answers


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation as it stands. Where the person is follows from it (`Flow.position`) and is not in it."""

    flow: str
    nonce: str
    """Marks the buttons of this conversation."""
    answers: Answers = field(default_factory=dict, repr=False)
    picking: tuple[str, ...] = field(default=(), repr=False)
    """Chosen so far in the several-choice that is being answered."""
    changing: str | None = None
    """The question asked again by its own wish: Back, or Change at the read-back."""
    aside: str | None = None
    """stopped, paused, restarting, messages or erasing: the small question that stands before the flow's own.

    Or asking, with the topics of which one was meant: asking:cost:how_soon.
    """
    language: str = "en"
    signs: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Signs of danger in what was typed: the kind, and the exact words. Read back like an answer, and handed over."""
    brought: Mapping[str, str] = field(default_factory=dict)
    """Answers that came from outside and still stand as they came, and whose words each is
    (`bot.referrals.bringing.Brought`)."""
    desk: str | None = None
    """What the desk has begun here (`bot.from_desk`). It stands before everything else, and touches nothing of it."""
    unsent: str = field(default="", repr=False)
    """Written back to the desk, read back, and not sent yet."""

    def as_data(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        return {
            "flow": self.flow,
            "nonce": self.nonce,
            "answers": dict(self.answers),
            "picking": self.picking,
            "changing": self.changing,
            "aside": self.aside,
            "language": self.language,
            "signs": self.signs,
            "brought": dict(self.brought),
            "desk": self.desk,
            "unsent": self.unsent,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Conversation":
        """The conversation that `as_data` gave."""
        answers: dict[str, Answer] = {
            name: tuple(answer) if isinstance(answer, list) else answer for name, answer in data["answers"].items()
        }
        return cls(
            data["flow"],
            data["nonce"],
            answers,
            tuple(data["picking"]),
            data["changing"],
            data["aside"],
            data["language"],
            tuple((kind, words) for kind, words in data.get("signs", ())),
            brought=data.get("brought", {}),  # none in a draft from before there were any
            desk=data.get("desk"),
            unsent=data.get("unsent", ""),
        )
