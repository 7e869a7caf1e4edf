"""The archive's export form: header fields, contents, and where the bodies stand.

Above the first label stand date and title, in either order. Then come labelled fields; the last
one is normally Contents, and the lines that name a content end the header: what follows is text,
whatever it looks like. An export flattened to one line is read the same way, by its labels.

Source: exports of the Wilson Center Digital Archive in their older and newer forms.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice, pairwise

from api.errors import Complaint, SeedError
from api.parsing.blocks import find_hyphens, is_wrapped, join_lines
from api.parsing.contents import Sureness, name_contents
from api.parsing.dates import parse_date
from api.parsing.headers import (
    Field,
    Header,
    is_language_list,
    names_content,
    read_bare_header,
    read_flat_header,
    read_lined_header,
)
from api.parsing.labels import PLACES
from api.parsing.markup import has_bullet, plain_text, squash, strip_bullet
from api.parsing.pages import PAGE_KINDS, Line, document_lines, find_page_furniture, split_lines
from api.parsing.titles import first_words, quoted_title, read_head
from api.parsing.values import Body, Content, ContentKind, Export, Furniture, HeaderField
from api.text import line_and_column

_MOST_CONTENTS = 50
"""A text that seems to name more contents than these names none."""

_WIDEST_PAGE = 110
"""Lines on a page are shorter, in code points."""

_LANGUAGE_SEPARATORS = re.compile(r"[,;/&\n•·|]|\band\b")


def read_export(source: str) -> Export:
    """Read one export, decoded: every offset is in code points of `source`, a BOM being the first.

    The header ends with the line or lines that name the contents. Where no content is named it
    ends with the value of the last known label: a language takes one line, a citation its block
    and those that plainly go on with it (an address, "Contributed by …"), any other field one
    block; the next block opens the body, which then has one content, "text". A title missing
    above the labels is taken from a Title field or from the citation's quotation marks.

    Takes anything that has a title or a citation; what no rule understands is kept in `unread` or
    `other_fields`. Raises SeedError, saying where and what was expected, for an empty file, one
    that is no text, and one without title and citation. Takes linear time.
    """
    _refuse_what_is_no_text(source)
    furniture = find_page_furniture(source, keep=names_content)
    header = (
        read_flat_header(source, furniture)
        or read_lined_header(source, furniture)
        or read_bare_header(source, furniture)
    )
    if header is None:
        raise _no_export(source)
    return _assemble(source, header, furniture)


def _refuse_what_is_no_text(source: str) -> None:
    if not source.strip("\ufeff \t\r\n\f\v") or not source.strip().strip("\ufeff").strip():
        raise SeedError(
            Complaint("the file is empty", expected="an export: title, labelled fields, text")
        )
    at = source.find("\0")
    if at >= 0:
        line, column = line_and_column(source, at)
        raise SeedError(
            Complaint(
                "the file holds a NUL character: it is no text",
                line=line,
                column=column,
                expected="Unicode text in UTF-8",
                hint="a PDF or a word processor's file must be saved as text first",
            )
        )


def _no_export(source: str) -> SeedError:
    first = next(split_lines(source))
    line, column = line_and_column(source, first.start)
    return SeedError(
        Complaint(
            "no header: none of the labels of an export was found",
            line=line,
            column=column,
            expected='a title, then labels such as "Citation:", "Original Language:", "Contents:"',
            hint="put the title and at least a Citation: line above the text",
        )
    )


def _assemble(source: str, header: Header, page_furniture: list[Furniture]) -> Export:
    body_lines = list(document_lines(source, header.body_start, len(source), page_furniture))
    is_paged = any(item.kind in PAGE_KINDS for item in page_furniture)
    header_lines = [*header.head, *(line for one in header.fields for line in one.lines)]
    header_is_wrapped = is_wrapped(source, header_lines)
    wrapped_header = is_paged or header_is_wrapped or is_wrapped(source, body_lines[:2_000])
    extra: list[Furniture] = []
    values: list[HeaderField] = []
    for one in header.fields:
        hyphens = find_hyphens(source, one.lines) if wrapped_header else []
        extra.extend(hyphens)
        values.append(_field_value(source, one, hyphens, wrapped_header))
    found = _first_of_each(header.fields, values)
    other = tuple(
        value
        for one, value in zip(header.fields, values, strict=True)
        if value not in found.values() and one.key != "contents"
    )
    citation = found["citation"].value if "citation" in found else None
    head = read_head(source, header.head, quoted_title(citation or ""))
    title = head.title or (found["title"].value if "title" in found else "")
    title = title or quoted_title(citation or "") or first_words(citation or "")
    if not title:
        raise _no_title(source, header)
    date = head.date
    if date is None and "date" in found:
        date = parse_date(found["date"].value)
    unread = list(head.unread)
    languages, unknown = _read_languages(found["languages"].value if "languages" in found else "")
    unread.extend(unknown)
    contents, bodies, labels = _read_bodies(source, header, languages, page_furniture, body_lines)
    if header.opener is not None:
        labels.append(Furniture("content_label", *header.opener))
    narrow = is_paged and header_is_wrapped
    bodies = [_measured(source, body, page_furniture, extra, narrow=narrow) for body in bodies]
    furniture = sorted([*page_furniture, *labels, *extra], key=lambda item: item.source_start)
    return Export(
        title=title,
        date=date,
        citation=citation or None,
        summary=_value(found, "summary"),
        credits=_value(found, "credits"),
        languages=languages,
        rights=_value(found, "rights"),
        other_fields=other,
        fields=tuple(values),
        contents=tuple(contents),
        bodies=tuple(bodies),
        furniture=tuple(furniture),
        unread=tuple(unread),
    )


def _value(found: dict[str, HeaderField], key: str) -> str | None:
    return found[key].value or None if key in found else None


def _no_title(source: str, header: Header) -> SeedError:
    at = header.fields[0].label_end if header.fields else 0
    line, column = line_and_column(source, at)
    return SeedError(
        Complaint(
            "neither a title nor a citation was found in the header",
            line=line,
            column=1 if header.fields else column,
            expected='a title above the first label, or a "Citation:" with its value',
            hint="a record needs a name to be listed under",
        )
    )


def _field_value(source: str, one: Field, hyphens: list[Furniture], wrapped: bool) -> HeaderField:
    if not one.lines:
        return HeaderField(one.label, "", one.label_end, one.label_end)
    offsets = {item.source_start for item in hyphens}
    keeps_lines = one.key == "contents" or _is_list(source, one.lines)
    runs: list[list[Line]] = []
    for line in one.lines:
        if not runs or line.blank_before or keeps_lines:
            runs.append([])
        runs[-1].append(line._replace(hard_break=False))
    texts = [plain_text(join_lines(source, run, offsets, wrapped=wrapped)) for run in runs]
    if keeps_lines:
        value = "\n".join(strip_bullet(text) for text in texts)
    elif one.key in ("summary", "unknown", "other"):
        value = "\n\n".join(texts)
    else:
        value = " ".join(texts)
    return HeaderField(one.label, value.strip(), one.lines[0].start, one.lines[-1].end)


def _is_list(source: str, lines: Sequence[Line]) -> bool:
    return all(has_bullet(source[line.start : line.end]) for line in lines) or (
        len(lines) > 1 and all(is_language_list(source[one.start : one.end]) for one in lines)
    )


def _first_of_each(fields: list[Field], values: list[HeaderField]) -> dict[str, HeaderField]:
    """The field that fills each place of an Export; a second one for a place is an other field."""
    found: dict[str, HeaderField] = {}
    for one, value in zip(fields, values, strict=True):
        if one.key in PLACES:
            found.setdefault(one.key, value)
    return found


def _read_languages(value: str) -> tuple[tuple[str, ...], list[str]]:
    """Languages as printed, each once; and what in the field is no name of one."""
    languages: list[str] = []
    unread: list[str] = []
    for part in _LANGUAGE_SEPARATORS.split(value[:2_000]):
        name = strip_bullet(part.strip()).strip(" .;*_")
        if not name:
            continue
        if len(name) > 40 or len(name.split()) > 4:
            unread.append(name)
        elif name not in languages:
            languages.append(name)
    return tuple(languages), unread


def _read_bodies(
    source: str,
    header: Header,
    languages: tuple[str, ...],
    page_furniture: list[Furniture],
    body_lines: Sequence[Line],
) -> tuple[list[Content], list[Body], list[Furniture]]:
    """Contents, the text of each, and the lines that open the texts.

    A line that repeats a listed content's name opens its text; so does one that names a content
    beyond doubt ("Original - Russian", a block to itself). Text before any such line belongs to
    the content that no line opens: one in the text's own script, a translation before others, the
    last listed before earlier ones; never to a scan if there is any other.
    """
    labels = list(dict.fromkeys(name for name, _ in header.names)) or [""]
    openers = {squash(label): index for index, label in reversed(list(enumerate(labels)))}
    marks: list[Furniture] = []
    pieces: list[tuple[int | None, int]] = [(None, header.body_start)]
    opened: set[int] = set()
    index: int | None
    dense = not any(
        line.blank_before for line in document_lines(source, 0, header.body_start, page_furniture)
    )
    inside_lines = _labels_in_line(source, header, labels) if header.flat else []
    for start, end, inside in inside_lines:
        opened.add(inside)
        marks.append(Furniture("content_label", start, end))
        pieces.append((inside, end))
    for line in body_lines:
        if line.end - line.start > 100 or inside_lines:
            continue
        apart = line.blank_before or line.cut_before or dense
        text = plain_text(strip_bullet(source[line.start : line.end])).rstrip(":")
        index = openers.get(squash(text)) if apart and text else None
        certain = index is None and apart and names_content(text, Sureness.CERTAIN)
        if certain and header.names and len(labels) < _MOST_CONTENTS:
            labels.append(text)
            index = openers[squash(text)] = len(labels) - 1
        if index is None or (text.isupper() and not labels[index].isupper()):
            continue
        if index not in opened:
            opened.add(index)
            marks.append(Furniture("content_label", line.start, line.end))
            pieces.append((index, line.end))
        elif pieces[-1][0] == index and line.cut_before:
            marks.append(Furniture("content_label", line.start, line.end))
    edges = [(index, start) for index, start in pieces] + [(None, len(source))]
    cuts = {mark.source_end: mark.source_start for mark in marks}
    named = name_contents(labels, languages)
    bodies: list[Body] = []
    with_text: set[int] = set()
    for (index, start), (_, after) in pairwise(edges):
        end = cuts.get(after, after)
        spans = list(islice(document_lines(source, start, end, page_furniture), 1))
        if not spans:
            continue
        if index is None:
            sample = source[spans[0].start : min(end, spans[0].start + 4_000)]
            kinds, spoken = [kind for _, kind, _ in named], [language for *_, language in named]
            index = _owner_of_unlabelled(sample, kinds, spoken, opened)
        with_text.add(index)
        content = named[index][0]
        bodies.append(Body(content, spans[0].start, _trimmed_end(source, spans[0].start, end)))
    contents = [
        Content(content, labels[i] or "Text", kind, language, i in with_text)
        for i, (content, kind, language) in enumerate(named)
        if header.names or i in with_text
    ]
    return contents, bodies, marks


def _labels_in_line(source: str, header: Header, labels: list[str]) -> list[tuple[int, int, int]]:
    """Where texts of a flattened export open: (start, end, index of the label), in order.

    Right below the header any listed name opens one; further down only one that is certain.
    """
    first = next(split_lines(source, header.body_start), None)
    found: list[tuple[int, int, int]] = []
    for index, label in enumerate(labels):
        at = source.find(label, header.body_start) if label else -1
        if first is None or at < 0 or not (source[at - 1 : at].isspace() or at == first.start):
            continue
        if at == first.start or names_content(label, Sureness.CERTAIN):
            found.append((at, at + len(label), index))
    apart: list[tuple[int, int, int]] = []
    for item in sorted(found, key=lambda item: (item[0], -item[1])):
        if not apart or item[0] >= apart[-1][1]:
            apart.append(item)
    return apart


def _trimmed_end(source: str, start: int, end: int) -> int:
    while end > start and source[end - 1].isspace():
        end -= 1
    return end


_SCRIPTS = (
    ("CYRILLIC", "Russian Ukrainian Belarusian Belorussian Bulgarian Macedonian Mongolian Kazakh"),
    ("CJK", "Chinese Mandarin Cantonese Japanese"),
    ("HANGUL", "Korean"),
    ("ARABIC", "Arabic Farsi Persian Dari Pashto Urdu Kurdish"),
    ("GREEK", "Greek"),
    ("HEBREW", "Hebrew Yiddish"),
    ("GEORGIAN", "Georgian"),
    ("ARMENIAN", "Armenian"),
    ("THAI", "Thai"),
    ("DEVANAGARI", "Hindi Nepali"),
)


def _owner_of_unlabelled(
    sample: str, kinds: list[ContentKind], spoken: list[str | None], opened: set[int]
) -> int:
    free = [i for i in range(len(kinds)) if i not in opened] or list(range(len(kinds)))
    if len(free) == 1:
        return free[0]
    script = _script_of(sample)

    def rank(index: int) -> tuple[bool, bool, bool, int]:
        language = spoken[index]
        fits = language is None or script is None or _script_written(language) == script
        kind = kinds[index]
        return kind != "scan", fits, kind == "translation", index

    return max(free, key=rank)


def _script_written(language: str) -> str:
    first = language.split(" ")[0]
    return next((script for script, names in _SCRIPTS if first in names.split()), "LATIN")


def _script_of(sample: str) -> str | None:
    letters = [char for char in sample if char.isalpha()]
    if not letters:
        return None
    names = ["LATIN" if char < "\u0250" else unicodedata.name(char, "?") for char in letters]
    for script in ("LATIN", *(script for script, _ in _SCRIPTS)):
        if sum(name.startswith(script) for name in names) > 0.5 * len(letters):
            return script
    return None


def _measured(
    source: str,
    body: Body,
    page_furniture: list[Furniture],
    extra: list[Furniture],
    *,
    narrow: bool,
) -> Body:
    """The body with its layout; the hyphens that divide words in it are added to `extra`.

    `narrow` means that the header was wrapped: a body too short to tell was wrapped with it.
    """
    lines = list(document_lines(source, body.source_start, body.source_end, page_furniture))
    narrow = narrow and all(line.end - line.start <= _WIDEST_PAGE for line in lines)
    if narrow or is_wrapped(source, lines):
        extra.extend(find_hyphens(source, lines))
        return replace(body, wrapped=True)
    return body
