"""What this program has exported as TEI -> the same record again, to the last attribute.

The counterpart of `api.representations.tei`. Facts are taken as they stand, with their origins;
nothing is derived anew. The file may have been edited since: whatever does not fit is a complaint
that names its line.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar, cast, get_args
from urllib.parse import unquote

from api.errors import Complaint, SeedError
from api.parsing.citations import parse_citation
from api.parsing.curated import Rights
from api.parsing.dates import parse_date
from api.parsing.tei.values import ListedEntity, TeiDocument, Volume, VolumePart
from api.parsing.tei.xml import Node, Offsets, Text
from api.parsing.values import (
    AmbiguousName,
    ApparatusItem,
    ApparatusKind,
    Author,
    Certainty,
    Citation,
    Claim,
    Content,
    ContentKind,
    Contributor,
    DateExpression,
    Discrepancy,
    EntityKind,
    Export,
    HeaderField,
    Mention,
    Name,
    NameType,
    Origin,
    Paragraph,
    ParagraphKind,
    Parts,
    Place,
    Ref,
    Reference,
    Role,
    Section,
    SectionManner,
    Segment,
    Tier,
)

_TAGS: dict[str, ParagraphKind] = {
    "p": "paragraph",
    "head": "heading",
    "dateline": "dateline",
    "opener": "addressee",
    "salute": "salutation",
    "signed": "signature",
    "closer": "colophon",
    "fw": "page_mark",
    "note": "note",
    "item": "list_item",
}
_APPARATUS: dict[str, ApparatusKind] = {
    "sic": "slip",
    "supplied": "supplied",
    "unclear": "uncertain",
    "pb": "page_break",
}
_FIELDS = ("title", "summary", "citation", "date", "credits")
_ENTITY_KINDS: dict[str, EntityKind] = {"person": "person", "event": "event", "item": "date"}
_ENTITY_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PARAGRAPH_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")

Value = TypeVar("Value", bound=str)


def read_own(root: Node, data: bytes) -> TeiDocument:
    """Read an export of this program. Raises SeedError with line and what was expected."""
    return _Own(root, data).read()


def _wrong(node: Node, message: str, expected: object = None) -> SeedError:
    said = ", ".join(expected) if isinstance(expected, tuple) else expected
    return SeedError(
        Complaint(f"{node.tag}: {message}", line=node.line, expected=cast("str | None", said))
    )


def _one_of(node: Node, value: str | None, allowed: Any, what: str) -> Any:
    if value not in get_args(allowed):
        raise _wrong(node, f"the {what} {value!r} is not known", get_args(allowed))
    return value


def _categories(node: Node) -> dict[str, str]:
    """The categories of `ana`, by their taxonomy."""
    return dict(
        cast("tuple[str, str]", tuple(one.lstrip("#").split(".", 1)))
        for one in (node.get("ana") or "").split()
        if "." in one
    )


def _origin(node: Node) -> Origin:
    return cast(Origin, _one_of(node, _categories(node).get("origin"), Origin, "origin"))


def _certainty(node: Node) -> Certainty | None:
    value = node.get("cert")
    return None if value is None else cast(Certainty, _one_of(node, value, Certainty, "certainty"))


def _resp(node: Node) -> str | None:
    value = node.get("resp")
    return value.removeprefix("#r.") if value else None


def _target(node: Node, name: str, prefix: str) -> str | None:
    """What a pointer points to, without its prefix; None where it points to something else."""
    value = node.get(name)
    return value[len(prefix) :] if value and value.startswith(prefix) else None


def _numbers(node: Node, value: str | None) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,9}) (\d{1,9})", value or "")
    if match is None or int(match[1]) > int(match[2]):
        raise _wrong(node, f"n is {value!r}", 'offsets: "12 30"')
    return int(match[1]), int(match[2])


def _date(node: Node | None) -> DateExpression | None:
    if node is None:
        return None
    expression = node.raw_text()
    if edtf := node.get("when-custom"):
        return DateExpression(expression, edtf, node.get("notBefore"), node.get("notAfter"))
    if when := node.get("when"):
        read = parse_date(when)
        if read is None or read.edtf is None:
            raise _wrong(node, f"when is {when!r}", "YYYY, YYYY-MM or YYYY-MM-DD")
        return DateExpression(expression, read.edtf, read.begin, read.end)
    return DateExpression(expression)


def _words(node: Node | None) -> str | None:
    return None if node is None else node.raw_text()


def _plain(node: Node) -> str:
    """A paragraph's characters: `lb` and `g` read back, what was corrected left aside."""
    parts: list[str] = []
    waiting: list[Node | Text] = list(reversed(node.children))
    while waiting:
        child = waiting.pop()
        if isinstance(child, Text):
            parts.append(child.text)
        elif child.tag in ("lb", "g"):
            parts.append(_character(child))
        elif child.tag != "corr":
            waiting.extend(reversed(child.children))
    return "".join(parts)


