"""Citations of archival documents: split, and their reference codes read where that is certain.

A citation is title, date, digital archive, reference, statements (who contributed and translated,
where else it is printed, where it came from) and URL. What no rule understands goes to `unread`;
nothing is put into two places. `verbatim` is the text as given, white space collapsed; the parts
are in NFC.

A reference code is recognised only when every word of it is accounted for. The schemes, with
their parts in the scheme's own words (`repository` is the name as written, and
`repository_abbreviation` what stands in brackets behind it; `place` its town):

- `fond-opis-delo` (Russia and the former Soviet Union): fond, fond_title, opis,
  year, papka, por, delo, edinitsa_khraneniya, perechen, dokument, tom, korobka, rolik, listy, pages
- `fond-opis-ae` (Bulgaria): fond, opis, ae, listy, pages
- `fond-opys-sprava` (Ukraine): fond, opys, sprava, arkushi
- `fond-dans-negj` (Mongolia): fond, dans, negj, khuudas
- `fond-dosje` (Albania): fond, nenfond, viti, dosje, flete, pages
- `fond-dosar` (Romania): fond, inventar, dosar, year, country, volume, filele, pages
- `fond-orzesi-egyseg` and `fond-doboz` (Hungary): fond, csoport, orzesi_egyseg, doboz, tetel,
  iktatoszam, pages
- `zespol-wiazka-teczka` (Poland): zespol, sygnatura, wiazka, teczka, paczka, tom, karty, pages
- `fond-svazek-archivni-jednotka` (Czech lands, Slovakia): fond, svazek, archivni_jednotka, bod,
  karton, obal, inventarni_cislo, listy, pages
- `fond-signatura` (Yugoslavia): fond, signatura
- `bundesarchiv`, `politisches-archiv`, `bstu` (Germany): bestand, signatur, band, blatt, pages
- `department-series-piece` (Britain): department, series, piece, item, folios
- `series-volume` (France): series, volume, carton, dossier, folios
- `fondo-caja`, `caixa-maco` (Spanish and Portuguese): fondo, caja, carpeta, legajo, expediente;
  fundo, caixa, maco, pasta; series, volume
- `phong-ho-so` (Vietnam): phong, ho_so, to
- `file-number` (China, Japan, Israel and others): file, pages; `papers-file` (India): collection,
  file, installment, serial_number, pages
- `microfilm` (Korea and others): roll, reel, film, file, frames, class_number,
  registration_number, pages
- `record-group` (US National Archives): record_group, series, entry, box, folder, file, lot_file,
  decimal_file, item, document, reel, frames, pages; `presidential-library` and `box-folder`:
  collection, series, box, and the same
- `declassification` (CIA): release, document_number
- `printed`: author, editor, title, volume, part, issue, number, place, publisher, year, date,
  document, pages

Parts are strings, but leaves (listy, blatt, folios, karty, filele, flete, arkushi, khuudas) are
`{"from", "to"}`, equal for a single leaf; for several ranges first and last, with the list in
`as_written`. Sources: ISAD(G) 3.1.1; the archives' own finding aids.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from api.parsing.dates import is_undated, parse_date, recognise_date
from api.parsing.languages import language_tag
from api.parsing.values import (
    Author,
    Citation,
    Contributor,
    DateExpression,
    Parts,
    Reference,
    Role,
)

MAX_CITATION = 10_000
MAX_REFERENCE = 600
"""Longer texts, in code points, are kept whole and not read."""


class Leaves(NamedTuple):
    """A range of archival leaves, inclusive, as printed on them; a single leaf is both ends."""

    first: str
    last: str
    as_written: str | None = None
    """The whole list, where it has several ranges."""


def parse_citation(text: str) -> Citation:
    """Split a citation; see the module for what goes where.

    Quotation marks around the title, line breaks, Markdown links and the dialects of old exports
    are all taken. A text that is no citation at all comes back with everything in `unread`.
    """
    verbatim = " ".join(text.split())
    if len(verbatim) > MAX_CITATION:
        return Citation(verbatim, unread=(verbatim,))
    rest = unicodedata.normalize("NFC", verbatim)
    label = _LABEL.match(rest)
    rest, url, links = _take_url(rest[label.end() :] if label else rest)
    split = _split(rest)
    date, found = split.date, _read_statements(split.after)
    if not (split.title or split.archive or found.is_certain or found.contributors or url):
        return Citation(verbatim, unread=(verbatim,) if verbatim else ())
    between = _read_statements(split.between)
    reference, unread = found.reference, between.unread + found.unread + links
    if between.reference and date is None and _is_date_like(between.reference):
        date = DateExpression(between.reference.as_written)
    elif between.reference and reference is None:
        reference = between.reference
    elif between.reference:
        unread.insert(0, between.reference.as_written)
    printed = between.printed + found.printed
    if reference is None and len(printed) == 1 and not printed[0].again:
        reference, printed = printed[0].reference, []
    return Citation(
        verbatim=verbatim,
        title=split.title,
        date=date,
        digital_archive=split.archive,
        reference=reference,
        contributors=tuple(between.contributors + found.contributors),
        also_printed_in=tuple(item.reference for item in printed),
        provenance=tuple(between.provenance + found.provenance),
        url=url,
        unread=tuple(unread),
    )


def parse_reference(text: str) -> Reference:
    """Read a reference code whole, or not at all; `as_written` without its closing full stop.

    "RGANI, f. 52, op. 1, d. 351, ll. 141-153" -> fond-opis-delo with repository, fond, opis, delo
    and listy. Schemes, parts and sources: the module's docstring.
    """
    as_written = " ".join(unicodedata.normalize("NFC", text).split()).strip(" ,;")
    if not _ENDS_ABBREVIATED.search(as_written):
        as_written = as_written.rstrip(". ")
    body = re.sub(r"^(?:Source|In|in|from|From)(?::\s*|\s+)(?=\S)", "", as_written)
    if 0 < len(body) <= MAX_REFERENCE:
        for read in _READERS:
            found = read(body)
            if found:
                scheme, parts = found
                return Reference(as_written, True, scheme, parts)
    return Reference(as_written)


def parse_leaves(text: str) -> Leaves | None:
    """Read a range of archival leaves: "ll. 141-153" -> Leaves("141", "153").

    Strings, inclusive, as printed on the leaves; a single leaf is both ends; a verso ("12ob")
    keeps its mark; the short form "141-53" ends at 153. Of several ranges first and last, and
    the list in `as_written`. None when the text is no range of leaves or runs backwards.
    Source: shelfmarks of the Russian archives; ISAD(G) 3.1.1.
    """
    body = _LEAF_LABEL.sub("", " ".join(text.split()), count=1).rstrip(".,; ")
    if len(body) > MAX_REFERENCE or not _LEAVES.fullmatch(body):
        return None
    ranges = [_leaf_range(match) for match in _LEAF_RANGE.finditer(body)]
    order = [key for first, last in ranges for key in (_leaf_order(first), _leaf_order(last))]
    if any(one > other for one, other in pairwise(order)):
        return None
    # In "ll. 5-6, 1953" the last is a year, no leaf.
    if len(ranges) > 1 and 1800 < order[-1][0] < 2100 and order[-3][0] < 1000:
        return None
    written = body if len(ranges) > 1 else None
    return Leaves(ranges[0][0], ranges[-1][1], written)


def infer_authors(title: str) -> tuple[Author, ...]:
    """The persons whose words a title says the document holds; none where it is not certain.

    "Note of Cde. N.S. Khrushchev to the CC Presidium" -> N. S. Khrushchev. Honorifics and offices
    are dropped, initials spaced. Institutions and places that send a document are no authors, nor
    are those whose conversation is recorded.
    """
    plain = " ".join(unicodedata.normalize("NFC", title).split()).strip(" \"'“”‘’")
    match = _AUTHORED.match(plain)
    if match:
        return _authors_from(plain[match.end() :], by=match["by"] is not None)
    match = _POSSESSIVE.match(plain)
    if match:
        name = _personal_name(match["name"], alone=False)
        return (Author(name),) if name else ()
    return ()


def _words(text: str, separator: str = " ") -> frozenset[str]:
    return frozenset(text.split(separator))


_LABEL = re.compile(r"\**(?:Citation|Cite as)\**:\**\s*")
_LINK = re.compile(r"\[(?P<label>[^\[\]]{0,300})\]\((?P<linked><?https?://[^\s()<>]{1,500}>?)\)")
_URL = re.compile(
    r"<(?P<angled>(?:https?://|www\.)[^\s<>]+)>|(?P<bare>(?:https?://|www\.)[^\s<>\"“”\]]+)"
    r"|(?<![\w@/.:-])(?P<plain>(?:[a-z0-9-]{1,40}\.){1,4}(?:org|com|gov|edu|net|int)/[^\s<>\"]+)"
)


def _take_url(text: str) -> tuple[str, str | None, list[str]]:
    """The text without URLs, its last URL, and whatever else the links said."""
    urls: list[str] = []
    said: list[str] = []

    def link(match: re.Match[str]) -> str:
        urls.append(match["linked"].strip("<>"))
        label = match["label"].strip()
        if label and not _URL.match(label) and label.rstrip("/") not in urls[-1]:
            return label
        return ""

    def url(match: re.Match[str]) -> str:
        written = match["angled"] or match["bare"] or match["plain"]
        trimmed = written if match["angled"] else written.rstrip(".,;:)>'’")
        urls.append(trimmed)
        return ""

    text = _URL.sub(url, _LINK.sub(link, text))
    said += urls[:-1]
    return " ".join(text.split()).rstrip(" ,;<>"), urls[-1] if urls else None, said


@dataclass(frozen=True, slots=True)
class _Split:
    """A citation cut at its title, date and digital archive."""

    title: str | None = None
    date: DateExpression | None = None
    archive: str | None = None
    between: str = ""
    """What stands between the date and the digital archive."""
    after: str = ""


_OPENING = "\"“”„«‘'"
_CLOSING = "\"”“»’'"
_DIGITAL_ARCHIVE = re.compile(
    r"\b(?:Digital|Virtual) Archives?\b(?:: International History Declassified)?"
    r"(?:\s\([^()]{2,40}\))?"
    r"(?:,\s(?:Woodrow\s)?Wilson (?:International )?Center(?: for Scholars)?(?![\w ]))?"
)
_DATE_LIKE = re.compile(
    r"\b(?:1[5-9]|20)\d\d\b|\b(?:January|February|March|April|May|June|July|August|September"
    r"|October|November|December|Spring|Summer|Autumn|Winter)\b"
)


def _is_date_like(reference: Reference) -> bool:
    return not reference.recognised and bool(_DATE_LIKE.search(reference.as_written))


def _split(text: str) -> _Split:
    if text[:1] in _OPENING and text:
        found = _split_quoted(text)
        if found:
            return found
    return _split_unquoted(text)


def _split_quoted(text: str) -> _Split | None:
    """Find the quotation mark that closes the title: the first one that a date and the archive's
    name follow, else the archive, else a date, else the last that a comma or full stop touches."""
    best: tuple[int, int, int] | None = None
    for at in range(1, len(text)):
        if text[at] not in _CLOSING or (text[at] in "'’" and text[0] not in "'‘"):
            continue
        after = text[at + 1 : at + 2]
        if after not in ("", ",", ".", ";", " ", ":") and text[at - 1] not in ",.":
            continue
        if text[at] in "'’" and after == " " and text[at - 1] not in ",.?!":
            continue
        start = _skip(text, at + 1)
        date, end = _leading_date(text, start)
        dated = date is not None
        archived = _archive_at(text, end if dated else start) is not None
        touches = after in (",", ".", "") or text[at - 1] in ",."
        score = 4 * (dated and archived) + 3 * archived + 2 * dated + touches
        # The first that is certain; among the merely possible, the last.
        if best is None or score > best[0] or (score == best[0] and score <= 1):
            best = (score, at, start)
    if best is None:
        return None
    _, at, start = best
    title = text[1:at].rstrip()
    if title.endswith(",") or (title.endswith(".") and text[at + 1 : at + 2] != ","):
        title = title[:-1] if not _ENDS_ABBREVIATED.search(title) else title
    return _split_after_title(title.strip() or None, text, start)


def _split_after_title(title: str | None, text: str, start: int) -> _Split:
    date, end = _leading_date(text, start)
    rest_at = end if date else start
    archive = _find_archive(text, rest_at)
    if archive is None:
        return _Split(title, date, None, "", text[rest_at:])
    name_at, name_end = archive
    between = text[rest_at:name_at].strip(" ,;.")
    if date is None and between:
        date = recognise_date(between)
        between = "" if date else between
    return _Split(title, date, text[name_at:name_end], between, text[_skip(text, name_end) :])


def _split_unquoted(text: str) -> _Split:
    archive = _find_archive(text, 0)
    if archive:
        before = text[: archive[0]].rstrip(" ,;.")
        title, date = _trailing_date(before)
        after = text[_skip(text, archive[1]) :]
        return _Split(title or None, date, text[archive[0] : archive[1]], "", after)
    dated: tuple[int, int] | None = None
    commas = [match.start() for match in re.finditer(r",\s", text)][:40]
    if _read_statements(text).is_certain:
        return _Split(after=text)
    for comma in commas:
        date, end = _leading_date(text, _skip(text, comma))
        if date is None or date.edtf is None:
            continue
        if _read_statements(text[end:]).is_certain:
            return _Split(text[:comma].strip(), date, None, "", text[end:])
        dated = dated or (comma, end)
    for comma in commas:
        if _read_statements(text[comma + 1 :]).is_certain:
            return _Split(text[:comma].strip(), None, None, "", text[comma + 1 :].strip())
    if dated:
        comma, end = dated
        date, _ = _leading_date(text, _skip(text, comma))
        return _Split(text[:comma].strip(), date, None, "", text[end:])
    return _Split(after=text)


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in " ,.;:":
        at += 1
    return at


def _leading_date(text: str, start: int) -> tuple[DateExpression | None, int]:
    """The longest date at `start` that ends at a comma, a full stop or the end; and where the
    text goes on."""
    window = text[start : start + 110]
    best: tuple[DateExpression | None, int] = (None, start)
    bracketed = re.match(r"[(\[][^()\[\]]{3,80}[)\]](?=[\s,.;]|$)", window)
    ends = [match.start() for match in re.finditer(r"[,;.](?=\s|$)", window)]
    if len(text) - start <= 110:
        ends.append(len(window))
    if bracketed:
        ends.append(bracketed.end())
    for end in sorted(ends)[:10]:
        written = window[:end].strip()
        date = recognise_date(written)
        if date is None and is_undated(written):
            date = parse_date(written)
        if date:
            best = (date, _skip(text, start + end))
    return best


def _trailing_date(text: str) -> tuple[str, DateExpression | None]:
    """A title without quotation marks, and the date behind it."""
    best: tuple[str, DateExpression | None] = (text, None)
    at = len(text)
    for _ in range(3):
        at = text.rfind(", ", 0, at)
        if at < 0:
            break
        written = text[at + 2 :]
        date = recognise_date(written) or (parse_date(written) if is_undated(written) else None)
        if date:
            best = (text[:at].strip(), date)
    return best


def _archive_at(text: str, start: int) -> tuple[int, int] | None:
    """The digital archive's name, if the text goes on with it at `start`."""
    found = _find_archive(text, start, within=160)
    return found if found and found[0] == start else None


