"""Where the header of an export is: its labelled fields, the contents it names, its end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from api.parsing.contents import MAX_LENGTH as CONTENT_LENGTH
from api.parsing.contents import (
    Sureness,
    match_content_name,
    match_languages,
    parse_content_name,
)
from api.parsing.labels import CORE_KEYS, Label, find_labels, is_title_case, read_label
from api.parsing.markup import has_bullet, plain_text, squash, strip_bullet
from api.parsing.pages import Line, document_lines, split_lines
from api.parsing.values import Furniture
from api.text import Span

_HEADER_LINES = 3_000
"""A header that has not ended after so many lines is none."""

_MOST_BLOCKS = {"citation": 6, "summary": 12, "credits": 4, "rights": 4, "languages": 1, "date": 1}
"""How many blocks a value may have where nothing but the next label shows its end."""

_AFTER_CONTENTS = frozenset({"citation", "credits", "languages", "rights"})
"""What may follow the contents in plain words: labels that hardly open a document."""

_ONE_LINE = frozenset({"languages", "date", "title"})
_SEPARATORS = re.compile(r"\s{0,3}[,;|/•·]\s{0,3}")
_ADDRESS = re.compile(r"<?https?://[^\s<>]{1,2000}>?")
_CONTINUES_CITATION = re.compile(
    r"<?https?://|www\.|[a-z]+\.[a-z]+/|(?:Also |Re)?[Oo]btained |(?:Also )?[Cc]ontributed|"
    r"Translated|Transcribed|Edited|Reprinted|Published|Provided|Donated|Included in|Cited in",
)


@dataclass
class Field:
    """A labelled field while it is being read; `lines` are its value's."""

    label: str
    key: str
    label_end: int
    lines: list[Line] = field(default_factory=list)


@dataclass
class Header:
    """What was found above the body. `names` are contents with the spans that name them."""

    head: list[Line]
    fields: list[Field]
    names: list[tuple[str, Span]]
    body_start: int
    opener: Span | None = None
    """A line that names a content where no Contents field does: furniture."""
    flat: bool = False
    """Its labels stand inside lines; so may those that open the texts."""


# The three ways to read a header: by lines, in one line, or by a bold title alone.


def read_lined_header(source: str, furniture: list[Furniture]) -> Header | None:
    """Read an export whose labels begin lines; None when there are none."""
    lines = list(islice(document_lines(source, 0, len(source), furniture), _HEADER_LINES))
    labels = [read_label(source, line) for line in lines]
    first = next((i for i in range(len(lines)) if _opens_header(labels, lines, i)), None)
    if first is None:
        return _read_header_without_labels(source, lines)
    while first > 1 and _opens_unknown_field(labels, lines, first - 2):
        first -= 2
    return _LinedHeader(source, lines, labels, first).read()


def _opens_header(labels: Sequence[Label | None], lines: Sequence[Line], index: int) -> bool:
    label = labels[index]
    if label is None or label.key is None:
        return False
    if label.key in CORE_KEYS:
        return True
    # "Subject: …" may open any letter; as the first label it counts with a core one close behind.
    behind = labels[index + 1 : index + 8]
    return any(other is not None and other.key in CORE_KEYS for other in behind)


def _opens_unknown_field(labels: Sequence[Label | None], lines: Sequence[Line], index: int) -> bool:
    """Whether a bold label nobody knows, with a value of one line, stands above the first known."""
    label = labels[index]
    return (
        index > 0
        and label is not None
        and label.bold
        and label.alone
        and label.has_colon
        and labels[index + 1] is None
    )


def _read_header_without_labels(source: str, lines: Sequence[Line]) -> Header | None:
    for index, line in enumerate(lines[:40]):
        text = source[line.start : line.end]
        if index and names_content(text, Sureness.CERTAIN):
            names = [(plain_text(text), Span(line.start, line.end))]
            opener = Span(line.start, line.end)
            return Header(list(lines[:index]), [], names, line.end, opener)
    return None


def read_bare_header(source: str, furniture: list[Furniture]) -> Header | None:
    """Date and title in bold blocks (or headings) with the text right under them."""
    head: list[Line] = []
    in_bold = False
    for line in islice(document_lines(source, 0, len(source), furniture), 40):
        text = source[line.start : line.end]
        if not in_bold and not re.match(r"\*\*|__|#{1,3}\s", text):
            return Header(head, [], [], line.start) if head else None
        head.append(line)
        is_heading = text.startswith("#")
        in_bold = not is_heading and not text.endswith(("**", "__"))
    return None