def _character(node: Node) -> str:
    if node.tag == "lb":
        return "\n"
    match = re.fullmatch(r"U\+([0-9A-F]{4,6})", node.get("n") or "")
    if match is None or int(match[1], 16) > 0x10FFFF or 0xD800 <= int(match[1], 16) <= 0xDFFF:
        raise _wrong(node, f"n is {node.get('n')!r}", "a character: U+000C")
    return chr(int(match[1], 16))


@dataclass
class _Marked:
    """Something marked in the text, gathered from its pieces."""

    node: Node
    name: str
    segments: list[tuple[int, int, int]] = field(default_factory=list)
    around: str | None = None
    """The mention that its first piece stands in."""
    correction: str | None = None

    def add(self, paragraph: int, start: int, end: int) -> None:
        last = self.segments[-1] if self.segments else None
        if last and last[0] == paragraph and last[2] == start:
            self.segments[-1] = (paragraph, last[1], end)
        else:
            self.segments.append((paragraph, start, end))


class _Own:
    def __init__(self, root: Node, data: bytes) -> None:
        self.root = root
        self.header = root.first("teiHeader") or root
        self.file = self.header.first("fileDesc") or self.header
        self.offsets = Offsets(data, 0, len(data))
        self.paragraphs: list[Paragraph] = []
        self.ids: list[str] = []
        self.links: list[tuple[Node, str | None, str | None]] = []
        self.sections: list[Section] = []
        self.marked: dict[str, _Marked] = {}
        self.contents: tuple[Content, ...] = ()
        self.shared: str | None = None
        self.around: list[str] = []
        """The sections that are open."""
        self.pieces: dict[str, str] = {}
        """The names of marks by the `xml:id`s of their pieces."""
        self.entities = list(self._entities())
        self.listed = {entity.id for entity in self.entities}

    def read(self) -> TeiDocument:
        text = self.root.first("text", "body")
        if text is None:
            raise _wrong(self.root, "no text with a body")
        self.contents = tuple(self._contents())
        self.shared = self._content(text)
        self._walk(text)
        self._link()
        self._correspondence()
        known = set(self.ids)
        if len(known) < len(self.ids):
            twice = next(one for one, count in Counter(self.ids).items() if count > 1)
            raise SeedError(Complaint(f"the paragraph id {twice} stands twice"))
        citation, authors = self._citation()
        rights = self._rights()
        profile = self.header.first("profileDesc")
        usage = profile.first("langUsage") if profile else None
        title = _words(self.file.first("titleStmt", "title"))
        if not title:
            raise _wrong(self.file, "no title")
        date = _date(self.header.first("profileDesc", "creation", "date"))
        export = Export(
            title=title,
            date=date,
            citation=citation.verbatim or None if citation else None,
            summary=_words(profile.first("abstract", "p")) if profile else None,
            credits=next((node.raw_text() for node in self._notes("credits")), None),
            languages=tuple(n.raw_text() for n in usage.nodes("language")) if usage else (),
            other_fields=tuple(
                HeaderField(node.get("n") or "", node.raw_text(), 0, 0)
                for node in self._notes("field")
            ),
            contents=self.contents,
            unread=tuple(node.raw_text() for node in self._notes("unread")),
        )
        return TeiDocument(
            export=export,
            citation=citation,
            authors=authors,
            paragraphs=tuple(self.paragraphs),
            sections=tuple(self.sections),
            mentions=self._mentions(),
            apparatus=(*self._field_apparatus(), *self._apparatus()),
            entities=tuple(self.entities),
            rights=rights[0],
            rights_origin=rights[1],
            volume=self._volume(),
            is_own=True,
            ambiguous=tuple(self._ambiguous()),
            discrepancies=tuple(self._discrepancies()),
            ids=tuple(self.ids),
            editors=tuple(self._editors()),
            review=self._review(),
        )

    # The header

    def _notes(self, kind: str) -> Iterator[Node]:
        notes = self.file.first("notesStmt")
        for node in notes.nodes("note") if notes else ():
            if node.get("type") == kind:
                yield node

    def _editors(self) -> Iterator[tuple[str, str]]:
        statement = self.file.first("titleStmt")
        for node in statement.nodes("respStmt") if statement else ():
            if node.id and node.get("n") != "unnamed":
                yield node.id.removeprefix("r."), _words(node.first("name")) or ""

    def _review(self) -> str:
        node = self.header.first("revisionDesc")
        status = node.get("status") if node else None
        if node is not None and status not in ("unreviewed", "in_progress", "reviewed", "outdated"):
            raise _wrong(node, f"the status {status!r} is not known")
        return status or "unreviewed"

    def _rights(self) -> tuple[Rights | None, Origin]:
        node = self.file.first("publicationStmt", "availability", "licence")
        if node is None:
            return None, "source"
        text = node.raw_text() or node.get("target") or ""
        if not text.strip():
            raise _wrong(node, "says nothing")
        return Rights(text=text, statement=node.get("n"), url=node.get("target")), _origin(node)

    def _volume(self) -> Volume | None:
        node = self.file.first("seriesStmt")
        name = _words(node.first("idno")) if node else None
        if node is None or not name:
            return None
        within = tuple(
            VolumePart(part.get("n") or "", unquote(part.get("unit") or ""), part.raw_text())
            for part in node.nodes("biblScope")
        )
        return Volume(name, _words(node.first("title")) or name, within)

    def _contents(self) -> Iterator[Content]:
        listed = self.file.first("sourceDesc", "msDesc", "msContents")
        for node in listed.nodes("msItem") if listed else ():
            title = node.first("title")
            language = node.first("textLang")
            kind = cast(ContentKind, _one_of(node, node.get("n"), ContentKind, "kind"))
            yield Content(
                (node.id or "").removeprefix("c."),
                _words(title) or "",
                kind,
                _words(language),
                title is not None and title.get("type") != "without-text",
            )

    def _content(self, node: Node) -> str | None:
        return _target(node, "corresp", "#c.")

    def _citation(self) -> tuple[Citation | None, tuple[Author, ...]]:
        statement = self.file.first("titleStmt") or self.file
        authors = tuple(
            Author(node.raw_text(), _origin(node)) for node in statement.nodes("author")
        )
        contributors = tuple(
            Contributor(
                _words(node.first("name")) or "",
                cast(Role, _one_of(node, _words(node.first("resp")), Role, "role")),
            )
            for node in statement.nodes("respStmt")
            if not node.id
        )
        source = self.file.first("sourceDesc") or self.file
        for node in source.nodes("bibl"):
            if node.get("type") == "citation":
                return parse_citation(node.raw_text()), authors
            if node.get("type") == "parsed":
                return self._parsed(node, contributors), authors
        return (Citation(verbatim="", contributors=contributors) if contributors else None), authors

    def _parsed(self, node: Node, contributors: tuple[Contributor, ...]) -> Citation:
        written = node.first("bibl")
        parts: Parts = {}
        for scope in node.nodes("biblScope"):
            name = unquote(scope.get("unit") or "")
            if scope.get("n") == "run":
                ends = {one.get("type") or "": one.raw_text() for one in scope.nodes("num")}
                parts[name] = ends
            else:
                parts[name] = scope.raw_text()
        reference = None
        if written is not None:
            scheme = written.get("n")
            reference = Reference(written.raw_text(), scheme is not None, scheme, parts)
        pointer = node.first("ref")
        return Citation(
            verbatim="",
            title=_words(node.first("title")),
            date=_date(node.first("date")),
            digital_archive=_words(node.first("publisher")),
            reference=reference,
            contributors=contributors,
            provenance=tuple(note.raw_text() for note in node.nodes("note")),
            url=pointer.get("target") if pointer else None,
        )

    # The text

    def _walk(self, holder: Node) -> None:
        """What stands in a division: paragraphs, other divisions, breaks."""
        for node in holder.nodes():
            if node.tag == "div":
                self._division(node)
            elif node.tag == "list":
                self._walk(node)
            elif node.tag == "sp":
                for inner in node.nodes("p"):
                    self._paragraph(inner, "speech", node.get("n"))
            elif node.tag == "pb":
                self._break(node)
            elif node.tag == "ab":
                kind = _one_of(node, node.get("type"), ParagraphKind, "kind")
                self._paragraph(node, cast(ParagraphKind, kind), None)
            elif node.tag in _TAGS:
                self._paragraph(node, _TAGS[node.tag], None)
            else:
                raise _wrong(node, "is not among the elements of an export")

    def _division(self, node: Node) -> None:
        if not (node.id or "").startswith("s."):
            self._walk(node)
            return
        at = len(self.sections)
        first = len(self.paragraphs) + 1
        parent = self.around[-1] if self.around else None
        section = Section(
            id=(node.id or "")[2:],
            title=node.get("n") or "",
            kind=unquote(node.get("type") or ""),
            level=len(self.around) + 1,
            first=first,
            last=first,
            layer=unquote(layer) if (layer := node.get("subtype")) else None,
            parent=parent,
            origin=_origin(node),
            resp=_resp(node),
        )
        self.sections.append(section)
        self.around.append(section.id)
        self._walk(node)
        self.around.pop()
        last = len(self.paragraphs)
        if last < first:
            raise _wrong(node, "holds no paragraph")
        self.sections[at] = replace(section, last=last)

    def _paragraph(self, node: Node, kind: ParagraphKind, speaker: str | None) -> None:
        name = node.id or ""
        if not _PARAGRAPH_ID.fullmatch(name):
            raise _wrong(
                node, f"the xml:id {name!r} is no paragraph's", "a letter, then letters, …"
            )
        number = len(self.paragraphs) + 1
        text = self._marks(node, number)
        if not text:
            raise _wrong(node, "an empty paragraph")
        start, end = _inside(node)
        self.ids.append(name)
        self.links.append((node, _target(node, "prev", "#"), _target(node, "next", "#")))
        self.paragraphs.append(
            Paragraph(
                number,
                kind,
                text,
                self.offsets(start),
                self.offsets(end),
                self._content(node) or self.shared,
                speaker,
            )
        )

    def _marks(self, paragraph: Node, number: int) -> str:
        """The text of a paragraph; what is marked in it is noted down on the way."""
        parts: list[str] = []
        length = 0
        opened: list[tuple[Node, _Marked, int]] = []
        mentions: list[str] = []
        corrected: list[_Marked] = []
        """Slips whose corrections are still to come, outermost first."""
        choices = {id(sic) for choice in paragraph.descend("choice") for sic in choice.nodes("sic")}
        waiting: list[Node | Text | None] = list(reversed(paragraph.children))
        while waiting:
            child = waiting.pop()
            if child is None:
                _, mark, start = opened.pop()
                mark.add(number, start, length)
                if mentions and mentions[-1] == mark.name:
                    mentions.pop()
                continue
            if isinstance(child, Text):
                parts.append(child.text)
                length += len(child.text)
            elif child.tag in ("lb", "g"):
                parts.append(_character(child))
                length += 1
            elif child.tag == "corr":
                if corrected:
                    corrected.pop().correction = _plain(child)
            elif child.tag in ("choice", "gap") or (child.tag == "pb" and not child.id):
                waiting.extend(reversed(child.children))
            else:
                mark = self._mark(child, mentions[-1] if mentions else None)
                opened.append((child, mark, length))
                if _is_mention(mark.node):
                    mentions.append(mark.name)
                if id(child) in choices:
                    corrected.append(mark)
                waiting.append(None)
                waiting.extend(reversed(child.children))
        return "".join(parts)

    def _mark(self, node: Node, around: str | None) -> _Marked:
        """The thing that an element marks, or is a further piece of."""
        before = _target(node, "prev", "#")
        if before is not None:
            if before not in self.pieces:
                raise _wrong(node, f"prev points to {before!r}, which does not stand before it")
            mark = self.marked[self.pieces[before]]
        else:
            name = node.id or f" {len(self.marked)}"
            if name in self.marked:
                raise _wrong(node, f"the xml:id {name!r} stands twice")
            mark = self.marked[name] = _Marked(node, name, around=around)
        if node.id:
            self.pieces[node.id] = mark.name
        return mark

    def _break(self, node: Node) -> None:
        """A page break after a paragraph."""
        if not self.paragraphs:
            raise _wrong(node, "stands before every paragraph")
        last = self.paragraphs[-1]
        self._mark(node, None).add(last.number, len(last.text), len(last.text))

    def _link(self) -> None:
        """Paragraphs that go on in others."""
        numbers = {name: number for number, name in enumerate(self.ids, 1)}
        for at, (node, before, after) in enumerate(self.links):
            for name in (before, after):
                if name is not None and name not in numbers:
                    raise _wrong(node, f"points to {name!r}, which is no paragraph")
            self.paragraphs[at] = replace(
                self.paragraphs[at],
                continues=numbers[before] if before else None,
                continued_by=numbers[after] if after else None,
            )

    def _correspondence(self) -> None:
        profile = self.header.first("profileDesc")
        about = {
            _target(node, "corresp", "#s."): node
            for node in (profile.nodes("correspDesc") if profile else ())
        }
        for at, section in enumerate(self.sections):
            node = about.get(section.id)
            if node is None:
                continue
            parties: dict[str, list[str]] = {}
            date = None
            for action in node.nodes("correspAction"):
                kind = action.get("type") or ""
                for one in action.nodes():
                    if one.tag == "date":
                        date = _date(one)
                    else:
                        parties.setdefault(kind, []).append(
                            _target(one, "ref", "#e.") or one.raw_text()
                        )
            made = [parties.get(kind, [None])[0] for kind in ("dictated", "recorded")]
            self.sections[at] = replace(
                section,
                sender=parties.get("sent", [None])[0],
                addressees=tuple(parties.get("received", ())),
                date=date,
                manner=SectionManner(*made) if any(made) else None,
            )

    # What is marked

    def _segments(self, mark: _Marked) -> tuple[Segment, ...]:
        return tuple(
            Segment(number, start, end, self.paragraphs[number - 1].text[start:end])
            for number, start, end in mark.segments
        )

    def _mentions(self) -> tuple[Mention, ...]:
        full = {
            _target(mark.node, "corresp", "#"): mark
            for mark in self.marked.values()
            if mark.node.tag == "seg" and mark.node.get("type") == "full"
        }
        found = [mark for mark in self.marked.values() if _is_mention(mark.node)]
        found.sort(key=_reading_order)
        places = {mark.name: at for at, mark in enumerate(found)}
        remarks = self._remarks()
        mentions = []
        for mark in found:
            node = mark.node
            categories = _categories(node)
            parent = _target(node, "corresp", "#")
            if parent is None and "nested" not in categories:
                parent = mark.around
            if parent is not None and parent not in places:
                raise _wrong(node, f"corresp points to {parent!r}, which is no mention")
            segments = self._segments(mark)
            if not segments or any(one.start == one.end for one in segments):
                raise _wrong(node, "a name without words")
            mentions.append(
                Mention(
                    entity=self._entity_of(node),
                    kind=cast(EntityKind, _one_of(node, node.get("type"), EntityKind, "kind")),
                    ref=cast(Ref, _one_of(node, node.get("subtype"), Ref, "subtype")),
                    segments=segments,
                    tier=cast(Tier, _one_of(node, categories.get("tier"), Tier, "tier")),
                    origin=_origin(node),
                    full_span=self._segments(full[mark.name]) if mark.name in full else (),
                    parent=places[parent] if parent is not None else None,
                    certainty=_certainty(node),
                    resp=_resp(node),
                    note=remarks.get(mark.name, {}).get("note"),
                )
            )
        return tuple(mentions)

    def _entity_of(self, node: Node) -> str | None:
        name = _target(node, "ref", "#e.")
        if name is not None and name not in self.listed:
            raise _wrong(node, f"ref points to {name!r}, which no list in standOff describes")
        return name

    def _ambiguous(self) -> Iterator[AmbiguousName]:
        for mark in self.marked.values():
            if mark.node.tag == "rs" and mark.node.get("type") == "ambiguous":
                candidates = tuple((mark.node.get("key") or "").split())
                yield AmbiguousName(self._segments(mark), candidates, mark.node.get("n") or "")

    def _apparatus(self) -> Iterator[ApparatusItem]:
        remarks = self._remarks()
        for mark in self.marked.values():
            node = mark.node
            kind = _APPARATUS.get(node.tag)
            if kind is None and node.tag in ("note", "seg") and node.get("type") != "full":
                said = _one_of(node, node.get("type"), ApparatusKind, "kind of mark")
                kind = cast(ApparatusKind, said)
            if kind is None:
                continue
            if len(mark.segments) != 1:
                raise _wrong(node, "its pieces do not follow each other")
            (segment,) = self._segments(mark)
            said_of = remarks.get(mark.name, {})
            note = node.get("n") if node.tag == "pb" else said_of.get("note")
            yield ApparatusItem(
                kind,
                segment.paragraph,
                segment.start,
                segment.end,
                segment.quote,
                _origin(node),
                note,
                mark.correction if kind == "slip" else said_of.get("correction"),
                _certainty(node),
                _resp(node),
            )

    def _remarks(self) -> dict[str, dict[str, str]]:
        """Notes and corrections on marks in the text, by the marks' `xml:id`."""
        found: dict[str, dict[str, str]] = {}
        group = self.root.first("standOff", "spanGrp")
        for node in group.nodes("span") if group else ():
            target, kind = _target(node, "target", "#"), node.get("type")
            if target and kind in ("note", "correction"):
                found.setdefault(target, {})[kind] = node.raw_text()
        return found

    def _field_apparatus(self) -> Iterator[ApparatusItem]:
        for node in self._notes("apparatus"):
            name, _, place = (node.get("n") or "").partition(" ")
            if name not in _FIELDS:
                raise _wrong(node, f"{name!r} is no field of the description", _FIELDS)
            start, end = _numbers(node, place)
            yield ApparatusItem(
                kind=cast(ApparatusKind, _one_of(node, node.get("subtype"), ApparatusKind, "kind")),
                paragraph=None,
                start=start,
                end=end,
                quote=_words(node.first("quote")) or "",
                origin=_origin(node),
                note=_words(node.first("note")),
                correction=_words(node.first("corr")),
                certainty=_certainty(node),
                resp=_resp(node),
                field=name,
            )

    def _discrepancies(self) -> Iterator[Discrepancy]:
        numbers = {name: number for number, name in enumerate(self.ids, 1)}
        for node in self._notes("discrepancy"):
            listed = node.first("list")
            claims = tuple(
                Claim(item.get("n") or "", tuple(self._places(item, numbers)))
                for item in (listed.nodes("item") if listed else ())
            )
            yield Discrepancy(
                id=node.get("n") or "",
                kind=unquote(node.get("subtype") or ""),
                summary=_words(node.first("p")) or "",
                claims=claims,
                origin=_origin(node),
                note=_words(node.first("note")),
                resp=_resp(node),
            )

    def _places(self, item: Node, numbers: dict[str, int]) -> Iterator[Place]:
        for node in item.nodes("ref"):
            start, end = _numbers(node, node.get("n"))
            target, about = _target(node, "target", "#"), node.get("type")
            if (target is None) == (about is None) or (target and target not in numbers):
                raise _wrong(node, "points to no paragraph and no field")
            if about is not None and about not in _FIELDS:
                raise _wrong(node, f"{about!r} is no field of the description", _FIELDS)
            number = numbers[target] if target else None
            quote = node.raw_text()
            if number is not None:
                # The paragraph's own words: they hold characters that XML does not allow.
                text = self.paragraphs[number - 1].text
                if end > len(text):
                    raise _wrong(node, f"n is {node.get('n')!r}", f"offsets up to {len(text)}")
                quote = text[start:end]
            yield Place(quote, start, end, number, about)

    # Stand-off

    def _entities(self) -> Iterator[ListedEntity]:
        stand_off = self.root.first("standOff")
        for listed in stand_off.nodes() if stand_off else ():
            for node in listed.nodes("person", "place", "org", "event", "bibl", "item"):
                yield _entity(node)


