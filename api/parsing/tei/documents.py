"""A TEI file -> what it holds: one document or hundreds, and the lists that all of them share.

Two passes, neither of which ever holds more than one document: the first sees what there is and
reads the lists, wherever they stand; the second hands out the documents.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from api.errors import Complaint, SeedError
from api.parsing.tei.lists import FORMAL_LISTS, read_entities, read_terms
from api.parsing.tei.values import ListedEntity, Volume, VolumePart
from api.parsing.tei.xml import TEI, Node, Reading
from api.text import sha256_hex

_MOST_COMPLAINTS = 50
_MAX_ID = 100


@dataclass(frozen=True, slots=True)
class DocumentPlace:
    """A document of a volume: its record's id, and where it begins."""

    record: str
    line: int


@dataclass
class Survey:
    """What a file holds, before any of its documents is read.

    `documents` is empty where the file is one document; None stands in it for a document that
    cannot be taken. `shared_digest` is of the header and the lists, which all documents share.
    """

    stem: str
    header: Node
    is_own: bool = False
    language: str | None = None
    documents: list[DocumentPlace | None] = field(default_factory=list)
    entities: dict[str, ListedEntity] = field(default_factory=dict)
    """By `xml:id`; without those that stand twice."""
    terms: dict[str, tuple[str, str]] = field(default_factory=dict)
    shared_digest: str = ""
    complaints: list[Complaint] = field(default_factory=list)

    @property
    def is_volume(self) -> bool:
        """Whether the file holds documents, each a record of its own."""
        return bool(self.documents)

    @property
    def title(self) -> str:
        """The file's title, the complete one where there are several."""
        statement = self.header.first("fileDesc", "titleStmt") or self.header
        titles = [title for title in statement.nodes("title") if title.text()]
        for kind in ("complete", "main", None):
            for title in titles:
                if title.get("type") == kind:
                    return title.text("note")
        return titles[0].text("note") if titles else ""


@dataclass(frozen=True, slots=True)
class RawDocument:
    """A document as it stands in the file: its element, and its bytes."""

    record: str
    node: Node
    source: bytes
    volume: Volume | None = None
    page: str | None = None
    """The number of the page it begins on."""


def survey_tei(data: bytes, stem: str) -> Survey:
    """See what a file holds. `stem` is the file's name, which ids begin with.

    Raises SeedError, naming line and column, for what is not well-formed, is no TEI, or declares
    entities. Identifiers that stand twice are complaints: warnings, but for documents.
    """
    surveying = _Surveying(data, stem)
    for _ in Reading(
        data, surveying.open, surveying.close, leaving=surveying.leave, seeing=surveying.see
    ).run():
        pass
    return surveying.finish()


class _Surveying:
    def __init__(self, data: bytes, stem: str) -> None:
        self.data = data
        self.stem = stem
        self.header: Node | None = None
        self.language: str | None = None
        self.places: list[Node] = []
        self.lists: list[ListedEntity] = []
        self.terms: dict[str, tuple[str, str]] = {}
        self.shared: list[bytes] = []
        self.first_lines: dict[str, int] = {}
        self.again: dict[str, list[int]] = {}
        self.inside: int | None = None
        """The depth of the document that is being passed over."""
        self.names = _EntityIds(stem)

    def see(self, node: Node, depth: int) -> None:
        if depth == 1:
            self._check_root(node)
        if name := node.id:
            if name in self.first_lines:
                self.again.setdefault(name, []).append(node.line)
            else:
                self.first_lines[name] = node.line

    def _check_root(self, node: Node) -> None:
        if node.tag != "TEI":
            expected = f"TEI in the namespace {TEI}"
            raise SeedError(
                Complaint(f"the root element is {node.tag}", line=node.line, expected=expected)
            )

    def open(self, node: Node, depth: int) -> bool:
        if node.tag == "text" and self.language is None:
            self.language = node.get("xml:lang")
        if is_document(node) and self.inside is None:
            self.inside = depth
            self.places.append(node)
        if node.tag in FORMAL_LISTS or node.tag == "teiHeader":
            return True
        return node.tag == "list" and self.inside is None

    def leave(self, tag: str, depth: int) -> None:
        if depth == self.inside:
            self.inside = None

    def close(self, node: Node) -> None:
        if node.tag == "teiHeader" and self.header is None:
            self.header = node
        self._keep(node)

    def _keep(self, node: Node) -> None:
        entities = list(read_entities([node], self.names.mint))
        terms = {name: (term, meaning) for name, term, meaning in read_terms([node])}
        if entities or terms or node.tag == "teiHeader":
            self.shared.append(self.data[node.start : node.end])
        self.lists += entities
        self.terms |= terms

    def finish(self) -> Survey:
        if self.header is None:
            raise SeedError(Complaint("no teiHeader", expected="TEI with a header and a text"))
        ident = [app.get("ident") for app in self.header.descend("application")]
        survey = Survey(
            self.stem,
            self.header,
            is_own="opis" in ident,
            language=self.language,
            terms=self.terms,
            shared_digest=sha256_hex(b"\0".join(self.shared)),
        )
        by_id = {entity.id: entity for entity in self.lists}
        for name, entity_id in self.names.minted.items():
            if name not in self.again:
                survey.entities[name] = by_id[entity_id]
        if not survey.is_own:
            survey.documents = self._name_documents(survey.complaints)
        survey.complaints += self._duplicates({node.id for node in self.places})
        return survey

    def _name_documents(self, complaints: list[Complaint]) -> list[DocumentPlace | None]:
        taken: dict[str, int] = {}
        found: list[DocumentPlace | None] = []
        for ordinal, node in enumerate(self.places, 1):
            own = re.sub(r"[^A-Za-z0-9_-]+", "-", node.id or node.get("n") or str(ordinal)).strip(
                "-"
            )
            record = f"{self.stem}-{own}"
            if record in taken or not own or len(record) > _MAX_ID:
                message = (
                    f"the document {node.id!r} stands twice; the first is in line {taken[record]}"
                    if record in taken
                    else f"{record!r} cannot be a record's id"
                )
                complaints.append(
                    Complaint(message, line=node.line, expected="documents with ids of their own")
                )
                found.append(None)
            else:
                taken[record] = node.line
                found.append(DocumentPlace(record, node.line))
        return found

    def _duplicates(self, documents: set[str | None]) -> Iterator[Complaint]:
        twice = [(name, lines) for name, lines in self.again.items() if name not in documents]
        for name, lines in twice[:_MOST_COMPLAINTS]:
            where = ", ".join(map(str, lines))
            yield Complaint(
                f"the xml:id {name!r} stands again (line{'s' if len(lines) > 1 else ''} {where})",
                line=self.first_lines[name],
                expected="each xml:id once",
                hint="nothing is linked to it" if name in self.names.minted else None,
                severity="warning",
            )
        if len(twice) > _MOST_COMPLAINTS:
            more = len(twice) - _MOST_COMPLAINTS
            yield Complaint(f"{more:,} more xml:ids stand twice", severity="warning")


