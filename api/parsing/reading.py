"""The reading view: a text as one would read it aloud, and a list of all that was done to it.

Sentences that a page break cut are joined, page marks dropped, an editor's corrections applied.
The source's own text stays what it is; every span of it can be found in the reading text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from api.parsing.values import ApparatusItem, Mention, Paragraph, ParagraphKind, Segment

ActionKind = Literal["joined", "dropped", "corrected"]


@dataclass(frozen=True, slots=True)
class ReadingAction:
    """One thing done. `paragraph`, `start` and `end` are in the source's own paragraphs.

    `quote` is what stood there (empty for a join) and `correction` what was put instead; `joined`
    is the number of the paragraph that was joined to this one.
    """

    kind: ActionKind
    paragraph: int
    start: int
    end: int
    quote: str = ""
    correction: str | None = None
    joined: int | None = None
    note: str | None = None
    resp: str | None = None


@dataclass(frozen=True, slots=True)
class ReadingPiece:
    """Where `[source_start, source_end)` of a paragraph's text went in the reading text.

    Unchanged pieces are as long there as here; `replaced` ones are taken as a whole.
    """

    paragraph: int
    source_start: int
    source_end: int
    start: int
    end: int
    replaced: bool = False


@dataclass(frozen=True, slots=True)
class ReadingParagraph:
    """A paragraph of the reading view: it has the number (and the id) of its first part."""

    number: int
    numbers: tuple[int, ...]
    kind: ParagraphKind
    text: str
    pieces: tuple[ReadingPiece, ...]
    actions: tuple[ReadingAction, ...] = ()
    content: str | None = None
    speaker: str | None = None

    def map_span(self, paragraph: int, start: int, end: int) -> tuple[int, int] | None:
        """The span of one of its source paragraphs, in the reading text.

        A span that touches a correction takes in all of it. None where the paragraph is no part
        of this one.
        """
        pieces = [piece for piece in self.pieces if piece.paragraph == paragraph]
        if not pieces:
            return None
        return _map_start(pieces, start, end), _map_end(pieces, start, end)


@dataclass(frozen=True, slots=True)
class ReadingView:
    """The whole text for reading, with apparatus and mentions at their places in it.

    `actions` has all that was done, in the order of the text; `dropped` those paragraphs and marks
    that are not in it at all. The `paragraph` of a mention or apparatus item is the number of a
    reading paragraph.
    """

    paragraphs: tuple[ReadingParagraph, ...]
    actions: tuple[ReadingAction, ...]
    apparatus: tuple[ApparatusItem, ...] = ()
    mentions: tuple[Mention, ...] = ()
    _place: Mapping[int, int] = field(default_factory=dict, repr=False)

    @property
    def dropped(self) -> tuple[ReadingAction, ...]:
        """What is left out: page marks."""
        return tuple(action for action in self.actions if action.kind == "dropped")

    def map_span(self, paragraph: int, start: int, end: int) -> tuple[int, int, int] | None:
        """A span of a source paragraph as (number, start, end) in the reading view.

        None where the paragraph is left out.
        """
        place = self._place.get(paragraph)
        if place is None:
            return None
        found = self.paragraphs[place]
        span = found.map_span(paragraph, start, end)
        return (found.number, *span) if span else None

    def map_segments(self, segments: Iterable[Segment]) -> tuple[Segment, ...]:
        """Spans of source paragraphs in the reading view; those on both sides of a join as one.

        Spans that are wholly left out are not among them.
        """
        mapped: list[Segment] = []
        before: int | None = None
        for segment in segments:
            span = self.map_span(segment.paragraph, segment.start, segment.end)
            if span is None or span[1] == span[2]:
                continue
            number, start, end = span
            text = self.paragraphs[self._place[segment.paragraph]].text
            across = before is not None and before != segment.paragraph
            if (
                across
                and mapped[-1].paragraph == number
                and not text[mapped[-1].end : start].strip()
            ):
                start = mapped.pop().start
            mapped.append(Segment(number, start, end, text[start:end]))
            before = segment.paragraph
        return tuple(mapped)


def reading_view(
    paragraphs: Sequence[Paragraph],
    apparatus: Sequence[ApparatusItem] = (),
    mentions: Sequence[Mention] = (),
) -> ReadingView:
    """Join what page breaks cut, drop page marks, apply curated corrections, list each deed.

    Parts are joined by one space, by nothing after a hyphen inside a word or between characters
    written without spaces. Paragraphs of kind `page_mark` go, and page marks inside paragraphs. Of
    overlapping corrections the first and longest is applied.
    """
    by_number = {paragraph.number: paragraph for paragraph in paragraphs}
    edits = _edits(apparatus)
    made: list[ReadingParagraph] = []
    actions: list[ReadingAction] = []
    done: set[int] = set()
    for paragraph in paragraphs:
        if paragraph.number in done:
            continue
        if _is_page_mark(paragraph, edits.get(paragraph.number, ())):
            end = len(paragraph.text)
            actions.append(ReadingAction("dropped", paragraph.number, 0, end, paragraph.text))
            continue
        parts = _parts(paragraph, by_number, done)
        reading = _join(parts, edits)
        done.update(reading.numbers)
        made.append(reading)
        actions.extend(reading.actions)
    actions.sort(key=lambda action: (action.paragraph, action.start, action.end))
    place = {number: at for at, reading in enumerate(made) for number in reading.numbers}
    view = ReadingView(tuple(made), tuple(actions), _place=place)
    return replace(
        view,
        apparatus=tuple(_map_apparatus(view, apparatus)),
        mentions=tuple(_map_mentions(view, mentions)),
    )


def _edits(apparatus: Iterable[ApparatusItem]) -> dict[int, list[ApparatusItem]]:
    """What changes each paragraph's text: corrections and page marks, apart from each other."""
    found: dict[int, list[ApparatusItem]] = defaultdict(list)
    for item in apparatus:
        corrected = item.correction is not None and item.origin == "curated"
        if item.paragraph is not None and (corrected or item.kind == "page_mark"):
            found[item.paragraph].append(item)
    for number, items in found.items():
        items.sort(key=lambda item: (item.start, -item.end))
        apart: list[ApparatusItem] = []
        for item in items:
            if not apart or item.start >= apart[-1].end:
                apart.append(item)
        found[number] = apart
    return found


