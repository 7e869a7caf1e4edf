"""OAI-PMH 2.0 in XML: written as text, so that a page of any size needs no tree.

Not by the `oaipmh` library: its resumption tokens are offsets, which cost their number, it needs a
tree for every record, and a repeated argument never reaches it.
Source: https://www.openarchives.org/OAI/openarchivesprotocol.html (2015-01-08).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit
from xml.sax.saxutils import escape as escape_markup
from xml.sax.saxutils import quoteattr

from api.queries.collections import Harvested
from api.queries.pages import Row
from api.representations.collections import title_of
from api.representations.urls import Urls

MEDIA_TYPE = "text/xml; charset=utf-8"
NAMESPACE = "http://www.openarchives.org/OAI/2.0/"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"


@dataclass(frozen=True, slots=True)
class Format:
    """A metadata format: prefix, schema, namespace, and how many records a page of it holds."""

    prefix: str
    schema: str
    namespace: str
    page: int


FORMATS: Mapping[str, Format] = {
    one.prefix: one
    for one in (
        Format("oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc.xsd", _DC, 100),
        # One to a page: an xml:id must be unique in a document, and all our TEI shares some.
        Format(
            "tei",
            "https://www.tei-c.org/release/xml/tei/custom/schema/xsd/tei_all.xsd",
            "http://www.tei-c.org/ns/1.0",
            1,
        ),
    )
}

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def escape(text: str) -> str:
    """Text as XML takes it; characters that no XML can hold become U+FFFD."""
    return escape_markup(_ILLEGAL.sub("\ufffd", text))


def _tag(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"


def host_of(urls: Urls) -> str:
    """The host that identifiers are minted under."""
    return urlsplit(urls.base).hostname or "localhost"


def identifier(record: str, urls: Urls) -> str:
    """The identifier of a record; it contains the record's id as it is."""
    return f"oai:{host_of(urls)}:{record}"


def record_of(name: str, urls: Urls) -> str | None:
    """The id of the record that an identifier names; None where it is none of ours."""
    prefix = identifier("", urls)
    return name.removeprefix(prefix) if name.startswith(prefix) else None


def envelope(inside: Iterable[str], arguments: Mapping[str, str], moment: str, urls: Urls) -> bytes:
    """A whole answer. `arguments` are told back; `moment` is now, UTC with a Z."""
    told = "".join(
        f" {name}={quoteattr(_ILLEGAL.sub('�', value))}" for name, value in arguments.items()
    )
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>\n',
        f'<OAI-PMH xmlns="{NAMESPACE}" xmlns:xsi="{_XSI}" xsi:schemaLocation="{NAMESPACE} '
        'http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd">\n',
        _tag("responseDate", moment),
        f"<request{told}>{escape(urls('/oai'))}</request>\n",
        *inside,
        "\n</OAI-PMH>\n",
    ]
    return "".join(parts).encode()


def error(code: str, message: str) -> str:
    """One of the protocol's errors."""
    return f'<error code="{code}">{escape(message)}</error>'


def identify(name: str, email: str, earliest: str, urls: Urls) -> str:
    """Who we are. Withdrawn records are told of for good."""
    return "".join(
        [
            "<Identify>",
            _tag("repositoryName", name),
            _tag("baseURL", urls("/oai")),
            _tag("protocolVersion", "2.0"),
            _tag("adminEmail", email),
            _tag("earliestDatestamp", earliest),
            _tag("deletedRecord", "persistent"),
            _tag("granularity", "YYYY-MM-DDThh:mm:ssZ"),
            "</Identify>",
        ]
    )


def list_formats() -> str:
    """The metadata formats; every record has both."""
    inside = "".join(
        "<metadataFormat>"
        + _tag("metadataPrefix", one.prefix)
        + _tag("schema", one.schema)
        + _tag("metadataNamespace", one.namespace)
        + "</metadataFormat>"
        for one in FORMATS.values()
    )
    return f"<ListMetadataFormats>{inside}</ListMetadataFormats>"