def _find_archive(text: str, start: int, within: int | None = None) -> tuple[int, int] | None:
    stop = len(text) if within is None else min(len(text), start + within)
    for match in _DIGITAL_ARCHIVE.finditer(text, start, stop):
        begin = _name_begins(text, start, match.start())
        if begin == match.start():
            # "Wilson International Center for Scholars, Digital Archive"
            begin = _name_begins(text, start, max(start, begin - 2))
        name = text[begin : match.end()]
        if len(name.split()) <= 16 and name[:1].isupper() and '"' not in name:
            return begin, match.end()
        if name.startswith("the "):
            return begin + 4, match.end()
    return None


def _name_begins(text: str, start: int, end: int) -> int:
    start = max(start, end - 300)
    marks = [text.rfind(mark, start, end) for mark in (", ", ". ", "; ", "” ", '" ', ") ")]
    return max(start, max(marks) + 2 if max(marks) >= 0 else start)


class _Printed(NamedTuple):
    """A place where the document is printed; `again` where the words say "also" or "re-"."""

    reference: Reference
    again: bool


class _Statements:
    """What follows the digital archive: a reference, then statements about people and places."""

    def __init__(self) -> None:
        self.reference: Reference | None = None
        self.contributors: list[Contributor] = []
        self.printed: list[_Printed] = []
        self.provenance: list[str] = []
        self.unread: list[str] = []

    @property
    def is_certain(self) -> bool:
        """Whether this begins with a reference code whose scheme is known."""
        return self.reference is not None and self.reference.recognised


_ROLES: dict[str, Role | None] = {
    **dict.fromkeys(
        ("contributed", "contribution", "obtained", "acquired", "procured"), "contributor"
    ),
    **dict.fromkeys(("translated", "translation", "translations", "trans", "transl"), "translator"),
    **dict.fromkeys(("transcribed", "transcription", "transcript"), "transcriber"),
    **dict.fromkeys(("edited", "editing", "ed"), "editor"),
    **dict.fromkeys(("provided", "supplied"), "provider"),
    # Read, but no role of ours: their names stay unread.
    **dict.fromkeys(("annotated", "introduced", "introduction", "selected", "compiled"), None),
    **dict.fromkeys(("revised", "checked", "reviewed", "prepared", "typed", "corrected"), None),
}
_VERB = "|".join(sorted(_ROLES, key=len, reverse=True))
_CONTRIBUTION = (
    rf"(?:(?:Both |The )?(?:Document|Documents|Text|English|Original)\s(?:was\s|were\s)?)?"
    rf"(?:{_VERB})\b"
    r"(?=(?:[.,:]?\s[^\s.,;()]{1,30}){0,14}?[.,:]?\sby\b|\sfrom [A-Z][a-z]+:)"
)
_PRINTING = (
    r"(?:(?:also|originally|first|previously|partially|subsequently)\s){0,2}"
    r"(?:re)?(?:published|printed|produced)\s(?:in|as|from)\b"
)
_PROVENANCE = (
    r"donated\b|donation\b|courtesy\b|gift of\b|copy (?:on file|held|courtesy|in the possession)\b"
    r"|copy (?:[a-z]{2,10} ){1,2}by\b|on file\b|from the (?:personal|private|family)\b|"
    r"(?:personal|private) (?:collection"
    r"|archives?"
    r"|papers) of\b|original (?:held|is)\b|released\b|declassified\b|made available\b"
    r"|(?:obtained|received|acquired) (?:from|through|at|in)\b(?![^.;]{0,200}\bby\b)"
    r"|this document was\b|(?:document|documents) (?:from|courtesy)\b"
)
_OPENER = re.compile(
    rf"(?:^|(?<=[.;,)\]]\s)|(?<=\s\()|(?<=^\()|(?<=[\w)]\s)(?=[A-Z]))"
    rf"(?:(?P<people>{_CONTRIBUTION})|(?P<printing>{_PRINTING})|(?P<provenance>{_PROVENANCE}))",
    re.IGNORECASE,
)
_ABBREVIATED = _words(
    "jr sr dr prof mr mrs ms st col gen lt maj capt amb gov sen rep rev hon vol vols no nos nr pp "
    "ed eds trans transl fol fols doc docs dok dos dosar nos pap por per inv sygn teczka str "
    "bl bd cs kart sv ar khr spr ark folder box rg dept univ inst nat intl approx"
)
_SENTENCE = re.compile(r"(?<=[\w)\]\"”’'])\.[\"”)]?\s+(?=[^\W\d_a-z]|[\"“(\[])")
_ENDS_ABBREVIATED = re.compile(r"(?:(?<![^\W\d_])[^\W\d_]\.\s?[^\W\d_]|\b(?:Jr|Sr|[A-Z]))\.$")


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """The sentences of a text as spans; initials and abbreviations end none."""
    start = 0
    for match in _SENTENCE.finditer(text):
        word = re.search(r"[^\W\d_]*$", text[max(start, match.start() - 20) : match.start()])
        last = word[0] if word else ""
        if last and (len(last) <= 2 or last.lower() in _ABBREVIATED):
            continue
        yield start, match.start() + 1
        start = match.end()
    if start < len(text):
        yield start, len(text)


def _read_statements(text: str) -> _Statements:
    found = _Statements()
    text = text.strip(" ,;")
    openers: list[tuple[int, str]] = []
    for match in _OPENER.finditer(text):
        kind = match.lastgroup or ""
        if openers and kind == "people" == openers[-1][1] and not _begins_anew(text, match.start()):
            continue
        # "Contributed and Translated by": the statement goes on.
        if re.search(
            r"\b(?:and|&)\s$", text[max(match.start() - 5, 0) : match.start()], re.IGNORECASE
        ):
            continue
        # Behind a bare space only a capital begins a new statement.
        bare = (
            match.start() > 0
            and text[max(match.start() - 3, 0) : match.start()].rstrip()[-1:] not in ".;,)](["
        )
        if bare and not (kind == "people" and text[match.start()].isupper()):
            continue
        openers.append((match.start(), kind))
    first = openers[0][0] if openers else len(text)
    _take_reference(text[:first].strip(" ,;("), found)
    for at, (start, kind) in enumerate(openers):
        end = openers[at + 1][0] if at + 1 < len(openers) else len(text)
        statement = text[start:end].strip(" ,;(")
        if statement.endswith(")") and statement.count("(") < statement.count(")"):
            statement = statement[:-1]
        if kind == "people":
            _take_people(statement, found)
        elif kind == "printing":
            _take_printing(statement, found)
        else:
            _take_provenance(statement, found)
    return found


def _begins_anew(text: str, at: int) -> bool:
    """Whether a verb begins a sentence of its own, rather than going on with the last one."""
    before = text[max(at - 3, 0) : at].rstrip()
    return before.endswith((".", ";", ")", "]")) or text[at].isupper()


def _take_reference(text: str, found: _Statements) -> None:
    text = text.removesuffix("(").strip(" ,;")
    if not text.strip(" ."):
        return
    whole = parse_reference(text)
    if not whole.recognised:
        # A sentence behind a sure reference is no part of it.
        for _, end in [*_sentences(text)][:-1][:4]:
            part = parse_reference(text[:end])
            if part.recognised:
                found.unread.append(text[end:].strip(" ,;"))
                whole = part
                break
    found.reference = whole


