"""From a record, read, to the rows that hold it. No database here: lists of plain mappings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from api.loading.build import Built
from api.parsing.annotations import Edition, place_paragraphs
from api.parsing.collections import ROOT, Holding, natural_key, place_record
from api.parsing.curated import Authority, Rights
from api.parsing.dates import find_dates, recognise_date
from api.parsing.languages import language_tag
from api.parsing.names import date_entity
from api.parsing.values import (
    Citation,
    DateExpression,
    Discrepancy,
    Mention,
    Origin,
)
from api.representations.prerendered import prerender
from api.text import fold, sha256_hex

Rows = dict[str, list[dict[str, Any]]]
"""By the names of the tables, so that who only reads needs no database library."""
CONTEXT = 32
"""Characters of a mention's prefix and suffix, as text-quote selectors have them."""
UNDATED = "9999-12-31"


def sort_key(text: str) -> str:
    """A text as lists are sorted and title words looked for: folded."""
    return fold(text).text.strip()


def date_out(date: DateExpression | None) -> dict[str, Any] | None:
    """A date as it is served."""
    if date is None:
        return None
    return {
        "expression": date.expression,
        "edtf": date.edtf,
        "begin": date.begin,
        "end": date.end,
    }


def record_rows(built: Built, input_digest: str, loaded_at: str, generation: int) -> Rows:
    """Every row of one record, by table."""
    edition = built.edition
    mentions = _mention_rows(built)
    rows: Rows = {
        "paragraph": _paragraph_rows(built),
        "section": _section_rows(built.id, edition),
        "mention": mentions,
        "mention_segment": _segment_rows(built.id, edition.mentions),
        "apparatus_item": _apparatus_rows(built),
        "discrepancy": _discrepancy_rows(built.id, edition.discrepancies),
        "gone_paragraph": [
            {"record_id": built.id, "id": gone.id, "successors": list(gone.successors)}
            for gone in built.ids.gone
        ],
        "entity_in_record": _entity_counts(built.id, mentions),
    }
    record = _record_row(built, rows)
    chain = place_record(record["citation"], record["volume"])
    record |= {
        "collection_id": chain[-1].id,
        "input_digest": input_digest,
        "modified_at": loaded_at,
        "modified_in": generation,
    }
    languages = {language["tag"] for language in record["languages"] if language["tag"]}
    languages |= {
        content["language"]["tag"]
        for content in record["contents"]
        if content["language"] and content["language"]["tag"]
    }
    rows["record_language"] = [
        {"record_id": built.id, "tag": tag.lower()} for tag in sorted(languages)
    ]
    rows["record"] = [record]
    rows["rendered"] = [
        {
            "record_id": built.id,
            "first": first,
            "total": len(rows["paragraph"]),
            "modified_at": loaded_at,
            "body": body,
        }
        for first, body in prerender(record, rows["paragraph"], built.author)
    ]
    rows["collection"] = list(_collection_rows(chain))
    rows["record_in_collection"] = [
        {
            "record_id": built.id,
            "collection_id": collection,
            "sort_date": record["sort_date"],
            "datestamp": datestamp(loaded_at),
            "gone": False,
        }
        for collection in (ROOT, *(holding.id for holding in chain))
    ]
    return rows


def datestamp(moment: str) -> str:
    """A moment as `record.modified_at` has it, the way harvesters want it: with a Z."""
    return moment.removesuffix("+00:00") + "Z"


def _collection_rows(chain: Sequence[Holding]) -> Iterable[dict[str, Any]]:
    """The collections a record belongs to, outermost first, not counted yet."""
    for depth, holding in enumerate(chain):
        above = [step.id for step in chain[:depth]]
        yield {
            "id": holding.id,
            "path": holding.path,
            "parent": above[-1] if above else ROOT,
            "ancestors": above,
            "level": holding.level,
            "unit": holding.unit,
            "label": holding.label,
            "sort_label": natural_key(holding.label),
            "title": holding.title,
            "reference": ", ".join(step.label for step in chain[: depth + 1]),
            "children": 0,
            "records": 0,
            "direct": 0,
        }


