"""TEI P5 of a record: header, text and stand-off lists, valid against `tei_all`.

Everything that is served of a record is in it, and `api.parsing.tei` reads the same record back.
The text is exact: what stands in a paragraph's element, `corr` left aside and `lb` a line's end, is
the paragraph's text. Spans that cross are cut, and their pieces linked by `next` and `prev`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from api.queries.pages import Row
from api.queries.whole import WholeRecord
from api.representations.urls import Urls
from api.representations.weaving import Span, steps, weave
from api.version import VERSION

NAMESPACE = "http://www.tei-c.org/ns/1.0"

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TOP = {"heading": "head", "dateline": "dateline", "addressee": "opener", "salutation": "salute"}
_BOTTOM = {
    "dateline": "dateline",
    "salutation": "salute",
    "signature": "signed",
    "colophon": "closer",
}
_GLOBAL = {"page_mark": "fw", "note": "note"}
"""Elements that may stand anywhere in a `div`."""

_MENTIONS = {
    "person": "persName",
    "place": "placeName",
    "state": "placeName",
    "organisation": "orgName",
    "armed_force": "orgName",
    "date": "date",
}
_LISTS = (
    ("listPerson", "person", "persName", ("person",)),
    ("listPlace", "place", "placeName", ("place", "state")),
    ("listOrg", "org", "orgName", ("organisation", "armed_force")),
    ("listEvent", "event", "label", ("event",)),
    ("listBibl", "bibl", "title", ("document",)),
    ("list", "item", "name", ("date",)),
)
"""Of the entities' kinds: list, its members, and the element that holds a name."""

_TAXONOMIES = {
    "origin": {
        "source": "In the source itself",
        "derived": "Read out of the source by rule",
        "curated": "Said by an editor",
    },
    "tier": {
        "editor": "Identified by an editor",
        "full_name": "Identified by a full name",
        "short_name": "Identified by a short name that can mean nobody else in this record",
        "suggested": "Only suggested",
    },
    "nested": {"outermost": "Inside the span of another mention, but not part of it"},
}

Attributes = Mapping[str, object]


def tei_document(whole: WholeRecord, urls: Urls) -> str:
    """The record as a TEI document. Only the `idno`s of publicationStmt depend on the service."""
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<TEI xmlns="{NAMESPACE}">',
            *_header(whole, urls),
            *_stand_off(whole),
            *_Text(whole).lines(),
            "</TEI>",
            "",
        ]
    )


# XML


def _escape(text: str) -> str:
    text = _ILLEGAL.sub("\ufffd", text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("\r", "&#13;")


def _escape_text(text: str) -> str:
    """A paragraph's characters: line ends as `lb`, those that XML does not allow as `g`."""
    parts = []
    at = 0
    for match in _ILLEGAL.finditer(text):
        parts += [_escape(text[at : match.start()]), f'<g n="U+{ord(match[0]):04X}"/>']
        at = match.end()
    parts.append(_escape(text[at:]))
    return "".join(parts).replace("\n", "<lb/>")


def _open(tag: str, attributes: Attributes) -> str:
    given = "".join(
        f' {name}="{_quote(str(value))}"' for name, value in attributes.items() if value is not None
    )
    return f"<{tag}{given}>"


def _quote(value: str) -> str:
    value = _escape(value).replace('"', "&quot;")
    return value.replace("\t", "&#9;").replace("\n", "&#10;")


def _element(tag: str, attributes: Attributes, *content: str) -> str:
    """An element with content that is escaped already."""
    inside = "".join(content)
    start = _open(tag, attributes)
    return f"{start}{inside}</{tag}>" if inside else f"{start[:-1]}/>"


def _plain(tag: str, text: str, **attributes: object) -> str:
    """An element with nothing but text in it."""
    return _element(tag, attributes, _escape(text))


def _around(tag: str, lines: Iterable[str], **attributes: object) -> list[str]:
    """An element with a line for each child; nothing where there is none."""
    inside = list(lines)
    return [_open(tag, attributes), *inside, f"</{tag}>"] if inside else []


def _word(text: str) -> str:
    """Any text as one word, as TEI's enumerated values are: white space in percent signs."""
    return re.sub(
        r"[\s%\x00-\x1f\x7f-\x9f]|[^\w.,:;~!?/+*()'#&=@-]",
        lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()),
        text,
    )


