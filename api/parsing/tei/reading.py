"""One document of a TEI file -> a record's description and text, as the tagging has them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

from api.errors import Complaint, SeedError
from api.parsing.curated import Authority
from api.parsing.tei.documents import RawDocument, Survey
from api.parsing.tei.header import Description, read_header
from api.parsing.tei.lists import read_authority
from api.parsing.tei.own import read_own
from api.parsing.tei.text import Flow, date_entities, read_text
from api.parsing.tei.values import ListedEntity, TeiDocument
from api.parsing.tei.xml import Offsets
from api.parsing.values import (
    Citation,
    Content,
    EntityKind,
    Export,
    HeaderField,
    Parts,
    Reference,
)

_CONTENT = "text"
_MAX_TITLE = 500


class Linker:
    """What the documents of a file share: its header, read, and whom its pointers mean.

    A pointer means an entity of the file's own lists, else of the authorities.

    Only identity links: an `xml:id` of the file, an authority's own id, an identifier that an
    authority is verified to have.
    """

    def __init__(self, survey: Survey, authorities: Mapping[str, Authority]) -> None:
        self.survey = survey
        self.authorities = authorities

    @cached_property
    def about(self) -> Description:
        """What the file's header says, which all its documents share."""
        return read_header(self.survey.header, self.survey.language, self.survey.title)

    @cached_property
    def _addresses(self) -> dict[tuple[str, str], str]:
        found: dict[tuple[str, str], str] = {}
        for authority in self.authorities.values():
            same = authority.same_as.model_dump(exclude_none=True) if authority.same_as else {}
            for kind, value in same.items():
                found.setdefault((kind, value), authority.id)
        return found

    @cached_property
    def listed(self) -> Mapping[str, ListedEntity | Authority]:
        """What each `xml:id` of the file's lists stands for, authorities put in their place."""
        found: dict[str, ListedEntity | Authority] = {}
        for name, entity in self.survey.entities.items():
            known = {self._addresses.get(one) for one in entity.same_as.items()} - {None}
            one = known.pop() if len(known) == 1 else None
            found[name] = self.authorities[one] if one else entity
        return found

    def __call__(self, pointer: str) -> tuple[str, EntityKind] | None:
        """The id and kind of the entity that a pointer means; None where it is not known."""
        file, _, name = pointer.rpartition("#")
        if file in ("", self.survey.stem, f"{self.survey.stem}.xml") and name in self.listed:
            entity = self.listed[name]
            return entity.id, entity.kind
        if known := read_authority(pointer):
            found = self._addresses.get(known)
            return (found, self.authorities[found].kind) if found else None
        authority = self.authorities.get(name) if not file else None
        return (authority.id, authority.kind) if authority else None


def read_document(raw: RawDocument, survey: Survey, data: bytes, link: Linker) -> TeiDocument:
    """Read one document of a file. Raises SeedError where there is nothing to read in it."""
    if survey.is_own:
        return read_own(raw.node, data)
    root = raw.node if survey.is_volume else raw.node.first("text") or raw.node
    end = raw.node.end if survey.is_volume else len(data)
    offsets = Offsets(data, raw.node.start if survey.is_volume else 0, end)
    flow = read_text(root, offsets, data, link, _CONTENT)
    if not flow.paragraphs:
        raise SeedError(Complaint("a document without text", line=raw.node.line))
    return _Assembly(raw, survey, flow, link.about, link).assemble()


class _Assembly:
    def __init__(
        self, raw: RawDocument, survey: Survey, flow: Flow, about: Description, link: Linker
    ) -> None:
        self.raw = raw
        self.survey = survey
        self.flow = flow
        self.about = about
        self.link = link

    def assemble(self) -> TeiDocument:
        about, flow = self.about, self.flow
        date = flow.date if self.survey.is_volume else about.date or flow.date
        citation = self._citation()
        language = about.languages[0] if len(about.languages) == 1 else None
        export = Export(
            title=self._title(),
            date=date,
            citation=(citation.verbatim or None) if citation else None,
            summary=None if self.survey.is_volume else about.summary,
            languages=about.languages,
            other_fields=tuple(self._fields()),
            contents=(Content(_CONTENT, "Text", "transcript", language, True),),
        )
        return TeiDocument(
            export=export,
            citation=citation,
            authors=() if self.survey.is_volume else about.authors,
            paragraphs=tuple(flow.paragraphs),
            sections=tuple(flow.sections),
            mentions=flow.mentions,
            apparatus=tuple(flow.apparatus),
            entities=tuple(self._entities()),
            rights=about.rights,
            volume=self.raw.volume,
            ambiguous=tuple(flow.ambiguous),
        )

    def _title(self) -> str:
        """A document's own heading, without its number in the volume; a file's title."""
        if not self.survey.is_volume and self.about.title:
            return self.about.title
        paragraphs = self.flow.paragraphs
        heading = next((one.text for one in paragraphs if one.kind == "heading"), None)
        title = " ".join((heading or paragraphs[0].text).split())
        number = self.raw.node.get("n")
        if number and self.survey.is_volume:
            plain = re.sub(rf"^(?:No\.\s*)?{re.escape(number)}\b[.:]?\s*", "", title)
            title = plain or title
        return title if len(title) <= _MAX_TITLE else title[: _MAX_TITLE - 2].rstrip() + " …"

    def _citation(self) -> Citation | None:
        about = self.about
        if not self.survey.is_volume:
            citation = about.citation
            if citation is None and (about.contributors or about.provenance):
                citation = Citation(verbatim="", provenance=about.provenance)
            if citation and not citation.contributors:
                citation = replace(citation, contributors=about.contributors)
            return citation
        reference = about.printed
        pages = [page for page in (self.raw.page, *self.flow.pages) if page]
        if reference is not None and pages:
            parts: Parts = {**reference.parts, "pages": {"from": pages[0], "to": pages[-1]}}
            shown = pages[0] if pages[0] == pages[-1] else f"{pages[0]}–{pages[-1]}"
            written = f"{reference.as_written}, {'p' if shown == pages[0] else 'pp'}. {shown}"
            reference = Reference(written, True, reference.scheme, parts)
        return Citation(
            verbatim="",
            reference=reference,
            contributors=about.contributors,
            provenance=tuple(self.flow.source_notes),
        )

    def _fields(self) -> list[HeaderField]:
        """The abbreviations that the file expands, as far as the document uses them."""
        used = dict.fromkeys(self.flow.terms)
        known = [self.survey.terms[name] for name in used if name in self.survey.terms]
        if not known:
            return []
        lines = sorted({f"{term}: {meaning}" for term, meaning in known})
        return [HeaderField("Abbreviations", "\n".join(lines), 0, 0)]

    def _entities(self) -> list[ListedEntity]:
        """The listed entities that the document names, and its dates."""
        named = {mention.entity for mention in self.flow.mentions}
        for section in self.flow.sections:
            named |= {section.sender, *section.addressees}
        listed = [
            entity
            for entity in self.link.listed.values()
            if isinstance(entity, ListedEntity) and entity.id in named
        ]
        return [*listed, *date_entities(self.flow.dates)]