def _take_printing(statement: str, found: _Statements) -> None:
    match = re.match(_PRINTING, statement, re.IGNORECASE)
    again = bool(re.match(r"also|re|subs|previously|originally|first", statement, re.IGNORECASE))
    body = statement[match.end() if match else 0 :].strip(" ,;:")
    body = body.removesuffix(".") if not _ENDS_ABBREVIATED.search(body) else body
    if body:
        found.printed.append(_Printed(parse_reference(body), again))
    else:
        found.unread.append(statement)


def _take_provenance(statement: str, found: _Statements) -> None:
    for start, end in _sentences(statement):
        sentence = statement[start:end].strip(" ,;")
        (found.unread if start else found.provenance).append(sentence)


_WORD = re.compile(r"[^\s,;()&]+|[,;()&]")
_BESIDE_VERBS = _words(
    ", ; & and also jointly kindly originally document documents text english original was were is "
    "both then the additional specially first generously later"
)
_AFTER_VERBS = _words("for to from into in with on through")


def _take_people(statement: str, found: _Statements) -> None:
    """Read "VERBS [for X] by NAMES", as often as it stands in the statement."""
    words = [*_WORD.finditer(statement)]
    plain = [word[0].lower().rstrip(".:") for word in words]
    at = 0
    while at < len(words):
        begin = at
        roles, at = _verbs(words, plain, at)
        if not roles or at >= len(words):
            rest = statement[words[begin].start() :].strip(" ,;.()")
            if rest and plain[begin] not in (")", "("):
                _take_rest(rest, found)
            elif begin + 1 < len(words):
                at = begin + 1
                continue
            return
        end = _names_end(words, plain, at)
        raw = statement[words[at].start() : words[end - 1].end()]
        names = _read_names(raw, found)
        for role in roles:
            if role is None:
                continue
            found.contributors.extend(Contributor(name, role) for name in names)
        if names and all(role is None for role in roles):
            found.unread.append(statement[words[begin].start() : words[end - 1].end()].strip(" ."))
        at = end
        while at < len(words) and (plain[at] in (",", ";", "&", "and", ")") or not plain[at]):
            at += 1


def _verbs(words: list[re.Match[str]], plain: list[str], at: int) -> tuple[list[Role | None], int]:
    """The roles up to "by", and where the names begin; no roles where there is no "by"."""
    roles: list[Role | None] = []
    while at < len(words):
        word = plain[at]
        if word in _ROLES:
            if _ROLES[word] not in roles:
                roles.append(_ROLES[word])
            if words[at][0].endswith(":"):
                return roles, at + 1
        elif word == "by" and roles:
            return roles, at + 1
        elif word in _AFTER_VERBS and roles:
            at = _filler_end(words, plain, at)
            if at < len(words) and words[at - 1][0].endswith(":"):
                return roles, at
            continue
        elif word not in _BESIDE_VERBS:
            return [], at
        at += 1
    return [], at


def _filler_end(words: list[re.Match[str]], plain: list[str], at: int) -> int:
    """Past "for CWIHP", "from the Russian", up to the next verb, "by" or comma."""
    end = at + 1
    while end < len(words) and end - at < 12:
        if (
            plain[end] in ("by", ",", ";", "(")
            or plain[end] in _ROLES
            or plain[end] in _AFTER_VERBS
        ):
            break
        if plain[end] == "and" and end + 1 < len(words) and plain[end + 1] in _ROLES:
            break
        end += 1
        if words[end - 1][0].endswith(":"):
            break
    return end


def _names_end(words: list[re.Match[str]], plain: list[str], at: int) -> int:
    """Where the names end: before the next verb, and the commas and "and" before it."""
    end = at
    while end < len(words):
        if end > at and plain[end] in _ROLES and plain[end] not in ("ed", "introduction"):
            break
        end += 1
    if end < len(words):
        while end > at + 1 and (plain[end - 1] in _BESIDE_VERBS):
            end -= 1
    return end


_INSTITUTION = re.compile(
    r"\b(?:Archives?|Institut\w*|Universit\w+|Ministry|Cent(?:er|re)|Project|Library|Department"
    r"|Academy|Foundation|Museum|Office|Service|Commission|Committee|Embassy|Agency|College|School"
    r"|Programme|Program|Association|Society|Council|Bureau|Administration|Press|Staff|CWIHP|NKIDP"
    r"|NPIHP|FBIS|JPRS|Group|Team|Parallel History)\b"
)
_FOR_PROJECT = re.compile(
    r"\s+for\s+(?:the\s+)?(?:CWIHP|NKIDP|NPIHP|Cold War International History Project|North Korea"
    r" International Documentation Project|Nuclear Proliferation International History Project"
    r"|History and Public Policy Program|(?:Woodrow )?Wilson Center)\b"
    r"(?:\s\([A-Z]{3,6}\))?(?=\s*(?:[,;.]|and\b|$))"
)
_FOR = re.compile(r"\s+(?:for|on behalf of|at the request of)\s+.*$")
_LANGUAGES = re.compile(
    r"\s+(?:from|into|to)\s+(?:the\s+)?(?:original\s+)?(?P<language>[A-Z][\w-]+)"
    r"(?:\s+(?:original|(?:in)?to\s+English))?$"
)
_HELP = re.compile(r"(?:,)?\s+with (?:the )?(?:assistance|help|support|aid|cooperation)\b.*$")
_ORIGIN = re.compile(r"\s+(?:from|at|in|through|via|of)\s+.*$")
_NAME_SEPARATOR = re.compile(
    r"(?P<strong>\s*,?\s+and\s+|\s*,?\s*&\s*|\s*;\s*(?:and\s+)?|,?\s+with\s+|\s*/\s*)|\s*,\s*"
)
_SUFFIX = re.compile(r"(?:Jr|Sr|II|III|IV|Ph\.?\s?D|M\.?A|Esq)\.?")
_PARTICLES = _words(
    "de da do dos das del della der den di du van von vom zu zum zur la le el al af av bin ibn ben "
    "ter ten y e i d' o' l' abu ul uz"
)


def _read_names(raw: str, found: _Statements) -> list[str]:
    """Split names; what stands around them and is understood goes to provenance, else unread."""
    spans = [*_sentences(raw)]
    for start, end in spans[1:]:
        _take_rest(raw[start:end].strip(" ,;"), found)
    raw = raw[: spans[0][1]] if spans else raw
    for bracketed in re.findall(r"\(([^()]*)\)", raw):
        if bracketed.strip():
            found.unread.append(bracketed.strip())
    raw = re.sub(r"\s*\([^()]*\)", "", raw).strip(" ,;()")
    raw = raw if _ENDS_ABBREVIATED.search(raw) else raw.rstrip(". ")
    help_given = _HELP.search(raw)
    if help_given:
        found.unread.append(help_given[0].strip(" ,"))
        raw = raw[: help_given.start()]
    raw = _FOR_PROJECT.sub("", raw)
    purpose = _FOR.search(raw)
    if purpose and not _INSTITUTION.search(raw[: purpose.start()]):
        found.unread.append(purpose[0].strip())
        raw = raw[: purpose.start()]
    names: list[str] = []
    for piece, firmly in _name_pieces(raw):
        _take_name(piece, firmly, names, found)
    return names


def _name_pieces(raw: str) -> list[tuple[str, bool]]:
    """The names of a list, and whether "and" (True) or a mere comma (False) joins each on."""
    pieces: list[tuple[str, bool]] = []
    at, firmly, joint = 0, True, ""
    for match in [*_NAME_SEPARATOR.finditer(raw), None]:
        piece = raw[at : match.start() if match else len(raw)].strip()
        before = pieces[-1][0] if pieces else ""
        one_word = bool(piece) and " " not in piece and "." not in piece
        if (pieces and _SUFFIX.fullmatch(piece)) or (
            pieces
            and "and" in joint
            and _INSTITUTION.search(before)
            and (one_word or re.search(r"(?:Studies|Affairs|Trade|Research|Archives)$", piece))
        ):
            pieces[-1] = (f"{before}{joint}{piece}", pieces[-1][1])
        elif piece:
            pieces.append((piece, firmly))
        if match:
            at, firmly, joint = match.end(), match["strong"] is not None, match[0]
    return pieces


def _take_name(piece: str, firmly: bool, names: list[str], found: _Statements) -> None:
    language = _LANGUAGES.search(piece)
    if language and language_tag(language["language"]):
        piece = piece[: language.start()]
    piece = re.sub(r"^(?:by|the)\s+(?=\S)", "", piece)
    if _INSTITUTION.search(piece) and names and not firmly and not _INSTITUTION.search(names[-1]):
        # "A, University of B": where A works, not another contributor.
        found.unread.append(piece)
        return
    if names and not firmly and re.fullmatch(r"[^\W_.]+", piece):
        # A single word behind a comma is the affiliation's town.
        found.unread.append(piece)
        return
    origin = _ORIGIN.search(piece)
    if origin and not _INSTITUTION.search(piece[: origin.start()]):
        rest = origin[0].strip()
        (found.provenance if rest.startswith(("from ", "through ")) else found.unread).append(rest)
        piece = piece[: origin.start()].strip()
    if _is_name(piece):
        names.append(piece)
    elif piece.strip(" ."):
        found.unread.append(piece)


def _is_name(piece: str) -> bool:
    words = piece.split()
    institution = bool(_INSTITUTION.search(piece))
    if not words or len(words) > (14 if institution else 7) or any(c.isdigit() for c in piece):
        return False
    inner = ("and", "of", "the", "for", "on", "in") if institution else ()
    return all(
        word[:1].isupper()
        or word.lower() in _PARTICLES
        or word in inner
        or word[:3].lower() in ("al-", "el-", "ad-", "ash", "an-", "d'a")
        or not word[:1].isascii()
        or word[:2] in ("d'", "d’")
        for word in words
    ) and any(c.isalpha() for c in piece)


def _take_rest(text: str, found: _Statements) -> None:
    """A sentence behind the names: provenance, a printing, or not understood."""
    if not text.strip(" .()"):
        return
    if re.match(_PROVENANCE, text, re.IGNORECASE):
        found.provenance.append(text)
    elif re.match(_PRINTING, text, re.IGNORECASE):
        _take_printing(text, found)
    else:
        found.unread.append(text)


_LEAF_LABEL = re.compile(
    r"^(?:l|ll|list|listy|listov|листы?|лл?|bl|blatt|bll|pp?|pages?|ff?|fols?|folios?|kk?|karty?"
    r"|ss?"
    r"|str|fl|ark|арк|filele|fila|file|leaf|leaves)(?:\.|:|(?=\s|\d))\s*",
    re.IGNORECASE,
)
_LEAF = r"\d{1,5}(?:[a-zа-я]{1,2}(?![^\W\d_])|\s(?:ob|об)\b)?(?:(?<=ob|об)\.)?"
_LEAF_RANGE = re.compile(rf"(?P<first>{_LEAF})(?:\s?[-\u2013\u2014]\s?(?P<last>{_LEAF}))?")
_LEAVES = re.compile(
    rf"{_LEAF}(?:\s?[-\u2013\u2014]\s?{_LEAF})?"
    rf"(?:(?:\s?[,;&]\s?(?:and\s|i\s|и\s)?|\s(?:and|i|и)\s){_LEAF}"
    rf"(?:\s?[-\u2013\u2014]\s?{_LEAF})?)*"
    r"(?![\w/])"
)


def _leaf_range(match: re.Match[str]) -> tuple[str, str]:
    first = match["first"].rstrip(".")
    last = (match["last"] or first).rstrip(".")
    if first.isdecimal() and last.isdecimal() and len(last) < len(first):
        whole = first[: -len(last)] + last
        last = whole if int(whole) > int(first) else last
    return first, last


