"""The text of a TEI document -> paragraphs, sections, mentions and apparatus, as it is tagged.

White space is made single, as elsewhere; `lb` is a hard break in short lines, a space in prose.
Footnotes stand where TEI editors put them, in the middle of sentences: they become paragraphs of
their own after the one that they belong to. Of alternatives the text is what the source has (`sic`,
`orig`, `abbr`, `lem`); words it deletes are left out, and said so in the apparatus.

A paragraph's `source_start` and `source_end` enclose its words in the XML: that slice, without tags
and without the notes inside, is the text but for white space.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from api.parsing.annotations import nest_mentions
from api.parsing.dates import parse_date
from api.parsing.names import date_entity
from api.parsing.tei.lists import FORMAL_LISTS, NAMES, kind_of_type
from api.parsing.tei.values import ListedEntity
from api.parsing.tei.xml import Node, Offsets, Text
from api.parsing.values import (
    AmbiguousName,
    ApparatusItem,
    ApparatusKind,
    Certainty,
    DateExpression,
    EntityKind,
    Mention,
    Paragraph,
    ParagraphKind,
    Ref,
    Section,
    Segment,
)

Resolve = Callable[[str], "tuple[str, EntityKind] | None"]
"""From a pointer (`#p_1`, a URL, a key) to the entity it means; None where it is not known."""

_SECTIONS = frozenset(
    ("div", "div0", "div1", "div2", "div3", "div4", "div5", "div6", "div7", "floatingText", "group")
)
_CONTAINERS = frozenset(
    ("text", "front", "body", "back", "epigraph", "argument", "figure", "postscript", "cit", "lg")
) | frozenset(("titlePage", "docTitle", "castList", "castGroup", "noteGrp"))
_BLOCKS: dict[str, ParagraphKind] = {
    "head": "heading",
    "p": "paragraph",
    "ab": "paragraph",
    "l": "paragraph",
    "dateline": "dateline",
    "salute": "salutation",
    "signed": "signature",
    "opener": "addressee",
    "closer": "signature",
    "address": "addressee",
    "byline": "signature",
    "trailer": "paragraph",
    "stage": "instruction",
    "castItem": "list_item",
    "item": "list_item",
    "row": "list_item",
    "titlePart": "heading",
    "docAuthor": "heading",
    "docDate": "dateline",
    "docImprint": "paragraph",
    "docEdition": "paragraph",
    "figDesc": "note",
    "fw": "page_mark",
    "sp": "speech",
    "ab-stamp": "stamp",
}
_HOLDERS = frozenset(("list", "table"))
_MAYBE = frozenset(("quote", "q", "said", "bibl", "argument"))
"""Elements that stand between paragraphs or in them."""

_SKIPPED = FORMAL_LISTS | {"teiHeader", "rdg", "corr", "reg", "expan", "graphic", "speaker", "note"}
_SPANS: dict[str, ApparatusKind] = {"supplied": "supplied", "unclear": "uncertain", "sic": "sic"}
_CERTAINTIES: dict[str, Certainty] = {"high": "high", "medium": "medium", "low": "low"}
_LASTING = ("note", "speech", "list_item")
"""What an element is, its paragraphs are."""
_SPACE = re.compile(r"[ \t\r\n]+")
_PROSE = 45
"""Lines longer than this on the average are prose, wrapped by the page."""


@dataclass
class Flow:
    """What a document's text came to."""

    paragraphs: list[Paragraph] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    mentions: tuple[Mention, ...] = ()
    ambiguous: list[AmbiguousName] = field(default_factory=list)
    apparatus: list[ApparatusItem] = field(default_factory=list)
    dates: dict[str, DateExpression] = field(default_factory=dict)
    """The dates mentioned, by entity id."""
    date: DateExpression | None = None
    """That of the document: the first in its heading or dateline."""
    source_notes: list[str] = field(default_factory=list)
    """Notes that say where the document comes from."""
    pages: list[str] = field(default_factory=list)
    terms: list[str] = field(default_factory=list)
    """The `xml:id`s of abbreviations used, in order."""