def _about(row: Any, *categories: str, **more: object) -> dict[str, object]:
    """The attributes that say whose a fact is, and how sure."""
    ana = [f"#origin.{row.origin}", *categories]
    resp = getattr(row, "resp", None)
    return {
        **more,
        "ana": " ".join(f"#{one.lstrip('#')}" for one in ana),
        "cert": getattr(row, "certainty", None),
        "resp": f"#r.{resp}" if resp else None,
    }


def _dating(date: Mapping[str, Any] | None) -> dict[str, object]:
    """`when` where it says all, else the EDTF with its bounds."""
    edtf = date and date.get("edtf")
    if not date or not edtf:
        return {}
    if re.fullmatch(r"\d{4}(-\d\d){0,2}", edtf):
        from api.parsing.dates import parse_date

        read = parse_date(edtf)
        if read and (read.edtf, read.begin, read.end) == (edtf, date["begin"], date["end"]):
            return {"when": edtf}
    return {"when-custom": edtf, "notBefore": date["begin"], "notAfter": date["end"]}


def _date(date: Mapping[str, Any], tag: str = "date", **attributes: object) -> str:
    return _element(tag, {**attributes, **_dating(date)}, _escape(date["expression"]))


# The header


def _header(whole: WholeRecord, urls: Urls) -> list[str]:
    record = whole.record
    profile = [
        *([_element("abstract", {}, _plain("p", record.summary))] if record.summary else []),
        *([_element("creation", {}, _date(record.date))] if record.date else []),
        *_around(
            "langUsage",
            (
                _plain("language", language["name"], ident=language["tag"] or "und")
                for language in record.languages
            ),
        ),
        *_correspondence(whole),
    ]
    return [
        "<teiHeader>",
        "<fileDesc>",
        *_around("titleStmt", _title_statement(whole)),
        *_around("publicationStmt", _publication(record, urls)),
        *_series(record),
        *_around("notesStmt", _notes(whole)),
        *_around("sourceDesc", _source(record)),
        "</fileDesc>",
        *_encoding(),
        *_around("profileDesc", profile),
        *_around(
            "revisionDesc",
            [_plain("change", _REVIEWS.get(record.review, record.review))],
            status=record.review,
        ),
        "</teiHeader>",
    ]


_REVIEWS = {
    "unreviewed": "Read by rule; no editor has seen it.",
    "in_progress": "An editor is at work on it.",
    "reviewed": "Reviewed by an editor.",
    "outdated": "Reviewed by an editor in an older revision of the text.",
}


def _title_statement(whole: WholeRecord) -> Iterator[str]:
    record = whole.record
    yield _plain("title", record.title)
    for author in record.citation["authors"]:
        yield _plain("author", author["name"], ana=f"#origin.{author['origin']}")
    for contributor in record.citation["contributors"]:
        yield _element(
            "respStmt",
            {},
            _plain("resp", contributor["role"]),
            _plain("name", contributor["name"]),
        )
    named = {editor["id"]: editor["name"] for editor in record.editors}
    responsible = [*whole.sections, *whole.mentions, *whole.apparatus, *whole.discrepancies]
    others = {row.resp for row in responsible if row.resp and row.resp not in named}
    for editor, name in [*named.items(), *((one, one) for one in sorted(others))]:
        yield _element(
            "respStmt",
            {"xml:id": f"r.{editor}", "n": None if editor in named else "unnamed"},
            _plain("resp", "annotations"),
            _plain("name", name),
        )


def _publication(record: Row, urls: Urls) -> Iterator[str]:
    yield _plain("distributor", "Opis")
    yield _plain("idno", record.id, type="record")
    yield _plain("idno", urls.page(record.id), type="URL")
    yield _plain(
        "idno",
        urls.record(record.id, f"/revisions/{record.source_sha256}/source"),
        type="URL",
        subtype="source",
    )
    if rights := record.rights:
        licence = _plain(
            "licence",
            rights["text"] or "",
            target=_uri(rights["url"]),
            n=rights["statement"],
            ana=f"#origin.{rights['origin']}",
        )
        yield _element("availability", {}, licence)
    else:
        unknown = _plain("p", "No terms are stated.")
        yield _element("availability", {"status": "unknown"}, unknown)