def _is_page_mark(paragraph: Paragraph, edits: Iterable[ApparatusItem]) -> bool:
    return paragraph.kind == "page_mark" or any(
        item.kind == "page_mark"
        and item.correction is None
        and item.quote.strip() == paragraph.text.strip()
        for item in edits
    )


def _parts(first: Paragraph, by_number: Mapping[int, Paragraph], done: set[int]) -> list[Paragraph]:
    parts = [first]
    while (number := parts[-1].continued_by) is not None:
        following = by_number.get(number)
        if following is None or number <= parts[-1].number or number in done:
            break
        parts.append(following)
    return parts


def _join(
    parts: Sequence[Paragraph], edits: Mapping[int, Sequence[ApparatusItem]]
) -> ReadingParagraph:
    text = ""
    pieces: list[ReadingPiece] = []
    actions: list[ReadingAction] = []
    for at, part in enumerate(parts):
        if at:
            before = parts[at - 1]
            end = len(before.text)
            actions.append(ReadingAction("joined", before.number, end, end, joined=part.number))
        own, own_pieces, own_actions = _edit(part, edits.get(part.number, ()))
        if text and own:
            text += _glue(text, own)
        pieces += [
            replace(piece, start=piece.start + len(text), end=piece.end + len(text))
            for piece in own_pieces
        ]
        text += own
        actions += own_actions
    first = parts[0]
    return ReadingParagraph(
        number=first.number,
        numbers=tuple(part.number for part in parts),
        kind=first.kind,
        text=text,
        pieces=tuple(pieces),
        actions=tuple(sorted(actions, key=lambda act: (act.paragraph, act.start, act.end))),
        content=first.content,
        speaker=first.speaker,
    )


