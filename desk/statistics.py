"""The statistics of the service: the page of all figures, and each of them as a plot and as a file for a spreadsheet.

Here may live which figures there are and what each is made from. How a number is made fit to be shown is
`desk.figures`'.
"""

import csv
import io
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial

from sqlalchemy import Connection
from starlette.responses import Response

from bot.flows import FLOWS
from bot.tallying import SENT
from desk import charts, figures, pages
from desk.access import SignedIn
from desk.figure_source import Source
from desk.figures import Cell, Figure
from policy.deadlines import PROMISES
from storage import audit, statistics

SPANS = (1, 3, 12, 24)
"""How many months back one can look, this month among them."""
USUAL = 12


def show(visit: SignedIn) -> Response:
    """All figures, of the months that the address names."""
    with visit.desk.database.begin() as tx:
        source = _source(visit, tx)
        shown = [make(source) for name, make in FIGURES.items() if _may_be_made(name, source)]
        audit.write(tx, visit.desk.secrets.audit, visit.now, visit.member.id, "statistics")
    chosen = {"months": source.months, "spans": SPANS, "begin": source.begin}
    return pages.member_page(visit, "statistics.html", 200, figures=shown, share=_share, **chosen)


def plot(visit: SignedIn) -> Response:
    """One figure, drawn."""
    figure = _one(visit)
    if figure is None or not figure.is_plotted:
        return pages.member_refusal(visit, "no_such_page", 404)
    return Response(charts.bars(figure), media_type="image/svg+xml")


def download(visit: SignedIn) -> Response:
    """One figure for a spreadsheet: what is hidden is an empty cell."""
    figure = _one(visit)
    if figure is None:
        return pages.member_refusal(visit, "no_such_page", 404)
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(visit.desk.words.text("desk", f"statistics.columns.{column}") for column in figure.columns)
    writer.writerows(["" if cell is None else cell for cell in row] for row in figure.rows)
    headers = {"Content-Disposition": f'attachment; filename="{figure.name}.csv"'}
    return Response(file.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _one(visit: SignedIn) -> Figure | None:
    name = visit.path["figure"]
    with visit.desk.database.begin() as tx:
        source = _source(visit, tx)
        if name not in FIGURES or not _may_be_made(name, source):
            return None
        audit.write(tx, visit.desk.secrets.audit, visit.now, visit.member.id, "statistics")
        return FIGURES[name](source)


def _source(visit: SignedIn, tx: Connection) -> Source:
    asked = visit.query.get("months", "")
    return Source(visit, tx, int(asked) if asked in map(str, SPANS) else USUAL)


def _may_be_made(name: str, source: Source) -> bool:
    return name not in SEALED or source.visit.session.team_key is not None


def _share(cell: Cell) -> str:
    return f"{cell:.0%}" if isinstance(cell, float) else str(cell)


def _by_month(source: Source) -> Figure:
    came = (datetime.fromtimestamp(at, UTC) for at in statistics.arrivals(source.tx, source.since))
    return figures.by_month(came, source.working)


def _promises(source: Source) -> Figure:
    states: dict[str, Counter[str]] = {name: Counter() for name in PROMISES}
    for kept in source.promises:
        states[kept.name][kept.state] += 1
    return figures.promises(states, source.label)


def _waits(source: Source) -> Figure:
    spans: dict[str, list[tuple[datetime, datetime]]] = {name: [] for name in (*PROMISES, "reached")}
    for kept in source.promises:
        if kept.state == "met" and kept.at is not None:
            spans[kept.name].append((_moment(kept.came_at), _moment(kept.at)))
    spans["reached"] = [(_moment(came), _moment(at)) for came, at in statistics.reached(source.tx, source.since)]
    return figures.waits(spans, source.working, source.label)


def _withdrawals(source: Source) -> Figure:
    return figures.counted("withdrawals", statistics.withdrawals(source.tx, source.since), source.label)


def _answers(question: str, source: Source) -> Figure:
    counts = source.answers.get(question, Counter())
    return figures.counted(question, counts, partial(source.option, question))


def _funnel(flow: str, source: Source) -> Figure:
    left: Counter[str] = Counter()
    sent = 0
    for ending in source.endings:
        if ending.flow == flow and ending.how == SENT:
            sent += ending.number
        elif ending.flow == flow:
            left[ending.step] += ending.number
    steps = [step.name for step in FLOWS[flow].steps]
    made = figures.funnel(steps, left, sent, partial(source.step, flow))
    return Figure(f"funnel_{flow}", made.columns, made.rows, made.is_plotted)


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)


FIGURES: Mapping[str, Callable[[Source], Figure]] = {
    "by_month": _by_month,
    "promises": _promises,
    "waits": _waits,
    "withdrawals": _withdrawals,
    "council_area": partial(_answers, "council_area"),
    "heard_from": partial(_answers, "heard_from"),
    **{f"funnel_{flow.name}": partial(_funnel, flow.name) for flow in FLOWS.values() if flow.is_drafted},
}
SEALED = frozenset({"council_area", "heard_from"})
"""Made from what is sealed to the team."""