def _reading_order(mark: _Marked) -> tuple[int, int, int, int, int]:
    """As mentions are listed: by where they begin, the longer first."""
    (first, start, first_end), (last, _, end) = mark.segments[0], mark.segments[-1]
    return first, start, -last, -end, -first_end


def _is_mention(node: Node) -> bool:
    return node.tag in ("persName", "placeName", "orgName", "date", "rs") and (
        node.get("type") != "ambiguous"
    )


def _entity(node: Node) -> ListedEntity:
    name = (node.id or "").removeprefix("e.")
    if not _ENTITY_ID.fullmatch(name) or len(name) > 100:
        raise _wrong(node, f"the xml:id {node.id!r} is no entity's", "e. and a slug")
    kind = _ENTITY_KINDS.get(node.tag) or _one_of(node, node.get("type"), EntityKind, "type")
    if node.tag == "item":
        date = _date(node.first("date"))
        if date is None or not date.expression:
            raise _wrong(node, "no date")
        return ListedEntity(
            name, "date", date.expression, edtf=date.edtf, begin=date.begin, end=date.end
        )
    label, begin, end = "", None, None
    names = []
    for one in node.nodes("persName", "placeName", "orgName", "label", "title"):
        if one.get("type") == "label":
            label = one.raw_text()
            begin, end = _side(one, "from"), _side(one, "to")
            continue
        kind_of_name = cast(NameType, _one_of(one, one.get("type"), NameType, "type"))
        first, last = _side(one, "from"), _side(one, "to")
        if node.tag in ("event", "bibl"):
            first, last = _sides(one.get("n"))
        names.append(Name(one.raw_text(), kind_of_name, first, last))
    if not label:
        raise _wrong(node, "has no label")
    if node.tag in ("event", "bibl"):
        begin, end = _sides(node.get("n"))
    if node.tag == "person":
        begin, end = (_lived(node.first(tag)) for tag in ("birth", "death"))
    described = node.first("note")
    return ListedEntity(
        name,
        cast(EntityKind, kind),
        label,
        tuple(names),
        _words(described),
        begin=begin,
        end=end,
        same_as={unquote(one.get("type") or ""): one.raw_text() for one in node.nodes("idno")},
    )


def _lived(node: Node | None) -> str | None:
    return unquote(node.get("when-custom") or "") or None if node else None


def _side(node: Node, side: str) -> str | None:
    value = node.get(f"{side}-custom")
    return unquote(value) if value else None


def _sides(value: str | None) -> tuple[str | None, str | None]:
    first, _, last = (value or "").partition("/")
    return unquote(first) or None, unquote(last) or None


def _inside(node: Node) -> tuple[int, int]:
    """The bytes between an element's tags."""
    children = node.children
    first, last = children[0], children[-1]
    return first.start, last.end
