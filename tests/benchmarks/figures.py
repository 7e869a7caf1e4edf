"""How cost grows with the archive, drawn: SVG with both scales logarithmic, for light and dark."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from tests.benchmarks.budgets import GROWING, show_size

FOLDER = Path(__file__).parent / "figures"
Curve = Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing of some curves in one unit."""

    name: str
    title: str
    unit: str
    curves: tuple[str, ...]


FIGURES = (
    Figure(
        "growth-reading",
        "Reading, uncached: processor time for an answer",
        "µs",
        tuple(GROWING.values()),
    ),
    Figure(
        "growth-finding",
        "Finding, uncached, over HTTP",
        "ms",
        ("word, p99", "two words, p99", "prefix, p99", "phrase, p99", "resolve 12 words, p99"),
    ),
    Figure("growth-rate", "Loading on all cores", "paragraphs/s", ("rate",)),
    Figure(
        "growth-memory", "Resident, mapped files of the archive aside", "MB", ("load", "worker")
    ),
)

_WIDTH, _HEIGHT = 760, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 230, 46, 46
_LABEL = 15
_COLOURS = ("#0b7fc4", "#d1600a", "#12946b", "#c0539a", "#8c7a00", "#7a5fd0", "#c43c3c", "#5b7083")
_STYLE = (
    "svg{color:#1d2530;background:#fff}.ground{fill:#fff}"
    "text{fill:currentColor;font:12px system-ui,sans-serif}.title{font-size:14px;font-weight:600}"
    ".grid{stroke:currentColor;stroke-opacity:.16}.curve{fill:none;stroke-width:2}"
    "@media (prefers-color-scheme:dark){svg{color:#dfe5ec;background:#14181d}"
    ".ground{fill:#14181d}.curve,.dot{filter:brightness(1.35)}}"
)


Curves = Mapping[str, Mapping[Any, float]]
"""By name, then by size, which JSON writes as text."""


def list_figures(curves: Curves) -> Iterator[tuple[Figure, dict[str, Curve]]]:
    """Every figure that there is something to draw for, with its curves."""
    for figure in FIGURES:
        shown: dict[str, Curve] = {
            name: {int(size): value for size, value in curves[name].items() if value > 0}
            for name in figure.curves
            if name in curves
        }
        if any(shown.values()):
            yield figure, shown


def write_figures(curves: Curves, folder: Path = FOLDER) -> None:
    """Draw every figure that there is something to draw for."""
    folder.mkdir(parents=True, exist_ok=True)
    for figure, shown in list_figures(curves):
        (folder / f"{figure.name}.svg").write_text(draw(figure, shown))


def draw(figure: Figure, curves: Mapping[str, Curve]) -> str:
    """One figure: values against paragraphs, each curve named at its right end."""
    sizes = sorted({size for curve in curves.values() for size in curve})
    values = [value for curve in curves.values() for value in curve.values()]
    low, high = _decades(values)
    first, last = math.log10(sizes[0]), math.log10(sizes[-1])
    across, down = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM

    def x(size: float) -> float:
        return _LEFT + across * (math.log10(size) - first) / ((last - first) or 1)

    def y(value: float) -> float:
        return _TOP + down * (high - math.log10(value)) / (high - low)

    parts = [
        f'<text class="title" x="{_LEFT}" y="20">{escape(figure.title)}</text>',
        f'<text x="{_LEFT}" y="37">{escape(figure.unit)}</text>',
        f'<text x="{_LEFT + across / 2:.0f}" y="{_HEIGHT - 8}" text-anchor="middle">'
        "paragraphs</text>",
    ]
    for value in _ticks(low, high):
        at = f"{y(value):.1f}"
        parts.append(f'<path class="grid" d="M{_LEFT} {at}H{_LEFT + across}"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{at}" dy="4" text-anchor="end">{value:,.6g}</text>')
    for size in sizes:
        at = f"{x(size):.1f}"
        parts.append(f'<path class="grid" d="M{at} {_TOP}V{_TOP + down}"/>')
        parts.append(
            f'<text x="{at}" y="{_TOP + down + 18}" text-anchor="middle">{show_size(size)}</text>'
        )
    ends = {name: y(curve[max(curve)]) for name, curve in curves.items() if curve}
    labels = _spread(ends, _TOP + 4, _TOP + down + 4)
    for number, (name, curve) in enumerate(curves.items()):
        if not curve:
            continue
        colour = _COLOURS[number % len(_COLOURS)]
        dash = ' stroke-dasharray="6 3"' if number >= len(_COLOURS) else ""
        points = [(x(size), y(curve[size])) for size in sorted(curve)]
        line = "L".join(f"{px:.1f} {py:.1f}" for px, py in points)
        parts.append(f'<path class="curve" stroke="{colour}"{dash} d="M{line}"/>')
        parts += [
            f'<circle class="dot" fill="{colour}" cx="{px:.1f}" cy="{py:.1f}" r="3"/>'
            for px, py in points
        ]
        end_x, end_y = points[-1]
        label = _LEFT + across + 16
        parts.append(
            f'<path class="curve" style="stroke-width:1" stroke="{colour}" stroke-opacity=".6" '
            f'd="M{end_x + 4:.1f} {end_y:.1f}L{label - 3} {labels[name]:.1f}"/>'
        )
        parts.append(f'<text x="{label}" y="{labels[name]:.1f}" dy="4">{escape(name)}</text>')
    inside = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'width="{_WIDTH}" height="{_HEIGHT}" role="img">\n'
        f"<title>{escape(figure.title)}, by paragraphs in the archive</title>\n"
        f"<style>{_STYLE}</style>\n"
        f'<rect class="ground" width="{_WIDTH}" height="{_HEIGHT}"/>\n{inside}\n</svg>\n'
    )


def _decades(values: Iterable[float]) -> tuple[int, int]:
    """The powers of ten that enclose the values."""
    found = [math.log10(value) for value in values]
    low, high = math.floor(min(found)), math.ceil(max(found))
    return low, max(high, low + 1)


def _ticks(low: int, high: int) -> list[float]:
    """1, 2, 5, 10, 20 … while there is room, else the powers of ten."""
    steps = (1, 2, 5) if high - low <= 3 else (1,)
    found = [step * 10.0**power for power in range(low, high) for step in steps]
    return [*found, 10.0**high]


def _spread(ends: Mapping[str, float], top: float, bottom: float) -> dict[str, float]:
    """Places for labels: near their curves' ends, no two on top of each other."""
    names: Sequence[str] = sorted(ends, key=lambda name: ends[name])
    found: dict[str, float] = {}
    at = top - _LABEL
    for name in names:
        at = found[name] = max(ends[name], at + _LABEL)
    over = bottom
    for name in reversed(names):
        over = found[name] = min(found[name], over)
        over -= _LABEL
    return found
