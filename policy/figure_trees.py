"""How each whole that figures tell of can be divided: trees of names, fixed before anything is counted.

Source of the method: `policy.small_counts`. What stands near each other in a tree is told together where it is too few
to be told apart, so neighbours are such as mean something together. Names only; their words are the desk's.
"""

from typing import Final

from policy.case_facts import FORMS
from policy.closings import CLOSINGS
from policy.small_counts import Tree, halves
from policy.stages import IN_ORDER

NOT_SAID: Final = "not_said"
"""Who left a question out: told like an answer, or it could be worked out from the rest."""

AREAS: Final[Tree] = (
    ("city_of_edinburgh", (("midlothian", "east_lothian"), ("west_lothian", "scottish_borders"))),
    (
        (
            ("fife", ("dundee_city", ("angus", "perth_and_kinross"))),
            ("falkirk", ("stirling", "clackmannanshire")),
        ),
        (
            (
                ("glasgow_city", ("east_dunbartonshire", "west_dunbartonshire")),
                (
                    (("north_lanarkshire", "south_lanarkshire"), ("renfrewshire", ("east_renfrewshire", "inverclyde"))),
                    (("dumfries_and_galloway", ("east_ayrshire", ("north_ayrshire", "south_ayrshire")))),
                ),
            ),
            (
                (
                    ("aberdeen_city", ("aberdeenshire", "moray")),
                    (("highland", "argyll_and_bute"), ("na_h_eileanan_siar", ("orkney_islands", "shetland_islands"))),
                ),
                (NOT_SAID, ("rather_not_say", ("not_sure", "outside_scotland"))),
            ),
        ),
    ),
)
"""The council areas by the part of Scotland they lie in. The early delivery area, Lothian and Borders, comes first."""

PROMISE: Final[Tree] = ("met", ("missed", ("ended", "running")))
"""What became of something promised or aimed at. `ended`: the case did, before the time was up."""

HOURS: Final[Tree] = ("in_hours", "out_of_hours")
WAYS: Final[Tree] = ("self_referral", ("confirm_referral", "by_staff"))
"""How what came was sent: by the person, by the person after somebody proposed it, or entered by staff."""


def by(name: str, each: str) -> str:
    """The name of a part of something that is itself a part."""
    return f"{name}.{each}"


def _under(name: str, parts: tuple[str, ...]) -> Tree:
    return halves([by(name, part) for part in (*parts, NOT_SAID)])


HELD: Final = ("completed", "agreement_completed")
"""The ends of a process in which something was held."""
WITHDRAWN, ERASED, UNMARKED = "withdrawn", "erased", "unmarked"
_BY_THEIR_WISH: Final = ("paused_no_reply", ERASED)
_BY_THE_OTHER: Final = ("responsible_declined", "no_responsibility", "responsible_not_found", "responsible_died")
_ELSE: Final = (*[name for name in CLOSINGS if name not in {*HELD, *_BY_THEIR_WISH, *_BY_THE_OTHER}], UNMARKED)

ENDS: Final[Tree] = (
    (_under(HELD[0], FORMS), _under(HELD[1], FORMS)),
    (
        (_under(WITHDRAWN, tuple(stage.value for stage in IN_ORDER)), halves(_BY_THEIR_WISH)),
        (halves(_BY_THE_OTHER), halves(_ELSE)),
    ),
)
"""How a case ends: with something held, and in which form; by the person's wish, and at which stage; else the reason.
Source: `policy.closings`. `unmarked` is what was closed before reasons were counted."""


def months(first: str, last: str) -> tuple[str, ...]:
    """Every month from one to another, such as 2026-11, both among them."""
    (year, month), (to_year, to_month) = (map(int, each.split("-")) for each in (first, last))
    numbers = range(year * 12 + month - 1, to_year * 12 + to_month)
    return tuple(f"{number // 12:04d}-{number % 12 + 1:02d}" for number in numbers)


def month_after(month: str) -> str:
    """The one that follows."""
    year, number = map(int, month.split("-"))
    return f"{year + number // 12:04d}-{number % 12 + 1:02d}"


def quarters(begun: str, now: str) -> tuple[tuple[str, str], ...]:
    """Every quarter that is over, from that of one month to the last before another: first and last month of each."""
    year, month = map(int, begun.split("-"))
    found = months(f"{year:04d}-{(month - 1) // 3 * 3 + 1:02d}", now)
    return tuple((found[at - 3], found[at - 1]) for at in range(3, len(found), 3))