def _uri(text: str | None) -> str | None:
    """A text as a pointer: what no URI may hold in percent signs."""
    if text is None:
        return None
    return re.sub(
        r'[\s<>"{}|\\^`\x00-\x1f\x7f]',
        lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()),
        text,
    )


def _series(record: Row) -> list[str]:
    if not (volume := record.volume):
        return []
    return _around(
        "seriesStmt",
        [
            _plain("title", volume["title"]),
            _plain("idno", volume["id"], type="volume"),
            *(
                _plain("biblScope", part["title"], unit=_word(part["kind"]), n=part["id"])
                for part in volume["within"]
            ),
        ],
    )


def _notes(whole: WholeRecord) -> Iterator[str]:
    """What the header of TEI has no place for: credits, further fields, doubts, discrepancies."""
    record = whole.record
    if record.credits:
        yield _plain("note", record.credits, type="credits")
    for one in record.other_fields:
        yield _plain("note", one["value"], type="field", n=one["label"])
    unread = list(record.unread)
    read_again = record.citation["unread"]
    for text in unread[: len(unread) - len(read_again)] if read_again else unread:
        yield _plain("note", text, type="unread")
    for item in whole.apparatus:
        if item.paragraph is None:
            about = _about(
                item, type="apparatus", subtype=item.kind, n=f"{item.field} {item.start} {item.end}"
            )
            yield _element("note", about, _plain("quote", item.quote), *_remarks(item))
    ids = {paragraph.number: paragraph.id for paragraph in whole.paragraphs}
    for discrepancy in whole.discrepancies:
        yield from _discrepancy(discrepancy, ids)


def _remarks(item: Row) -> Iterator[str]:
    if item.note is not None:
        yield _plain("note", item.note, type="remark")
    if item.correction is not None:
        yield _plain("corr", item.correction)


def _discrepancy(row: Row, ids: Mapping[int, str]) -> Iterator[str]:
    about = _about(row, type="discrepancy", subtype=_word(row.kind), n=row.id)
    yield _open("note", about)
    yield _plain("p", row.summary)
    yield "<list>"
    for claim in row.claims:
        places = (
            _plain(
                "ref",
                at["quote"],
                type=at["field"],
                target=None if at["paragraph"] is None else f"#{ids[at['paragraph']]}",
                n=f"{at['start']} {at['end']}",
            )
            for at in claim["at"]
        )
        yield _element("item", {"n": claim["value"]}, *places)
    yield "</list>"
    if row.note is not None:
        yield _plain("note", row.note, type="remark")
    yield "</note>"


def _source(record: Row) -> Iterator[str]:
    citation = record.citation
    reference = citation["reference"]
    if citation["verbatim"]:
        yield _plain("bibl", citation["verbatim"], type="citation")
    elif reference or citation["provenance"] or citation["date"]:
        yield from _parsed_source(citation)
    identifier = _identifier(reference) if reference else []
    contents = [
        _element(
            "msItem",
            {"xml:id": f"c.{content['id']}", "class": None, "n": content["kind"]},
            _plain("title", content["label"], type=None if content["has_text"] else "without-text"),
            *(
                [
                    _plain(
                        "textLang",
                        content["language"]["name"],
                        mainLang=content["language"]["tag"] or "und",
                    )
                ]
                if content["language"]
                else []
            ),
        )
        for content in record.contents
    ]
    if contents and not identifier:
        identifier = [
            "<msIdentifier>",
            "<repository/>",
            _plain("msName", record.id),
            "</msIdentifier>",
        ]
    yield from _around("msDesc", [*identifier, *_around("msContents", contents)])
    if not (citation["verbatim"] or reference or citation["provenance"] or contents):
        yield _plain("p", "The source states no citation.")