class _LinedHeader:
    """Reads labels at the beginnings of lines, each with the lines below as its value."""

    def __init__(
        self, source: str, lines: list[Line], labels: list[Label | None], first: int
    ) -> None:
        self.source = source
        self.lines = lines
        self.labels = labels
        self.first = first
        self.contents = self._find_contents()
        """Above this line everything is header; None where no field names the contents."""
        known = [label for label in labels[first : first + 60] if label and label.key in CORE_KEYS]
        self.bold = any(label.bold for label in known)
        self.inline = any(not label.alone for label in known)
        until = self.contents if self.contents is not None else first + 12
        self.dense = not any(line.blank_before for line in lines[first + 1 : until + 1])

    def read(self) -> Header:
        fields: list[Field] = []
        names: list[tuple[str, Span]] = []
        index = self.first
        while True:
            label = self.labels[index]
            assert label is not None
            one = Field(label.text, label.key or "unknown", label.value)
            fields.append(one)
            rest = self._rest_of_line(index, label)
            if rest is not None:
                one.lines.append(rest)
            if label.key == "contents":
                index = self._take_names(index + 1, one, names)
                if not self._goes_on_after_contents(index, fields):
                    return self._end(fields, names, index)
                self.contents = None
                continue
            index = self._take_value(index + 1, one, fields)
            if index < len(self.lines) and not names and self._names_likely(index):
                line = self.lines[index]
                span = Span(line.start, line.end)
                names.append((plain_text(strip_bullet(self._text(line))), span))
                return Header(self.lines[: self.first], fields, names, line.end, opener=span)
            if index >= len(self.lines) or not self._may_follow(index, fields):
                return self._end(fields, names, index)

    def _end(self, fields: list[Field], names: list[tuple[str, Span]], index: int) -> Header:
        start = self.lines[index].start if index < len(self.lines) else self._last_end()
        return Header(self.lines[: self.first], fields, names, start)

    def _last_end(self) -> int:
        end = self.lines[-1].end
        return end if len(self.lines) >= _HEADER_LINES else len(self.source)

    def _text(self, line: Line) -> str:
        return self.source[line.start : line.end]

    def _rest_of_line(self, index: int, label: Label) -> Line | None:
        line = self.lines[index]
        text = self.source[label.value : line.end]
        if not text.strip() or not text.strip(" *_"):
            return None
        start = label.value + len(text) - len(text.lstrip())
        return line._replace(start=start, blank_before=False, cut_before=True)

    def _find_contents(self) -> int | None:
        """The line of a Contents label that has names of contents, or the form of the others."""
        for index in range(self.first, min(len(self.lines), self.first + 600)):
            label = self.labels[index]
            if label is None or label.key != "contents":
                continue
            if label.bold or not label.alone or index + 1 == len(self.lines):
                return index
            if self._names_one(index + 1) or self._is_known(index + 1):
                return index
        return None

    def _names_likely(self, index: int) -> bool:
        """Whether a line names a content where no label announces it."""
        line = self.lines[index]
        apart = line.blank_before or line.cut_before or self._follows_short_line(index)
        return apart and names_content(self._text(line), Sureness.LIKELY)

    def _follows_short_line(self, index: int) -> bool:
        before = self.lines[index - 1]
        return before.end - before.start < 40

    def _names_one(self, index: int) -> bool:
        return bool(_split_names(self._text(self.lines[index])))

    def _is_known(self, index: int) -> bool:
        label = self.labels[index]
        return label is not None and label.key is not None

    def _take_names(self, index: int, one: Field, names: list[tuple[str, Span]]) -> int:
        """Read the names of contents from `index` on; the index of the line after them."""
        taken = {squash(name) for name, _ in names}

        def take(line: Line, found: list[str]) -> None:
            for name in found:
                taken.add(squash(name))
                names.append((name, Span(line.start, line.end)))

        if one.lines:
            line = one.lines[0]
            found = _split_names(self._text(line)) or [plain_text(self._text(line))]
            take(line, found)
        many = bool(one.lines)
        while index < len(self.lines):
            line = self.lines[index]
            text = self._text(line)
            found = _split_names(text)
            bulleted = has_bullet(text) and len(text) < 90
            if not found and bulleted and not (many and line.blank_before):
                found = [plain_text(strip_bullet(text))]
            if not found and not many and self._may_be_a_name(index):
                found = [plain_text(text)]
            if not found or any(squash(name) in taken for name in found):
                break
            apart = line.blank_before or line.cut_before
            if many and not bulleted:
                strict = names_content(text, Sureness.LIKELY) and not text.isupper()
                if not strict and (apart or self.dense):
                    break
            take(line, found)
            one.lines.append(line)
            many = True
            index += 1
        return index

    def _may_be_a_name(self, index: int) -> bool:
        """Whether a line right under the Contents label, of no known form, still names one.

        A short line by itself, not in capitals, no date, no sentence: "Interview Notes".
        """
        line, text = self.lines[index], plain_text(self._text(self.lines[index]))
        if len(text) > 60 or text.isupper() or text.endswith((".", ":", ";", ",", "!", "?")):
            return False
        if self.labels[index] is not None or any(char.isdigit() for char in text):
            return False
        below = self.lines[index + 1] if index + 1 < len(self.lines) else None
        alone = below is None or below.blank_before or below.cut_before
        return text[:1].isupper() and len(text.split()) <= 6 and alone and line.hard_break is False

    def _goes_on_after_contents(self, index: int, fields: list[Field]) -> bool:
        """Whether the line after the contents is one more field, not the text's first line.

        Contents normally end a header. So it must be a label that was not yet read, in the form
        of the others; and, where labels are plain words, one that hardly opens a document.
        """
        if index >= len(self.lines):
            return False
        label = self.labels[index]
        if label is None or label.key is None or not label.has_colon:
            return False
        if label.key in {one.key for one in fields if one.key != "other"}:
            return False
        if squash(label.text) in {squash(one.label) for one in fields}:
            return False
        if label.bold != self.bold:
            return False
        return label.bold or label.key in _AFTER_CONTENTS

    def _is_label(self, index: int) -> bool:
        label = self.labels[index]
        if label is None:
            return False
        line = self.lines[index]
        apart = line.blank_before or line.cut_before or self.dense
        if label.key is not None:
            if not label.has_colon:
                return apart or label.bold
            if label.key in CORE_KEYS or label.bold:
                return True
            if self.bold:
                return label.alone and apart
            return apart or self._follows_short_line(index)
        if label.bold:
            return True
        if self.bold or not apart:
            return False
        if not label.alone:
            return self.inline and is_title_case(label.text)
        return not self.inline and index + 1 < len(self.lines)

    def _take_value(self, index: int, one: Field, fields: list[Field]) -> int:
        """Read the value's lines; the index of the next label, or of the body's first line."""
        end = self._end_of_value(index, one)
        blocks = 0
        for at in range(index, len(self.lines)):
            if self._may_follow(at, fields) or (self.contents is None and self._names_likely(at)):
                end = at
                break
            line = self.lines[at]
            if self.contents is None:
                apart = line.blank_before or line.cut_before or self.dense
                blocks += apart or at == index
                most = _MOST_BLOCKS.get(one.key, 3)
                if self.dense and one.key not in _ONE_LINE:
                    most *= 4
                if blocks > most - bool(one.lines and one.lines[0].start < line.start):
                    break
        one.lines.extend(self.lines[index:end])
        return end

    def _may_follow(self, index: int, fields: list[Field]) -> bool:
        """Whether a line is the next field's label.

        Above the Contents any label is. Where there is no such bound: one that was not read yet,
        and is known, or as bold as the others; one that any letter may have, only with a surer one
        close behind.
        """
        if index >= len(self.lines) or not self._is_label(index):
            return False
        if self.contents is not None:
            return index <= self.contents
        label = self.labels[index]
        if label is None or squash(label.text) in {squash(one.label) for one in fields}:
            return False
        if label.key in CORE_KEYS:
            return label.key not in {one.key for one in fields}
        if label.bold and self.bold:
            return True
        behind = self.labels[index + 1 : index + 8]
        return any(other is not None and other.key in CORE_KEYS for other in behind)

    def _end_of_value(self, index: int, one: Field) -> int:
        """Without any sign of an end: the line after the value's block, or its one line."""
        end = index
        if one.key in _ONE_LINE:
            if not one.lines and end < len(self.lines):
                line = self.lines[end]
                is_long = line.end - line.start > 80 and one.key != "title"
                end += 0 if is_long else 1
            if one.key == "languages":
                while end < len(self.lines) and is_language_list(self._text(self.lines[end])):
                    end += 1
            return min(end, len(self.lines))
        if not one.lines:
            end += 1
        while end < len(self.lines):
            line = self.lines[end]
            goes_on = one.key == "citation" and bool(
                _CONTINUES_CITATION.match(self._text(line).lstrip("<[("))
            )
            if (line.blank_before or line.cut_before or self.dense) and not goes_on:
                break
            end += 1
        return min(end, len(self.lines))