def _leaf_order(leaf: str) -> tuple[int, str]:
    number = re.match(r"\d+", leaf)
    return int(number[0]) if number else 0, leaf[number.end() if number else 0 :].strip()


def _leaves_part(text: str) -> dict[str, str] | None:
    leaves = parse_leaves(text)
    if leaves is None:
        return None
    part = {"from": leaves.first, "to": leaves.last}
    return {**part, "as_written": leaves.as_written} if leaves.as_written else part


_Found = tuple[str, Parts] | None
_LEAF_KEYS = frozenset(
    ("listy", "blatt", "folios", "karty", "filele", "flete", "arkushi", "khuudas", "to")
)
_LISTED_KEYS = _LEAF_KEYS | {"pages", "frames"}

_PLACES = _words(
    "Moscow;Sofia;Budapest;Prague;Warsaw;Bucharest;Berlin;Koblenz;Bonn;Beijing;Tirana;Tiranë;"
    "Belgrade;Kyiv;Kiev;Tbilisi;Baku;Yerevan;Minsk;Vilnius;Riga;Tallinn;Podolsk;Ulaanbaatar;"
    "Hanoi;Havana;New Delhi;Delhi;Tokyo;Seoul;Taipei;Shanghai;London;Kew;Paris;La Courneuve;Nantes;"
    "Rome;Brasília;Brasilia;Rio de Janeiro;Mexico City;Jerusalem;Ottawa;Stockholm;Vienna;Almaty;"
    "Bratislava;Washington;Washington, D.C.;Washington, DC;Washington D.C.;Washington DC;D.C.;DC;"
    "College Park;College Park, MD;College Park, Maryland;Maryland;MD;Abilene;Kansas;KS;Boston;"
    "Austin;Texas;Simi Valley;Stanford;California;CA;Yorba Linda;Independence;Missouri;Atlanta;"
    "Russia;Russian Federation;Bulgaria;Hungary;Czech "
    "Republic;Poland;Romania;Germany;China;Albania;"
    "India;Japan;Cuba;Brazil;Mongolia;UK;USA;United Kingdom;Ukraine;France;Israel;PRC",
    ";",
)


def _repository(text: str, *, extra: str | None = None) -> Parts | None:
    """A repository's name, its abbreviation in brackets, its town; None where it is neither.

    Further comma-separated segments go to the part called `extra`, or are not understood.
    """
    text = text.strip(" ,;:.-–—")
    if not text:
        return {}
    parts: Parts = {}
    segments = _segments(text)
    if len(segments) > 1 and segments[0] in _PLACES:
        parts["place"] = segments.pop(0)
    name = segments[0]
    while len(segments) > 1 and segments[1].split(" (")[0] in (
        "Russian Federation",
        "Soviet Union",
    ):
        name += ", " + segments.pop(1)
    match = re.fullmatch(r"(?P<name>[^()]+?)\s*[(\[](?P<short>[^()\[\]]{2,30})[)\]]", name)
    if match:
        name = match["name"].strip(" ,")
        parts["repository_abbreviation"] = match["short"].strip()
    if not _is_repository(name):
        return None
    others = []
    for segment in segments[1:]:
        town = re.fullmatch(r"(?P<town>[^()]+) \((?P<short>[^()]{2,30})\)", segment)
        if town and town["town"] in _PLACES and "repository_abbreviation" not in parts:
            parts["repository_abbreviation"] = town["short"]
            segment = town["town"]
        if segment in _PLACES:
            parts["place"] = f"{parts['place']}, {segment}" if "place" in parts else segment
        elif not match and re.fullmatch(
            r"\(?[A-Z][A-Za-z]{0,3}[A-Z]{1,6}(?: [A-Z]{2})?\)?", segment
        ):
            if extra:
                others.append(segment)
            else:
                parts["repository_abbreviation"] = segment.strip("()")
        elif extra:
            others.append(segment)
        else:
            return None
    if others and extra:
        parts[extra] = ", ".join(others)
    return {"repository": name, **parts}


def _is_repository(name: str) -> bool:
    words = name.split()
    return (
        0 < len(words) <= 16
        and name[:1].isalpha()
        and (name[:1].isupper() or not name.isascii())
        and not re.search(r"[\d\"“”<>=]", re.sub(r"(?<=Center |Centre )\d\b|No\. \d", "", name))
    )


def _segments(text: str) -> list[str]:
    """Cut at commas and semicolons outside brackets and quotation marks."""
    cut: list[str] = []
    depth, quoted, start = 0, False, 0
    for at, char in enumerate(text):
        if char in "([":
            depth += 1
        elif char in ")]":
            depth = max(0, depth - 1)
        elif char in '"“”':
            quoted = char == "“" or (char == '"' and not quoted)
        elif char in ",;" and not depth and not quoted:
            cut.append(text[start:at])
            start = at + 1
    cut.append(text[start:])
    return [piece.strip() for piece in cut if piece.strip()]


@dataclass(frozen=True, slots=True)
class _Scheme:
    """A scheme of labelled parts: "f. 52, op. 1" and its relatives.

    `labels` from a label ("a e" also reads "a.e.") to its part; `needs` the sets of parts of which
    one must be complete; `house` the repositories it is for, None where the labels tell enough;
    `free` the parts whose value is words; `extra` where segments behind the repository go.
    """

    name: str
    labels: Mapping[str, str]
    needs: tuple[frozenset[str], ...]
    house: re.Pattern[str] | None
    free: frozenset[str]
    extra: str | None
    pattern: re.Pattern[str]


_VALUE = re.compile(
    r"(?:[^\W\d_]{1,3}-?)?\d[^\W_]*(?:(?:[/\-–'’][^\W_]+)|(?:\.\d+))*(?:/?\([^()\s]{1,8}\))?(?!\w)"
)
_FILE = re.compile(r"[^\s,;]*[^\s,;.]")
_CODE = re.compile(r"[^\W_]+(?:[ /.\-–'’][^\W_]+)*")
_YEAR = re.compile(r"(?:1[89]|20)\d\d(?:[-–/](?:\d{4}|\d\d))?(?=\s*(?:[,;]|$|\.(?:\s|$)))")


def _scheme(
    name: str,
    labels: str,
    needs: str,
    house: str | None = None,
    free: str = "",
    extra: str | None = None,
) -> _Scheme:
    table: dict[str, str] = {}
    for entry in labels.split(";"):
        key, _, names = entry.strip().partition(":")
        table |= dict.fromkeys((label.strip() for label in names.split(",")), key)
    ordered = sorted(table, key=len, reverse=True)
    alternatives = "|".join(re.escape(label).replace(r"\ ", r"\.?\s?") for label in ordered)
    pattern = re.compile(
        rf"(?<![^\W_])(?P<label>{alternatives})(?:\.|(?![^\W\d_]))\s?"
        r"(?:\((?P<aside>[^\W\d_]{1,12}(?:[. ]{1,2}[^\W\d_]{1,12})?\.?)\)\s?)?[:.]?\s?"
        r"(?:(?:№|no\b\.?|nr\b\.?|#|numbers?\b)\s?)?-?(?=[\w\"“№])",
        re.IGNORECASE,
    )
    wanted = tuple(frozenset(option.split("+")) for option in needs.split("|"))
    where = re.compile(house) if house else None
    return _Scheme(name, table, wanted, where, frozenset(free.split()), extra, pattern)


def _label_key(scheme: _Scheme, label: str) -> str:
    plain = " ".join(re.sub(r"[.\s]+", " ", label.lower()).split())
    squeezed = plain.replace(" ", "")
    for name, key in scheme.labels.items():
        if name == plain or name.replace(" ", "") == squeezed:
            return key
    return ""


def _read_labelled(scheme: _Scheme, text: str) -> _Found:
    first = _first_item(scheme, text)
    if first is None or (scheme.house and not scheme.house.search(text[: max(first, 1)] + " ")):
        return None
    repository = _repository(text[:first], extra=scheme.extra)
    items = _items(scheme, text, first) if repository is not None else None
    if repository is None or items is None:
        return None
    parts: Parts = {}
    for key, value in items:
        if key == "fond" and key in repository:
            repository["fond_title"] = repository.pop(key)
        if key in parts or key in repository:
            return None
        if key in _LEAF_KEYS:
            leaves = _leaves_part(value)
            if leaves is None:
                return None
            parts[key] = leaves
        elif key in _LISTED_KEYS and parse_leaves(value) is None:
            return None
        else:
            parts[key] = value
    parts = {**repository, **parts}
    if not any(option <= parts.keys() for option in scheme.needs):
        return None
    return scheme.name, parts


def _first_item(scheme: _Scheme, text: str) -> int | None:
    for match in scheme.pattern.finditer(text):
        if _value_at(scheme, text, match):
            return match.start()
    return None


def _items(scheme: _Scheme, text: str, at: int) -> list[tuple[str, str]] | None:
    """Every part from `at` on; None where something between them is not understood."""
    items: list[tuple[str, str]] = []
    while True:
        while at < len(text) and text[at] in " ,;:./":
            at += 1
        if at >= len(text):
            return items
        match = scheme.pattern.match(text, at)
        found = _value_at(scheme, text, match) if match else None
        if match and found:
            key, at = found[0], found[2]
            items.append((_page_or_papka(text, at) if key == "p" else key, found[1]))
            aside = re.compile(r"\s?\(([^()]{3,60})\)").match(text, at)
            if aside and key == "fond":
                items.append(("fond_title", aside[1]))
                at = aside.end()
            continue
        year = _YEAR.match(text, at)
        if year is None:
            return None
        items.append(("year", year[0]))
        at = year.end()


def _page_or_papka(text: str, at: int) -> str:
    """ "p." is a papka where a delo follows, else a page."""
    return "papka" if re.search(r"\b(?:d|delo|file)\b", text[at:], re.IGNORECASE) else "pages"


def _value_at(scheme: _Scheme, text: str, match: re.Match[str]) -> tuple[str, str, int] | None:
    key = _label_key(scheme, match["label"])
    at = match.end()
    if key in _LISTED_KEYS:
        found = _LEAVES.match(text, at)
    elif key in scheme.free:
        quoted = re.compile(r"[\"“]([^\"“”]{1,120})[\"”]").match(text, at)
        if quoted:
            return key, quoted[1].strip(" ,"), quoted.end()
        end = _free_end(scheme, text, at)
        value = text[at:end].strip(" ,;.")
        return (key, value, end) if value and len(value) <= 120 else None
    elif key in ("sygnatura", "file", "signatura", "dosar", "iktatoszam"):
        found = (_FILE if key == "file" else _CODE).match(text, at)
        if found and not any(char.isdigit() for char in found[0]):
            found = None
    else:
        found = _VALUE.match(text, at)
        if found is None and key == "fond" and len(match["label"]) > 3:
            # "fond Referentura po Koree": the full word announces a name.
            found = re.compile(r"[A-ZА-Я][^\d,;.()]{2,60}(?=,)").match(text, at)
    return (key, found[0], found.end()) if found else None


def _free_end(scheme: _Scheme, text: str, at: int) -> int:
    """A value in words ends at the next separator that a label, a year or the end follows."""
    for separator in re.compile(r"[,;]\s").finditer(text, at):
        if scheme.pattern.match(text, separator.end()) or _YEAR.match(text, separator.end()):
            return separator.start()
    return len(text)