def _parsed_source(citation: Mapping[str, Any]) -> Iterator[str]:
    """A citation that the source does not print, in its parts."""
    reference = citation["reference"]
    inside = []
    if citation["title"]:
        inside.append(_plain("title", citation["title"], level="a"))
    if citation["date"]:
        inside.append(_date(citation["date"]))
    if citation["digital_archive"]:
        inside.append(_plain("publisher", citation["digital_archive"], n="digital_archive"))
    if citation["url"]:
        inside.append(_element("ref", {"target": _uri(citation["url"])}))
    if reference:
        inside.append(
            _plain("bibl", reference["as_written"], type="reference", n=reference["scheme"])
        )
        for name, value in reference["parts"].items():
            if isinstance(value, dict):
                scope = {"from": None, "to": None, "unit": _word(name), "n": "run"}
                ends = (_plain("num", value[end], type=end) for end in ("from", "to"))
                inside.append(_element("biblScope", scope, *ends))
            else:
                inside.append(_plain("biblScope", value, unit=_word(name)))
    inside += [_plain("note", text, type="provenance") for text in citation["provenance"]]
    yield _element("bibl", {"type": "parsed"}, *inside)


def _identifier(reference: Mapping[str, Any]) -> list[str]:
    parts = reference["parts"]
    repository = parts.get("repository")
    if not isinstance(repository, str):
        return []
    collection = next(
        (name for name in ("fond", "collection", "record_group", "bestand") if name in parts), None
    )
    inside = [_plain("repository", repository)]
    if collection:
        inside.append(_plain("collection", _shown(parts[collection]), type=collection))
    inside.append(_plain("idno", reference["as_written"], type="reference"))
    for name, value in parts.items():
        if name not in ("repository", collection):
            idno = _plain("idno", _shown(value))
            inside.append(_element("altIdentifier", {"type": _word(name)}, idno))
    return _around("msIdentifier", inside)


def _shown(value: str | Mapping[str, str]) -> str:
    if isinstance(value, str):
        return value
    first, last = value.get("from", ""), value.get("to", "")
    return first if first == last else f"{first}-{last}"


def _encoding() -> list[str]:
    taxonomies = []
    for name, categories in _TAXONOMIES.items():
        taxonomies += _around(
            "taxonomy",
            (
                _element("category", {"xml:id": f"{name}.{one}"}, _plain("catDesc", meaning))
                for one, meaning in categories.items()
            ),
            **{"xml:id": f"opis.{name}"},
        )
    return [
        "<encodingDesc>",
        "<appInfo>",
        _element("application", {"ident": "opis", "version": VERSION}, _plain("label", "Opis")),
        "</appInfo>",
        *_around("classDecl", taxonomies),
        "</encodingDesc>",
    ]


def _correspondence(whole: WholeRecord) -> Iterator[str]:
    for section in whole.sections:
        manner = section.manner or {}
        sent = [_party(whole, section.sender)] if section.sender else []
        if section.date:
            sent.append(_date(section.date))
        actions = [
            ("sent", sent),
            ("received", [_party(whole, one) for one in section.addressees]),
            ("dictated", [_party(whole, one) for one in [manner.get("dictated_by")] if one]),
            ("recorded", [_party(whole, one) for one in [manner.get("recorded_by")] if one]),
        ]
        yield from _around(
            "correspDesc",
            (
                _element("correspAction", {"type": kind}, *parties)
                for kind, parties in actions
                if parties
            ),
            corresp=f"#s.{section.id}",
        )


def _party(whole: WholeRecord, name: str) -> str:
    """Somebody who wrote or received: an entity, or a name."""
    if entity := whole.entities.get(name):
        tag = _MENTIONS.get(entity.kind, "name")
        return _plain("name" if tag == "date" else tag, entity.label, ref=f"#e.{name}")
    return _plain("name", name)


# Stand-off


