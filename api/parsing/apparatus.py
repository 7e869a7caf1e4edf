"""Editorial marks in a text: supplied words, doubts, gaps, blanks, directions, sure slips.

A rule that is not sure finds nothing: what only a reader can see is for the curated files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from api.parsing.values import ApparatusItem, ApparatusKind, Paragraph
from api.text import Span, occurrences


class _Mark(NamedTuple):
    kind: ApparatusKind
    start: int
    end: int
    note: str | None = None
    correction: str | None = None


def find_apparatus(paragraphs: Sequence[Paragraph]) -> list[ApparatusItem]:
    """The editorial marks that rules can see, in reading order.

    Offsets are code points of the paragraph's text and `quote` is `text[start:end]`. A page break
    stands at the end of the paragraph it cut, with an empty quote. Bracketed marks include their
    brackets. Foot- and endnote marks ("[1]") are no apparatus and are left out.
    Source: the brackets of the archives' translators; TEI P5 chapter 11.
    """
    found = []
    for paragraph in paragraphs:
        marks = sorted(_marks_of(paragraph), key=lambda mark: (mark.start, -mark.end))
        if paragraph.continued_by is not None:
            end = len(paragraph.text)
            marks.append(_Mark("page_break", end, end))
        found += [
            ApparatusItem(
                kind=mark.kind,
                paragraph=paragraph.number,
                start=mark.start,
                end=mark.end,
                quote=paragraph.text[mark.start : mark.end],
                note=mark.note,
                correction=mark.correction,
            )
            for mark in marks
        ]
    return found


def directs_drafter(words: str) -> bool:
    """Whether words taken out of round brackets tell whoever drafts the text what to do.

    "find strong expressions" and "it is necessary to give the reasoning here" do; "or message"
    and "dictated by Cde. Khrushchev" do not.
    """
    words = words.strip().lower()
    if not words or len(words) > _LONGEST_DIRECTION:
        return False
    return bool(_DIRECTION.match(words)) and not _NO_DIRECTION.match(words)


_LONGEST_DIRECTION = 1500
_DEEPEST = 4
"""Brackets that hold more levels than this are left to a reader, so that time stays linear."""

# Verbs that open a direction whatever follows, and those that are nouns or idioms as often.
_PLAIN_VERBS = (
    "add(?! to)|clarify|compose|describe|draft(?= the| a| an| here)|elaborate|emphasi[sz]e|explain|"
    "fill in|find(?! out)|formulate|give(?! or)|include|indicate|insert|make(?! no| up| do)|"
    "recall|repeat|set out|specify|strengthen|substantiate|supply|write"
)
_DOUBTFUL_VERBS = (
    "argue|attach|check|choose|cite|confirm|develop|enumerate|expand|list|mention|name|note|point|"
    "prepare|present|provide|put|quote|recount|refer to|remove|replace|say|select|shorten|show|"
    "soften|speak of|state|stress|tell|use|verify"
)
_OBJECT = (
    "a|all|an|any|appropriate|briefly|each|every|examples?|facts?|figures?|first|here|his|her|how|"
    "in detail|it|more|only|our|out|several|some|specific|specifically|strong|that|the|their|them|"
    "then|these|this|those|what|when|where|which|who|whom|whose|why|whether"
)
_DIRECTION = re.compile(
    r"(?:(?:also|here|please|then|perhaps|further(?:on)?)[,:]? )*"
    r"(?:"
    rf"(?:{_PLAIN_VERBS})(?: [^\W\d]|$)"
    rf"|(?:{_DOUBTFUL_VERBS}) (?:{_OBJECT})\b"
    rf"|(?:do not|don['’]t) (?:{_PLAIN_VERBS}|{_DOUBTFUL_VERBS})\b"
    r"|not (?:citing|giving|indicating|mentioning|naming|quoting|specifying|stating)\b"
    r"|(?:here )?(?:it is|it will be|it['’]s) (?:also |only |absolutely )?"
    r"(?:necessary|essential|desirable|advisable|needed) (?:here )?to\b"
    r"|(?:here )?(?:we|you|one) (?:need|must|should|ought)(?: to)? "
    rf"(?:here )?(?:{_PLAIN_VERBS}|{_DOUBTFUL_VERBS})\b"
    r"|to be (?:added|checked|clarified|completed|confirmed|filled in|formulated|inserted|"
    r"specified|supplied|verified|written)\b"
    r")"
)
_NO_DIRECTION = re.compile(
    r"(?:note|point|state|list|present)(?: \w+)? (?:of|by|from|in|at)\b"
    r"|find(?:s|ing|ings)\b|say,|note that\b|make(?:s|r)\b"
)

_FOOTNOTE_MARK = re.compile(r"(?:n|fn|note|footnote)?\.? ?\d{1,3}|[ivx]{1,5}|[*†‡§]{1,4}", re.I)
_PAGE_MARK = re.compile(
    r"(?:(?:start|beginning|end|top|bottom) of )?(?:page|p\.|pp\.|sheet|leaf|folio|l\.|ll\.) ?"
    r"\d{1,4}(?: ?(?:ob\.?|verso|recto))?(?: (?:begins|ends|follows))?|page break",
    re.I,
)
_SIC = re.compile(r"sic\b|so in (?:the )?(?:original|source|text|document)|as in (?:the )?original")
_CORRECTION = re.compile(
    r"(?:should (?:be|read)|recte|correctly|correct is|read)[: ]+[\"'“‘]?([^\"'”’?]{1,80})"
)
_GAP = re.compile(
    r"illegible|unreadable|indecipherable|undecipherable|unintelligible|inaudible|not legible"
    r"|garbled|redacted|excised|sanitized|not declassified|omitted|omission|deleted|deletion"
    r"|missing|lacuna|torn (?:off|away|out)|cut off|(?:crossed|struck|scratched|blacked) out"
    r"|blank space|left blank|line blank|words? lost"
)
_DOUBT = re.compile(
    r"unclear|uncertain|possibly|perhaps|probably|presumably|apparently|doubtful|reading unsure"
)
_LABELLED_NOTE = re.compile(
    r"(?:translator|editor|trans\.?|transl\.?|ed\.?|compiler|author|archivist)(?:['’]?s['’]?)?"
    r"(?: note| comment| remark|:)|(?:foot)?note:|n\.? ?b\.|t\.? ?n\.?:"
)
_DESCRIPTION = re.compile(
    r"(?:laughter|laughs|laughing|applause|interrupt\w+|interject\w+|pause|noise|signed|signature|"
    r"stamp|seal|handwritten|underlined|emphasis|marginal\w*|in the margin|in (?:russian|chinese|"
    r"english|german|french|latin|pencil|ink))\b"
)
_BLANK_WORD = re.compile(
    r"(?:name|date|day|month|year|number|figure|amount|sum|place|city|country|title|rank)s?"
)
_DOTS_ONLY = re.compile(r"[.…\s]*(?:…|\.\s?\.)[.…\s]*")
_BRACKETS = re.compile(r"[\[\]()]")
_CLOSERS = {"]": "[", ")": "("}
_ANGLED = re.compile(r"<([^<>\[\]()]{1,60})>")


def _marks_of(paragraph: Paragraph) -> list[_Mark]:
    text = paragraph.text
    if paragraph.kind == "page_mark":
        return [_Mark("page_mark", 0, len(text))]
    marks = []
    if paragraph.kind == "instruction":
        marks.append(_Mark("instruction", 0, len(text)))
    taken = bytearray(len(text))
    for span in _bracket_pairs(text):
        if paragraph.kind == "note" and span.end - span.start >= len(text) - 1:
            continue
        mark = _read_bracket(text, span)
        if mark is None or (mark.kind == "instruction" and paragraph.kind == "instruction"):
            continue
        marks.append(mark)
        if mark.kind in ("omission", "placeholder", "sic", "uncertain"):
            taken[mark.start : mark.end] = b"\x01" * (mark.end - mark.start)
    for angled in _ANGLED.finditer(text):
        if _DOTS_ONLY.fullmatch(angled.group(1)) or _is_gap(angled.group(1).lower()):
            marks.append(_Mark("omission", *angled.span()))
            taken[angled.start() : angled.end()] = b"\x01" * (angled.end() - angled.start())
    marks += [mark for mark in _find_blanks(text) if not taken[mark.start]]
    marks += [mark for mark in _find_slips(text) if not taken[mark.start]]
    return marks


def _bracket_pairs(text: str) -> Iterator[Span]:
    """Matched brackets, inner before outer; what has no partner is passed over."""
    waiting: list[list[int]] = []
    open_counts = {"[": 0, "(": 0}
    for found in _BRACKETS.finditer(text):
        char, at = found.group(), found.start()
        if char in open_counts:
            waiting.append([at, 0])
            open_counts[char] += 1
            continue
        opener = _CLOSERS[char]
        if not open_counts[opener]:
            continue
        deepest = 0
        while True:
            start, depth = waiting.pop()
            deepest = max(deepest, depth)
            open_counts[text[start]] -= 1
            if text[start] == opener:
                break
        if waiting:
            waiting[-1][1] = max(waiting[-1][1], deepest + 1)
        if deepest < _DEEPEST:
            yield Span(start, at + 1)


def _read_bracket(text: str, span: Span) -> _Mark | None:
    start, end = span
    if end - start > _LONGEST_DIRECTION:
        return None
    inside = text[start + 1 : end - 1].strip()
    words = inside.lower()
    opener = text[start]
    if _DOTS_ONLY.fullmatch(inside):
        return _Mark("omission", start, end)
    if opener == "(":
        return _read_round_bracket(words, span)
    if text[end : end + 1] == "(" or not inside:
        # The first is a Markdown link.
        return None if inside else _Mark("placeholder", start, end)
    return _read_square_bracket(text, span, inside, words)


def _read_round_bracket(words: str, span: Span) -> _Mark | None:
    if words.rstrip("!.") == "sic":
        return _Mark("sic", *span)
    if words and not words.strip("?"):
        return _Mark("uncertain", *span)
    if words in ("so many", "so much") or _BLANK_WORD.fullmatch(words):
        return _Mark("placeholder", *span)
    if directs_drafter(words):
        return _Mark("instruction", *span)
    return None


def _read_square_bracket(text: str, span: Span, inside: str, words: str) -> _Mark | None:
    start, end = span
    if _PAGE_MARK.fullmatch(words):
        return _Mark("page_mark", start, end)
    # "[1]" is a footnote's mark, but the digits of "[19]58" are supplied.
    if _FOOTNOTE_MARK.fullmatch(words) and not text[end : end + 1].isalnum():
        return None
    labelled = bool(_LABELLED_NOTE.match(words))
    if _SIC.match(words) or (labelled and _SIC.search(words)):
        correction = _CORRECTION.search(inside)
        note = None if words.rstrip("!.") == "sic" else inside
        return _Mark("sic", start, end, note, correction.group(1).strip() if correction else None)
    if _is_gap(words) or words.startswith(("here follow", "there follow")):
        return _Mark("omission", start, end, inside)
    if labelled:
        kind: ApparatusKind = "uncertain" if _DOUBT.search(words) else "query"
        return _Mark(kind, start, end, f"an editor's note, not the text: {inside}")
    short = inside.count(" ") < 6
    if not words.strip("?! ") and "?" in words:
        return _Mark("uncertain", start, end)
    if short and (words.startswith("?") or words.endswith("?") or _DOUBT.match(words)):
        return _Mark("uncertain", start, end, "the words in brackets are doubtful")
    if short and _DOUBT.search(words):
        return _Mark("uncertain", start, end, inside)
    if _BLANK_WORD.fullmatch(words) or not words.strip("_ "):
        return _Mark("placeholder", start, end)
    described = "describes the original" if _DESCRIPTION.match(words) else None
    return _Mark("supplied", start, end, described)


def _is_gap(words: str) -> bool:
    return words.count(" ") < 14 and bool(_GAP.search(words))


def _word_set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_DOTS = re.compile(r"[.…]{2,}|…")
_UNDERSCORES = re.compile(r"__(?:(?<=\b1[89]__)|_)_*")
_BLANK_PHRASE = re.compile(r"[Ss](?<!\w\w)(?:o-and-so|uch[ -]and[ -]such)\b")
_QUANTITY_BEFORE = _word_set(
    "a about after almost an approximately around at before between by during for from in nearly "
    "of on only over since some than the to toward towards until was were with within worth"
)
_UNITS = re.compile(
    r"(?:years?|months?|weeks?|days?|hours?|minutes?|percent|per cent|%|thousand|million|billion|"
    r"rubles?|roubles?|dollars?|pounds?|yuan|tons?|tonnes?|kilomet(?:er|re)s?|miles?|people|men|"
    r"persons?|divisions?|copies|January|February|March|April|May|June|July|August|September|"
    r"October|November|December)\b"
)
_OFFICE = re.compile(
    r"\b(?:ministers?|president|chairman|premier|chancellor|ambassador|king|queen|emperor|"
    r"secretary|general secretary|governor|head of (?:the )?(?:state|government))\b",
    re.I,
)
_NAMED = re.compile(r"\b(?:Mr|Mrs|Cde|Com|Dr|Messrs)\.|\bComrade\b")
_CUT_YEAR = re.compile(r"\b(?:after|before|by|in|of|since|until|year) 1[89]\d?$", re.I)
_TITLE_ENDS = re.compile(r"(?:\bComrade|\bCde\.|\bCom\.|\bMr\.?|\bMrs\.?|\bDr\.?|\bNo\.?|№) ?$")


def _find_blanks(text: str) -> Iterator[_Mark]:
    if "and-s" in text or "and such" in text:
        for phrase in _BLANK_PHRASE.finditer(text):
            yield _Mark("placeholder", *phrase.span())
    if "_" in text:
        whole = len(text.strip())
        for line in _UNDERSCORES.finditer(text):
            start, end = line.span()
            beside = text[max(start - 1, 0) : start] + text[end : end + 1]
            if end - start < whole and "*" not in beside:
                yield _Mark("placeholder", start, end)
    if ".." not in text and "…" not in text:
        return
    for dots in _DOTS.finditer(text):
        blank = _read_dots(text, *dots.span())
        if blank:
            yield blank


def _read_dots(text: str, start: int, end: int) -> _Mark | None:
    """Whether a run of dots is a blank to be filled; most are only ellipses."""
    before, after = text[max(start - 20, 0) : start], text[end : end + 20]
    blank = _Mark("placeholder", start, end)
    if _CUT_YEAR.search(before):
        return blank
    if text[start:end] == "..":
        return None
    if _names_nobody(before) and after[:1] in ("", " ", ",", ";", ")", "'", "’"):
        return _Mark("placeholder", start - 1, end)
    if before[-1:].isspace():
        word = before.rsplit(None, 1)[-1] if before.strip() else ""
        counts = word.lower() in _QUANTITY_BEFORE
        glued, unit = after[:1].isalpha(), _UNITS.match(after.lstrip())
        if (counts and (glued or unit)) or (glued and unit and word[-1:].isalpha()):
            return blank
        if _TITLE_ENDS.search(before) and (after[:1] in tuple(",;)") or after[1:2].islower()):
            return blank
        return None
    goes_on = after[:1] in tuple(",;(") or after.startswith((" and ", " or ", " ("))
    if goes_on and before[-1:].isalpha():
        clause = re.split(r"[,;:.!?()\[\]]", text[max(start - 100, 0) : start])[-1]
        if _OFFICE.search(clause) and not _NAMED.search(clause):
            return blank
    if after.lstrip()[:1] == "(" and before[-1:].isalpha():
        close = text.find(")", end, end + 300)
        if close > 0 and directs_drafter(text[text.index("(", end) + 1 : close]):
            return blank
    return None


def _names_nobody(before: str) -> bool:
    """Whether the dots hide a name: Comrade N…, in the town of N..."""
    return before[-1:] in ("N", "X") and not before[-2:-1].isalnum() and len(before) > 1


_DOUBLE_STOP = re.compile(r"\.\.(?<=[^\W\d_]\.\.)(?=\s|$)")
_DOUBLE_COMMA = re.compile(r",,(?<=\w,,)(?=\s)")
_DOUBLED = ("the", "a", "an", "and", "of", "with", "from", "their", "its", "our")
_DOUBLED_WORD = re.compile(rf"\b({'|'.join(_DOUBLED)})\s\1\b", re.I)
_TWICE = tuple(f"{word} {word}" for word in _DOUBLED)


def _may_double_a_word(text: str) -> bool:
    words = " ".join(text.lower().split())
    return any(_stands_apart(words, twice) for twice in _TWICE)


def _stands_apart(text: str, words: str) -> bool:
    size = len(words)
    return any(
        not (text[at - 1 : at].isalnum() or text[at + size : at + size + 1].isalnum())
        for at in occurrences(text, words)
    )


def _find_slips(text: str) -> Iterator[_Mark]:
    for stop in _DOUBLE_STOP.finditer(text):
        follows = text[stop.end() : stop.end() + 9].lstrip(" \n\"“'(")[:1]
        if not follows or follows.isupper():
            yield _Mark("slip", *stop.span(), "a full stop too many", ".")
    for comma in _DOUBLE_COMMA.finditer(text):
        yield _Mark("slip", *comma.span(), "a comma too many", ",")
    if not _may_double_a_word(text):
        return
    for word in _DOUBLED_WORD.finditer(text):
        second = word.group()[-len(word.group(1)) :]
        if second.islower() and word.group(1) != "A" and not _is_initial(text, word.end()):
            yield _Mark("slip", *word.span(), "a word written twice", word.group(1))


def _is_initial(text: str, after: int) -> bool:
    return text[after : after + 1] in (".", ")", "-")
