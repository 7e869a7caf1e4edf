"""Distributed Text Services 1.0: collections, citation trees, and passages of TEI.

Two citation trees: by paragraph (the default), and by section and paragraph. A unit's identifier is
the `xml:id` of its element in the TEI. Source: https://dtsapi.org/versions/v1.0 (13 February 2026).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from api.errors import BadParameter, NotFound, ParameterError
from api.parsing.collections import ROOT
from api.queries.pages import Row
from api.representations.collections import title_of
from api.representations.tei import NAMESPACE
from api.representations.urls import Urls

if TYPE_CHECKING:
    from lxml.etree import _Element

Json = dict[str, Any]
VERSION = "1.0"
CONTEXT = "https://dtsapi.org/context/v1.0.json"
MEDIA_TYPE = "application/ld+json"
TEI = "application/tei+xml"
WRAPPER = "https://w3id.org/api/dts#"
SECTIONS = "sections"
"""The identifier of the second citation tree."""

_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"


@dataclass(frozen=True, slots=True)
class Unit:
    """A citable unit. `end` is the index, in its tree, behind its last descendant."""

    id: str
    level: int
    parent: str | None
    kind: str
    title: str | None
    index: int
    end: int


class CitationTree:
    """A record's citable units in document order: pre-order, depth first."""

    def __init__(self, paragraphs: Sequence[Row], sections: Sequence[Row] = ()) -> None:
        self.units: list[Unit] = []
        rows = {section.id: section for section in sections}
        children: dict[str | None, list[tuple[int, int, Any]]] = {}
        for order, section in enumerate(sections):
            parent = section.parent if section.parent in rows else None
            children.setdefault(parent, []).append((section.first, order, section))
        for paragraph in paragraphs:
            place = paragraph.section_id if paragraph.section_id in rows else None
            last = len(sections)
            children.setdefault(place, []).append((paragraph.number, last, paragraph))
        for found in children.values():
            found.sort(key=lambda child: child[:2])
        self._add(children, None, None, 1)
        self.by_id = {unit.id: unit for unit in self.units}

    def _add(
        self,
        children: Mapping[str | None, Sequence[tuple[int, int, Any]]],
        place: str | None,
        parent: str | None,
        level: int,
    ) -> None:
        for _, _, row in children.get(place, ()):
            at = len(self.units)
            if hasattr(row, "number"):
                self.units.append(Unit(row.id, level, parent, "paragraph", None, at, at + 1))
                continue
            name = f"s.{row.id}"
            # Its end is known once its descendants are.
            self.units.append(Unit(name, level, parent, "section", row.title, at, at))
            self._add(children, row.id, name, level + 1)
            end = len(self.units)
            self.units[at] = Unit(name, level, parent, "section", row.title, at, end)

    def find(self, identifier: str, parameter: str) -> Unit:
        """The unit called `identifier`; NotFound where the tree has none."""
        if identifier not in self.by_id:
            raise NotFound(
                "citable unit",
                identifier,
                f"`{parameter}` names a unit of the citation tree; navigation lists them.",
            )
        return self.by_id[identifier]

    def below(self, unit: Unit, down: int) -> list[Unit]:
        """A unit and what stands below it, `down` levels deep (-1: all)."""
        return self._cut(unit.index, unit.end, unit.level + down if down >= 0 else None)

    def whole(self, down: int) -> list[Unit]:
        """All units, `down` levels deep (-1: all)."""
        return self._cut(0, len(self.units), down if down >= 0 else None)

    def siblings(self, unit: Unit) -> list[Unit]:
        """The units with the same parent, itself included."""
        return [one for one in self.units if one.parent == unit.parent]

    def between(self, start: Unit, end: Unit, down: int) -> list[Unit]:
        """From one unit to another, `down` levels below the deeper of them (-1: all)."""
        deepest = max(start.level, end.level) + down if down >= 0 else None
        return self._cut(start.index, end.end, deepest)

    def _cut(self, first: int, end: int, deepest: int | None) -> list[Unit]:
        units = self.units[first:end]
        return [unit for unit in units if deepest is None or unit.level <= deepest]

    @cached_property
    def depth(self) -> int:
        """How deep sections nest."""
        return max((unit.level for unit in self.units if unit.kind == "section"), default=0)