def _stand_off(whole: WholeRecord) -> list[str]:
    lists = []
    for tag, member, name, kinds in _LISTS:
        rows = [row for _, row in sorted(whole.entities.items()) if row.kind in kinds]
        lists += _around(
            tag,
            (_entity(row, member, name) for row in rows),
            type="dates" if tag == "list" else None,
        )
    remarks = []
    for item, mark_id in zip(whole.apparatus, _mark_ids(whole), strict=True):
        if mark_id and item.note is not None and not _is_break(item):
            remarks.append(_plain("span", item.note, type="note", target=f"#{mark_id}"))
        if mark_id and item.correction is not None and item.kind != "slip":
            remarks.append(_plain("span", item.correction, type="correction", target=f"#{mark_id}"))
    names = _mention_ids(whole)
    for mention in _mentions_in_order(whole):
        if mention.note is not None:
            target = f"#{names[mention.id]}"
            remarks.append(_plain("span", mention.note, type="note", target=target))
    lists += _around("spanGrp", remarks, type="remarks")
    return _around("standOff", lists)


def _is_break(item: Row) -> bool:
    """Whether it is a bare break, whose note is the number of the page that begins."""
    return bool(item.kind == "page_break" and item.start == item.end)


def _entity(row: Row, member: str, name: str) -> str:
    dates = row.dates or {}
    lifetime: dict[str, object] = {}
    events = []
    if row.kind == "person":
        for tag, end in (("birth", "begin"), ("death", "end")):
            if dates.get(end):
                events.append(_element(tag, {"when-custom": _word(dates[end])}))
    elif row.kind != "date":
        lifetime = {
            f"{side}-custom": _word(dates[end]) if dates.get(end) else None
            for side, end in (("from", "begin"), ("to", "end"))
        }
    attributes: dict[str, object] = {
        "xml:id": f"e.{row.id}",
        "type": row.kind if member in ("place", "org", "bibl") else None,
    }
    if member in ("event", "bibl", "item"):
        attributes["n"] = _lifetime(lifetime)
        lifetime = {}
    if row.kind == "date":
        stated = {"expression": row.label, "edtf": row.edtf, **dates}
        return _element(member, attributes, _date({"begin": None, "end": None, **stated}))
    names = [_plain(name, row.label, type="label", **lifetime)]
    for one in row.names:
        validity: dict[str, object] = {
            "from-custom": _word(one["valid_from"]) if one["valid_from"] else None,
            "to-custom": _word(one["valid_to"]) if one["valid_to"] else None,
        }
        if member in ("event", "bibl"):
            validity = {"n": _lifetime(validity)}
        names.append(_plain(name, one["text"], type=one["type"], **validity))
    same = [_plain("idno", value, type=_word(kind)) for kind, value in row.same_as.items()]
    note = [_plain("note", row.description, type="description")] if row.description else []
    return _element(member, attributes, *names, *events, *_in_order(member, note, same))


def _in_order(member: str, note: list[str], same: list[str]) -> list[str]:
    """An organisation's identifiers stand before its notes, elsewhere it is all one."""
    return [*same, *note] if member == "org" else [*note, *same]


def _lifetime(sides: Mapping[str, object]) -> str | None:
    """First and last as one value, for elements that cannot be dated."""
    begin, end = sides.get("from-custom"), sides.get("to-custom")
    return f"{begin or ''}/{end or ''}" if begin or end else None


# The text


def _mark_ids(whole: WholeRecord) -> list[str | None]:
    """The `xml:id` of each apparatus item in the text; None for those on the description."""
    taken = {paragraph.id for paragraph in whole.paragraphs}
    return [
        None if item.paragraph is None else f"{item.id}.a" if item.id in taken else item.id
        for item in whole.apparatus
    ]


def _mentions_in_order(whole: WholeRecord) -> list[Row]:
    """By where they begin, the longer first, so that their order depends on nothing else."""

    def key(mention: Row) -> tuple[int, ...]:
        segments = whole.segments[mention.position]
        first, last = segments[0], segments[-1]
        return first.paragraph, first.start, -last.paragraph, -last.end, -first.end

    return sorted(whole.mentions, key=key)


def _mention_ids(whole: WholeRecord) -> dict[str, str]:
    """The `xml:id` of each mention, by its id; paragraphs have the first choice of names."""
    taken = {paragraph.id for paragraph in whole.paragraphs}
    return {one.id: f"{one.id}.m" if one.id in taken else one.id for one in whole.mentions}