def read_text(root: Node, offsets: Offsets, data: bytes, resolve: Resolve, content: str) -> Flow:
    """Read a `text`, or a division of one, into paragraphs and what is tagged in them.

    `offsets` turns bytes of `data` into the code points that paragraphs are placed by.
    """
    walking = _Walking(offsets, data, resolve, content)
    walking.block(root)
    return walking.finish()


@dataclass
class _Section:
    node: Node
    level: int
    parent: _Section | None
    first: int
    last: int = 0
    heads: list[str] = field(default_factory=list)
    sender: str | None = None
    addressees: list[str] = field(default_factory=list)
    date: DateExpression | None = None


@dataclass(slots=True)
class _Span:
    """Something tagged in a block that is being written."""

    node: Node
    start: int
    end: int = -1
    kind: str = "mention"
    note: str | None = None
    correction: str | None = None


class _Block:
    """The words of a paragraph as they come, white space made single."""

    def __init__(self, kind: ParagraphKind, node: Node, speaker: str | None) -> None:
        self.kind = kind
        self.node = node
        self.speaker = speaker
        self.parts: list[str] = []
        self.length = 0
        self.gap = False
        """Whether white space is waiting for a next word."""
        self.start = -1
        self.end = -1
        self.spans: list[_Span] = []
        self.breaks: list[int] = []
        self.tabs: list[int] = []
        self.notes: list[Node] = []

    @property
    def here(self) -> int:
        """Where the next word begins."""
        return self.length + self.gap

    def write(self, text: str) -> bool:
        """Add text; tells whether any of it was more than white space."""
        words = _SPACE.sub(" ", text)
        if words.startswith(" "):
            self.gap = bool(self.length)
            words = words[1:]
        if not words:
            return False
        trails = words.endswith(" ")
        words = words[:-1] if trails else words
        if self.gap:
            self.parts.append(" ")
            self.length += 1
        self.parts.append(words)
        self.length += len(words)
        self.gap = trails
        return True

    def break_line(self) -> None:
        """A hard break: a space to begin with, which `finish` makes one or leaves."""
        if self.length:
            self.breaks.append(self.length)
            self.gap = True

    def tab(self) -> None:
        """The space between two cells of a table."""
        if self.length:
            self.tabs.append(self.length)
            self.gap = True


