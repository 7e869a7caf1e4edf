"""The budgets as data, the verdict on what was measured, and the tables that show both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Better = Literal["more", "less"]


@dataclass(frozen=True, slots=True)
class Limit:
    """So many times the yardstick, and so much more."""

    times: float = 0
    plus: float = 0

    def of(self, yardstick: float | None) -> float:
        """The limit in the unit of what is measured."""
        return self.times * (yardstick or 0) + self.plus


@dataclass(frozen=True, slots=True)
class Budget:
    """One thing measured, and how good it must be."""

    key: str
    what: str
    unit: str
    better: Better
    must: Limit
    aim: Limit | None
    yardstick: str = ""
    """Whose value the limits are multiples of; empty where they are absolute."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table: budgets that are measured together, in words and as data."""

    key: str
    what: str
    must: str
    aim: str
    how: str
    parts: tuple[Budget, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """What came out: the value, the yardstick's in the same unit, and at how many paragraphs."""

    value: float
    size: int
    yardstick: float | None = None
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """As `results.json` has it, to four figures."""
        return {
            name: float(f"{value:.4g}") if isinstance(value, float) else value
            for name, value in asdict(self).items()
            if value not in (None, "")
        }


SHAPES = ("paragraph", "record", "page")
"""`/v1/records/{id}/paragraphs/{n}` (2 kB), `/v1/records/{id}?include=paragraphs` (32 kB) and
`/v1/records/{id}/paragraphs?limit=20` (30 kB)."""

GROWING = {
    "paragraph-by-number": "a paragraph by number",
    "paragraph-by-id": "a paragraph by id",
    "record": "a record",
    "paragraphs": "a page of a record",
    "records-first": "first page of the records",
    "records-last": "last page of the records",
    "entity": "an entity",
    "entities-last": "last page of the entities",
    "mentions-first": "first page of an entity's mentions",
    "mentions-last": "last page of an entity's mentions",
    "collection": "a collection",
    "collection-last": "last page of a collection's records",
}


def _rates(prefix: str, shapes: Iterable[str], yardstick: str, must: float, aim: float) -> Any:
    return tuple(
        Budget(
            f"{prefix}.{shape}.{yardstick}",
            shape,
            "answers/s",
            "more",
            Limit(must),
            Limit(aim),
            yardstick,
        )
        for shape in shapes
    )


def _searches(kinds: Mapping[str, str], must: Limit, aim: Limit) -> tuple[Budget, ...]:
    return tuple(
        Budget(f"search.{key}", what, "ms", "less", must, aim, "tantivy")
        for key, what in kinds.items()
    )


LINES = (
    Line(
        "cached",
        "cached GET of a paragraph, a record with its text, a page of 20; 16 connections",
        "≥ 0.80 × bare",
        "≥ 0.95 ×",
        "answers for a second of the server's processor time, in turns with an ASGI function that "
        "returns the same bytes (bare)",
        _rates("cached", SHAPES, "bare", 0.80, 0.95),
    ),
    Line(
        "not-modified",
        "304",
        "≥ 0.90 × bare",
        "≥ 1.0 ×",
        "as above, with `If-None-Match`; bare sends the paragraph",
        _rates("not-modified", ("paragraph",), "bare", 0.90, 1.0),
    ),
    Line(
        "uncached-paragraph",
        "uncached GET of a paragraph",
        "≥ 0.20 × bare and ≥ 8 × Datasette",
        "0.65 ×; 25 ×",
        "`OPIS_CACHE_BYTES=0`; Datasette serves the same rows as JSON, immutable, without facets "
        "and counts",
        (
            *_rates("uncached", ("paragraph",), "bare", 0.20, 0.65),
            *_rates("uncached", ("paragraph",), "Datasette", 8, 25),
        ),
    ),
    Line(
        "uncached-record",
        "uncached GET of a record with its text, or of a page of 20",
        "≥ 0.15 × bare and ≥ 15 × Datasette",
        "0.6 ×; 60 ×",
        "as above",
        (
            *_rates("uncached", ("record", "page"), "bare", 0.15, 0.6),
            *_rates("uncached", ("record", "page"), "Datasette", 15, 60),
        ),
    ),
    Line(
        "one-connection",
        "uncached, one connection, p99",
        "≤ 1.7 × bare's",
        "≤ 1.2 ×",
        "one request after the other",
        tuple(
            Budget(f"one.{shape}", shape, "ms", "less", Limit(1.7), Limit(1.2), "bare")
            for shape in SHAPES
        ),
    ),
    Line(
        "while-searching",
        "cached reads while 4 clients search common words, p99",
        "≤ 10 ms",
        "≤ 5 ms",
        "16 connections read a paragraph; no two searches are the same, so none is cached",
        (
            Budget(
                "while-searching",
                "paragraph",
                "ms",
                "less",
                Limit(plus=10),
                Limit(plus=5),
            ),
        ),
    ),
    Line(
        "search",
        "search over HTTP, uncached: any word, any two words, any prefix of 3 or more, p99",
        "≤ 3 × tantivy alone + 3 ms",
        "≤ 1.5 × + 1 ms",
        "words drawn from the commonest to the rarest; tantivy-py asked for the same top 20 and "
        "count, in the same index, on the same core",
        _searches(
            {"word": "word", "two-words": "two words", "prefix": "prefix"},
            Limit(3, 3),
            Limit(1.5, 1),
        ),
    ),
    Line(
        "fts5",
        "the same against SQLite FTS5 with bm25, words in more than 8 % of the passages",
        "≤ 0.1 ×",
        "≤ 0.02 ×",
        "time for the same words altogether; FTS5 (porter, unicode61) has the same passages and "
        "need not count",
        (Budget("fts5", "common words", "ms", "less", Limit(0.1), Limit(0.02), "FTS5"),),
    ),
    Line(
        "phrase",
        "phrase, p99",
        "≤ 2 × tantivy alone + 3 ms",
        "≤ 1.2 × + 1 ms",
        "two words that stand together somewhere, common ones among them",
        _searches({"phrase": "phrase"}, Limit(2, 3), Limit(1.2, 1)),
    ),
    Line(
        "resolve",
        "resolve a 12-word quotation",
        "p99 ≤ 30 ms; 100 at once ≤ 1 s",
        "10 ms; 0.3 s",
        "words in a row from anywhere in the archive, uncached",
        (
            Budget("resolve.one", "one, p99", "ms", "less", Limit(plus=30), Limit(plus=10)),
            Budget("resolve.hundred", "100", "s", "less", Limit(plus=1), Limit(plus=0.3)),
        ),
    ),
    Line(
        "load",
        "load, export form to served and searchable",
        "≥ 8,000 paragraphs/s on two cores, memory flat in the number of files, ≤ 400 MB",
        "20,000",
        "`opis load` into an empty folder, all its processes together: what is resident, mapped "
        "files of the archive aside; flat: at most 1.5 × a tenth of the files",
        (
            Budget(
                "load.rate",
                "rate",
                "paragraphs/s",
                "more",
                Limit(plus=8_000),
                Limit(plus=20_000),
            ),
            Budget("load.memory", "at most", "MB", "less", Limit(plus=400), None),
            Budget("load.flat", "flat", "MB", "less", Limit(1.5), None, "a tenth of the files"),
        ),
    ),
    Line(
        "reload",
        "reload with one changed record out of 30,000",
        "≤ 1 s",
        "≤ 0.3 s",
        "from the changed file to the committed generation with its index, median of several",
        (Budget("reload", "reload", "s", "less", Limit(plus=1), Limit(plus=0.3)),),
    ),
    Line(
        "start",
        "first 200 after start, nothing to load",
        "≤ 1.5 × the import of fastapi + sqlmodel + uvicorn",
        "≤ 1.1 ×",
        "`opis serve` to the first answer of `/v1`, in turns with a Python that imports and ends",
        (Budget("start", "start", "s", "less", Limit(1.5), Limit(1.1), "import"),),
    ),
    Line(
        "memory",
        "memory per worker, mapped index aside",
        "≤ 150 MB resident",
        "≤ 90 MB",
        "after 1,000 reads, 100 searches and 50 quotations, the cache on; resident pages of the "
        "database and the index aside",
        (Budget("memory", "worker", "MB", "less", Limit(plus=150), Limit(plus=90)),),
    ),
    Line(
        "growth",
        "any page of any list, any id, from the smallest archive to the largest",
        "cost grows ≤ 1.5 ×",
        "≤ 1.2 ×",
        "processor time of the server for an answer, uncached, sizes in turns",
        tuple(
            Budget(f"growth.{key}", what, "µs", "less", Limit(1.5), Limit(1.2), "the smallest")
            for key, what in GROWING.items()
        ),
    ),
)


def judge(value: float, yardstick: float | None, limit: Limit | None, better: Better) -> bool:
    """Whether a value keeps a limit; where there is none it does."""
    if limit is None:
        return True
    bound = limit.of(yardstick)
    return value >= bound if better == "more" else value <= bound


@dataclass(frozen=True, slots=True)
class Verdict:
    """A line with what was measured of it. `must` and `aim` are None where something is missing."""

    line: Line
    shown: str
    sizes: tuple[int, ...]
    must: bool | None
    aim: bool | None


def judge_lines(results: Mapping[str, Any]) -> Iterator[Verdict]:
    """The verdict on every line, whether measured or not."""
    measures = results["measures"]
    for line in LINES:
        found = [(part, measures[part.key]) for part in line.parts if part.key in measures]
        good = [(part, one) for part, one in found if "value" in one]
        sizes = tuple(sorted({one["size"] for _, one in good}))
        # One part beyond its limit decides, whatever is missing.
        met: dict[str, bool | None] = {}
        for name in ("must", "aim"):
            kept = [
                judge(one["value"], one.get("yardstick"), getattr(part, name), part.better)
                for part, one in good
            ]
            met[name] = False if not all(kept) else len(good) == len(line.parts) or None
        failed = results.get("failures", {}).get(line.key)
        shown = _show_parts(line, good) or ("failed" if failed else "not measured")
        if failed and good:
            shown += "; the rest failed"
        elif good and len(good) < len(line.parts):
            shown += "; the rest not measured"
        yield Verdict(line, shown, sizes, met["must"], met["aim"])


def _show_parts(line: Line, good: list[tuple[Budget, Mapping[str, Any]]]) -> str:
    if line.key == "growth" and good:
        ranked = sorted(good, key=lambda pair: -pair[1]["value"] / pair[1]["yardstick"])
        worst = ", ".join(f"{_ratio(one)} ({part.what})" for part, one in ranked[:3])
        least = _ratio(ranked[-1][1])
        return (
            f"{worst}; the other {len(ranked) - 3}: {least} to {_ratio(ranked[3][1])}"
            if (len(ranked) > 4)
            else worst
        )
    return "; ".join(show_part(part, one, alone=len(line.parts) == 1) for part, one in good)


def show_part(part: Budget, one: Mapping[str, Any], *, alone: bool = False) -> str:
    """One value as a reader wants it: "page 0.93 × bare", "word 4.1 ms (tantivy 1.2 ms)"."""
    note = f" ({one['note']})" if "note" in one else ""
    return _show_value(part, one, "" if alone else f"{part.what} ") + note


def _show_value(part: Budget, one: Mapping[str, Any], name: str) -> str:
    if not part.yardstick:
        return f"{name}{_number(one['value'])} {part.unit}"
    if part.must.plus or part.key == "load.flat":
        theirs = f"{part.yardstick} {_number(one['yardstick'])} {part.unit}"
        return f"{name}{_number(one['value'])} {part.unit} ({theirs})"
    return f"{name}{_ratio(one)} {part.yardstick}".rstrip()


def _ratio(one: Mapping[str, Any]) -> str:
    return f"{_number(one['value'] / one['yardstick'])} ×"


def _number(value: float) -> str:
    """About three figures: 0.0123, 1.23, 12.3, 12,345."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if 1 <= value < 10 else f"{value:.3g}"


def show_size(size: int) -> str:
    """1000000 -> "1 M", 100000 -> "100 k"."""
    for unit, name in ((1_000_000, " M"), (1_000, " k")):
        if size >= unit:
            return f"{size / unit:.3g}{name}"
    return str(size)


_MARKS = {True: "yes", False: "**no**", None: "–"}


def markdown_table(results: Mapping[str, Any]) -> str:
    """The budgets with what was measured, for the README."""
    lines = [
        "| what | must | met | aim | met | measured | paragraphs |",
        "|---|---|---|---|---|---|---|",
    ]
    for verdict in judge_lines(results):
        sizes = ", ".join(map(show_size, verdict.sizes))
        line = verdict.line
        lines.append(
            f"| {line.what} | {line.must} | {_MARKS[verdict.must]} | {line.aim} "
            f"| {_MARKS[verdict.aim]} | {verdict.shown} | {sizes} |"
        )
    return "\n".join(lines) + "\n"


def unmet(results: Mapping[str, Any]) -> list[Verdict]:
    """The lines whose must is not met, or could not be told."""
    return [verdict for verdict in judge_lines(results) if not verdict.must]