def check_range(start: Unit, end: Unit) -> None:
    """A range runs forwards; BadParameter where it does not."""
    if end.index < start.index:
        raise BadParameter(
            ParameterError("end", "stands before `start`", end.id, "a unit at or after `start`")
        )


class Dts:
    """The objects of DTS, on a service's URLs."""

    def __init__(self, urls: Urls) -> None:
        self.urls = urls

    def entry(self) -> Json:
        """The entry point: where the three other endpoints are, as URI templates."""
        return {
            "@context": CONTEXT,
            "@id": self.urls("/dts"),
            "@type": "EntryPoint",
            "dtsVersion": VERSION,
            "collection": self.urls("/dts/collection") + "{?id,page,nav}",
            "navigation": self.urls("/dts/navigation") + "{?resource,ref,start,end,down,tree,page}",
            "document": self.urls("/dts/document") + "{?resource,ref,start,end,tree,mediaType}",
        }

    def collection(self, row: Row) -> Json:
        """A collection, without members."""
        is_root = row.id == ROOT
        found: Json = {
            "@id": row.id,
            "@type": "Collection",
            "dtsVersion": VERSION,
            "title": title_of(row),
            "totalParents": 0 if is_root else 1,
            "totalChildren": row.children + row.direct,
            "collection": self._template("collection", "id", row.id, "page,nav"),
        }
        if not is_root:
            found["description"] = f"{row.level}: {row.reference}"
        return found

    def resource(self, record: Row, depth: int) -> Json:
        """A record as a readable resource; `depth` is that of its sections, 0 for none."""
        described = {
            "title": [{"value": record.title, "lang": _language(record)}],
            "creator": [author["name"] for author in record.citation["authors"]],
            "contributor": [one["name"] for one in record.citation["contributors"]],
            "date": [(record.date.get("edtf") or record.date["expression"])] if record.date else [],
            "language": [one["tag"] or one["name"] for one in _languages(record)],
            "publisher": [record.citation["digital_archive"]],
            "source": [(record.citation["reference"] or {}).get("as_written")],
            "bibliographicCitation": [record.citation["verbatim"]],
            "rights": [(record.rights or {}).get("text")],
            "identifier": [self.urls.page(record.id)],
        }
        found: Json = {
            "@id": record.id,
            "@type": "Resource",
            "dtsVersion": VERSION,
            "title": record.title,
            "totalParents": 1,
            "totalChildren": 0,
            "collection": self._template("collection", "id", record.id, "nav"),
            "navigation": self._template(
                "navigation", "resource", record.id, "ref,start,end,down,tree,page"
            ),
            "document": self._template(
                "document", "resource", record.id, "ref,start,end,tree,mediaType"
            ),
            "download": self.urls.record(record.id, ".tei.xml"),
            "mediaTypes": [TEI],
            "dublinCore": {
                name: kept
                for name, values in described.items()
                if (kept := [value for value in values if value])
            },
            "citationTrees": _trees(depth) if record.counts["paragraphs"] else [],
        }
        if record.summary:
            found["description"] = record.summary
        return found

    def unit(self, unit: Unit, record: Row) -> Json:
        """A citable unit."""
        found: Json = {
            "identifier": unit.id,
            "@type": "CitableUnit",
            "level": unit.level,
            "parent": unit.parent,
            "citeType": unit.kind,
        }
        if unit.kind == "paragraph":
            found["@id"] = f"{self.urls.page(record.id)}#{unit.id}"
        if unit.title:
            found["dublinCore"] = {"title": [{"value": unit.title, "lang": _language(record)}]}
        return found

    def _template(self, endpoint: str, parameter: str, value: str, others: str) -> str:
        return f"{self.urls('/dts/' + endpoint)}?{parameter}={quote(value, safe='')}{{&{others}}}"


def top(found: Json) -> Json:
    """An object as the whole of an answer: with its context."""
    return {"@context": CONTEXT, **found}


