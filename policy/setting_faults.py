"""What the settings library finds wrong with a value, said in plain words and without the value."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic_core import ErrorDetails

Limits = Mapping[str, Any]

PLAIN_WORDS: Mapping[str, Callable[[Limits], str]] = {
    "value_error": lambda limits: str(limits["error"]),
    "int_parsing": lambda _: "must be a whole number",
    "int_parsing_size": lambda _: "must be a whole number of ordinary size",
    "int_from_float": lambda _: "must be a whole number",
    "float_parsing": lambda _: "must be a number",
    "finite_number": lambda _: "must be a number",
    "greater_than": lambda limits: f"must be more than {limits['gt']}",
    "greater_than_equal": lambda limits: f"must be at least {limits['ge']}",
    "less_than_equal": lambda limits: f"must be at most {limits['le']}",
    "literal_error": lambda limits: f"must be one of {limits['expected']}",
    # A default made from other settings could not be: those have a line of their own.
    "default_factory_not_called": lambda _: "",
}


def in_plain_words(fault: ErrorDetails) -> str:
    """What to tell the operator about one value, after the setting's name; empty if there is nothing to tell."""
    words = PLAIN_WORDS.get(fault["type"])
    return words(fault.get("ctx", {})) if words else "cannot be read as it is written"