def _record_row(built: Built, rows: Rows) -> dict[str, Any]:
    export, citation = built.export, built.citation
    date = export.date or (citation.date if citation else None)
    parts = citation.reference.parts if citation and citation.reference else {}
    return {
        "id": built.id,
        "title": export.title,
        "sort_title": sort_key(export.title),
        "date": date_out(date),
        "sort_date": (date.begin or date.end if date else None) or UNDATED,
        "date_begin": date.begin or date.end if date else None,
        "date_end": date.end or date.begin if date else None,
        "summary": export.summary,
        "credits": export.credits,
        "languages": [_language(name) for name in export.languages],
        "repository": _part(parts.get("repository")),
        "fond": _part(parts.get("fond")),
        "citation": _citation(built),
        "contents": [
            {
                "id": content.id,
                "label": content.label,
                "kind": content.kind,
                "language": _language(content.language) if content.language else None,
                "has_text": content.has_text,
            }
            for content in export.contents
        ],
        "other_fields": [{"label": f.label, "value": f.value} for f in export.other_fields],
        "unread": [*export.unread, *(citation.unread if citation else ())],
        "ambiguous": [
            {
                "quote": " ".join(segment.quote for segment in name.segments),
                "segments": [_flat(segment) for segment in name.segments],
                "candidates": list(name.candidates),
                "reason": name.reason,
            }
            for name in built.edition.ambiguous
        ],
        "editors": [{"id": editor, "name": name} for editor, name in built.editors],
        "rights": _rights(built.rights, built.rights_origin, export.rights),
        "review": built.edition.review,
        "counts": {
            "paragraphs": len(rows["paragraph"]),
            "sections": len(rows["section"]),
            "entities": len(rows["entity_in_record"]),
            "mentions": len(rows["mention"]),
            "apparatus": len(rows["apparatus_item"]),
            "discrepancies": len(rows["discrepancy"]),
        },
        "volume": built.volume,
        "path": built.path,
        "source_sha256": built.source_sha256,
    }


def _flat(value: Any) -> dict[str, Any]:
    """A dataclass whose values are plain, as a mapping: `asdict` takes ten times as long."""
    return {name: getattr(value, name) for name in value.__slots__}


def _part(value: str | dict[str, str] | None) -> str | None:
    return value if isinstance(value, str) else None


def _language(name: str) -> dict[str, str | None]:
    return {"name": name, "tag": language_tag(name)}


def _rights(stated: Rights | None, origin: Origin, printed: str | None) -> dict[str, Any] | None:
    """What the source itself says of rights comes first."""
    if printed:
        return {"text": printed, "statement": None, "url": None, "origin": "source"}
    if stated is None:
        return None
    return {
        "text": stated.text,
        "statement": stated.statement,
        "url": stated.url,
        "origin": origin,
    }


def _citation(built: Built) -> dict[str, Any]:
    citation = built.citation or Citation(verbatim="")
    return {
        "verbatim": citation.verbatim or None,
        "title": citation.title,
        "date": date_out(citation.date),
        "digital_archive": citation.digital_archive,
        "url": citation.url,
        "reference": asdict(citation.reference) if citation.reference else None,
        "contributors": [asdict(contributor) for contributor in citation.contributors],
        "authors": [asdict(author) for author in built.authors],
        "also_printed_in": [asdict(place) for place in citation.also_printed_in],
        "provenance": list(citation.provenance),
        "unread": list(citation.unread),
        "origin": "derived",
    }