class _EntityIds:
    """Entity ids from `xml:id`s: the file's stem and a slug, each given once."""

    def __init__(self, stem: str) -> None:
        self.stem = stem
        self.minted: dict[str, str] = {}
        self.taken: set[str] = set()

    def mint(self, name: str) -> str:
        plain = unicodedata.normalize("NFKD", f"{self.stem}-{name}")
        plain = "".join(char for char in plain if not unicodedata.combining(char)).lower()
        slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[: _MAX_ID - 10].rstrip("-") or "entity"
        minted, count = slug, 1
        while minted in self.taken:
            count += 1
            minted = f"{slug}-{count}"
        self.taken.add(minted)
        self.minted.setdefault(name, minted)
        return minted


def is_document(node: Node) -> bool:
    """Whether a division is a document of a volume."""
    return node.tag == "div" and node.get("type") == "document"


def read_raw_documents(data: bytes, survey: Survey) -> Iterator[RawDocument]:
    """The documents of a file in their order; of one that is no volume, the whole of it."""
    handing = _Handing(data, survey)
    for _ in Reading(
        data, handing.open, handing.close, leaving=handing.leave, seeing=handing.see
    ).run():
        yield from handing.take()


class _Handing:
    def __init__(self, data: bytes, survey: Survey) -> None:
        self.data = data
        self.survey = survey
        self.done: list[RawDocument] = []
        self.passed = 0
        self.page: str | None = None
        self.pages: list[tuple[int, str | None]] = []
        self.around: list[tuple[int, VolumePart]] = []
        """The divisions that are open, with their depths."""

    def take(self) -> Sequence[RawDocument]:
        taken, self.done = self.done, []
        return taken

    def see(self, node: Node, depth: int) -> None:
        if node.tag == "pb" and node.get("n"):
            self.page = node.get("n")
        elif is_document(node):
            self.pages.append((node.start, self.page))

    def open(self, node: Node, depth: int) -> bool:
        if not self.survey.is_volume:
            return depth == 1
        if is_document(node):
            return True
        if node.tag == "div":
            part = VolumePart(node.id or "", node.get("type") or "part", "")
            self.around.append((depth, part))
            return False
        return node.tag == "head" and bool(self.around) and self.around[-1][0] == depth - 1

    def leave(self, tag: str, depth: int) -> None:
        if self.around and self.around[-1][0] == depth:
            self.around.pop()

    def close(self, node: Node) -> None:
        if node.tag == "head":
            depth, part = self.around[-1]
            if not part.title:
                self.around[-1] = (depth, VolumePart(part.id, part.kind, node.text("note")))
            return
        survey = self.survey
        if not survey.is_volume:
            self.done.append(RawDocument(survey.stem, node, self.data))
            return
        place = survey.documents[self.passed]
        self.passed += 1
        page = next((page for start, page in self.pages if start == node.start), None)
        self.pages.clear()
        if place is None:
            return
        within = tuple(
            VolumePart(part.id or f"{part.kind}{at}", part.kind, part.title or part.kind)
            for at, (_, part) in enumerate(self.around, 1)
        )
        volume = Volume(survey.stem, survey.title or survey.stem, within)
        source = self.data[node.start : node.end]
        self.done.append(RawDocument(place.record, node, source, volume, page))
