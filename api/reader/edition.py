"""A record laid out as an edition: blocks of text with their notes, headings, layers, entities."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from api.reader.marks import Mark, mark_text
from api.reader.plots import (
    Band,
    DispersionRow,
    Matrix,
    count_pairs,
    plot_dispersion,
    plot_layers,
    plot_matrix,
    read_places,
)

Shape = Mapping[str, Any]

KINDS: Mapping[str, str] = {
    "person": "People",
    "place": "Places",
    "state": "States",
    "organisation": "Organisations",
    "armed_force": "Armed forces",
    "event": "Events",
    "document": "Documents",
    "date": "Dates",
}
"""The kinds of entity, as headings, in the order they are shown."""

APPARATUS: Mapping[str, str] = {
    "supplied": "Supplied",
    "sic": "So in the source",
    "uncertain": "Doubtful",
    "omission": "Left out",
    "instruction": "Instruction",
    "placeholder": "Blank",
    "slip": "Slip",
    "page_break": "Page break",
    "page_mark": "Page mark",
    "query": "Query",
}
"""The kinds of editorial mark, as readers are told of them."""

FIELDS: Mapping[str, str] = {
    "title": "title",
    "date": "date",
    "summary": "summary",
    "citation": "citation",
}

_UNTITLED = {"heading", "manner", "dateline", "addressee", "salutation", "body", "sign_off"}
"""Sections whose titles say no more than the look of their text does."""

_LAYERS = 6
_LEMMA = 48
_LONGEST = 13
_COMPANIONS = 5


@dataclass(frozen=True, slots=True)
class Note:
    """What stands in the margin: `key` is the sign it has in the text, `lemma` the words meant."""

    key: str
    label: str
    lemma: str
    reading: str
    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """An editor's title above a section's first paragraph."""

    id: str
    title: str
    level: int


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph as shown. `others` are (number, id) of those joined to it."""

    number: int
    id: str
    others: tuple[tuple[int, str], ...]
    kind: str
    speaker: str | None
    section: str | None
    text: Markup
    notes: tuple[Note, ...]
    headings: tuple[Heading, ...]
    lines: int


@dataclass(frozen=True, slots=True)
class Part:
    """A run of blocks under one section of the first level."""

    section: Shape | None
    layer: int | None
    titled: bool
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Companion:
    """An entity named in the same paragraphs."""

    id: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """An entity with all the paragraphs that mention it, and whom it is most named with."""

    entity: Shape
    places: tuple[tuple[int, str], ...]
    companions: tuple[Companion, ...]


@dataclass(frozen=True, slots=True)
class Edition:
    """A record, ready to be set."""

    record: Shape
    view: str
    parts: tuple[Part, ...]
    outline: Sequence[Shape]
    ids: Mapping[int, str]
    layers: Mapping[str, tuple[int, str]]
    index: Mapping[str, tuple[IndexEntry, ...]]
    dispersion: tuple[DispersionRow, ...]
    bands: tuple[Band, ...]
    matrix: Matrix | None
    discrepancies: Sequence[Shape]
    header_notes: tuple[Note, ...]
    dropped: Sequence[Shape] = ()
    marks: frozenset[str] = frozenset()


@dataclass
class _Notes:
    """The notes of one block, keyed a, b, c …"""

    notes: list[Note] = field(default_factory=list)
    lettered: int = 0

    def letter(self) -> str:
        key = ""
        at = self.lettered
        self.lettered += 1
        while at >= 0:
            key = chr(ord("a") + at % 26) + key
            at = at // 26 - 1
        return key


def lay_out(record: Shape, reading: Shape | None = None) -> Edition:
    """The edition of a record given with all its parts.

    `reading` is its list of paragraphs in the reading view, with mentions and apparatus; without
    it the source's own paragraphs are set.
    """
    paragraphs: Sequence[Shape] = record["paragraphs"]
    outline: Sequence[Shape] = record["outline"]
    layers = number_layers(outline)
    ids = {paragraph["number"]: paragraph["id"] for paragraph in paragraphs}
    places = read_places(record["mentions"])
    pairs = count_pairs(places)
    shown = reading["items"] if reading else paragraphs
    blocks = _Setter(record, shown, ids, moved=reading is not None)
    return Edition(
        record,
        "reading" if reading else "source",
        tuple(_gather_parts(outline, layers, blocks, shown)),
        outline,
        ids,
        layers,
        _index(record["entities"], places, pairs, ids),
        plot_dispersion(paragraphs, record["entities"], places),
        plot_layers(paragraphs, layers),
        plot_matrix(record["entities"], pairs, ids),
        record["discrepancies"],
        tuple(_header_notes(record)),
        reading["dropped"] if reading else (),
        frozenset(item["kind"] for item in record["apparatus"]),
    )