class _Walking:
    def __init__(self, offsets: Offsets, data: bytes, resolve: Resolve, content: str) -> None:
        self.offsets = offsets
        self.data = data
        self.resolve = resolve
        self.content = content
        self.flow = Flow()
        self.mentions: list[Mention] = []
        self.now: _Block | None = None
        self.kind: ParagraphKind = "paragraph"
        """What a plain paragraph is where we stand."""
        self.speaker: str | None = None
        self.around: list[_Section] = []
        self.found: list[_Section] = []
        self.early: list[ApparatusItem] = []
        self.named: dict[str, int] = {}
        """The numbers of paragraphs by `xml:id`."""
        self.linked: list[tuple[int, str]] = []

    # Blocks

    def block(self, node: Node) -> None:
        """An element where paragraphs may stand."""
        tag = node.tag
        if tag == "note":
            self.note(node)
        elif tag in _SECTIONS or not self.around:
            self.section(node)
        elif tag in FORMAL_LISTS or tag in ("teiHeader", "graphic", "rdg"):
            return
        elif tag == "sp":
            self.speech(node)
        elif tag == "list":
            self.items(node)
        elif tag == "table":
            self.rows(node)
        elif tag == "lg" and any(node.nodes("l")):
            self.verses(node)
        elif tag in _CONTAINERS or (tag in _MAYBE and _holds_blocks(node)):
            self.inside(node, self.kind)
        elif tag in _BLOCKS:
            kind = _BLOCKS[tag]
            if kind == "paragraph":
                kind = self.kind
            if tag == "ab" and node.get("type") == "stamp":
                kind = "stamp"
            self.paragraph(node, kind)
        elif tag in ("pb", "gap", "space", "milestone", "cb", "lb", "anchor"):
            self.inline(node)
        else:
            self.inside(node, self.kind)

    def inside(self, node: Node, kind: ParagraphKind) -> None:
        """Blocks, and whatever words stand between them."""
        for child in node.children:
            if isinstance(child, Text):
                if child.text.strip():
                    self.words(child, kind, node)
            elif _is_block(child):
                self.flush()
                self.block(child)
            else:
                self.loose(child, kind, node)
        self.flush()

    def loose(self, child: Node, kind: ParagraphKind, node: Node) -> None:
        """An inline element between blocks: it opens a paragraph if it has words."""
        if self.now is None and child.tag not in ("pb", "gap", "lb", "cb", "milestone", "note"):
            if not child.text("note"):
                return
            self.now = _Block(kind, node, self.speaker)
        if self.now is None and child.tag == "note":
            self.note(child)
            return
        self.inline(child)

    def paragraph(self, node: Node, kind: ParagraphKind) -> None:
        """An element that is a paragraph, or several where lists or tables stand in it."""
        self.flush()
        before = len(self.flow.paragraphs)
        self.mixed(node, kind)
        if node.id and len(self.flow.paragraphs) > before:
            self.named[node.id] = self.flow.paragraphs[before].number
        after = node.get("next")
        if after and after.startswith("#") and len(self.flow.paragraphs) > before:
            self.linked.append((self.flow.paragraphs[before].number, after[1:]))
        if kind == "heading" and len(self.flow.paragraphs) > before:
            section = self.around[-1]
            # Headings further down are of lists and tables.
            if self.flow.paragraphs[before].number == section.first + len(section.heads):
                section.heads.append(self.flow.paragraphs[before].text)

    def mixed(self, node: Node, kind: ParagraphKind) -> None:
        for child in node.children:
            if isinstance(child, Text):
                self.words(child, kind, node)
            elif _is_block(child) and child.tag != "note":
                self.flush()
                outer, self.kind = self.kind, kind if kind in _LASTING else self.kind
                self.block(child)
                self.kind = outer
            else:
                if self.now is None:
                    self.now = _Block(kind, node, self.speaker)
                self.inline(child)
        self.flush()

    def section(self, node: Node) -> None:
        outer = self.around[-1] if self.around else None
        section = _Section(node, len(self.around) + 1, outer, len(self.flow.paragraphs) + 1)
        self.around.append(section)
        self.found.append(section)
        self.inside(node, self.kind)
        self.flush()
        section.last = len(self.flow.paragraphs)
        self.around.pop()

    def note(self, node: Node) -> None:
        """A note outside a sentence: paragraphs of its own."""
        if node.get("type") == "source":
            self.flow.source_notes.append(node.text("note"))
        outer, self.kind = self.kind, "note"
        self.paragraph(node, "note")
        self.kind = outer

    def speech(self, node: Node) -> None:
        self.flush()
        speaker = node.first("speaker")
        name = speaker.text("note") if speaker else None
        outer = self.kind, self.speaker
        self.kind, self.speaker = "speech", name or self.speaker
        for child in node.nodes():
            if child is speaker:
                # The name stands before the words, in one paragraph with the first of them.
                self.now = _Block("speech", node, self.speaker)
                self.content_of(child)
                first = next((c for c in node.nodes() if c.tag in ("p", "ab", "l")), None)
                if first is not None:
                    self.now.gap = True
                    continue
            elif self.now is not None and child.tag in ("p", "ab", "l"):
                self.mixed(child, "speech")
            else:
                self.flush()
                self.block(child)
        self.flush()
        self.kind, self.speaker = outer

    def items(self, node: Node) -> None:
        self.flush()
        for child in node.nodes():
            if child.tag == "label":
                self.flush()
                self.now = _Block("list_item", child, None)
                self.content_of(child)
                self.now.gap = bool(self.now.length)
            elif child.tag == "item":
                label = self.now
                if label is None or label.node.tag != "label":
                    self.flush()
                self.mixed(child, "note" if self.kind == "note" else "list_item")
            else:
                self.flush()
                self.block(child)
        self.flush()

    def rows(self, node: Node) -> None:
        self.flush()
        for child in node.nodes():
            if child.tag != "row":
                self.block(child)
                continue
            for cell in child.nodes("cell"):
                if self.now is None:
                    self.now = _Block("list_item", child, None)
                self.now.tab()
                self.content_of(cell)
            self.flush()

    def verses(self, node: Node) -> None:
        """A stanza is a paragraph, its lines parted by hard breaks."""
        self.flush()
        for child in node.nodes():
            if child.tag != "l":
                self.flush()
                self.block(child)
                continue
            if self.now is None:
                self.now = _Block(self.kind, node, self.speaker)
            elif self.now.length:
                self.now.break_line()
            self.content_of(child)
        self.flush()

    # Words

    def words(self, text: Text, kind: ParagraphKind, node: Node) -> None:
        """Text, which opens a paragraph where none is open."""
        if self.now is None:
            if not text.text.strip(" \t\r\n"):
                return
            self.now = _Block(kind, node, self.speaker)
        block = self.now
        if block.write(text.text):
            if block.start < 0:
                block.start = text.start + _leading(self.data, text.start, text.end)
            block.end = text.end - _trailing(self.data, text.start, text.end)

    def content_of(self, node: Node) -> None:
        """What stands in an element inside a sentence."""
        for child in node.children:
            if self.now is None:
                # A list in the middle of a name has ended the paragraph: go on in a new one.
                self.now = _Block(self.kind, node, self.speaker)
            if isinstance(child, Text):
                self.words(child, self.now.kind, node)
            elif _is_block(child) and child.tag != "note":
                kind, outer = self.now.kind, self.now
                self.flush()
                self.block(child)
                self.now = _Block(kind, outer.node, outer.speaker)
            else:
                self.inline(child)

    def inline(self, node: Node) -> None:
        """An element inside a sentence."""
        block, tag = self.now, node.tag
        if tag == "pb":
            self.page_break(node)
        elif tag == "gap":
            self.mark(node, "omission", node.get("reason"))
        elif block is None:
            return
        elif tag == "note":
            if node.get("place") in ("inline", "in-text"):
                self.content_of(node)
            else:
                block.notes.append(node)
        elif tag == "lb":
            if node.get("break") != "no":
                block.break_line()
        elif tag == "choice":
            self.choice(node)
        elif tag == "app":
            chosen = node.first("lem") or node.first("rdg")
            if chosen is not None:
                self.content_of(chosen)
        elif tag == "del":
            self.mark(node, "omission", f"deleted: {node.text('note')}")
        elif tag in _SKIPPED:
            return
        elif tag in _SPANS:
            self.spanned(node, _SPANS[tag])
        elif tag in NAMES or tag in ("name", "rs", "date"):
            self.spanned(node, "mention")
        else:
            if tag == "gloss":
                self.gloss(node)
            if tag == "address" or tag == "addrLine":
                block.break_line()
            self.content_of(node)

    def spanned(self, node: Node, kind: str) -> _Span:
        assert self.now is not None
        block = self.now
        span = _Span(node, block.here, kind=kind)
        block.spans.append(span)
        self.content_of(node)
        if self.now is block:
            span.end = block.length
        return span

    def choice(self, node: Node) -> None:
        assert self.now is not None
        sic, corr = node.first("sic"), node.first("corr")
        if sic is not None and corr is not None:
            span = self.spanned(sic, "slip")
            span.correction = corr.text("note")
            return
        for tag in ("sic", "orig", "abbr"):
            if (chosen := node.first(tag)) is not None:
                self.content_of(chosen)
                return
        for child in node.nodes():
            self.content_of(child)
            return

    def gloss(self, node: Node) -> None:
        target = (node.get("target") or "").lstrip("#")
        if target:
            self.flow.terms.append(target)
        self.party(node, None)

    def party(self, node: Node, entity: str | None) -> None:
        """Whoever a heading tags as the sender or the receiver."""
        side, words = node.get("type"), node.text("note")
        if side not in ("from", "to") or not words or not self.around:
            return
        section = self.around[0]
        if side == "to":
            if (entity or words) not in section.addressees:
                section.addressees.append(entity or words)
        elif section.sender is None or entity:
            section.sender = entity or words

    def page_break(self, node: Node) -> None:
        number = node.get("n")
        if number:
            self.flow.pages.append(number)
        self.mark(node, "page_break", number)

    def mark(self, node: Node, kind: ApparatusKind, note: str | None) -> None:
        """A mark without words, at the place where we stand."""
        if self.now is not None and self.now.length:
            span = _Span(node, self.now.length, self.now.length, kind, note)
            self.now.spans.append(span)
            return
        paragraphs = self.flow.paragraphs
        if paragraphs:
            last = paragraphs[-1]
            self.flow.apparatus.append(_item(kind, last.number, len(last.text), note))
        else:
            self.early.append(_item(kind, 1, 0, note))

    # The end of a paragraph

    def flush(self) -> None:
        """Close the paragraph that is open, and let its notes follow."""
        block, self.now = self.now, None
        if block is None:
            return
        if block.length:
            self.close(block)
        else:
            for span in block.spans:
                if span.kind in ("omission", "page_break"):
                    self.mark(
                        span.node,
                        "omission" if span.kind == "omission" else "page_break",
                        span.note,
                    )
        for note in block.notes:
            self.note(note)

    def close(self, block: _Block) -> None:
        text = "".join(block.parts)
        breaks = [] if _is_prose(text, block) else block.breaks
        if breaks or block.tabs:
            chars = list(text)
            for places, char in ((block.tabs, "\t"), (breaks, "\n")):
                for at in places:
                    if at < len(chars) and chars[at] == " ":
                        chars[at] = char
            text = "".join(chars)
        lead = len(text) - len(text.lstrip())
        text = text.strip()
        if not text:
            return
        number = len(self.flow.paragraphs) + 1
        self.flow.paragraphs.append(
            Paragraph(
                number,
                block.kind,
                text,
                self.offsets(block.start),
                self.offsets(block.end),
                self.content,
                block.speaker if block.kind == "speech" else None,
            )
        )
        for span in block.spans:
            start = min(max(span.start - lead, 0), len(text))
            end = min(max(span.end - lead, 0), len(text))
            if span.kind == "mention":
                if start < end:
                    self.mention(span.node, Segment(number, start, end, text[start:end]))
            elif span.end >= 0 and start <= end:
                self.flow.apparatus.append(_apparatus(span, number, start, end, text))

    def mention(self, node: Node, segment: Segment) -> None:
        tag = node.tag
        certainty = _CERTAINTIES.get(node.get("cert") or "")
        if tag == "date":
            self.date(node, segment, certainty)
            return
        kind = kind_of_type(node.get("type")) or NAMES.get(tag)
        pointers = _pointers(node)
        known = list(dict.fromkeys(found for one in pointers if (found := self.resolve(one))))
        if len(known) > 1:
            candidates = tuple(entity for entity, _ in known)
            reason = "the source points to several"
            self.flow.ambiguous.append(AmbiguousName((segment,), candidates, reason))
        entity = known[0][0] if len(known) == 1 else None
        if len(known) == 1:
            kind = known[0][1]
        if kind is None:
            return
        ref: Ref = "nominal" if tag == "rs" else "name"
        self.party(node, entity)
        self.mentions.append(
            Mention(entity, kind, ref, (segment,), "editor", "source", certainty=certainty)
        )

    def date(self, node: Node, segment: Segment, certainty: Certainty | None) -> None:
        date = read_date(node)
        if date is None or not date.edtf:
            return
        entity, _ = date_entity(date)
        self.flow.dates.setdefault(entity, date)
        opening = ("heading", "dateline", "addressee")
        if self.found[0].date is None and self.flow.paragraphs[-1].kind in opening:
            self.found[0].date = date
        self.mentions.append(
            Mention(entity, "date", "name", (segment,), "editor", "source", certainty=certainty)
        )

    def finish(self) -> Flow:
        self.flush()
        flow = self.flow
        if flow.paragraphs:
            flow.apparatus[:0] = self.early
        flow.apparatus.sort(key=lambda item: (item.paragraph or 0, item.start))
        self.join()
        flow.mentions = nest_mentions(_without_repetitions(self.mentions))
        flow.sections = _sections(self.found, flow.paragraphs)
        flow.date = self.found[0].date
        return flow

    def join(self) -> None:
        """Paragraphs that the source says go on in others."""
        paragraphs = self.flow.paragraphs
        for number, name in self.linked:
            after = self.named.get(name)
            if after is None or after <= number:
                continue
            if (
                paragraphs[number - 1].continued_by is None
                and paragraphs[after - 1].continues is None
            ):
                paragraphs[number - 1] = replace(paragraphs[number - 1], continued_by=after)
                paragraphs[after - 1] = replace(paragraphs[after - 1], continues=number)


