"""Citations of archival documents, split into their parts.

A citation is title, date, digital archive, reference, statements (who contributed and translated,
where else it is printed, where it came from) and URL. What no rule understands goes to `unread`;
nothing is put into two places. `verbatim` is the text as given, white space collapsed; the parts
are in NFC. What a reference code says is told by `api.parsing.references`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from api.parsing.dates import is_undated, parse_date, recognise_date
from api.parsing.languages import language_tag
from api.parsing.references import NO_PERSON, ends_abbreviated, parse_reference
from api.parsing.values import Author, Citation, Contributor, DateExpression, Reference, Role

MAX_CITATION = 10_000
"""Longer texts, in code points, are kept whole and not read."""


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


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


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
        title = title[:-1] if not ends_abbreviated(title) else title
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
    raw = raw if ends_abbreviated(raw) else raw.rstrip(". ")
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


_FIRM = re.compile(r"(?<![^\W_])\d{1,3}[A-Z][A-Za-z]+(?![^\W_])")
"""A firm's name that begins with a number: "7Brands"."""


def _is_name(piece: str) -> bool:
    words = piece.split()
    institution = bool(_INSTITUTION.search(piece))
    if not words or len(words) > (14 if institution else 7):
        return False
    if any(c.isdigit() for c in _FIRM.sub("", piece)):
        return False
    inner = ("and", "of", "the", "for", "on", "in") if institution else ()
    return all(
        word[:1].isupper()
        or _FIRM.fullmatch(word)
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
    if not written or NO_PERSON.search(written):
        return None
    spaced = re.sub(r"(?<=[^\W\d_]\.)(?=[^\W\d_])", " ", written)
    words = spaced.split()
    surnames = [word for word in words if not word.endswith(".")]
    if not surnames or len(words) > 5 or (len(words) == 1 and not alone):
        return None
    if any(len(word) > 1 and word.isupper() and len(words) == 1 for word in words):
        return None
    return spaced