def list_sets(collections: Sequence[Row], token: str | None) -> Iterator[str]:
    """Collections as sets: whoever asks for one gets what lies below it too."""
    yield "<ListSets>"
    for row in collections:
        name = row.reference if row.title in (None, row.reference) else title_of(row)
        yield f"<set>{_tag('setSpec', row.path)}{_tag('setName', name)}</set>"
    yield from _resume(token, None)
    yield "</ListSets>"


def header(record: Harvested, urls: Urls) -> str:
    """A record's identifier, datestamp and innermost collection."""
    status = ' status="deleted"' if record.gone else ""
    return (
        f"<header{status}>"
        + _tag("identifier", identifier(record.id, urls))
        + _tag("datestamp", record.datestamp)
        + (_tag("setSpec", record.path) if record.path else "")
        + "</header>"
    )


def list_identifiers(
    records: Sequence[Harvested], token: str | None, cursor: int | None, urls: Urls
) -> Iterator[str]:
    """Headers, and where to go on."""
    yield "<ListIdentifiers>"
    for record in records:
        yield header(record, urls)
    yield from _resume(token, cursor)
    yield "</ListIdentifiers>"


def list_records(
    records: Sequence[Harvested],
    metadata: Callable[[str], str],
    token: str | None,
    cursor: int | None,
    urls: Urls,
) -> Iterator[str]:
    """Records, and where to go on; `metadata` gives a record's, by its id."""
    yield "<ListRecords>"
    for record in records:
        yield record_element(record, metadata, urls)
    yield from _resume(token, cursor)
    yield "</ListRecords>"


def get_record(record: Harvested, metadata: Callable[[str], str], urls: Urls) -> str:
    """One record."""
    return f"<GetRecord>{record_element(record, metadata, urls)}</GetRecord>"


def record_element(record: Harvested, metadata: Callable[[str], str], urls: Urls) -> str:
    """A record: header, and metadata unless it has been withdrawn."""
    inside = "" if record.gone else f"<metadata>{metadata(record.id)}</metadata>"
    return f"<record>{header(record, urls)}{inside}</record>\n"


def _resume(token: str | None, cursor: int | None) -> Iterator[str]:
    """Nothing for a list in one part; an empty token for the last of several."""
    if token is None and not cursor:
        return
    place = f' cursor="{cursor}"' if cursor is not None else ""
    yield f"<resumptionToken{place}>{escape(token or '')}</resumptionToken>"


def dublin_core(row: Row, urls: Urls) -> str:
    """A record in unqualified Dublin Core."""
    citation = row.citation
    texts = [content["language"] for content in row.contents if content["has_text"]]
    languages = [one for one in texts if one] or list(row.languages)
    rights = row.rights or {}
    date = row.date or {}
    printed = (citation["reference"] or {}).get("as_written")
    elements: list[tuple[str, str | None]] = [
        ("title", row.title),
        *(("creator", author["name"]) for author in citation["authors"]),
        *(
            ("contributor", name)
            for name in dict.fromkeys(one["name"] for one in citation["contributors"])
        ),
        ("description", row.summary),
        ("publisher", citation["digital_archive"]),
        ("date", date.get("edtf") or date.get("expression")),
        ("type", "Text"),
        ("format", "text/html"),
        ("identifier", urls.page(row.id)),
        ("identifier", citation["url"]),
        ("source", printed),
        *(("language", one["tag"] or one["name"]) for one in languages),
        ("relation", urls.collection(row.collection_id)),
        ("rights", rights.get("text")),
        ("rights", rights.get("url")),
    ]
    inside = "".join(_tag(f"dc:{name}", text) for name, text in elements if text)
    return (
        f'<oai_dc:dc xmlns:oai_dc="{_DC}" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'xsi:schemaLocation="{_DC} http://www.openarchives.org/OAI/2.0/oai_dc.xsd">'
        f"{inside}</oai_dc:dc>"
    )


def embed(document: str) -> str:
    """An XML document as an element in another: without its declaration."""
    return document[document.index("?>") + 2 :].strip() if document.startswith("<?") else document