def read_date(node: Node) -> DateExpression | None:
    """A `date`: its words as written, its meaning from its attributes, else from the words."""
    expression = node.text("note")
    if custom := node.get("when-custom"):
        return DateExpression(
            expression or custom, custom, node.get("notBefore"), node.get("notAfter")
        )
    first = _day(node, "when", "from", "notBefore")
    last = _day(node, "when", "to", "notAfter")
    edtf = first if first == last else f"{first or '..'}/{last or '..'}" if first or last else None
    read = parse_date(edtf) if edtf else None
    if read is not None and read.edtf:
        return replace(read, expression=expression or edtf or "")
    return parse_date(expression) if expression and not edtf else None


def _day(node: Node, *names: str) -> str | None:
    """A date attribute to the day at most."""
    for name in names:
        if value := node.get(name):
            match = re.match(r"\d{4}(?:-\d\d(?:-\d\d)?)?(?=$|T)", value)
            return match[0] if match else None
    return None


def _is_block(node: Node) -> bool:
    return (
        node.tag in _BLOCKS
        or node.tag in _SECTIONS
        or node.tag in _CONTAINERS
        or node.tag in _HOLDERS
        or node.tag in FORMAL_LISTS
        or (node.tag in _MAYBE and _holds_blocks(node))
    )