def number_layers(outline: Sequence[Shape]) -> dict[str, tuple[int, str]]:
    """Each layer's place among the record's layers, and the title of the section that opens it."""
    layers: dict[str, tuple[int, str]] = {}
    waiting = list(reversed(outline))
    while waiting:
        section = waiting.pop()
        if section["layer"] and section["layer"] not in layers:
            layers[section["layer"]] = (len(layers) % _LAYERS, section["title"])
        waiting.extend(reversed(section["children"]))
    return layers if len(layers) > 1 else {}


def _gather_parts(
    outline: Sequence[Shape],
    layers: Mapping[str, tuple[int, str]],
    setter: _Setter,
    shown: Sequence[Shape],
) -> Iterable[Part]:
    headings = _headings(outline, {p["number"]: p for p in setter.record["paragraphs"]})
    tops = iter(outline)
    top = next(tops, None)
    run: list[Block] = []
    held: Shape | None = None

    def close() -> Part:
        layer = layers.get(held["layer"]) if held else None
        titled = held is not None and len(outline) > 1 and not _repeats(held, setter.texts)
        return Part(held, layer[0] if layer else None, titled, tuple(run))

    for paragraph in shown:
        number = paragraph["number"]
        while top is not None and top["to"] < number:
            top = next(tops, None)
        here = top if top is not None and top["from"] <= number else None
        if run and here is not held:
            yield close()
            run = []
        held = here
        above = [
            heading
            for part in (paragraph.get("numbers") or [number])
            for heading in headings.get(part, ())
        ]
        run.append(setter.set_block(paragraph, tuple(above)))
    if run:
        yield close()


def _headings(
    outline: Sequence[Shape], paragraphs: Mapping[int, Shape]
) -> dict[int, list[Heading]]:
    """The titles to be set above paragraphs: those that say what the text itself does not."""
    found: dict[int, list[Heading]] = defaultdict(list)
    texts = {number: paragraph["text"] for number, paragraph in paragraphs.items()}
    waiting = [(child, 3) for section in reversed(outline) for child in section["children"][::-1]]
    while waiting:
        section, level = waiting.pop()
        shown = section["kind"] not in _UNTITLED and not _repeats(section, texts)
        if shown:
            found[section["from"]].append(Heading(section["id"], section["title"], level))
        below = min(level + 1, 6) if shown else level
        waiting.extend((child, below) for child in reversed(section["children"]))
    return found


def _repeats(section: Shape, texts: Mapping[int, str]) -> bool:
    """Whether a section's title is but the beginning of its text."""
    text = " ".join(texts.get(section["from"], "").split()).casefold()
    title = " ".join(section["title"].rstrip("…. ").split()).casefold()
    return bool(title) and text.startswith(title)


