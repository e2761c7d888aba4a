"""What the people of the bench say: a self-referral, typed, which every bot is told word for word."""

OPENING = ("1", "yes", "1", "3", "yes", "Sam", "1 2", "07700 900123", "2")
"""From the menu to the questions that only help to prepare."""
NEEDED = ("1", "yes", "1", "3", "yes", "Sam", "4", "sam@example.org", "1", "send")
"""From the menu to a case, the shortest way."""
LONGEST = 40


def answers(length: int) -> tuple[str, ...]:
    """The first so many things somebody says after the first menu; the first option of whatever comes later."""
    return (*OPENING, *("1" for _ in range(LONGEST)))[: min(length, LONGEST)]
