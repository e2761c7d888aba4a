"""Every error of the conversation side, split by whose mistake it is.

CairnError
├── FlowError        the developer's: a flow breaks a law; raised at import
└── NotUnderstood    nobody's: what was typed is no answer to this question; carries the name of the words that say so
"""


class CairnError(Exception):
    """Something this side knows how to name."""


class FlowError(CairnError):
    """A flow breaks one of the laws at the top of `bot.flow`."""


class NotUnderstood(CairnError):
    """What was typed is no answer here. Never carries the words typed, so they reach no log."""

    def __init__(self, note: str) -> None:
        super().__init__(note)
        self.note = note
        """Name of the note in content/<language>/common.toml that says what to do instead."""
