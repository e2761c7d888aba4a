"""The statistics of the service: the page of all figures, and each of them as a plot and as a file for a spreadsheet.

Here may live which figures there are and what each is made from. How a number is made fit to be told is
`desk.statistics.figures`'. What is told of a time is told once: whoever looks first after it is over has it made.
"""

import csv
import io
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

from starlette.responses import Response

from bot.flows import FLOWS
from bot.flows.lists import HEARD_FROM
from desk import pages
from desk.statistics import figures
from desk.statistics.figure_source import KEPT, Source, moment, times
from desk.statistics.figure_words import say_group, say_months
from desk.statistics.figures import COUNTED, Cell, Figure
from desk.visit import SignedIn
from policy.deadlines import FIRST_ATTEMPT, OPENED, REACHED
from policy.figure_trees import NOT_SAID, months
from policy.small_counts import halves
from storage import audit, statistics, told_figures
from storage.told_figures import Stretch


def show(visit: SignedIn) -> Response:
    """All figures of the months that the address names; of the last that are over, where it names none."""
    with visit.desk.database.begin() as tx:
        known = times(tx, visit.now, visit.desk.settings)
        stretch = _chosen(visit, known.stretches)
        shown = _told(Source(visit, tx, stretch, known)) if stretch else {}
        audit.write(tx, visit.desk.secrets.audit, visit.now, visit.member.id, "statistics")
    values = {
        "figures": shown.values(),
        "stretch": stretch,
        "stretches": [(each.first, say_months(each)) for each in reversed(known.stretches)],
        "waiting": [_told_from(visit, *each) for each in known.waiting],
        "label": partial(say_group, visit.desk.words),
        "share": _share,
    }
    return pages.member_page(visit, "statistics.html", 200, **values)


def plot(visit: SignedIn) -> Response:
    """One figure, drawn."""
    from desk.statistics import charts  # noqa: PLC0415 (the library that draws is slow to load, and seldom asked)

    figure = _one(visit)
    if figure is None or not figure.is_plotted:
        return pages.member_refusal(visit, "no_such_page", 404)
    drawn = [(say_group(visit.desk.words, figure.name, names), cells[0]) for names, cells in figure.rows]
    return Response(charts.bars(drawn), media_type="image/svg+xml")