def _holds_blocks(node: Node) -> bool:
    return any(
        child.tag in _BLOCKS or child.tag in _HOLDERS or child.tag in _SECTIONS or child.tag == "lg"
        for child in node.nodes()
    )


def _pointers(node: Node) -> list[str]:
    for name in ("ref", "corresp", "key", "sameAs"):
        if value := node.get(name):
            return value.split()
    return []


def _item(kind: ApparatusKind, number: int, at: int, note: str | None) -> ApparatusItem:
    return ApparatusItem(kind, number, at, at, "", "source", note)


def _apparatus(span: _Span, number: int, start: int, end: int, text: str) -> ApparatusItem:
    node = span.node
    kind: ApparatusKind = span.kind  # type: ignore[assignment]
    note = span.note or node.get("reason")
    certainty = _CERTAINTIES.get(node.get("cert") or "")
    return ApparatusItem(
        kind, number, start, end, text[start:end], "source", note, span.correction, certainty
    )


def _is_prose(text: str, block: _Block) -> bool:
    """Whether line breaks in it are only where the page ended its lines."""
    return (
        block.kind in ("paragraph", "note", "list_item", "speech")
        and block.node.tag not in ("lg", "address")
        and len(block.breaks) > 1
        and len(text) / (len(block.breaks) + 1) > _PROSE
    )


