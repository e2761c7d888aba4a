"""Numbers in a typed message, in any form: "3.", "(3)", "number 3", "three", "the third one", "I'm 34". Pure."""

import re

from bot.hearing.command_words import Message
from content.words import Words

NOT_COUNTED = re.compile(r"[-\u2212]\d|\d[./:]\d")
"""A number below nothing, a part of one, a time or a day: none of them stands for an option."""
MOST_DIGITS = 3


def numbers_in(message: Message) -> tuple[int, ...]:
    """The numbers that this whole message names, in its order; none where it says anything else."""
    if NOT_COUNTED.search(message.typed):
        return ()
    words = message.words
    read = (_read(core.text.split(), words) for core in message.cores(words.typed.around_numbers))
    return next(filter(None, read), ())


def _read(tokens: list[str], words: Words) -> tuple[int, ...]:
    numbers: list[int] = []
    before = ""
    for token in tokens:
        number = _number(token, words)
        if before in words.typed.ordinals and token in words.typed.counted:
            pass  # "the third one"
        elif number is None and token not in words.joins:
            return ()
        elif number is not None and _is_tens(before, words) and number < 10:
            numbers[-1] += number  # "thirty four"
        elif number is not None:
            numbers.append(number)
        before = token
    return tuple(numbers)


def _is_tens(token: str, words: Words) -> bool:
    return not token.isdecimal() and words.typed.numbers.get(token, 0) in range(20, 100, 10)


def _number(token: str, words: Words) -> int | None:
    if token.isdecimal():
        return int(token) if len(token) <= MOST_DIGITS else None
    return words.typed.numbers.get(token)