def read_flat_header(source: str, furniture: list[Furniture]) -> Header | None:
    """Read an export whose labels stand inside lines; None when they do not."""
    labels = list(islice(find_labels(source, 0, len(source)), 1))
    if not labels or labels[0][2].start > 5_000 or not _stand_inside_lines(source, labels[0][2]):
        return None
    fields: list[Field] = []
    names: list[tuple[str, Span]] = []
    label, key, span = labels[0]
    head = list(document_lines(source, 0, span.start, furniture))
    while True:
        one = Field(label, key, span.end)
        fields.append(one)
        following = _next_label(source, span.end, {field.key for field in fields})
        end: int | None = None
        if key == "contents":
            end = _take_flat_names(source, span.end, names)
        elif key == "languages":
            end = match_languages(source, _skip_space(source, span.end))
        if end is not None:
            one.lines = list(split_lines(source, span.end, end))
            end = _skip_space(source, end)
            goes_on = following is not None and following[2].start == end
            if goes_on and key == "contents":
                goes_on = following is not None and following[1] in _AFTER_CONTENTS
        elif following is not None:
            end = following[2].start
            goes_on = True
            one.lines = list(document_lines(source, span.end, end, furniture))
        else:
            end = _end_of_flat_value(source, span.end, key)
            goes_on = False
            one.lines = list(document_lines(source, span.end, end, furniture))
        if not goes_on or following is None:
            return Header(head, fields, names, end, flat=True)
        label, key, span = following


