"""Charts as images, for documents: the same figures as the page's, drawn by matplotlib with the bundled font.

Imported only where a document is made; it sets matplotlib up once for the whole process.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import matplotlib
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from . import sankey
from .fonts import FAMILY, FONTS

for name in ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf"):
    font_manager.fontManager.addfont(FONTS / name)
# The salt makes ids, and so the bytes, the same each time.
matplotlib.rcParams.update(
    {"font.family": FAMILY, "font.size": 9, "svg.hashsalt": "jiugong", "axes.unicode_minus": False}
)

COLOURS = {
    "main": "#206bc4",
    "grey": "#8a97a8",
    "good": "#2f9e44",
    "warn": "#e8890c",
    "bad": "#d63939",
    "sky": "#74a9e4",
}
INK, LINE = "#1d273b", "#d5dbe3"
LABELS_ON_AN_AXIS = 12
HEADROOM = 1.12  # so that the highest value has a grid line near it


def draw(chart: Mapping[str, Any], *, width: float = 6.6, height: float = 2.4) -> str:
    """The chart as SVG text."""
    out = io.StringIO()
    figure = _figure(chart, width, height)
    FigureCanvasSVG(figure)
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return out.getvalue()


def png(chart: Mapping[str, Any], *, width: float = 6.6, height: float = 2.4, dots_per_inch: int = 200) -> bytes:
    """The chart as a PNG, to be pasted where no SVG is read."""
    out = io.BytesIO()
    figure = _figure(chart, width, height)
    FigureCanvasAgg(figure)
    figure.savefig(out, format="png", dpi=dots_per_inch, metadata={"Software": None})
    return out.getvalue()


def _figure(chart: Mapping[str, Any], width: float, height: float) -> Figure:
    figure = Figure(figsize=(width, height), layout="constrained")
    DRAWN[chart["kind"]](figure.add_subplot(), chart)
    return figure


def _bare(axes: Axes, *, grid: str) -> None:
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(LINE)
    axes.grid(axis=grid, color=LINE, linewidth=0.6)  # type: ignore[arg-type]
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelcolor=INK)


def _name_days(axes: Axes, names: list[str]) -> None:
    step = max(1, -(-len(names) // LABELS_ON_AN_AXIS))
    axes.set_xticks(range(0, len(names), step), names[::step])


def _legend(axes: Axes, columns: int) -> None:
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=columns, frameon=False, fontsize=8.5, borderaxespad=0.2)


def _marks(axes: Axes, chart: Mapping[str, Any]) -> None:
    """Dashed lines at places of the axis, each with its name; names of neighbours stand one below the other."""
    last = len(chart["categories"]) - 1
    for place, mark in enumerate(chart.get("marks", ())):
        left = mark["at"] > last / 2
        axes.axvline(mark["at"], color=INK, linewidth=0.9, linestyle=(0, (4, 3)))
        axes.annotate(
            mark["label"], (mark["at"], 0.97 - 0.14 * (place % 3)), xycoords=("data", "axes fraction"),
            xytext=(-3 if left else 3, 0), textcoords="offset points", ha="right" if left else "left", va="top",
            fontsize=7.5, color=INK, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1, "alpha": 0.85},
        )  # fmt: skip


def _line(axes: Axes, chart: Mapping[str, Any]) -> None:
    for series in chart["series"]:
        style = "--" if series.get("dashed") else "-"
        axes.plot(series["values"], style, color=COLOURS[series["colour"]], linewidth=1.8, label=series["name"])
    _bare(axes, grid="y")
    axes.set_ylim(0, HEADROOM * max([value for series in chart["series"] for value in series["values"]] + [1]))
    _name_days(axes, chart["categories"])
    _marks(axes, chart)
    _legend(axes, len(chart["series"]))


def _bar(axes: Axes, chart: Mapping[str, Any]) -> None:
    base = [0] * len(chart["categories"])
    for series in chart["series"]:
        axes.bar(
            range(len(base)), series["values"], 0.7, bottom=base, color=COLOURS[series["colour"]], label=series["name"]
        )
        base = [below + value for below, value in zip(base, series["values"], strict=True)]
    _bare(axes, grid="y")
    axes.set_ylim(0, HEADROOM * max([*base, 1]))
    _name_days(axes, chart["categories"])
    _marks(axes, chart)
    _legend(axes, len(chart["series"]))


def _funnel(axes: Axes, chart: Mapping[str, Any]) -> None:
    steps = chart["steps"]
    most = max([step["value"] for step in steps] + [1])
    axes.barh(range(len(steps)), [step["value"] for step in steps], 0.68, color=COLOURS["main"])
    for row, step in enumerate(steps):
        share = f"  {step['value'] / step['of']:.1%}" if step["of"] else ""
        axes.text(step["value"] + most * 0.01, row, f"{step['value']:,}{share}", va="center", color=INK, fontsize=8.5)
    axes.set_yticks(range(len(steps)), [step["name"] for step in steps])
    axes.set_xlim(0, most * 1.18)
    axes.set_xticks([])
    axes.invert_yaxis()
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, labelcolor=INK)


def _interval(axes: Axes, chart: Mapping[str, Any]) -> None:
    for row, one in enumerate(chart["rows"]):
        colour = COLOURS["good" if one["low"] > 0 else "bad" if one["high"] < 0 else "grey"]
        axes.plot([one["low"], one["high"]], [row, row], color=colour, linewidth=2.4, marker="|", markersize=9)
        axes.plot(one["value"], row, "o", color=colour, markersize=7)
        note = f"{one['value']:,.0f} [{one['low']:,.0f}, {one['high']:,.0f}] {chart['unit']}"
        backed = {"facecolor": "white", "edgecolor": "none", "pad": 1}  # the zero line must not cross the figures
        axes.text(one["value"], row - 0.24, note, ha="center", fontsize=8.5, color=INK, bbox=backed)
    axes.axvline(0, color=INK, linewidth=1)
    _bare(axes, grid="x")
    axes.set_yticks(range(len(chart["rows"])), [one["name"] for one in chart["rows"]])
    axes.set_ylim(len(chart["rows"]) - 0.5, -0.6)
    axes.xaxis.set_major_formatter(lambda value, _position: f"{value:,.0f}")


FLOWS = {"up": "main", "down": "warn", "in": "good", "out": "bad"}
MARGIN = 120  # of a drawing 700 wide: room for the names at both sides


def _sankey(axes: Axes, chart: Mapping[str, Any]) -> None:
    drawing = sankey.layout(chart["left"], chart["right"], chart["flows"], width=700 - 2 * MARGIN, height=420)
    for ribbon in drawing.ribbons:
        colour = COLOURS[FLOWS.get(ribbon.kind, "grey")]
        path = Path(ribbon.outline, [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3])
        axes.add_patch(PathPatch(path, facecolor=colour, alpha=0.45, edgecolor=colour, linewidth=0.3))
    for node in drawing.nodes:
        axes.add_patch(Rectangle((node.x, node.y), sankey.NODE, node.height, facecolor=INK))
        axes.text(
            node.text_x, node.middle, f"{node.name} {node.value:,}", ha="right" if node.left else "left", va="center",
            color=INK, fontsize=8.5,
        )  # fmt: skip
    axes.set_xlim(-MARGIN, drawing.width + MARGIN)
    axes.set_ylim(drawing.height + 4, -4)
    axes.set_axis_off()


DRAWN = {"line": _line, "bar": _bar, "funnel": _funnel, "interval": _interval, "sankey": _sankey}