class _Text:
    """The paragraphs in their sections, marked up."""

    def __init__(self, whole: WholeRecord) -> None:
        self.whole = whole
        self.ids = {paragraph.number: paragraph.id for paragraph in whole.paragraphs}
        self.spans: dict[int, list[tuple[Span, _Mark]]] = defaultdict(list)
        """By paragraph."""
        self.breaks: dict[int, list[str]] = defaultdict(list)
        """Page breaks after a paragraph, by its number."""
        self.pieces: dict[str, int] = defaultdict(int)
        """How many pieces a mark has been cut into, by its id."""
        self.mention_ids = _mention_ids(whole)
        self._gather()
        self.woven = {
            number: weave([span for span, _ in found]) for number, found in self.spans.items()
        }
        self._say_parents()
        for number in sorted(self.woven):
            for fragment in self.woven[number]:
                self.pieces[self.spans[number][fragment.span][1].id] += 1
        self.written: dict[str, int] = defaultdict(int)

    # What is to be marked

    def _gather(self) -> None:
        lengths = {paragraph.number: len(paragraph.text) for paragraph in self.whole.paragraphs}
        inner = {
            item.paragraph: at
            for at, item in enumerate(self.whole.apparatus)
            if item.paragraph and item.start == lengths[item.paragraph] and not _is_break(item)
        }
        marks = zip(self.whole.apparatus, _mark_ids(self.whole), strict=True)
        for at, (item, mark_id) in enumerate(marks):
            if mark_id is None:
                continue
            is_last = item.start == lengths[item.paragraph] and at > inner.get(item.paragraph, -1)
            if _is_break(item) and is_last:
                about = _about(item, **{"xml:id": mark_id, "n": item.note})
                self.breaks[item.paragraph].append(_element("pb", about))
                continue
            span = Span(item.start, item.end, 0, holds=item.kind == "slip")
            self.spans[item.paragraph].append((span, _apparatus_mark(item, mark_id)))
        for mention in _mentions_in_order(self.whole):
            mention_id = self.mention_ids[mention.id]
            for one in mention.full_span:
                mark = _Mark(
                    f"{mention_id}.full", "seg", {"type": "full", "corresp": f"#{mention_id}"}
                )
                self.spans[one["paragraph"]].append((Span(one["start"], one["end"], 1), mark))
            mark = _mention_mark(mention, mention_id)
            for segment in self.whole.segments.get(mention.position, ()):
                place = self.spans[segment.paragraph]
                place.append((Span(segment.start, segment.end, 2), mark))
        for at, name in enumerate(self.whole.record.ambiguous):
            attributes = {
                "type": "ambiguous",
                "key": " ".join(name["candidates"]),
                "n": name["reason"],
            }
            mark = _Mark(f"x.{at + 1}", "rs", attributes)
            for one in name["segments"]:
                self.spans[one["paragraph"]].append((Span(one["start"], one["end"], 3), mark))

    def _say_parents(self) -> None:
        """Say which mention another nests in where the nesting of elements alone would not."""
        nearest: dict[str, str | None] = {}
        for number in sorted(self.woven):
            opened: list[str | None] = []
            for step in steps(self.woven[number]):
                if step.what == "close":
                    opened.pop()
                    continue
                mention = self.spans[number][step.fragment.span][1].mention
                if mention is not None and mention.id not in nearest:
                    around = (one for one in reversed(opened) if one is not None)
                    nearest[mention.id] = next(around, None)
                opened.append(mention.id if mention is not None else None)
        marks = {mark.id: mark for found in self.spans.values() for _, mark in found}
        for mark in marks.values():
            mention = mark.mention
            if mention is None or mention.parent == nearest.get(mention.id):
                continue
            if mention.parent is None:
                mark.attributes["ana"] = f"{mark.attributes['ana']} #nested.outermost"
            else:
                mark.attributes["corresp"] = f"#{self.mention_ids[mention.parent]}"

    # Sections

    def lines(self) -> list[str]:
        """The `text` element."""
        contents = {paragraph.content for paragraph in self.whole.paragraphs}
        self.shared = next(iter(contents)) if len(contents) == 1 else None
        children: dict[str | None, list[Row]] = defaultdict(list)
        known = {section.id for section in self.whole.sections}
        for section in self.whole.sections:
            children[section.parent if section.parent in known else None].append(section)
        self.children = children
        self.by_number = {paragraph.number: paragraph for paragraph in self.whole.paragraphs}
        numbers = sorted(self.by_number)
        inside = self._runs(None, numbers[0], numbers[-1]) if numbers else ["<div/>"]
        body = _around("body", inside, corresp=self.shared and f"#c.{self.shared}")
        return ["<text>", *body, "</text>"]

    def _runs(self, section: str | None, first: int, last: int) -> list[str]:
        """What stands from one number to another: sections, and paragraphs between them."""
        parts: list[Row | list[Row]] = []
        at = first
        for child in self.children[section]:
            if run := self._between(at, child.first):
                parts.append(run)
            parts.append(child)
            at = child.last + 1
        if run := self._between(at, last + 1):
            parts.append(run)
        lines: list[str] = []
        for index, part in enumerate(parts):
            if not isinstance(part, list):
                lines += self._section(part)
                continue
            starts, ends = index == 0, index == len(parts) - 1
            is_loose = all(paragraph.kind in _GLOBAL for paragraph in part)
            if is_loose or (section is not None and starts):
                lines += self._run(part, starts=starts and not is_loose, ends=ends)
            else:
                lines += ["<div>", *self._run(part, starts=True, ends=True), "</div>"]
        if section is None and all(
            isinstance(part, list) and all(one.kind in _GLOBAL for one in part) for part in parts
        ):
            # A body must hold a division.
            lines = ["<div>", *lines, "</div>"]
        return lines

    def _between(self, first: int, end: int) -> list[Row]:
        return [self.by_number[n] for n in range(first, end) if n in self.by_number]

    def _section(self, section: Row) -> list[str]:
        about = _about(
            section,
            **{
                "xml:id": f"s.{section.id}",
                "type": _word(section.kind),
                "subtype": section.layer and _word(section.layer),
                "n": section.title,
            },
        )
        return [
            _open("div", about),
            *self._runs(section.id, section.first, section.last),
            "</div>",
        ]

    # Paragraphs

    def _run(self, run: Sequence[Row], *, starts: bool, ends: bool) -> list[str]:
        """Paragraphs that follow each other in one `div`, each in the element its place allows."""
        top = 0
        while starts and top < len(run) and run[top].kind in (_TOP | _GLOBAL):
            top += 1
        bottom = len(run)
        while ends and bottom > top and run[bottom - 1].kind in (_BOTTOM | _GLOBAL):
            bottom -= 1
        if not any(one.kind not in _GLOBAL for one in run[top:bottom]):
            # Nothing between for the closing lines to close.
            bottom = min(bottom + 1, len(run)) if bottom == top else bottom
            while bottom < len(run) and run[bottom - 1].kind in _GLOBAL:
                bottom += 1
        lines: list[str] = []
        in_list = False
        for at, paragraph in enumerate(run):
            tag = self._tag(paragraph, at < top, at >= bottom)
            if in_list and tag not in ("item", "fw"):
                lines.append("</list>")
                in_list = False
            if tag == "item" and not in_list:
                lines.append("<list>")
                in_list = True
            lines.append(self._paragraph(paragraph, tag))
            lines += self.breaks.get(paragraph.number, ())
        if in_list:
            lines.append("</list>")
        return lines

    def _tag(self, paragraph: Row, at_top: bool, at_bottom: bool) -> str:
        kind = paragraph.kind
        if kind in _GLOBAL:
            return _GLOBAL[kind]
        if at_top and kind in _TOP:
            return _TOP[kind]
        if at_bottom and kind in _BOTTOM:
            return _BOTTOM[kind]
        return {"paragraph": "p", "speech": "p", "list_item": "item"}.get(kind, "ab")

    def _paragraph(self, paragraph: Row, tag: str) -> str:
        before = self.ids.get(paragraph.continues)
        after = self.ids.get(paragraph.continued_by)
        part = {(True, False): "F", (True, True): "M", (False, True): "I"}.get(
            (before is not None, after is not None)
        )
        content = paragraph.content if paragraph.content != self.shared else None
        attributes: dict[str, object] = {
            "xml:id": paragraph.id,
            "type": paragraph.kind if tag == "ab" else None,
            "part": part if tag in ("p", "ab") else None,
            "prev": before and f"#{before}",
            "next": after and f"#{after}",
            "corresp": content and f"#c.{content}",
        }
        written = _open(tag, attributes) + self._inline(paragraph) + f"</{tag}>"
        if paragraph.kind == "speech":
            return _open("sp", {"n": paragraph.speaker}) + written + "</sp>"
        return written

    def _inline(self, paragraph: Row) -> str:
        text = paragraph.text
        found = self.spans.get(paragraph.number, [])
        parts = []
        closing: list[str] = []
        at = 0
        for offset, what, fragment in steps(self.woven.get(paragraph.number, [])):
            parts.append(_escape_text(text[at:offset]))
            at = offset
            if what == "open":
                start, end = self._piece(found[fragment.span][1])
                parts.append(start)
                closing.append(end)
            else:
                parts.append(closing.pop())
        parts.append(_escape_text(text[at:]))
        return "".join(parts)

    def _piece(self, mark: _Mark) -> tuple[str, str]:
        """The next piece of a mark: what opens it and what closes it."""
        number = self.written[mark.id]
        self.written[mark.id] += 1
        attributes = dict(mark.attributes)
        cut = self.pieces[mark.id] > 1
        if not mark.id.startswith("x.") or cut:
            attributes = {"xml:id": _piece_id(mark.id, number), **attributes}
        if number:
            attributes = {"xml:id": _piece_id(mark.id, number), "type": mark.attributes.get("type")}
            attributes["prev"] = f"#{_piece_id(mark.id, number - 1)}"
        if number + 1 < self.pieces[mark.id]:
            attributes["next"] = f"#{_piece_id(mark.id, number + 1)}"
        if number or mark.correction is None:
            after = mark.after if number == 0 else ""
            return _open(mark.tag, attributes), f"{after}</{mark.tag}>"
        corrected = _element("corr", {}, _escape_text(mark.correction))
        return f"<choice>{_open(mark.tag, attributes)}", f"</{mark.tag}>{corrected}</choice>"