def _stand_inside_lines(source: str, first: Span) -> bool:
    """Whether at least half of the first surely known labels have text before them in line."""
    inside: dict[str, bool] = {}
    for _, key, span in islice(find_labels(source, first.start, first.start + 30_000), 12):
        if key in CORE_KEYS and key not in inside:
            window = source[max(span.start - 200, 0) : span.start]
            before = re.split(r"[\n\r\f]", window)[-1]
            inside[key] = bool(before.strip(" \t\ufeff\u00a0#*_-•"))
    return len(inside) > 1 and 2 * sum(inside.values()) >= len(inside)


def _next_label(source: str, at: int, seen: set[str]) -> tuple[str, str, Span] | None:
    for label, key, span in islice(find_labels(source, at, at + 20_000), 20):
        if key not in seen or key == "other":
            return label, key, span
    return None


def _skip_space(source: str, at: int) -> int:
    while at < len(source) and (source[at].isspace() or source[at] in "•·|;"):
        at += 1
    return at


def _take_flat_names(source: str, at: int, names: list[tuple[str, Span]]) -> int:
    """Contents named one after the other from `at` on; where the last of them ends."""
    taken: set[str] = set()
    end = at
    while True:
        start = _skip_space(source, end)
        stop = match_content_name(source, start, announced=not names)
        if stop is None or squash(source[start:stop]) in taken:
            return end
        taken.add(squash(source[start:stop]))
        names.append((source[start:stop], Span(start, stop)))
        end = stop


def _end_of_flat_value(source: str, at: int, key: str) -> int:
    """Where the last value of a flattened export ends: a citation with its address; else a line."""
    if key == "citation":
        address = _ADDRESS.search(source, at, at + 20_000)
        if address:
            return address.end()
    end = source.find("\n", _skip_space(source, at))
    return len(source) if end < 0 else end


def _split_names(text: str) -> list[str]:
    """The contents a line names, one or several; empty when it names none."""
    if len(text) > 2 * CONTENT_LENGTH:
        return []
    text = plain_text(strip_bullet(text))
    if parse_content_name(text) is not None:
        return [text]
    parts = [part for part in _SEPARATORS.split(text) if part]
    if len(parts) > 1 and all(parse_content_name(part) is not None for part in parts):
        return parts
    return []


def names_content(text: str, least: Sureness = Sureness.POSSIBLE) -> bool:
    """Whether a line names one content and nothing else."""
    if len(text) > 2 * CONTENT_LENGTH:
        return False
    name = parse_content_name(plain_text(strip_bullet(text)))
    return name is not None and name.sureness >= least


def is_language_list(text: str) -> bool:
    """Whether a line lists languages and nothing else."""
    text = strip_bullet(text.strip()).rstrip(".,; ")
    return 0 < len(text) < 120 and match_languages(text, 0) == len(text)
