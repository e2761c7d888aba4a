"""A figure, what it is held against, and tables of figures; nothing here measures."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles


@dataclass(frozen=True, slots=True)
class Figure:
    """Something measured, as a person reads it, beside its budget."""

    what: str
    found: str
    budget: str = ""
    kept: bool | None = None
    """Whether the budget is kept; None where there is none."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """What one part of the bench found: figures, and a table of what lies behind them."""

    title: str
    how: str
    figures: tuple[Figure, ...]
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def percentile(values: Sequence[float], percent: int) -> float:
    """The value below which so many percent of the values lie."""
    return quantiles(values, n=100, method="inclusive")[percent - 1] if len(values) > 1 else values[0]


def middle(values: Sequence[float]) -> float:
    """The median: what one noisy round cannot move."""
    return median(values)


def milliseconds(seconds: float) -> str:
    """Seconds, as a person reads them."""
    return f"{seconds * 1000:.1f} ms" if seconds < 0.1 else f"{seconds * 1000:.0f} ms"


def at_least(what: str, found: float, budget: float, unit: str = "×") -> Figure:
    """A ratio that is to be so much or more."""
    return Figure(what, f"{found:.2f} {unit}", f"≥ {budget:g} {unit}", found >= budget)


def at_most(what: str, found: float, budget: float, unit: str, digits: int = 2) -> Figure:
    """A figure that is to be so much or less."""
    return Figure(what, f"{found:.{digits}f} {unit}", f"≤ {budget:g} {unit}", found <= budget)
