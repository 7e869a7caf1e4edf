"""Where entities stand in a text, and who is named with whom: coordinates for drawings."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, combinations
from typing import Any

WIDTH = 2000
"""Units across a drawing of the text."""

_ROWS = 14
_STOPS = 250
_CELL = 20
_PAIRS_PER_PARAGRAPH = 40


@dataclass(frozen=True, slots=True)
class Band:
    """A layer's stretch of the text."""

    x: int
    width: int
    layer: int
    title: str


@dataclass(slots=True)
class Tick:
    """Mentions of one entity close together: where to click, and a path of strokes.

    `first` and `last` are the numbers of the paragraphs they stand in, `id` that of the first.
    """

    first: int
    last: int
    id: str
    x: int
    width: int
    strokes: str
    count: int


@dataclass(frozen=True, slots=True)
class DispersionRow:
    """One entity along the text."""

    id: str
    label: str
    kind: str
    count: int
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """Two entities named in the same paragraphs: `share` is 0 to 1 of the strongest pair."""

    x: int
    y: int
    share: float
    first: str
    label: str


@dataclass(frozen=True, slots=True)
class Matrix:
    """Who is named with whom; `names` run down and across, the lower triangle is filled."""

    names: tuple[str, ...]
    cells: tuple[tuple[Cell, ...], ...]
    size: int


Places = Mapping[str, Mapping[int, Sequence[int]]]
"""By entity and paragraph, the offsets at which it is mentioned."""


def read_places(mentions: Sequence[Mapping[str, Any]]) -> dict[str, dict[int, list[int]]]:
    """Where each entity is mentioned; a mention over two paragraphs counts in both."""
    places: dict[str, dict[int, list[int]]] = {}
    for mention in mentions:
        if mention["entity"]:
            found = places.setdefault(mention["entity"]["id"], {})
            for segment in mention["segments"]:
                found.setdefault(segment["paragraph"], []).append(segment["start"])
    return places


def plot_dispersion(
    paragraphs: Sequence[Mapping[str, Any]], entities: Sequence[Mapping[str, Any]], places: Places
) -> tuple[DispersionRow, ...]:
    """The entities mentioned most, each along the whole text.

    A row of a long text has a limited number of ticks: neighbouring paragraphs then share one.
    """
    lengths = [len(paragraph["text"]) + 1 for paragraph in paragraphs]
    scale = WIDTH / max(sum(lengths), 1)
    starts = list(accumulate(lengths, initial=0))
    at = {paragraph["number"]: i for i, paragraph in enumerate(paragraphs)}
    rows = []
    for entity in _foremost(entities):
        ticks: list[Tick] = []
        slot, stroke = -1, -1
        for number, offsets in sorted(places.get(entity["id"], {}).items()):
            i = at[number]
            x, end = int(starts[i] * scale), int(starts[i + 1] * scale)
            if x * _STOPS // WIDTH != slot:
                slot = x * _STOPS // WIDTH
                ticks.append(Tick(number, number, paragraphs[i]["id"], x, 0, "", 0))
            tick = ticks[-1]
            tick.last, tick.width = number, max(end - tick.x, 1)
            tick.count += len(offsets)
            for offset in sorted(offsets):
                if (where := int((starts[i] + offset) * scale)) > stroke:
                    stroke = where
                    tick.strokes += f"M{where} 0v10"
        rows.append(
            DispersionRow(
                entity["id"], entity["label"], entity["kind"], entity["count"], tuple(ticks)
            )
        )
    return tuple(rows)


def plot_layers(
    paragraphs: Sequence[Mapping[str, Any]], layers: Mapping[str, tuple[int, str]]
) -> tuple[Band, ...]:
    """The layers along the text; `layers` gives each one's place and title."""
    lengths = [len(paragraph["text"]) + 1 for paragraph in paragraphs]
    scale = WIDTH / max(sum(lengths), 1)
    bands: list[Band] = []
    at = 0
    previous: object = None
    for paragraph, length in zip(paragraphs, lengths, strict=True):
        layer = paragraph["layer"]
        x, end = int(at * scale), int((at + length) * scale)
        if layer in layers:
            index, title = layers[layer]
            x = bands.pop().x if layer == previous else x
            bands.append(Band(x, end - x, index, title))
        previous = layer
        at += length
    return tuple(bands)


def count_pairs(places: Places) -> dict[tuple[str, str], list[int]]:
    """For each two entities, in their order in `places`, the paragraphs that name both.

    A paragraph that names very many counts only those named first of all.
    """
    order = {entity: at for at, entity in enumerate(places)}
    named: dict[int, list[str]] = defaultdict(list)
    for entity, found in places.items():
        for number in found:
            named[number].append(entity)
    pairs: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number in sorted(named):
        together = sorted(named[number], key=order.__getitem__)[:_PAIRS_PER_PARAGRAPH]
        for one, other in combinations(together, 2):
            pairs[one, other].append(number)
    return pairs


def plot_matrix(
    entities: Sequence[Mapping[str, Any]],
    pairs: Mapping[tuple[str, str], Sequence[int]],
    ids: Mapping[int, str],
) -> Matrix | None:
    """The entities mentioned most against each other; None where no two stand together."""
    shown = _foremost(entities)
    both: dict[frozenset[str], Sequence[int]] = {
        frozenset(pair): numbers for pair, numbers in pairs.items()
    }
    most = Counter(
        {
            (y, x): len(both.get(frozenset((one["id"], other["id"])), ()))
            for y, one in enumerate(shown)
            for x, other in enumerate(shown[:y])
        }
    )
    strongest = max(most.values(), default=0)
    if not strongest:
        return None
    rows = []
    for y, one in enumerate(shown):
        row = []
        for x, other in enumerate(shown[:y]):
            numbers = both.get(frozenset((one["id"], other["id"])), ())
            if numbers:
                listed = ", ".join(map(str, numbers[:20])) + (" …" if len(numbers) > 20 else "")
                row.append(
                    Cell(
                        x * _CELL,
                        y * _CELL,
                        round(0.15 + 0.85 * len(numbers) / strongest, 2),
                        ids[numbers[0]],
                        f"{one['label']} with {other['label']}: {listed}",
                    )
                )
        rows.append(tuple(row))
    return Matrix(tuple(entity["label"] for entity in shown), tuple(rows), len(shown) * _CELL)


def _foremost(entities: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [entity for entity in entities if entity["kind"] != "date"][:_ROWS]