_PAGES = "pages:pp,page,pages,pgs"
_SOVIET_LEAVES = "listy:l,ll,list,listy,listov,лист,листы,л,лл,leaf,leaves"
_SCHEMES = (
    _scheme(
        "fond-opis-ae",
        "fond:f,fond,fund,ф,фонд; opis:op,opis,inventory,оп,опис; "
        f"ae:a e,ae,a u,а е,arch e,archival unit,file; {_SOVIET_LEAVES}; {_PAGES},p,s",
        "fond+opis+ae|opis+ae",
        r"Bulgari|Sofia|TsDA|TSDA|CDA|ЦДА|AMVnR|AMVR|COMDOS|DIA|AMNA",
    ),
    _scheme(
        "fond-opis-ae",
        "fond:f,fond,fund,ф,фонд; opis:op,opis,inventory,оп,опис; "
        f"ae:a e,ae,a u,а е; {_SOVIET_LEAVES}; {_PAGES},p",
        "fond+opis+ae",
    ),
    _scheme(
        "fond-opys-sprava",
        "fond:f,fond,ф,фонд; opys:op,opys,opis,оп,опис; sprava:spr,sprava,спр; tom:t,tom,vol; "
        "arkushi:ark,arkush,arkushi,арк",
        "fond+sprava",
    ),
    _scheme(
        "fond-dans-negj",
        "fond:f,fond,kh,x,h; dans:d,dans,данс; negj:kh/n,h/n,x/n,khn,khadgalamjiin negj,х/н; "
        "khuudas:khuu,khuudas,huudas,pp,p,хуу,хуудас",
        "fond+dans+negj|dans+negj",
    ),
    _scheme(
        "fond-opis-delo",
        "fond:f,fond,fonds,fund,ф,фонд; opis:op,opis,inventory,inv,оп,опись; "
        "delo:d,delo,dela,file,д,дело; edinitsa_khraneniya:ed khr,ед хр,storage unit; "
        "papka:pap,papka,folder,п,пап,папка; perechen:per,perechen,пер,перечень; "
        "dokument:dok,doc,document,dokument,док,документ; por:por,poriadok,poryadok,пор; "
        "tom:t,tom,vol,volume,т,том; korobka:kor,korobka,k,box,кор; "
        f"rolik:rolik,rol,reel,roll,microfilm reel,ролик; {_SOVIET_LEAVES}; {_PAGES}; p:p",
        "fond+opis|fond+perechen|fond+delo+listy",
    ),
    _scheme(
        "fond-dosar",
        "fond:fond,fondul; inventar:inv,inventar,inventory; dosar:dosar,dosarul,dos,d,file; "
        "volume:vol,volume,volumul; filele:f,ff,fila,filele,fol; pages:p,pp,page,pages",
        "fond+dosar|dosar",
        r"ANIC|Roman|AMAE|CNSAS|ASRI|ANR|Bucharest|Bucureşti|București|Arhiv",
        free="fond",
        extra="fond",
    ),
    _scheme(
        "fond-dosje",
        "fond:f,fond,fondi; viti:v,viti,year; dosje:d,dos,dosje,dosja,file; "
        "flete:fl,flet,fletë,fleta; pages:p,pp,page,pages",
        "fond+dosje|viti+dosje|fond+viti",
        r"AQPPSH|AQSH|AMPJ|AMPJSH|Albania|Tiran|AQ\b",
        extra="nenfond",
    ),
    _scheme(
        "zespol-wiazka-teczka",
        "zespol:z,zesp,zespół,zespol; sygnatura:sygn,sygnatura,signature; wiazka:w,wiązka,wiazka; "
        "teczka:t,tecz,teczka; paczka:p,paczka; tom:tom,vol; karty:k,kk,karty,karta; "
        "pages:s,ss,str,pp,page,pages",
        "zespol+teczka|wiazka+teczka|zespol+sygnatura|sygnatura|zespol+wiazka",
        r"AAN|AMSZ|MSZ|AIPN|IPN|Archiwum|Poland|Polish|Warsaw|CAW",
        extra="zespol",
    ),
    _scheme(
        "fond-svazek-archivni-jednotka",
        "fond:f,fond,sbírka,collection; svazek:sv,svazek,vol,volume; "
        "archivni_jednotka:a j,ar j,arch j,aj,archivní jednotka,archival unit; bod:b,bod,point; "
        "karton:k,kart,karton,kr,box; obal:ob,obal,o,folder; inventarni_cislo:inv č,inv c,ič; "
        "listy:l,ll,list,fol; pages:s,str,p,pp,page,pages",
        "svazek+archivni_jednotka|fond+svazek|karton+obal|fond+karton|fond+inventarni_cislo",
        r"\bNA\b|NAČR|NA ČR|SÚA|SUA|SÚAR|AMZV|A ?MZV|Czech|Prague|Praha|VÚA|SNA|Slovak|ABS|Národní",
        extra="fond",
    ),
    _scheme(
        "series-volume",
        "volume:vol,volume,v; carton:carton,cart; dossier:dossier,dos; "
        "folios:f,ff,fol,fols,folio,folios; pages:p,pp,page,pages",
        "series+volume|series+carton|series+dossier|volume+folios",
        r"MAE|AMAE|MAEE|AMEF|CADN|CADC|France|French|diplomatiques|Affaires|Paris",
        extra="series",
    ),
    _scheme(
        "fondo-caja",
        "fondo:fondo,fondos; caja:caja,cajas; carpeta:carpeta,carp; legajo:legajo,leg; "
        "expediente:expediente,exp; volume:tomo,vol; folios:f,ff,fol,folio,folios; "
        "pages:p,pp,page,pages,pág,págs",
        "caja|legajo|fondo+expediente|fondo+carpeta",
        free="fondo carpeta",
        extra="series",
    ),
    _scheme(
        "caixa-maco",
        "fundo:fundo; caixa:caixa,cx; maco:maço,maco; pasta:pasta; volume:volume,vol; "
        "folios:f,ff,fl,fls,folha,folhas; pages:p,pp,page,pages,pág",
        "caixa|maco|pasta+fundo",
        free="fundo",
        extra="series",
    ),
    _scheme(
        "phong-ho-so",
        "phong:phông,phong,fonds; ho_so:hồ sơ,ho so,hs,file; to:tờ,to,pp,page,pages",
        "phong+ho_so",
        r"Vietnam|Viet Nam|Việt Nam|Hanoi|Hà Nội|Lưu trữ|TTLT|VNA|NAVC|NAV",
        free="phong",
    ),
    _scheme(
        "microfilm",
        "roll:roll,roll no; reel:reel,reel no; film:microfilm,film,microfilm no; "
        "file:file,file no; class_number:class,class no,class number; "
        "registration_number:registration,registration number; frames:frame,frames,fr; "
        "pages:p,pp,page,pages",
        "roll+frames|roll+file|reel+frames|reel+file|film+frames|film+file|film+reel",
    ),
    _scheme(
        "papers-file",
        "file:subject file,file,file no,sub file,s f,correspondence file; "
        "installment:installment,instalment,inst; serial_number:s no,sl no,serial; "
        "pages:p,pp,page,pages",
        "collection+file",
        r"NMML|PMML|Nehru|Prime Ministers|India|NAI\b",
        extra="collection",
    ),
)


def _labelled_reader(scheme: _Scheme) -> Callable[[str], _Found]:
    return lambda text: _read_labelled(scheme, text)


_RANGE_TAIL = (
    rf"(?:,?\s(?P<mark>Blatt|Bll?\.?|Bl|fols?\.?|ff?\.|pp?\.?|pages?|S\.)?\s?"
    rf"(?P<leaves>{_LEAVES.pattern}))?"
)


def _pattern_reader(
    scheme: str,
    pattern: str,
    *,
    leaf_key: str | None = None,
    repository: bool = True,
) -> Callable[[str], _Found]:
    """A reader for a form that one expression describes whole.

    Its groups are the parts; `house` is the repository, `leaves` what is cited of the file: under
    `leaf_key` where a mark says that they are leaves, else pages.
    """
    compiled = re.compile(pattern + r"\.?")

    def read(text: str) -> _Found:
        match = compiled.fullmatch(text)
        if match is None:
            return None
        groups = {key: value.strip(" ,") for key, value in match.groupdict().items() if value}
        parts: Parts = {}
        house = groups.pop("house", "")
        if house:
            found = _repository(house)
            if found is None:
                return None
            parts |= found
        elif repository:
            return None
        leaves, mark = groups.pop("leaves", None), groups.pop("mark", "")
        parts |= groups
        if leaves:
            if parse_leaves(leaves) is None:
                return None
            leafed = leaf_key if leaf_key and not re.match(r"p|S", mark) and mark else None
            if leafed:
                parts[leafed] = _leaves_part(leaves) or ""
            else:
                parts["pages"] = leaves
        return scheme, parts

    return read


_CHINESE_MINISTRY = (
    r"(?P<house>(?:PRC ?FMA|PRC ?MFA|PRC Foreign Ministry Archives?|CFMA|CMFA|FMPRC|MFA PRC|AMFA "
    r"PRC"
    r"|(?:PRC|Chinese) (?:Foreign Ministry|Ministry of Foreign Affairs) Archives?"
    r"|(?:PRC )?Foreign Ministry Archives?(?: of the (?:PRC|People[’']s Republic of China))?"
    r"|Archives? of the (?:PRC |Chinese )?(?:Foreign Ministry|Ministry of Foreign Affairs)"
    r"(?: of (?:the )?(?:PRC|People[’']s Republic of China|China))?)"
    r"(?:\s[(\[][^()\[\]]{2,20}[)\]])?"
    r"(?:,\sBeijing)?)"
)
_NUMBERED = r"[,:]?\s(?:(?:[Ff]ile|[Dd]oc(?:ument)?\.?)?\s?(?:[Nn]o\.?|[Nn]umber|#|№)?:?\s?)?"
_ANY_ARCHIVE = (
    r"(?P<house>(?:[^\W\d_][\w.’'-]*\s){0,8}?(?:[^\W\d_][\w’'-]*\s)?"
    r"(?:Archives?|Record Office|Dang'an'?guan)(?:\s\([^()]{2,20}\))?(?:,\s[A-Z]\w+)?|[SGBJHLT]PA"
    r"|[SBGT]MA|HPA|JPA|GPA|FPA)"
)

