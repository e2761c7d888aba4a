"""The message every rival of the contest sends for an update: a question of Cairn's, with its buttons."""

TEXT = (
    "Question 2 of about 10\n\nHow would you like us to be in touch about a first talk? Choose what is safe for you. "
    "You can change it later, and you can skip this question."
)
OPTIONS = ("Phone call", "Text message", "Email", "Letter")
STANDING = (("Skip", "Why do you ask?", "Back"), ("Pause", "Stop", "Help now"))
ROWS = tuple((label,) for label in OPTIONS) + STANDING


def data(number: int, label: str) -> str:
    """The callback data of a button."""
    return f"v1:abcdefgh:question_{number}:{label.lower().replace(' ', '_').rstrip('?')}"