def view(url: str, query: Sequence[tuple[str, str]], page: int, last: int) -> Json:
    """The pagination object of a numbered page."""

    def turn(number: int) -> str | None:
        if not 1 <= number <= last:
            return None
        pairs = [*((name, value) for name, value in query if name != "page"), ("page", str(number))]
        return url + "?" + "&".join(f"{quote(n)}={quote(v, safe='')}" for n, v in pairs)

    return {
        "@id": turn(page),
        "@type": "Pagination",
        "first": turn(1),
        "previous": turn(page - 1),
        "next": turn(page + 1),
        "last": turn(last),
    }


def _languages(record: Row) -> list[Mapping[str, Any]]:
    """The languages of the texts a record holds, else of its original."""
    texts = [c["language"] for c in record.contents if c["has_text"] and c["language"]]
    return texts or list(record.languages)


def _language(record: Row) -> str:
    return next((one["tag"] for one in _languages(record) if one["tag"]), "und")


def _trees(depth: int) -> list[Json]:
    paragraph = {"@type": "CiteStructure", "citeType": "paragraph"}
    trees: list[Json] = [
        {
            "@type": "CitationTree",
            "description": "By paragraph",
            "citeStructure": [paragraph],
        }
    ]
    if depth:
        structure: list[Json] = [paragraph]
        for _ in range(depth):
            section = {"@type": "CiteStructure", "citeType": "section", "citeStructure": structure}
            structure = [section, paragraph]
        trees.append(
            {
                "@type": "CitationTree",
                "identifier": SECTIONS,
                "description": "By section, then by paragraph",
                "citeStructure": structure,
            }
        )
    return trees


def cut_document(tei: str, first: str, last: str) -> bytes:
    """What stands in a TEI document from one `xml:id` to another, both whole, in a `dts:wrapper`.

    A single unit stands there alone; a range keeps the divisions that it cuts through.
    """
    from lxml import etree

    root = etree.fromstring(tei.encode())
    text = root.find(f"{{{NAMESPACE}}}text")
    by_id = {element.get(_XML_ID): element for element in (text.iter() if text is not None else ())}
    if first not in by_id or last not in by_id:
        raise NotFound("citable unit", first if first not in by_id else last)
    start, end = by_id[first], by_id[last]
    out = etree.Element(f"{{{NAMESPACE}}}TEI", nsmap={None: NAMESPACE})
    wrapper = etree.SubElement(out, f"{{{WRAPPER}}}wrapper", nsmap={"dts": WRAPPER})
    if start is end:
        wrapper.append(_copy(start))
    else:
        around = _common_ancestor(start, end)
        cut = _copy(around)
        if around is start or around is end:
            wrapper.append(cut)
        else:
            _drop_outside(around, cut, start, end)
            wrapper.extend(list(cut))
    return bytes(etree.tostring(out, xml_declaration=True, encoding="UTF-8"))


def _copy(element: _Element) -> _Element:
    copied = deepcopy(element)
    copied.tail = None
    return copied


def _common_ancestor(one: _Element, other: _Element) -> _Element:
    path = [one, *one.iterancestors()]
    found = {id(element) for element in path}
    for element in [other, *other.iterancestors()]:
        if id(element) in found:
            return element
    raise AssertionError("both stand in one document")


def _drop_outside(around: _Element, cut: _Element, start: _Element, end: _Element) -> None:
    """Remove from `cut`, a copy of `around`, what stands before `start` or behind `end`."""
    starts = _path(around, start)
    ends = _path(around, end)
    # The end first, so that positions before it hold.
    element = cut
    for position in ends:
        for child in list(element)[position + 1 :]:
            element.remove(child)
        element = element[position]
    element = cut
    for position in starts:
        kept = element[position]
        for child in list(element)[:position]:
            element.remove(child)
        element.text = None
        element = kept


def _path(around: _Element, element: _Element) -> list[int]:
    """The positions, from `around` down, that lead to an element."""
    path: list[int] = []
    while element is not around:
        parent = element.getparent()
        assert parent is not None
        path.append(parent.index(element))
        element = parent
    return path[::-1]