_READERS_BY_FORM: tuple[Callable[[str], _Found], ...] = (
    _pattern_reader(
        "file-number",
        _CHINESE_MINISTRY + _NUMBERED + r"(?P<file>\d{3}-\d{5}-\d{2}(?:\(\d\))?)" + _RANGE_TAIL,
    ),
    _pattern_reader(
        "file-number",
        _ANY_ARCHIVE + _NUMBERED + r"(?P<file>[A-Z]?\d{1,6}(?:-[\dA-Z]{1,6}){2,5})" + _RANGE_TAIL,
    ),
    _pattern_reader(
        "file-number",
        r"(?P<house>(?:Israel State Archives?|ISA)(?:\s\(ISA\))?(?:,\sJerusalem)?)[,:]?\s"
        r"(?:(?:[Ff]ile|[Rr]ecord [Gg]roup|RG)\s)?"
        r"(?P<file>(?:(?:MFA|FM|FO|HZ|A|G|GL|P|ח״צ|חצ)[ -]?)?\d{1,5}(?:\.\d{1,3})?/\d{1,5}"
        r"(?:/\d{1,4})?"
        r"(?:/[A-Zא-ת])?)" + _RANGE_TAIL,
    ),
    _pattern_reader(
        "file-number",
        r"(?P<house>(?:(?:Diplomatic (?:Archives?|Record Office))[^,\d]{0,80}Japan"
        r"(?:ese)?[^,\d]{0,40}"
        r"|Diplomatic Archives|MOFA(?:J)?(?: Archives?)?|DA-?MOFAJ?|MOFA DA|DRO|GMS)(?:,\sTokyo)?)"
        r"[,:]?\s(?:[Ff]ile\s)?(?:[Nn]o\.?\s|#)?"
        r"(?P<file>[A-Z]{1,2}['’]?[.-]?\d{1,3}(?:[.-]\d{1,4}){1,6}|\d{4}-\d{3,5}(?:-\d{1,4})?)"
        + _RANGE_TAIL,
    ),
    _pattern_reader(
        "department-series-piece",
        r"(?:(?P<house>(?:TNA|PRO|UKNA|UK NA|NAUK|BNA|NA|(?:The )?(?:UK |British )?(?:National "
        r"Archives"
        r"|Public Record Office)(?: of the (?:United Kingdom|UK))?)"
        r"(?:\s\([^()\d]{2,30}\))?(?:[,:]\s(?:UK|United Kingdom|Kew|London|PRO))*)[,:]?\s)?"
        r"(?P<department>FO|FCO|PREM|CAB|DEFE|DO|WO|ADM|AIR|KV|HW|HO|POWE|AB|LAB)[ -]"
        r"(?P<series>\d{1,4})[/ ](?P<piece>\d{1,7}(?:/\d{1,5})?)"
        r"(?:,?\s(?P<item>[A-Z]{1,4}\s?\d{1,5}(?:/\d{1,5}){1,3}(?:/[A-Z])?))?" + _RANGE_TAIL,
        leaf_key="folios",
        repository=False,
    ),
    _pattern_reader(
        "bundesarchiv",
        r"(?P<house>(?:(?:Stiftung )?(?:SAPMO|Parteien)[^,;\d]{0,60}|BArch"
        r"|Bundesarchiv[^,;\d]{0,40}"
        r"|Federal Archives[^,;\d]{0,20}|German Federal Archives?[^,;\d]{0,20}|BA-?MA|BA)"
        r"(?:,\s(?:Berlin|Koblenz|Freiburg|Lichterfelde))?),?\s"
        r"(?:(?P<bestand>(?:DY|NY|DC|DE|DL|DA|DVW|BY|ZPA|B|N|Z)\s?\d{0,4}(?:\s?\(?ZPA\)?)?)"
        r"(?:\s?/\s?|,?\s))"
        r"(?P<signatur>(?:(?:J|vorl\.|[IVX]{1,4}|NL|Bd\.)\s?)*\d[\w]*(?:[/.-]\d[\w]*)*"
        r"(?:\s\(\d\))?)" + _RANGE_TAIL,
        leaf_key="blatt",
    ),
    _pattern_reader(
        "bundesarchiv",
        r"(?P<house>SAPMO[^,;\d]{0,60}),?\s(?P<signatur>(?:J\s)?[IVX]{1,4}\s\d[\w]*(?:/\d[\w]*)*)"
        + _RANGE_TAIL,
        leaf_key="blatt",
    ),
    _pattern_reader(
        "politisches-archiv",
        r"(?P<house>PA ?-?AA|PolA ?AA|AA-?PA|(?:Political Archive|Politisches Archiv)[^,;\d]{0,70}"
        r"(?:,\sBerlin)?),?\s"
        r"(?P<bestand>(?:Bestand\s)?(?:Zwischenarchiv|M(?:inisterium )?fAA(?:-Bestand)?"
        r"|B\s?\d{1,3}|AV "
        r"[A-Z]\w+))[,/]?\s"
        r"(?:(?:Bd\.|Band|vol\.)\s?(?P<band>\d+\w?)|(?P<signatur>(?:(?:[ABCG]|ZR|LS-A|Microfiche"
        r"|VS)"
        r"[ -]?)?\d[\d.]*(?:/\d+)?[A-Z]?))" + _RANGE_TAIL,
        leaf_key="blatt",
    ),
    _pattern_reader(
        "politisches-archiv",
        r"(?P<bestand>MfAA),?\s(?P<signatur>(?:[ABCG]|ZR|LS-A)[ -]?\d+(?:/\d+)?)" + _RANGE_TAIL,
        leaf_key="blatt",
        repository=False,
    ),
    _pattern_reader(
        "bstu",
        r"(?P<house>BStU|BstU|(?:Stasi (?:Records )?Archives?|Office of the Federal Commissioner)"
        r"[^;\d]{0,90}\(BStU\)|BArch, MfS|Stasi Records Archive)(?:,?\sBerlin)?,?\s"
        r"(?:(?P<bestand>(?:MfS|ZA|ASt [A-Z]\w+)(?:,\s(?:ZA|MfS|ASt [A-Z]\w+))?)[,-]?\s)?"
        r"(?P<signatur>(?:[A-Z][\w/.-]{1,12}\s?,?\s?)?(?:(?:Nr|No)\.\s)?\d{1,6}(?:/\d{1,5})?)"
        + _RANGE_TAIL,
        leaf_key="blatt",
    ),
    _pattern_reader(
        "fond-orzesi-egyseg",
        r"(?P<house>(?:MNL[ -]OL|MNL|MOL|MOL-OL|Hungarian National Archives?|National Archives? "
        r"of Hungary"
        r"|Magyar (?:Nemzeti Levéltár )?Országos Levéltár[^,;\d]{0,3}|PIL|ÁBTL)"
        r"(?:\s\([^()\d]{2,12}\))?(?:,\sBudapest)?),?\s"
        r"(?P<fond>(?:M-?KS[ -]?)?(?:f\.\s?)?\d{2,3})\.?\s?(?:f(?:ond)?\.?)?[,/]?\s?"
        r"(?:(?P<csoport>\d{1,3})\.?\s?(?:cs(?:oport)?\.)[,/]?\s?)?"
        r"(?P<orzesi_egyseg>\d+(?:/\d+)*)\.?\s?(?:[őöo]\.?\s?e\b\.?)" + _RANGE_TAIL,
    ),
    _pattern_reader(
        "fond-doboz",
        r"(?P<house>(?:MNL[ -]OL|MNL|MOL|Hungarian National Archives?|National Archives? of Hungary"
        r"|Magyar (?:Nemzeti Levéltár )?Országos Levéltár[^,;\d]{0,3})(?:\s\([^()\d]{2,12}\))?"
        r"(?:,\sBudapest)?),?\s"
        r"(?P<fond>XIX-[A-Z]-\d{1,3}-[a-z]{1,3}(?:-[A-Z]\w+)?(?:[, -]{1,2}"
        r"(?:[A-ZÁÉÍÓÖŐÚÜŰ][^\W\d_]+"
        r"(?:-[^\W\d_]+)?)){0,3}),?\s"
        r"(?:(?P<year>\d{4}),\s)?(?P<doboz>\d{1,4})\.?\s?(?:doboz|d|box)\b\.?"
        r"(?:,\s(?P<tetel>(?:[IVX]{1,4}-)?\d{1,4}(?:[/-][a-z\d]{1,4})?)(?:\.?\s?(?:tétel|t\.))?)?"
        r"(?:,\s(?P<iktatoszam>(?:\d{2,7}(?:/\d{1,4})?/\d{4}|\d{5,7}(?:/\d{1,4})?)))?"
        + _RANGE_TAIL,
    ),
    _pattern_reader(
        "zespol-wiazka-teczka",
        r"(?P<house>(?:AAN|Archiwum Akt Nowych(?: \(AAN\))?|Archive of Modern Records(?: \(AAN\))?)"
        r"(?:,\sWarsaw)?),?\s(?P<zespol>(?:KC )?PZPR),?\s"
        r"(?P<sygnatura>(?:[IVXL]{1,6}\s?[A-Z]?|237)[/ -]{1,2}[\dIVXLA-Z]+(?:[-/]\d+)*|\d{2,6}"
        r"(?:/\d+)*)"
        r"(?:,\s(?:k|kk)\.\s?(?P<leaves>" + _LEAVES.pattern + "))?",
    ),
    _pattern_reader(
        "zespol-wiazka-teczka",
        r"(?P<house>(?:AMSZ|Archive of the Polish Ministry of Foreign Affairs(?: \(AMSZ\))?"
        r"|Archiwum "
        r"Ministerstwa Spraw Zagranicznych(?: \(AMSZ\))?)(?:,\sWarsaw)?),?\s"
        r"(?P<zespol>\d{1,3}/\d{2}),?\s(?:w(?:iązka)?[.-]\s?(?P<wiazka>\d+),?\s)"
        r"t(?:eczka)?[.-]\s?(?P<teczka>\d+)(?:,?\s(?:s|str|p|pp)\.\s?(?P<leaves>"
        + _LEAVES.pattern
        + "))?",
    ),
    _pattern_reader(
        "fond-dosje",
        r"(?P<house>(?:(?:Albanian )?Central (?:State )?Archives?[^,;\d]{0,40},\s(?:Tirana,\s)?)?"
        r"(?:AQPPSH|AQSH|AMPJ))[-,]\s?(?P<nenfond>M-?[A-Z]{2,6}(?:-[A-Z]{1,3})?(?:\([A-Z]{1,4}\))?)"
        r"[-,]\s?V\.\s?(?P<viti>(?:18|19)\d\d(?:-\d\d)?),\s(?:L\.\s?[\w-]+,\s)?"
        r"D(?:os)?\.\s?(?P<dosje>\d+\w?)(?:,\s(?:pp?|fl)\.\s?(?P<leaves>" + _LEAVES.pattern + "))?",
    ),
    _pattern_reader(
        "fond-dosje",
        r"(?P<house>AQPPSH|AQSH|AMPJ),\sF\.\s?(?P<fond>\d+(?:/[A-Z]+)?),\s"
        r"(?P<nenfond>M-?[A-Z]{2,6}(?:-[A-Z]{1,3})?(?:\([A-Z]{1,4}\))?),\s"
        r"(?:V\.\s?)?(?P<viti>(?:18|19)\d\d(?:-\d\d)?),\sD(?:os)?\.\s?(?P<dosje>\d+\w?)"
        r"(?:,\s(?P<mark>[Ff]l)\.\s?(?P<leaves>" + _LEAVES.pattern + "))?",
        leaf_key="flete",
    ),
    _pattern_reader(
        "fond-dosar",
        r"(?P<house>(?:Romanian (?:Ministry of Foreign Affairs|Foreign Ministry) Archives?|AMAE"
        r"|Archives? of the Romanian Ministry of Foreign Affairs)(?:\s\(AMAE\))?(?:,\sBucharest)?)"
        r"[,:]?\s[Ff](?:older|ile) (?P<dosar>[\w.]{1,12})/?,?\s?[Yy]ear:?\s(?P<year>(?:18|19)\d\d)"
        r"(?:[/,]\s?[Cc]ountry:?\s(?P<country>[A-Z][^\d,;/]{1,40}))?",
    ),
    _pattern_reader(
        "fond-signatura",
        r"(?P<house>(?:AJ|Arhiv Jugoslavije|Archives? of Yugoslavia)(?:\s\(AJ\))?"
        r"(?:,\sBelgrade)?),?\s"
        r"(?:[Ff]ond\s)?(?P<fond>\d{2,3}(?:[ (,]{1,2}(?:KPR|CK SKJ|ACK SKJ|CKSKJ)\)?)?)[,/]\s?"
        r"(?P<signatura>[IVX]{1,5}(?:[-,/]\s?[\w-]+)*)",
    ),
    _pattern_reader(
        "declassification",
        r"(?:(?P<house>CIA|Central Intelligence Agency(?: \(CIA\))?|CREST|CIA,? CREST|CIA Records "
        r"Search"
        r" Tool(?: \(CREST\))?|CIA (?:Electronic|FOIA) Reading Room)[,:]?\s)?(?:[Dd]ocument\s)?"
        r"(?:[Nn]o\.?"
        r"\s|[Nn]umber\s)?(?P<document_number>CIA-RDP\d\d[-\w]{8,24})",
        repository=False,
    ),
    _pattern_reader(
        "declassification",
        r"(?:(?P<house>[A-Z][A-Za-z .]{1,50}(?:\([A-Z]{2,5}\))?)(?:,\s|\s))?"
        r"(?P<release>MDR|FOIA|Mandatory Declassification Review(?: \(MDR\))?|Freedom of "
        r"Information Act"
        r"(?: \(FOIA\))?)(?:\s(?:[Rr]elease|[Rr]equest|[Cc]ase|[Aa]ppeal|[Dd]ocument))?,?\s"
        r"(?:[Nn]o\.?\s|[Nn]umber:?\s|#)?(?P<document_number>[A-Z]{0,4}-?\d[\w]*(?:-[\w]+)*)",
        repository=False,
    ),
)