def _edit(
    paragraph: Paragraph, edits: Iterable[ApparatusItem]
) -> tuple[str, list[ReadingPiece], list[ReadingAction]]:
    """One paragraph's text with its edits made, where each piece went, and what was done."""
    number, text = paragraph.number, paragraph.text
    written: list[str] = []
    pieces: list[ReadingPiece] = []
    actions: list[ReadingAction] = []
    at = length = 0

    def write(words: str, start: int, end: int, replaced: bool) -> None:
        nonlocal length
        pieces.append(ReadingPiece(number, start, end, length, length + len(words), replaced))
        written.append(words)
        length += len(words)

    for item in edits:
        words = item.correction if item.correction is not None else ""
        dropped = item.kind == "page_mark" and item.correction is None
        start, end = item.start, item.end
        if start < at or end > len(text):
            continue
        if not words and end > start:
            # A word taken out takes one of its two spaces with it.
            after = end == len(text) or text[end].isspace()
            if after and start > at and text[start - 1].isspace():
                start -= 1
            elif start == 0 and end < len(text) and text[end].isspace():
                end += 1
        write(text[at:start], at, start, False)
        write(words, start, end, True)
        at = end
        actions.append(
            ReadingAction(
                "dropped" if dropped else "corrected",
                number,
                item.start,
                item.end,
                item.quote,
                correction=item.correction,
                note=item.note,
                resp=item.resp,
            )
        )
    write(text[at:], at, len(text), False)
    return "".join(written), pieces, actions


_HYPHENS = "-\u2010\u2011"


def _glue(before: str, after: str) -> str:
    last, following = before[-1], after[0]
    if last in _HYPHENS and len(before) > 1 and before[-2].isalpha() and following.isalpha():
        return ""
    return "" if _is_unspaced(last) and _is_unspaced(following) else " "


def _is_unspaced(char: str) -> bool:
    return (
        "\u3000" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff" or "\uff00" <= char <= "\uffef"
    )


def _map_start(pieces: Sequence[ReadingPiece], start: int, end: int) -> int:
    """The first reading offset of a span: the first piece with any of its characters."""
    for piece in pieces:
        if start < piece.source_end or (start == end and start <= piece.source_end):
            inside = 0 if piece.replaced else max(start - piece.source_start, 0)
            return piece.start + inside
    return pieces[-1].end


def _map_end(pieces: Sequence[ReadingPiece], start: int, end: int) -> int:
    if start == end:
        return _map_start(pieces, start, end)
    for piece in reversed(pieces):
        if end > piece.source_start and piece.source_start < piece.source_end:
            inside = 0 if piece.replaced else max(piece.source_end - end, 0)
            return piece.end - inside
    return pieces[0].start


def _map_apparatus(
    view: ReadingView, apparatus: Iterable[ApparatusItem]
) -> Iterable[ApparatusItem]:
    """Apparatus at its places in the reading text; breaks that were joined are no more."""
    joined = {action.paragraph for action in view.actions if action.kind == "joined"}
    joined |= {action.joined for action in view.actions if action.joined is not None}
    for item in apparatus:
        if item.paragraph is None:
            yield item
            continue
        if item.kind == "page_break" and item.paragraph in joined and item.start == item.end:
            continue
        span = view.map_span(item.paragraph, item.start, item.end)
        if span is None or (span[1] == span[2] and item.start < item.end):
            continue
        number, start, end = span
        text = view.paragraphs[view._place[item.paragraph]].text
        yield replace(item, paragraph=number, start=start, end=end, quote=text[start:end])


def _map_mentions(view: ReadingView, mentions: Sequence[Mention]) -> list[Mention]:
    found: list[Mention] = []
    index: dict[int, int] = {}
    for at, mention in enumerate(mentions):
        segments = view.map_segments(mention.segments)
        if segments:
            index[at] = len(found)
            full = view.map_segments(mention.full_span)
            found.append(replace(mention, segments=segments, full_span=full))
    return [
        replace(mention, parent=None if mention.parent is None else index.get(mention.parent))
        for mention in found
    ]
