"""How many records there are from each year, or each decade where they span long."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request

from api.reader.client import ask

_MOST_BARS = 80


@dataclass(frozen=True, slots=True)
class Bar:
    """A year or decade: its first and last year, and how many records may date from it."""

    label: str
    first: int
    last: int
    count: int
    height: float


@dataclass(frozen=True, slots=True)
class Timeline:
    """Bars from the first decade with records to the last."""

    bars: tuple[Bar, ...]
    step: int


async def read_timeline(request: Request) -> Timeline | None:
    """The records over time; None where none is dated."""
    first = await _edge(request, "date")
    last = await _edge(request, "-date")
    if first is None or last is None:
        return None
    first, last = first - first % 10, last - last % 10 + 9
    step = 1
    while (last - first) // step >= _MOST_BARS:
        step = 10 if step == 1 else step * 2
    first -= first % step
    counts = []
    for year in range(first, last + 1, step):
        listed = await ask(
            request,
            "/v1/records",
            date_from=f"{year:04}",
            date_to=f"{year + step - 1:04}",
            limit=1,
            fields="id",
        )
        counts.append((year, listed.value["total"]))
    highest = max(count for _, count in counts) or 1
    return Timeline(
        tuple(
            Bar(
                str(year) if step == 1 else f"{year}\u2013{year + step - 1}",
                year,
                year + step - 1,
                count,
                round(100 * count / highest, 1),
            )
            for year, count in counts
        ),
        step,
    )


async def _edge(request: Request, sort: str) -> int | None:
    """The year of the first dated record in this order."""
    listed = await ask(
        request,
        "/v1/records",
        sort=sort,
        date_from="1000",
        limit=1,
        fields="date",
    )
    for item in listed.value["items"]:
        return int(item["date"]["begin" if sort == "date" else "end"][:4])
    return None