_RECORD_GROUP = re.compile(r"(?:RG|Record Group)[ .#-]{0,2}(?P<value>\d{1,3}[A-Z]?)\b(?P<rest>.*)")
_AMERICAN_LABELS = (
    ("lot_file", re.compile(r"(?:Lot Files?|Lot)[ :#]\s?(.+)", re.IGNORECASE)),
    (
        "entry",
        re.compile(r"(?:Entry|E\.)\s?(?:No\.?\s|#)?((?:[A-Z]{1,2}-?)?\d[\w-]*)", re.IGNORECASE),
    ),
    ("box", re.compile(r"(?:Box(?:es)?|Bx\.?)\s?(?:No\.?\s|#)?(\d[\w/-]*)", re.IGNORECASE)),
    ("folder", re.compile(r"Folders?[: ]\s?(?:No\.?\s|#)?(.+)", re.IGNORECASE)),
    ("reel", re.compile(r"(?:Reel|Roll)\s(?:No\.?\s|#)?([\w-]*\d[\w-]*)", re.IGNORECASE)),
    ("frames", re.compile(r"Frames?\s([\d\s–-]+)", re.IGNORECASE)),
    ("item", re.compile(r"Item\s(?:No\.?\s|#)?(\d[\w-]*)", re.IGNORECASE)),
    ("document", re.compile(r"Doc(?:ument|\.)\s(?:No\.?\s|#)?(\d[\w-]*)", re.IGNORECASE)),
    ("file", re.compile(r"(?:File:|File (?:No\.?|#|Unit:?))\s?(.+)", re.IGNORECASE)),
    ("pages", re.compile(r"(?:pp?\.|pages?)\s?([\d\s–-]+)", re.IGNORECASE)),
)
_DECIMAL_FILE = re.compile(
    r"(?:(?:Central )?Decimal Files?,?\s"
    r"|CDF,?\s)?(?P<value>\d{3}[A-Z]?\.\d{0,4}[\w.()-]*/\d{1,2}-\d{1,4})"
)
_AMERICAN_ARCHIVES = re.compile(
    r"(?:U\.?S\.? |United States )?(?:National Archives(?: and Records Administration)?|NARA|USNA"
    r"|NA|NACP)"
    r"(?: II)?(?:,? at College Park)?(?: \((?:NARA|NA|NACP|USNA)\))?"
)
_LIBRARY = re.compile(
    r"(?:[A-Z][\w.’']*\s){0,4}(?:Eisenhower|Kennedy|Johnson|Nixon|Ford|Carter|Reagan|Bush|Truman"
    r"|Roosevelt|Clinton|Hoover|JFK|LBJ|FDR)(?: Presidential)? (?:Library|Materials)"
    r"(?: and Museum| \(?Project\)?)?(?: \([A-Z]{3,6}\))?|JFKL|LBJL|DDEL|HSTL|GRFL|NLC|DDE Library"
)
_COLLECTING = re.compile(
    r"\b(?:Archives?|Librar(?:y|ies)|Institut\w+|Universit\w+|Cent(?:er|re)|Museum|Society)\b"
)


_YEARS = re.compile(r"(?:1[89]|20)\d\d[-–]\d{2,4}")
_SERIES_TITLE = re.compile(
    r"^(?:Records|Papers)\b|\b(?:Files?|Records|Papers|Series|Collection)\b|\d"
)


def _read_american(text: str) -> _Found:
    """Record groups, presidential libraries and other homes of boxes, segment by segment."""
    parts: Parts = {}
    titles: list[str] = []
    text = re.sub(r"\s\((Box(?:es)? [^()]{1,40})\)$", r", \1", text)
    for segment in _segments(text):
        key, value = _american_segment(segment, first=not parts and not titles)
        if key in parts and key == "place":
            value = f"{parts[key]}, {value}"
        elif key in parts:
            return None
        if key:
            parts[key] = value
        elif titles and "box" not in parts and _YEARS.fullmatch(segment):
            titles[-1] += f", {segment}"
        elif "box" in parts and "folder" not in parts and not _SERIES_TITLE.search(segment):
            parts["folder"] = segment.strip(' "“”')
        elif recognise_date(segment) or re.fullmatch(r"[\d\s–-]+", segment) or len(titles) > 5:
            return None
        else:
            titles.append(segment)
    repository = str(parts.get("repository", ""))
    if "record_group" in parts:
        scheme = "record-group"
    elif _LIBRARY.fullmatch(repository) and {"box", "folder", "reel"} & parts.keys():
        scheme = "presidential-library"
    elif _COLLECTING.search(repository) and {"box", "reel"} & parts.keys() and titles:
        scheme = "box-folder"
    else:
        return None
    if scheme == "record-group":
        if repository and not _AMERICAN_ARCHIVES.fullmatch(repository):
            return None
        if titles:
            parts["series"] = ", ".join(titles)
    elif titles:
        parts["collection"] = titles[0]
        if titles[1:]:
            parts["series"] = ", ".join(titles[1:])
    match = re.fullmatch(r"(?P<name>[^()]+) \((?P<short>[^()]+)\)", repository)
    if match:
        parts["repository"], parts["repository_abbreviation"] = match["name"], match["short"]
    first = ("repository", "repository_abbreviation", "place", "record_group", "collection")
    ordered = {key: parts[key] for key in first if key in parts}
    return scheme, {**ordered, **parts}


def _american_segment(segment: str, *, first: bool) -> tuple[str, str]:
    """The part a segment is, and its value; ("", …) for a title."""
    if segment in _PLACES:
        return "place", segment
    if _AMERICAN_ARCHIVES.fullmatch(segment) or _LIBRARY.fullmatch(segment):
        return "repository", segment
    group = _RECORD_GROUP.fullmatch(segment)
    if group and not group["rest"].strip():
        return "record_group", group["value"]
    decimal = _DECIMAL_FILE.fullmatch(segment)
    if decimal:
        return "decimal_file", decimal["value"]
    for key, pattern in _AMERICAN_LABELS:
        match = pattern.fullmatch(segment)
        if match:
            return key, match[1].strip(' "“”')
    if (
        first
        and _COLLECTING.search(segment)
        and _is_repository(re.sub(r"\s\([^()]*\)$", "", segment))
    ):
        return "repository", segment
    return "", segment


_PRINTED_PAGES = (
    r"(?:(?:,|:|\s)\s?(?:pp?\.?|pages?|S\.|str\.|s\.|с\.)?\s?(?P<pages>\d{1,4}"
    r"(?:\s?[-–]\s?\d{1,4})?"
    r"(?:,\s\d{1,4}(?:[-–]\d{1,4})?){0,4}))?"
)
_DOCUMENT = r"(?:,\s(?:[Dd]oc(?:ument|\.)?|[Nn]o\.)\s(?:[Nn]o\.\s)?(?P<document>\d{1,4}))?"
_VOLUME = (
    r"(?:(?:,\s|\s)(?:[Vv]ol(?:ume|\.)?|[Tt]om|[Tt]\.|[Bb]and|[Bb]d\.|[Kk]n\.|[Pp]art)\s?"
    r"(?P<volume>\d{1,3}(?:[-–/]\d{1,3})?|[IVXLC]{1,8}))?"
)
_IMPRINT = (
    r"(?P<place>[^\W\d_][^():;,\d]{1,40}(?:,\s(?:[A-Z]{2}|[A-Z][a-z]+\.?|D\.C\.))?):\s"
    r"(?P<publisher>[^():;]{2,90}?),\s(?P<year>(?:1[89]|20)\d\d)"
)
_BOOK = re.compile(
    rf"(?P<head>[^()]{{3,260}}?(?:\([^()]{{2,60}}\)[^()]{{0,80}}?)?){_VOLUME},?\s\({_IMPRINT}\)"
    rf"{_VOLUME.replace('volume>', 'later>')}{_DOCUMENT}{_PRINTED_PAGES}\.?"
)
_BOOK_WITHOUT_BRACKETS = re.compile(
    rf"(?P<head>[^():]{{3,260}}?){_VOLUME}[,.]\s{_IMPRINT}"
    rf"{_VOLUME.replace('volume>', 'later>')}{_DOCUMENT}{_PRINTED_PAGES}\.?"
)
_BOOK_WITHOUT_PUBLISHER = re.compile(
    rf"(?P<head>[^()]{{3,260}}?){_VOLUME},?\s\((?P<place>[A-Z][^\d(),:;]{{2,30}}),\s"
    rf"(?P<year>(?:1[89]|20)\d\d)\){_DOCUMENT}{_PRINTED_PAGES}\.?"
)
_FRUS = re.compile(
    r"(?P<title>(?:FRUS|Foreign Relations of the United States(?: \(FRUS\))?),?\s"
    r"(?:1[89]|20)\d\d(?:[-–/](?:\d{4}|\d\d))?),\s[Vv]ol(?:ume|\.)\s(?P<volume>[IVXLC]{1,7}"
    r"|\d{1,2}|E-\d{1,2})"
    r"(?:,\s(?:Part|pt\.)\s(?P<part>\d|[IVX]{1,3}))?(?:,\s(?!Doc|No\.|p\."
    r"|pp\.)(?P<subtitle>[^,\d][^\d]{2,120}?))?"
    rf"(?:,?\s\((?:(?P<place>[A-Z][^():;\d]{{2,30}}):\s(?P<publisher>[^():;]{{2,60}}),\s)?(?P<year>\d{{4}})\))?"
    rf"{_DOCUMENT}{_PRINTED_PAGES}\.?"
)
_PERIODICAL = re.compile(
    r"(?!(?:.*\s)?(?:Box|Folder|Group|File|Roll|Reel|Entry|Series|Fond|Doc\w*)\s\d)"
    r"(?P<title>[^\d(),]{3,90}?),?\s(?:(?:[Ii]ssue|[Nn]os?\.|[Nn]umbers?)\s)?(?P<issue>\d{1,3}"
    r"(?:[-–/]\d{1,3})?)"
    r"(?:,\s[Nn]o\.\s(?P<number>\d{1,3}))?,?\s\((?P<date>[^()]{4,40})\)"
    rf"{_PRINTED_PAGES}\.?"
)
_NEWSPAPER = re.compile(
    r"(?P<title>(?:[A-Z][^\d(),:]{0,30}\s)?(?:Pravda|Izvesti[iy]?a|Daily|Times|Post|Herald"
    r"|Tribune|News"
    r"|Zeitung|Deutschland|Ribao|Sinmun|Ludu|Právo|Pravo|Borba|Granma|Trud|Zvezda|zvezda|Popullit"
    r"|Scînteia|Scânteia|Népszabadság|Gazeta|gazeta|Guardian|Monde|Le Monde|Hindu|delo|Delo"
    r"))(?:\s\([^()]{2,20}\))?,\s(?P<date>[^()]{6,30}?),\s(?:pp?\.|pages?)\s?(?P<pages>\d{1,3}"
    r"(?:[-–]\d{1,3})?)\.?"
)
_EDITED = re.compile(
    r"^(?P<editor>[^\"“”]{3,160}?),?\s\(?(?:eds?\.|editors?|Hrsg\.|comps?\."
    r"|сост\.)\)?,\s(?P<title>.+)$"
)
_EDITED_BEHIND = re.compile(
    r"^(?P<title>.+?),\s(?:eds?\.|edited)\s(?:by\s)?(?P<editor>[^\"“”\d]{3,160})$", re.IGNORECASE
)


