"""Plots of a figure: bars, drawn by a library, in colours that can be told apart on paper and in the dark."""

from collections.abc import Sequence

from reportlab.graphics import renderSVG
from reportlab.graphics.charts.barcharts import HorizontalBarChart
from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import HexColor

from desk.statistics.figures import Cell

WIDTH, BAR, LABELS, MARGIN = 640, 26, 260, 16
DEEP, INK, LINE = HexColor("#1c5c63"), HexColor("#1d2629"), HexColor("#d8dedf")
FONT, LETTERS = "Helvetica", 40
SLACK = 24
"""Room for a font that is wider than the one that was reckoned with: a browser takes its own."""


def bars(told: Sequence[tuple[str, Cell]]) -> str:
    """An SVG of each number under its words. The table beside it says the same in words."""
    rows = [(label, number) for label, number in told if isinstance(number, int)]
    height = max(len(rows), 1) * BAR + 2 * MARGIN
    drawing = Drawing(WIDTH, height)
    if rows:
        drawing.add(_chart(rows, height))
    return str(renderSVG.drawToString(drawing))


def _chart(rows: list[tuple[str, int]], height: int) -> HorizontalBarChart:
    chart = HorizontalBarChart()
    chart.x, chart.y, chart.width, chart.height = LABELS, MARGIN, WIDTH - LABELS - 3 * MARGIN, height - 2 * MARGIN
    chart.data = [[number for _, number in reversed(rows)]]
    chart.categoryAxis.categoryNames = [_short(label) for label, _ in reversed(rows)]
    chart.categoryAxis.labels.boxAnchor, chart.categoryAxis.labels.fontName = "e", FONT
    chart.categoryAxis.labels.dx, chart.categoryAxis.labels.fillColor = -SLACK, INK
    chart.categoryAxis.visibleTicks = chart.valueAxis.visible = 0
    chart.categoryAxis.strokeColor = LINE
    chart.valueAxis.valueMin = 0
    chart.bars[0].fillColor, chart.bars[0].strokeColor = DEEP, None
    chart.barLabelFormat, chart.barLabels.fontName, chart.barLabels.fillColor = "%d", FONT, INK
    chart.barLabels.boxAnchor, chart.barLabels.dx = "w", 4
    chart.groupSpacing = 6
    return chart


def _short(label: str) -> str:
    return label if len(label) <= LETTERS else f"{label[: LETTERS - 1]}…"
