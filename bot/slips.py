"""Slips of the finger: whether a typed word is another one, save for one letter. Pure, and knows no word."""

LONG = 5
"""From so many letters on a word may have a letter wrong, missing or too many; a shorter one only letters swapped."""


def is_one_slip(typed: str, meant: str) -> bool:
    """Whether one letter was left out, added or changed, or two were swapped.

    >>> is_one_slip("freind", "friend"), is_one_slip("frnd", "friend")
    (True, False)
    """
    if len(typed) > len(meant):
        typed, meant = meant, typed
    start = next((place for place, letter in enumerate(typed) if letter != meant[place]), len(typed))
    if len(typed) < len(meant):
        return typed[start:] == meant[start + 1 :]
    rest = typed[start + 1 :], meant[start + 1 :]
    swapped = typed[start : start + 2] == meant[start : start + 2][::-1]
    return rest[0] == rest[1] or (swapped and rest[0][1:] == rest[1][1:])


def may_mean(typed: str, meant: str) -> bool:
    """Whether a word typed by itself may be taken for this one. Its first letter, and a short word, are trusted."""
    if typed == meant:
        return True
    if not typed or typed[0] != meant[0] or not is_one_slip(typed, meant):
        return False
    return len(meant) >= LONG or sorted(typed) == sorted(meant)