def _paragraph_rows(built: Built) -> list[dict[str, Any]]:
    edition = built.edition
    places = place_paragraphs(edition.paragraphs, edition.sections)
    return [
        {
            "record_id": built.id,
            "number": paragraph.number,
            "id": paragraph_id,
            "kind": paragraph.kind,
            "text": paragraph.text,
            "text_sha256": sha256_hex(paragraph.text),
            "content": paragraph.content,
            "section_id": section,
            "layer": layer,
            "speaker": paragraph.speaker,
            "continues": paragraph.continues,
            "continued_by": paragraph.continued_by,
            "source_start": paragraph.source_start,
            "source_end": paragraph.source_end,
        }
        for paragraph, paragraph_id, (section, layer) in zip(
            edition.paragraphs, built.ids.ids, places, strict=True
        )
    ]


def _section_rows(record: str, edition: Edition) -> list[dict[str, Any]]:
    return [
        {
            "record_id": record,
            "id": section.id,
            "position": position,
            "title": section.title,
            "kind": section.kind,
            "level": section.level,
            "layer": section.layer,
            "first": section.first,
            "last": section.last,
            "parent": section.parent,
            "origin": section.origin,
            "resp": section.resp,
            "date": date_out(section.date),
            "sender": section.sender,
            "addressees": list(section.addressees),
            "manner": asdict(section.manner) if section.manner else None,
        }
        for position, section in enumerate(edition.sections, 1)
    ]


def _mention_rows(built: Built) -> list[dict[str, Any]]:
    ids = _mention_ids(built)
    contexts = _contexts(built)
    rows = []
    for position, (mention, mention_id) in enumerate(
        zip(built.edition.mentions, ids, strict=True), 1
    ):
        prefix, suffix = contexts(mention)
        rows.append(
            {
                "record_id": built.id,
                "position": position,
                "id": mention_id,
                "entity_id": mention.entity,
                "kind": mention.kind,
                "ref": mention.ref,
                "quote": mention.quote,
                "prefix": prefix,
                "suffix": suffix,
                "full_span": [_flat(segment) for segment in mention.full_span],
                "parent": None if mention.parent is None else ids[mention.parent],
                "tier": mention.tier,
                "origin": mention.origin,
                "certainty": mention.certainty,
                "resp": mention.resp,
                "note": mention.note,
                "first": mention.segments[0].paragraph,
                "last": mention.segments[-1].paragraph,
            }
        )
    return rows


def _mention_ids(built: Built) -> list[str]:
    """Ids that hold while their paragraph's text does: of the paragraph and the offsets in it."""
    paragraph_ids = {
        paragraph.number: paragraph_id
        for paragraph, paragraph_id in zip(built.edition.paragraphs, built.ids.ids, strict=True)
    }
    seen: Counter[str] = Counter()
    ids = []
    for mention in built.edition.mentions:
        first = mention.segments[0]
        plain = f"m-{paragraph_ids[first.paragraph]}-{first.start}-{first.end}"
        seen[plain] += 1
        ids.append(plain if seen[plain] == 1 else f"{plain}-{seen[plain]}")
    return ids


def _contexts(built: Built) -> Any:
    """What stands before and after a mention in its paragraphs, joined over page breaks."""
    texts = {paragraph.number: paragraph.text for paragraph in built.edition.paragraphs}

    def context(mention: Mention) -> tuple[str, str]:
        first, last = mention.segments[0], mention.segments[-1]
        before = texts[first.paragraph][: first.start]
        after = texts[last.paragraph][last.end :]
        return before[-CONTEXT:], after[:CONTEXT]

    return context


def _segment_rows(record: str, mentions: Sequence[Mention]) -> list[dict[str, Any]]:
    return [
        {"record_id": record, "position": position, "segment": number, **_flat(segment)}
        for position, mention in enumerate(mentions, 1)
        for number, segment in enumerate(mention.segments, 1)
    ]