class _Setter:
    """Sets paragraphs with their marks and notes."""

    def __init__(
        self, record: Shape, shown: Sequence[Shape], ids: Mapping[int, str], *, moved: bool
    ) -> None:
        self.record = record
        self.texts = {p["number"]: p["text"] for p in record["paragraphs"]}
        self.ids = ids
        self.moved = moved
        self.mentions: dict[int, list[tuple[Shape, Shape]]] = defaultdict(list)
        self.apparatus: dict[int, list[Shape]] = defaultdict(list)
        self.claims: dict[int, dict[int, list[tuple[int, int]]]] = defaultdict(dict)
        self.told: dict[int, int] = {}
        if moved:
            seen = set()
            for paragraph in shown:
                for mention in paragraph["mentions"]:
                    if mention["id"] not in seen:
                        seen.add(mention["id"])
                        self._place(mention)
                self.apparatus[paragraph["number"]] = paragraph["apparatus"]
        else:
            for mention in record["mentions"]:
                self._place(mention)
            for item in record["apparatus"]:
                self.apparatus[item["paragraph"]].append(item)
        for at, discrepancy in enumerate(record["discrepancies"], 1):
            for claim in discrepancy["claims"]:
                for place in claim["at"]:
                    if place["paragraph"] is not None:
                        spans = self.claims[place["paragraph"]].setdefault(at, [])
                        spans.append((place["start"], place["end"]))

    def _place(self, mention: Shape) -> None:
        for segment in mention["segments"]:
            self.mentions[segment["paragraph"]].append((mention, segment))

    def set_block(self, paragraph: Shape, headings: tuple[Heading, ...]) -> Block:
        """One paragraph."""
        number = paragraph["number"]
        numbers = paragraph.get("numbers") or [number]
        notes = _Notes()
        marks = [self._mention(*pair) for pair in self.mentions[number]]
        marks += [self._apparatus(item, notes) for item in self.apparatus[number]]
        for action in paragraph.get("actions", ()):
            if action["kind"] == "corrected":
                notes.notes.append(
                    Note("", "Corrected", _lemma(action["quote"]), action["correction"], "")
                )
            elif action["kind"] == "joined":
                text = f"{action['paragraph']} and {action['joined']} are one sentence."
                notes.notes.append(Note("", "Joined", "", "", text))
        for part in numbers:
            for discrepancy, spans in self.claims[part].items():
                notes.notes.append(self._disagreement(discrepancy, number))
                if not self.moved:
                    key = str(discrepancy)
                    marks += [Mark(*span, "claim", "", key=key) for span in spans]
        if paragraph["kind"] == "paragraph" and numbers[-1] in self._continued(numbers):
            notes.notes.append(
                Note("", "Page break", "", "", f"The sentence goes on in {numbers[-1] + 1}.")
            )
        text = paragraph["text"]
        return Block(
            number,
            paragraph["id"],
            tuple((other, self.ids[other]) for other in numbers[1:]),
            paragraph["kind"],
            paragraph["speaker"],
            paragraph["section_id"],
            mark_text(text, marks),
            tuple(notes.notes),
            headings,
            min(len(text) // 70 + text.count("\n") + 1, _LONGEST),
        )

    def _continued(self, numbers: Sequence[int]) -> set[int]:
        if self.moved:
            return set()
        by_number = self.record["paragraphs"]
        return {n for n in numbers if 0 < n <= len(by_number) and by_number[n - 1]["continued_by"]}

    def _mention(self, mention: Shape, segment: Shape) -> Mark:
        entity = mention["entity"]["id"] if mention["entity"] else None
        name = mention["kind"]
        if mention["tier"] == "suggested" or mention["certainty"] in ("low", "medium"):
            name += " unsure"
        return Mark(segment["start"], segment["end"], "mention", name, entity)

    def _apparatus(self, item: Shape, notes: _Notes) -> Mark:
        kind = item["kind"]
        key = ""
        if item["note"] or item["correction"]:
            key = notes.letter()
            notes.notes.append(_note(item, key))
        return Mark(item["start"], item["end"], "apparatus", kind, key=key)

    def _disagreement(self, at: int, number: int) -> Note:
        discrepancy = self.record["discrepancies"][at - 1]
        first = self.told.setdefault(at, number)
        label, text = "", f"as at {first}"
        if first == number:
            label, text = "Disagreement", discrepancy["summary"]
        return Note(str(at), label, "", "", text, f"#d-{at}")


def _note(item: Shape, key: str) -> Note:
    return Note(
        key,
        APPARATUS[item["kind"]],
        _lemma(item["quote"]),
        item["correction"] or "",
        item["note"] or "",
    )


def _lemma(quote: str) -> str:
    """The words a note speaks of: long ones by their beginning and end."""
    if len(quote) <= _LEMMA:
        return quote
    words = quote.split()
    if len(words) < 5:
        return quote[:_LEMMA] + "…"
    return f"{' '.join(words[:2])} … {' '.join(words[-2:])}"


def _header_notes(record: Shape) -> Iterable[Note]:
    """What is said of the description rather than of the text."""
    for item in record["apparatus"]:
        if item["paragraph"] is None:
            where = FIELDS.get(item["field"], item["field"])
            note = _note(item, "")
            yield Note("", f"{note.label} on the {where}", note.lemma, note.reading, note.text)
    for at, discrepancy in enumerate(record["discrepancies"], 1):
        fields = [
            place["field"]
            for claim in discrepancy["claims"]
            for place in claim["at"]
            if place["field"]
        ]
        if fields:
            named = dict.fromkeys(FIELDS.get(field, field) for field in fields)
            label = f"The {' and the '.join(named)}" if len(named) < 3 else "The description"
            yield Note(str(at), label, "", "", discrepancy["summary"], f"#d-{at}")


def _index(
    entities: Sequence[Shape],
    places: Mapping[str, Mapping[int, Sequence[int]]],
    pairs: Mapping[tuple[str, str], Sequence[int]],
    ids: Mapping[int, str],
) -> dict[str, tuple[IndexEntry, ...]]:
    """The entities by kind, each with its paragraphs and closest companions."""
    labels = {entity["id"]: entity["label"] for entity in entities}
    close: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for (one, other), numbers in pairs.items():
        close[one].append((-len(numbers), other))
        close[other].append((-len(numbers), one))
    found: dict[str, list[IndexEntry]] = defaultdict(list)
    for entity in entities:
        numbers = sorted(places.get(entity["id"], ()))
        companions = [
            Companion(other, labels[other], -count)
            for count, other in sorted(close[entity["id"]])[: _COMPANIONS * 2]
            if other in labels and count < -1
        ]
        found[entity["kind"]].append(
            IndexEntry(
                entity,
                tuple((number, ids[number]) for number in numbers if number in ids),
                tuple(companions[:_COMPANIONS]),
            )
        )
    return {kind: tuple(found[kind]) for kind in KINDS if kind in found}