_LEADING = re.compile(rb"[ \t\r\n]*")


def _leading(data: bytes, start: int, end: int) -> int:
    match = _LEADING.match(data, start, end)
    return match.end() - start if match else 0


def _trailing(data: bytes, start: int, end: int) -> int:
    at = end
    while at > start and data[at - 1] in b" \t\r\n":
        at -= 1
    return end - at


def _without_repetitions(mentions: Iterable[Mention]) -> list[Mention]:
    """Names tagged inside names for the same thing (`rs` around `persName`) count once."""
    best: dict[tuple[int, int, int], Mention] = {}
    for mention in mentions:
        segment = mention.segments[0]
        place = (segment.paragraph, segment.start, segment.end)
        known = best.get(place)
        if known is None or (known.entity is None and mention.entity is not None):
            best[place] = mention
    kept: list[Mention] = []
    around: list[Mention] = []
    order = sorted(best.items(), key=lambda item: (item[0][0], item[0][1], -item[0][2]))
    for (number, start, end), mention in order:
        while around and (
            around[-1].segments[0].paragraph != number or around[-1].segments[0].end <= start
        ):
            around.pop()
        if any(
            one.entity == mention.entity
            and one.segments[0].end >= end
            and (one.entity is not None or one.kind == mention.kind)
            for one in around
        ):
            continue
        kept.append(mention)
        around.append(mention)
    return kept