def _piece_id(mark_id: str, number: int) -> str:
    return mark_id if number == 0 else f"{mark_id}.{number + 1}"


class _Mark:
    """An element to be put around a span: tag, attributes, and what it carries besides text."""

    __slots__ = ("after", "attributes", "correction", "id", "mention", "tag")

    def __init__(
        self,
        mark_id: str,
        tag: str,
        attributes: dict[str, object],
        *,
        after: str = "",
        correction: str | None = None,
        mention: Row | None = None,
    ) -> None:
        self.id = mark_id
        self.tag = tag
        self.attributes = attributes
        self.after = after
        self.correction = correction
        self.mention = mention


def _apparatus_mark(item: Row, mark_id: str) -> _Mark:
    kind: str = item.kind
    if kind == "slip":
        return _Mark(mark_id, "sic", _about(item), correction=item.correction)
    if kind in ("supplied", "uncertain"):
        return _Mark(mark_id, "supplied" if kind == "supplied" else "unclear", _about(item))
    if kind in ("instruction", "sic"):
        return _Mark(mark_id, "note", _about(item, type=kind))
    if _is_break(item):
        return _Mark(mark_id, "pb", _about(item, n=item.note))
    after = {"omission": "<gap/>", "page_break": "<pb/>"}.get(kind, "")
    return _Mark(mark_id, "seg", _about(item, type=kind), after=after)


def _mention_mark(mention: Row, mention_id: str) -> _Mark:
    attributes = _about(
        mention,
        f"tier.{mention.tier}",
        type=mention.kind,
        subtype=mention.ref,
        ref=f"#e.{mention.entity_id}" if mention.entity_id else None,
    )
    tag = _MENTIONS.get(mention.kind, "rs") if mention.ref == "name" else "rs"
    return _Mark(mention_id, tag, attributes, mention=mention)