def _apparatus_rows(built: Built) -> list[dict[str, Any]]:
    paragraph_ids = {
        paragraph.number: paragraph_id
        for paragraph, paragraph_id in zip(built.edition.paragraphs, built.ids.ids, strict=True)
    }
    seen: Counter[str] = Counter()
    rows = []
    for position, item in enumerate(built.edition.apparatus, 1):
        place = paragraph_ids[item.paragraph] if item.paragraph is not None else item.field
        plain = f"a-{place}-{item.start}-{item.end}"
        seen[plain] += 1
        rows.append(
            {
                "record_id": built.id,
                "position": position,
                "id": plain if seen[plain] == 1 else f"{plain}-{seen[plain]}",
                **_flat(item),
            }
        )
    return rows


def _discrepancy_rows(record: str, discrepancies: Sequence[Discrepancy]) -> list[dict[str, Any]]:
    return [
        {"record_id": record, "position": position, **asdict(discrepancy)}
        for position, discrepancy in enumerate(discrepancies, 1)
    ]


def _entity_counts(record: str, mentions: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    counts: dict[str, dict[str, Any]] = {}
    for mention in mentions:
        if entity := mention["entity_id"]:
            row = counts.setdefault(
                entity,
                {
                    "entity_id": entity,
                    "record_id": record,
                    "mentions": 0,
                    "first": mention["first"],
                },
            )
            row["mentions"] += 1
    return list(counts.values())


def revision_row(built: Built, number: int, loaded_at: str) -> dict[str, Any]:
    """The source as it was loaded."""
    return {
        "record_id": built.id,
        "sha256": built.source_sha256,
        "number": number,
        "loaded_at": loaded_at,
        "path": built.path,
        "media_type": built.media_type,
        "paragraph_ids": list(built.ids.ids),
        "source": built.source,
    }


def authority_row(authority: Authority) -> dict[str, Any]:
    """An entity of the authority files."""
    return {
        "id": authority.id,
        "kind": authority.kind,
        "label": authority.label,
        "sort_label": sort_key(authority.label),
        "names": [name.model_dump() for name in authority.names],
        "description": authority.description,
        "edtf": None,
        "dates": authority.dates.model_dump() if authority.dates else None,
        "same_as": authority.same_as.model_dump(exclude_none=True) if authority.same_as else {},
        "origin": "curated",
    }


def listed_entity_rows(built: Built) -> dict[str, dict[str, Any]]:
    """The entities that the source's own lists describe, and the dates it tags, by id."""
    return {
        entity.id: {
            "id": entity.id,
            "kind": entity.kind,
            "label": entity.label,
            "sort_label": sort_key(entity.label),
            "names": [asdict(name) for name in entity.names],
            "description": entity.description,
            "edtf": entity.edtf,
            "dates": {"begin": entity.begin, "end": entity.end}
            if entity.begin or entity.end or entity.kind == "date"
            else None,
            "same_as": dict(entity.same_as),
            "origin": "derived" if entity.kind == "date" else "source",
        }
        for entity in built.entities
    }


def date_entity_rows(built: Built) -> dict[str, dict[str, Any]]:
    """The dates that a record mentions, as entities, by id."""
    found: dict[str, dict[str, Any]] = {}
    for mention in built.edition.mentions:
        if mention.kind == "date" and mention.entity and mention.entity not in found:
            found[mention.entity] = _date_row(mention.entity, mention.quote)
    return found


def _dates_in(quote: str) -> Iterator[DateExpression | None]:
    yield recognise_date(quote)
    yield from (found.date for found in find_dates(quote))


@lru_cache(maxsize=4096)
def _date_row(entity: str, quote: str) -> dict[str, Any]:
    """A date as an entity; one that only an editor could read has its id for a label."""
    read = (date for date in _dates_in(quote) if date and date.edtf)
    date = next((date for date in read if date_entity(date)[0] == entity), None)
    label = date_entity(date)[1] if date else entity.removeprefix("date-")
    return {
        "id": entity,
        "kind": "date",
        "label": label,
        "sort_label": sort_key(label),
        "names": [],
        "description": None,
        "edtf": date.edtf if date else None,
        "dates": {"begin": date.begin, "end": date.end} if date else None,
        "same_as": {},
        "origin": "derived",
    }