# Sections

_MAX_TITLE = 200


def _sections(found: Sequence[_Section], paragraphs: Sequence[Paragraph]) -> list[Section]:
    """The divisions that hold paragraphs; a lone one around a lone one is one."""
    ids = _SectionIds()
    given: dict[int, str] = {}
    sections: list[Section] = []
    holders = {id(one.parent) for one in found if one.last >= one.first}
    for section in found:
        if section.last < section.first:
            continue
        parent = section.parent
        if section.node.tag in ("TEI", "text") and id(section) in holders:
            # What holds everything is no section beside its divisions.
            continue
        while parent is not None and id(parent) not in given:
            parent = parent.parent
        title = _title(section, paragraphs)
        given[id(section)] = ids.mint(section.node.id or title)
        level = 1
        above = parent
        while above is not None:
            level += id(above) in given
            above = above.parent
        sections.append(
            Section(
                id=given[id(section)],
                title=title,
                kind=(section.node.get("type") or "section").replace(" ", "_"),
                level=level,
                first=section.first,
                last=section.last,
                parent=given[id(parent)] if parent is not None else None,
                origin="source",
                date=section.date,
                sender=section.sender,
                addressees=tuple(section.addressees),
            )
        )
    return sections


def _title(section: _Section, paragraphs: Sequence[Paragraph]) -> str:
    words = " ".join(" ".join(section.heads).split())
    if not words:
        name = section.node.get("n")
        kind = section.node.get("type")
        words = f"{kind} {name}" if kind and name else paragraphs[section.first - 1].text
        words = " ".join(words.split())
    if len(words) > _MAX_TITLE:
        words = words[:_MAX_TITLE].rsplit(" ", 1)[0] + " …"
    return words


class _SectionIds:
    """Readable ids that begin with a letter, each given once."""

    def __init__(self) -> None:
        self.taken: set[str] = set()
        self._last: dict[str, int] = {}
        """The number last given to words: among thousands of the same none is tried twice."""

    def mint(self, words: str) -> str:
        plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
        slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:48].strip("-") or "section"
        slug = slug if slug[0].isalpha() else f"s-{slug}"
        minted, count = slug, self._last.get(slug, 1)
        while minted in self.taken:
            count += 1
            minted = f"{slug}-{count}"
        self._last[slug] = count
        self.taken.add(minted)
        return minted


def date_entities(dates: dict[str, DateExpression]) -> list[ListedEntity]:
    """The dates mentioned, as entities."""
    return [
        ListedEntity(
            entity, "date", date_entity(date)[1], edtf=date.edtf, begin=date.begin, end=date.end
        )
        for entity, date in dates.items()
    ]