def _read_printed(text: str) -> _Found:
    """A printed source: a book with its imprint, a volume of a known series, a periodical."""
    for pattern in (_FRUS, _BOOK, _BOOK_WITHOUT_PUBLISHER, _BOOK_WITHOUT_BRACKETS):
        match = pattern.fullmatch(text)
        if match:
            return _book_parts(match)
    for pattern in (_PERIODICAL, _NEWSPAPER):
        match = pattern.fullmatch(text)
        if match:
            date = recognise_date(match["date"])
            if date is None or date.begin is None or _COLLECTING.search(match["title"]):
                return None
            parts = {key: value.strip() for key, value in match.groupdict().items() if value}
            parts["title"] = parts["title"].strip(' "“”,')
            if date.edtf and re.fullmatch(r"\d{4}", date.edtf):
                parts["year"] = parts.pop("date")
            return "printed", dict(parts)
    return None


def _book_parts(match: re.Match[str]) -> _Found:
    groups = {key: value.strip() for key, value in match.groupdict().items() if value}
    later = groups.pop("later", None)
    if later and "volume" in groups:
        return None
    if later:
        groups["volume"] = later
    head = groups.pop("head", None)
    if head is not None:
        described = _EDITED.match(head) or _EDITED_BEHIND.match(head)
        if described:
            groups["editor"] = described["editor"].strip(" ,")
            head = described["title"]
        else:
            author, comma, rest = head.partition(", ")
            if comma and len(rest.split()) >= 2 and _is_person(author) and rest[:1].isupper():
                groups["author"], head = author, rest
        groups["title"] = head.strip(' "“”,')
    if "subtitle" in groups:
        groups["title"] += ", " + groups.pop("subtitle").strip(' "“”,')
    order = ("author", "editor", "title", "volume", "part", "place", "publisher", "year")
    ordered = {key: groups.pop(key) for key in order if key in groups}
    return ("printed", {**ordered, **groups}) if ordered.get("title") else None


_READERS: tuple[Callable[[str], _Found], ...] = (
    *_READERS_BY_FORM,
    *(_labelled_reader(scheme) for scheme in _SCHEMES),
    _read_american,
    _read_printed,
)


_DOCUMENT_TYPES = (
    r"(?:Note|Notes|Letter|Telegram|Cable|Ciphered Telegram|Cipher Telegram|Coded Telegram"
    r"|Memorandum|Memo|Report|Speech|Statement|Message|Dispatch|Despatch|Address|Remarks|Telegraph"
    r"|Verbal Message|Oral Message|Personal Message|Personal Letter|Draft Letter|Information|Wire"
    r"|Proposal|Proposals|Lecture|Talk|Concluding Remarks|Comments|Article|Instructions|Instruction"
    r"|Encrypted Telegram|Ciphergram|Encoded Telegram|Top Secret Letter|Draft Speech|Account|Essay)"
)
_AUTHORED = re.compile(
    r"(?:(?:The|A|An|Excerpts?(?: from)?(?: the)?|Extracts? from(?: the)?|From(?: the)?|Draft"
    r"|Urgent"
    r"|Secret|Top Secret|Short|Brief|Untitled|Handwritten|Second|Further)\s){0,3}"
    rf"(?:{_DOCUMENT_TYPES}(?:s)?(?:,? (?:No\.|Nr\.|#)\s?\d[\d/-]{{0,9}})?,?\s(?:(?P<by>by)|from"
    rf"|of)"
    rf"|(?:Journal|Diary|Diaries|Memoirs?) of|{_DOCUMENT_TYPES},(?=\s\S[^,]{{2,60}}\sto\s))\s",
    re.IGNORECASE,
)
_POSSESSIVE = re.compile(
    rf"(?P<name>[A-Z][^\d,:;]{{3,60}}?)['’]s? (?:(?:Secret|Speech|Opening|Closing|Concluding"
    rf"|Personal"
    rf"|Draft|Second|Oral|First|Final|Handwritten)\s){{0,2}}{_DOCUMENT_TYPES}\b"
)
_HONORIFIC = (
    r"(?:Cdes?\.?|Com(?:r)?\.|Comrades?|Mr\.?|Mrs\.?|Ms\.?|Dr\.?|Prof\.?|Professor|Gen\.?|General"
    r"|Colonel|Col\.|Marshal|Admiral|Lt\.?|Major|Maj\.|Lieutenant|Captain|Ambassadors?|Amb\."
    r"|Minister"
    r"|Secretary|President|Premier|Chairman|Chancellor|Counsell?or|Consul|Deputy|First|Vice|Prime"
    r"|Foreign|Defense|Defence|Acting|Soviet|Chinese|Bulgarian|Hungarian|Polish|Czechoslovak|Czech"
    r"|Romanian|Albanian|Yugoslav|Cuban|Indian|American|British|French|East German|West German|GDR"
    r"|PRC|DPRK|USSR|US|U\.S\.|KGB|North|South|Vietnamese|Korean|Mongolian|Brazilian|Mexican"
    r"|Israeli|Japanese|Chargé d['’]affaires|Charge d['’]affaires|Attaché|Academician|Sir|Lord"
    r"|Senator|Governor|Prince|King|Emir|Leader|Academicians?|Army|the|Great|Head|Director)"
)
_TITLE_WORD = re.compile(rf"{_HONORIFIC}(?=\s)", re.IGNORECASE)
_OFFICE_OF = re.compile(
    r"(?:to|in|of)\s(?:the\s)?[A-Z][\w.]*(?:\s(?:and|of|the|[A-Z][\w.]*)){0,5}?,?\s"
)
_NAME_WORD = re.compile(
    r"(?:(?:[A-ZА-Я]\.(?:[- ]?[A-ZА-Я][a-zа-я]{0,2}\.)*|[A-ZА-Я][a-zа-я]{1,2}\.(?=\s?[A-Z]))"
    r"|[^\W\d_a-z][^\W\d_]*(?:[-’'][^\W\d_]+)*)"
)
_NAME_STOP_WORDS = (
    "to about on at concerning regarding for in with during before after over against and upon "
    "given addressed sent from as re via made delivered dated describing containing "
    "reporting transmitting summarizing"
)
_NAME_STOPS = frozenset(_NAME_STOP_WORDS.split())
_NO_PERSON = re.compile(
    r"\b(?:Embass\w+|Ministr\w+|Committee|Party|Department|Government|Central|CPSU|CC|Politburo"
    r"|Presidium|Council|Institut\w*|Bureau|Office|Mission|Delegation|Legation|Section|State|States"
    r"|Republic|Union|Soviet|Consulate|Command|Staff|Army|Front|Agency|Board|Commission|Congress"
    r"|Conference|Meeting|Academy|University|Group|Center|Centre|Archive|Directorate|Division|KGB"
    r"|GRU|CIA|MFA|NKVD|MVD|MGB|TASS|Xinhua|Warsaw|Moscow|Beijing|Peking|Berlin|Havana|Pyongyang"
    r"|Hanoi|Washington|Delhi|Prague|Budapest|Sofia|Bucharest|Tirana|Belgrade|London|Paris|Cairo"
    r"|Tokyo|Seoul|East|West|North|South|New|Hong|Kong|Buenos|Aires|Addis|Ababa|Phnom|Penh|Tel|Aviv"
    r"|Kuala|Lumpur|San|Santiago|Rio|Korea|Vietnam|China|Germany|Poland|Hungary|Albania|Bulgaria"
    r"|Romania|Cuba|Mexico|India|Pakistan|Islamabad|Rangoon|Jakarta|Ulaanbaatar|Workers|Communist"
    r"|Nations|United|National|International|Foreign|Ministers?|Leaders?|Communists|Members?"
    r"|Citizens"
    r"|Prime|President|Chairman|Secretary|Ambassador|General|Premier|Ottawa|Bonn|Vienna|Geneva"
    r"|Rome)\b"
)


def _authors_from(text: str, *, by: bool) -> tuple[Author, ...]:
    names: list[str] = []
    while len(names) < 4:
        honoured = False
        while match := _TITLE_WORD.match(text):
            text, honoured = text[match.end() :].lstrip(), True
            office = _OFFICE_OF.match(text)
            if office:
                text = text[office.end() :]
        written, end = _name_span(text)
        name = _personal_name(written, alone=honoured or by)
        follows = text[end:].lstrip()
        if name is None or not _name_ends(follows):
            return ()
        names.append(name)
        joined = re.match(r"(?:and|&)\s+", follows)
        if joined is None:
            break
        text = follows[joined.end() :]
    return tuple(Author(name) for name in names)


def _name_span(text: str) -> tuple[str, int]:
    end = 0
    for _ in range(5):
        match = _NAME_WORD.match(text, end)
        if match is None:
            break
        end = match.end()
        while end < len(text) and text[end] == " ":
            end += 1
    return text[:end].strip(), end


def _name_ends(follows: str) -> bool:
    if not follows or follows[0] in ",.;:)('\"“‘[-–":
        return not follows.startswith(("'s", "’s"))
    return follows.split()[0].lower() in _NAME_STOPS


def _personal_name(written: str, *, alone: bool) -> str | None:
    """A personal name with its initials spaced; a single surname only where `alone` allows."""
    while match := _TITLE_WORD.match(written):
        written, alone = written[match.end() :].lstrip(), True
    if not written or _NO_PERSON.search(written):
        return None
    spaced = re.sub(r"(?<=[^\W\d_]\.)(?=[^\W\d_])", " ", written)
    words = spaced.split()
    surnames = [word for word in words if not word.endswith(".")]
    if not surnames or len(words) > 5 or (len(words) == 1 and not alone):
        return None
    if any(len(word) > 1 and word.isupper() and len(words) == 1 for word in words):
        return None
    return spaced


def _is_person(text: str) -> bool:
    words = text.split()
    return 2 <= len(words) <= 3 and _is_name(text) and _personal_name(text, alone=False) is not None