def download(visit: SignedIn) -> Response:
    """One figure for a spreadsheet."""
    figure = _one(visit)
    if figure is None:
        return pages.member_refusal(visit, "no_such_page", 404)
    words, file = visit.desk.words, io.StringIO()
    writer = csv.writer(file)
    writer.writerow(words.text("desk", f"statistics.columns.{column}") for column in figure.columns)
    for names, cells in figure.rows:
        writer.writerow([say_group(words, figure.name, names), *["" if cell is None else cell for cell in cells]])
    headers = {"Content-Disposition": f'attachment; filename="{figure.name}.csv"'}
    return Response(file.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _one(visit: SignedIn) -> Figure | None:
    with visit.desk.database.begin() as tx:
        known = times(tx, visit.now, visit.desk.settings)
        stretch = _chosen(visit, known.stretches)
        found = _told(Source(visit, tx, stretch, known)).get(visit.path["figure"]) if stretch else None
        if found is not None:
            audit.write(tx, visit.desk.secrets.audit, visit.now, visit.member.id, "statistics")
        return found


def _chosen(visit: SignedIn, stretches: list[Stretch]) -> Stretch | None:
    asked = visit.query.get("from", "")
    return next((each for each in stretches if each.first == asked), stretches[-1] if stretches else None)


def _told(source: Source) -> dict[str, Figure]:
    """All figures of a stretch that this visitor may have: as they were told first, else made and kept now."""
    visit, tx, stretch = source.visit, source.tx, source.stretch
    kept = source.times.told.get(stretch, {})
    names = [name for name in FIGURES if name not in SEALED or visit.session.team_key is not None]
    found: dict[str, Figure] = {}
    for name in names:
        found[name] = _as_kept(name, kept[name]) if name in kept else FIGURES[name](source, found)
    if new := {name: figure.as_text() for name, figure in found.items() if name not in kept}:
        told_figures.keep(tx, [stretch], new, visit.now)
    return {name: _as_kept(name, figure.as_text()) for name, figure in found.items()}


def _as_kept(name: str, text: str) -> Figure:
    return Figure(name, figures.rows_from(text), COLUMNS.get(name, COUNTED), name not in NOT_PLOTTED)


def _told_from(visit: SignedIn, stretch: Stretch, at: datetime) -> str:
    words = visit.desk.words
    told = {"months": say_months(stretch), "day": f"{pages.here(at + timedelta(days=1)):%-d %B %Y}"}
    return words.fill(words.text("desk", "statistics.not_yet"), told)


def _share(cell: Cell) -> str:
    return f"{cell:.0%}" if isinstance(cell, float) else str(cell)


Made = Mapping[str, Figure]
"""The figures made before, on which one may have to rest so that both give nothing away."""


def _by_month(source: Source, _made: Made) -> Figure:
    return figures.by_month(source.came, months(source.stretch.first, source.stretch.last))


def _by_hours(source: Source, _made: Made) -> Figure:
    return figures.by_hours(source.came, source.working)


def _by_way(source: Source, _made: Made) -> Figure:
    sent = {flow: source.sent[flow] for flow in ("self_referral", "confirm_referral")}
    return figures.by_way(sent, len(source.came))


def _promises(source: Source, _made: Made) -> Figure:
    return figures.promises(source.counts, KEPT, len(source.came))


def _waits(source: Source, _made: Made) -> Figure:
    settings, begun = source.visit.desk.settings, statistics.begun(source.tx, source.span)
    found = {
        OPENED: ([each.opened for each in begun], settings.opened_within_days),
        FIRST_ATTEMPT: ([each.tried for each in begun], settings.first_attempt_within_days),
        REACHED: ([each.reached for each in begun], settings.reached_within_days),
    }
    came = [each.came for each in begun]
    pairs = {
        name: ([(moment(a), moment(b)) for a, b in zip(came, at, strict=True) if b is not None], days)
        for name, (at, days) in found.items()
    }
    return figures.waits(pairs, source.working)


def _ends(source: Source, _made: Made) -> Figure:
    return figures.ends(source.ends())


def _council_area(source: Source, _made: Made) -> Figure:
    return figures.areas(source.answers.get("council_area", {}), len(source.came))


def _heard_from(source: Source, _made: Made) -> Figure:
    tree = halves([*HEARD_FROM, NOT_SAID])
    return figures.answered("heard_from", tree, source.answers.get("heard_from", {}), len(source.came))


def _from_cafes(source: Source, made: Made) -> Figure:
    return figures.from_cafes(source.counts.get((statistics.CAFE, ""), 0), made["heard_from"])


def _funnel(flow: str, source: Source, made: Made) -> Figure:
    steps = [step.name for step in FLOWS[flow].steps]
    sent = figures.sent_of(flow, made["by_way"], source.sent)
    return figures.funnel(flow, steps, source.left(flow), sent)


FIGURES: Mapping[str, Callable[[Source, Made], Figure]] = {
    "by_month": _by_month,
    "by_hours": _by_hours,
    "by_way": _by_way,
    "promises": _promises,
    "waits": _waits,
    "ends": _ends,
    "council_area": _council_area,
    "heard_from": _heard_from,
    "from_cafes": _from_cafes,
    **{f"funnel_{flow.name}": partial(_funnel, flow.name) for flow in FLOWS.values() if flow.is_drafted},
}
SEALED = frozenset({"ends", "council_area", "heard_from", "from_cafes"})
"""Made from what is sealed to the team."""
NOT_PLOTTED = frozenset({"promises", "waits", "from_cafes"})
COLUMNS = {"waits": ("span", "hours", "target"), "from_cafes": COUNTED[:2]}
"""Those whose numbers are not how many, and what share of the whole."""
