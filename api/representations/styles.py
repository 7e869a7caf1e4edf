"""Citations as footnotes and bibliographies print them: Wilson, Chicago 18, MLA 9, APA 7.

Written for the three kinds of item there are, from the same CSL data that reference managers get.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from html import escape
from typing import Any

from api.representations.bibliography import BibliographicItem, Pinpoint, clean, printable
from api.representations.csl import CslItem, to_csl

Styled = dict[str, str]
Name = dict[str, Any]

# Marks of our own, never in a cleaned value: italics, and quotation marks that close.
_ON, _OFF, _CLOSE_1, _CLOSE_2 = "\x01", "\x02", "\x03", "\x04"
_FINAL = str.maketrans({_CLOSE_1: "”", _CLOSE_2: "’"})

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MONTHS_MLA = tuple(
    month if len(month) < 5 else "Sept." if month == "September" else f"{month[:3]}."
    for month in _MONTHS
)


def style(item: BibliographicItem, pinpoint: Pinpoint | None = None) -> dict[str, Any]:
    """The `styles` object, each style as `{"text", "html"}`; HTML has no element but `<i>`.

    `wilson`; `chicago` with `note` and `bibliography`; `mla` and `apa`, each the entry of the list
    and, under `in_text`, what stands in the running text. A pinpoint adds its paragraphs, and in
    the note the layer; bibliographies of Chicago's cite whole works. `wilson` is the source's own
    citation to the letter, composed in that form where the record has none.
    Source: Chicago Manual of Style 18, 13 and 14; MLA Handbook 9, 5 and 6; APA Publication
    Manual 7, 8-10.
    """
    csl = to_csl(item)
    if pinpoint and pinpoint.url:
        csl["URL"] = clean(pinpoint.url)
    return {
        "wilson": _styled(_wilson(item, pinpoint)),
        "chicago": {
            "note": _styled(_chicago_note(csl, pinpoint)),
            "bibliography": _styled(_chicago_entry(csl)),
        },
        "mla": _styled(_mla_entry(csl, pinpoint)) | {"in_text": _styled(_mla_cite(csl, pinpoint))},
        "apa": _styled(_apa_entry(csl, pinpoint)) | {"in_text": _styled(_apa_cite(csl, pinpoint))},
    }


def _styled(marked: str) -> Styled:
    marked = marked.translate(_FINAL)
    return {
        "text": marked.replace(_ON, "").replace(_OFF, ""),
        "html": escape(marked, quote=False).replace(_ON, "<i>").replace(_OFF, "</i>"),
    }


# Wilson


def _wilson(item: BibliographicItem, pinpoint: Pinpoint | None) -> str:
    if item.citation and item.citation.strip():
        cited = printable(item.citation)
    else:
        title = clean(item.title)
        date = clean(item.date.expression) if item.date else ""
        reference = clean(item.reference.as_written) if item.reference else ""
        parts = [f'"{title}"' if title else "", date, clean(item.digital_archive or ""), reference]
        thanks = [
            f"{verb} by {_and([clean(name) for name in names], ', and ')}"
            for verb, names in (
                ("contributed", item.donors),
                ("translated", item.names("translator")),
                ("edited", item.names("editor")),
            )
            if names
        ]
        sentences = [", ".join(filter(None, parts)), _capitalized(_and(thanks, ", and "))]
        cited = " ".join(_append(one, ".") for one in sentences if one)
        if item.link:
            cited += f" <{clean(item.link)}>"
    if pinpoint:
        cited += f" {_capitalized(_locator(pinpoint, 'para', layer=True))}."
    return cited


# Chicago


def _chicago_note(csl: CslItem, pinpoint: Pinpoint | None) -> str:
    role, lead = _lead(csl)
    parts = []
    if lead:
        parts.append(_several([_plain(name) for name in lead], least=3, keep=1))
        parts += {"editor": ["eds." if len(lead) > 1 else "ed."], "translator": ["trans."]}.get(
            role, []
        )
    parts.append(_title(csl))
    people = [
        f"{label} {_several([_plain(name) for name in csl[key]], least=3, keep=1)}"
        for key, label in (("editor", "ed."), ("translator", "trans."), ("contributor", "with"))
        if key in csl and key != role
    ]
    locator = _locator(pinpoint, "para", layer=True) if pinpoint else ""
    if csl["type"] == "manuscript":
        parts += [csl.get("genre", ""), *people, csl.get("publisher", "")]
        parts += [_chicago_date(csl.get("issued")), locator]
        parts += [csl.get("archive_location", ""), csl.get("archive", "")]
    else:
        volume, pages = csl.get("volume", ""), _dashed(csl.get("page", ""))
        if csl["type"] == "chapter":
            parts.append(f"in {_italic(csl['container-title'])}")
            pages = ""
        elif volume and pages and not people and not locator:
            volume, pages = "", f"{volume}:{pages}"
        parts += [f"vol. {volume}" if volume else "", *people]
        imprint = _imprint(csl)
        cited = _joined(parts) + (f" ({imprint})" if imprint else "")
        parts = [cited, locator or pages]
    return _append(_joined([*parts, csl.get("URL", "")]), ".")


def _chicago_entry(csl: CslItem) -> str:
    role, lead = _lead(csl)
    sentences = []
    if lead:
        names = _inverted_list(lead, demote=True, least=7, keep=3)
        label = {"editor": ", eds." if len(lead) > 1 else ", ed.", "translator": ", trans."}
        sentences.append(names + label.get(role, ""))
    sentences.append(_title(csl))
    people = [
        f"{label} {_several([_plain(name) for name in csl[key]], least=7, keep=3)}"
        for key, label in (
            ("editor", "edited by"),
            ("translator", "translated by"),
            ("contributor", "with"),
        )
        if key in csl and key != role
    ]
    if csl["type"] == "manuscript":
        sentences += [csl.get("genre", ""), *people]
        sentences.append(
            ", ".join(filter(None, [csl.get("publisher"), _chicago_date(csl.get("issued"))]))
        )
        sentences += [csl.get("archive_location", ""), csl.get("archive", "")]
    else:
        volume = f"vol. {csl['volume']}" if "volume" in csl else ""
        if csl["type"] == "chapter":
            sentences.append(_joined([f"in {_italic(csl['container-title'])}", volume, *people]))
        elif volume:
            sentences.append(_joined([volume, *people]))
        else:
            sentences += people
        sentences.append(_imprint(csl))
    return _sentences([*sentences, csl.get("URL", "")], led=bool(lead))


def _imprint(csl: CslItem) -> str:
    """Original year, publisher (or else place) and year: "1958; World Press, 1990"."""
    publisher = csl.get("publisher") or csl.get("publisher-place", "")
    issued, original = csl.get("issued"), csl.get("original-date")
    year = _bracketed(_years(issued), issued) if issued else "n.d."
    imprint = ", ".join(filter(None, [publisher, year]))
    if original:
        imprint = f"{_years(original)}{'; ' if publisher else ', '}{imprint}"
    return imprint


def _chicago_date(date: dict[str, Any] | None) -> str:
    if date is None:
        return "n.d."

    def day(parts: list[int]) -> str:
        year, month, day = (*parts, 0, 0)[:3]
        if not month:
            return str(year)
        return f"{_MONTHS[month - 1]} {day}, {year}" if day else f"{_MONTHS[month - 1]} {year}"

    def shared(first: list[int], last: list[int]) -> str:
        if len(first) == 2:
            return f"{_MONTHS[first[1] - 1]}–{_MONTHS[last[1] - 1]} {first[0]}"
        start = f"{_MONTHS[first[1] - 1]} {first[2]}"
        end = str(last[2]) if first[1] == last[1] else f"{_MONTHS[last[1] - 1]} {last[2]}"
        return f"{start}–{end}, {first[0]}"

    return _bracketed(_date(date, day, shared), date)


def _bracketed(text: str, date: dict[str, Any]) -> str:
    return f"[{text}?]" if date.get("circa") else text


# MLA


def _mla_entry(csl: CslItem, pinpoint: Pinpoint | None) -> str:
    role, lead = _lead(csl)
    sentences = []
    if lead:
        names = _inverted_list(lead, demote=False, least=3, keep=1)
        many = "s" if len(lead) > 1 else ""
        label = {"editor": f", editor{many}", "translator": f", translator{many}"}
        sentences.append(names + label.get(role, ""))
    sentences.append(_title(csl))
    people = [
        f"{label} {_several([_plain(name) for name in csl[key]], least=3, keep=1)}"
        for key, label in (
            ("editor", "edited by"),
            ("translator", "translated by"),
            ("contributor", "with"),
        )
        if key in csl and key != role
    ]
    publisher = csl.get("publisher", "")
    if csl["type"] == "manuscript":
        sentences.append(csl.get("genre", ""))
        container = [*people, publisher, _mla_date(csl.get("issued"))]
        container += [csl.get("archive", ""), csl.get("archive_location", "")]
    else:
        sentences.append(_mla_date(csl.get("original-date")))
        book = _italic(csl["container-title"]) if csl["type"] == "chapter" else ""
        volume = f"vol. {csl['volume']}" if "volume" in csl else ""
        issued = csl.get("issued")
        year = _bracketed(_years(issued), issued) if issued else ""
        container = [book, *people, volume, publisher or csl.get("publisher-place", ""), year]
        container.append(_pages(csl))
    container.append(_locator(pinpoint, "par") if pinpoint else "")
    source, url = csl.get("source", ""), csl.get("URL", "")
    if source and url:
        sentences += [_joined(container), f"{_italic(source)}, {url}"]
    else:
        sentences.append(_joined([*container, url]))
    return _sentences(sentences, led=bool(lead))


def _mla_cite(csl: CslItem, pinpoint: Pinpoint | None) -> str:
    _, lead = _lead(csl)
    who = _several([_short(name) for name in lead], least=3, keep=1) if lead else _title(csl)
    return f"({_joined([who, _locator(pinpoint, 'par') if pinpoint else ''])})"


def _mla_date(date: dict[str, Any] | None) -> str:
    if date is None:
        return ""

    def day(parts: list[int]) -> str:
        year, month, day = (*parts, 0, 0)[:3]
        words = [str(day) if day else "", _MONTHS_MLA[month - 1] if month else "", str(year)]
        return " ".join(filter(None, words))

    def shared(first: list[int], last: list[int]) -> str:
        if len(first) == 3 and first[1] == last[1]:
            return f"{first[2]}–{day(last)}"
        return f"{day(first).rsplit(' ', 1)[0]}–{day(last)}"

    text = _date(date, day, shared)
    return f"circa {text}" if date.get("circa") else text


def _pages(csl: CslItem) -> str:
    pages = _dashed(csl.get("page", ""))
    if not pages:
        return ""
    return f"{'pp.' if re.search(r'[–,&]', pages) else 'p.'} {pages}"


# APA


def _apa_entry(csl: CslItem, pinpoint: Pinpoint | None) -> str:
    chapter = csl["type"] == "chapter"
    role, lead = _lead(csl, roles=("author", "editor"))
    makers = [
        f"{_ampersand([_apa_plain(name) for name in csl[key]])}, {label}"
        for key, one, many in (("editor", "Ed.", "Eds."), ("translator", "Trans.", "Trans."))
        for label in [many if len(csl.get(key, [])) > 1 else one]
        if key in csl and key != role and not (chapter and key == "editor")
    ]
    where = [f"Vol. {csl['volume']}" if "volume" in csl else "", _pages(csl)]
    where.append(_locator(pinpoint, "para") if pinpoint else "")
    place = ", ".join(filter(None, where))
    details = "; ".join([*makers, *([place] if place and not chapter else [])])
    plain = _quoted(csl.get("title", ""))
    title = plain if chapter else _italic(plain)
    if details:
        title = f"{title} ({details})".strip()
    genre = f"[{csl['genre']}]" if "genre" in csl else ""
    date = f"({_apa_date(csl.get('issued'))})"
    if lead:
        names = [_apa_inverted(name) for name in lead]
        who = _ampersand(names, comma=True)
        if role == "editor":
            who += " (Eds.)" if len(lead) > 1 else " (Ed.)"
        sentences = [who, date, " ".join(filter(None, [title, genre]))]
    else:
        sentences = [title, date, genre]
    if chapter:
        book = _italic(csl["container-title"]) + (f" ({place})" if place else "")
        editors = csl.get("editor", []) if role != "editor" else []
        if editors:
            label = "Eds." if len(editors) > 1 else "Ed."
            book = f"{_ampersand([_apa_plain(name) for name in editors])} ({label}), {book}"
        sentences.append(f"In {book}")
    sentences.append(csl.get("publisher", ""))
    archive, location = csl.get("archive", ""), csl.get("archive_location", "")
    sentences.append(f"{archive} ({location})".strip() if location else archive)
    original = csl.get("original-date")
    cited = " ".join(_append(one, ".") for one in sentences if one)
    if "URL" in csl:
        cited += f" {csl['URL']}"
    if original:
        cited += f" (Original work published {_years(original)})"
    return cited


def _apa_cite(csl: CslItem, pinpoint: Pinpoint | None) -> str:
    _, lead = _lead(csl, roles=("author", "editor"))
    if lead:
        names = [_short(name) for name in lead]
        who = f"{names[0]} et al." if len(names) > 2 else " & ".join(names)
    elif csl["type"] == "chapter":
        who = _title(csl)
    else:
        who = _italic(_quoted(_title_case(csl.get("title", ""))))
    year = _apa_date(csl.get("issued"))
    if "original-date" in csl:
        year = f"{_years(csl['original-date'])}/{year}"
    return f"({_joined([who, year, _locator(pinpoint, 'para') if pinpoint else ''])})"


def _apa_date(date: dict[str, Any] | None) -> str:
    if date is None:
        return "n.d."
    return f"ca. {_years(date)}" if date.get("circa") else _years(date)


def _apa_inverted(name: Name) -> str:
    if "literal" in name:
        return str(name["literal"])
    given = " ".join(filter(None, [_initials(name["given"]), name.get("dropping-particle")]))
    return ", ".join(filter(None, [_short(name), given, name.get("suffix")]))


def _apa_plain(name: Name) -> str:
    if "literal" in name:
        return str(name["literal"])
    words = [_initials(name["given"]), name.get("dropping-particle"), _short(name)]
    return " ".join(filter(None, [*words, name.get("suffix")]))


def _initials(given: str) -> str:
    """Of given names: "Mary-Jane" -> "M.-J.", "Kai-ming" -> "K."; small words stay."""
    out = []
    for word in _spaced_initials(given).split():
        if not word[0].isalpha() or word[0].islower():
            out.append(word)
            continue
        parts = [part for part in word.split("-") if part]
        out.append("-".join(f"{part[0]}." for part in parts if part[0].isupper()) or word)
    return " ".join(out)


def _ampersand(names: list[str], *, comma: bool = False) -> str:
    if len(names) > 20:
        return ", ".join([*names[:19], f". . . {names[-1]}"])
    if len(names) == 2:
        return f"{names[0]}{',' if comma else ''} & {names[1]}"
    return ", & ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


# Names


def _lead(
    csl: CslItem, roles: tuple[str, ...] = ("author", "editor", "translator")
) -> tuple[str, list[Name]]:
    """Who comes first: the authors, or else the editors, or else the translators."""
    for role in roles:
        if role in csl:
            return role, csl[role]
    return "", []


def _plain(name: Name) -> str:
    """In reading order: "Heinrich von Brentano", "Mao Zedong", "Adlai Stevenson Jr."."""
    if "literal" in name:
        return str(name["literal"])
    given, family = _spaced_initials(name["given"]), _short(name)
    if name.get("static-ordering"):
        return f"{family} {given}"
    words = [given, name.get("dropping-particle"), family, name.get("suffix")]
    return " ".join(filter(None, words))


def _inverted(name: Name, *, demote: bool) -> str:
    """Family name first; family-first names are so already, and take no comma."""
    if "literal" in name or name.get("static-ordering"):
        return _plain(name)
    given = _spaced_initials(name["given"])
    if demote:
        family = name["family"]
        behind = [name.get("dropping-particle"), name.get("non-dropping-particle")]
    else:
        family, behind = _short(name), [name.get("dropping-particle")]
    given = " ".join(filter(None, [given, *behind]))
    return ", ".join(filter(None, [family, given, name.get("suffix")]))


def _short(name: Name) -> str:
    if "literal" in name:
        return str(name["literal"])
    return " ".join(filter(None, [name.get("non-dropping-particle"), name["family"]]))


def _spaced_initials(given: str) -> str:
    return re.sub(r"(?<=\w\.)(?=\w\.)", " ", given)


def _several(names: list[str], *, least: int, keep: int) -> str:
    """A list; from `least` names on, the first `keep` and "et al."."""
    if len(names) >= least:
        return ", ".join(names[:keep]) + ("," if keep > 1 else "") + " et al."
    return _and(names, ", and ")


def _inverted_list(names: list[Name], *, demote: bool, least: int, keep: int) -> str:
    texts = [_inverted(names[0], demote=demote), *(_plain(name) for name in names[1:])]
    if len(names) >= least:
        return ", ".join([*texts[:keep], "et al."])
    if len(texts) == 2:
        # An inverted name holds a comma, so one more divides the two.
        return f"{texts[0]}{',' if ',' in texts[0] else ''} and {texts[1]}"
    return _and(texts, ", and ")


def _and(texts: list[str], last: str) -> str:
    if len(texts) < 3:
        return " and ".join(texts)
    return ", ".join(texts[:-1]) + last + texts[-1]


# Dates, locators


def _date(
    date: dict[str, Any],
    day: Callable[[list[int]], str],
    shared: Callable[[list[int], list[int]], str],
) -> str:
    if "literal" in date:
        return str(date["literal"])
    first, *rest = date["date-parts"]
    if not rest:
        return day(first)
    last = rest[0]
    if len(first) == len(last) > 1 and first[0] == last[0]:
        return shared(first, last)
    return f"{day(first)}–{day(last)}"


def _years(date: dict[str, Any]) -> str:
    if "literal" in date:
        return str(date["literal"])
    return "–".join(dict.fromkeys(str(parts[0]) for parts in date["date-parts"]))


def _locator(pinpoint: Pinpoint, term: str, *, layer: bool = False) -> str:
    """As in "paras. 7–9"; the layer in brackets where the words are not the record's own voice."""
    numbers = _dashed(re.sub(r"\s*([-–])\s*", r"\1", clean(pinpoint.paragraphs)))
    cited = f"{term}{'s' if pinpoint.plural else ''}. {numbers}"
    if layer and pinpoint.layer_title:
        cited += f" ({_lowered(clean(pinpoint.layer_title))})"
    return cited


_DOCUMENT_WORDS = re.compile(
    r"(?:draft|outline|plan|note|message|memorandum|letter|text|proposal|suggestion|speech|appeal|"
    r"report|telegram|annex|appendix|attachment|enclosure|minutes|summary|statement|resolution|"
    r"introduction|notes|document|first|second|third)s?\b",
    re.I,
)


def _lowered(title: str) -> str:
    """A layer's title within a sentence: "Draft outline …" -> "draft outline …"."""
    return title[0].lower() + title[1:] if _DOCUMENT_WORDS.match(title) else title


def _dashed(numbers: str) -> str:
    return re.sub(r"(?<=\w)-(?=\w)", "–", numbers)


# Titles, sentences


def _title(csl: CslItem) -> str:
    """In quotation marks, a book's in italics."""
    title = _title_case(csl.get("title", ""))
    if not title:
        return ""
    if csl["type"] == "book":
        return _italic(_quoted(title))
    return f"“{_quoted(title, inside=True)}{_CLOSE_1}"


def _italic(text: str) -> str:
    return f"{_ON}{text}{_OFF}" if text else ""


_QUOTES = re.compile(r"[“”‘’\"']")


def _quoted(text: str, *, inside: bool = False) -> str:
    """Typographic quotation marks; `inside` others, they alternate from single.

    A mark without its pair stays as it is. Source: Chicago Manual of Style 18, 6.121 and 13.30.
    """
    chars = list(text)
    opened: list[tuple[int, str]] = []
    waiting = {'"': 0, "'": 0}
    pairs: list[tuple[int, int, str]] = []
    for match in _QUOTES.finditer(text):
        at, mark = match.start(), match[0]
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        kind = '"' if mark in '“”"' else "'"
        opens = mark in "“‘" or (
            mark in "\"'"
            and bool(after.strip())
            and (not before.strip() or before in "([{—–-/“‘\"'")
        )
        if opens:
            opened.append((at, kind))
            waiting[kind] += 1
        elif kind == "'" and before.isalnum() and after.isalnum():
            chars[at] = "’"
        elif waiting[kind]:
            while opened[-1][1] != kind:
                waiting[opened.pop()[1]] -= 1
            pairs.append((opened.pop()[0], at, kind))
            waiting[kind] -= 1
        elif mark == "'":
            chars[at] = "’"
    stack: list[int] = []
    for start, end, kind in sorted(pairs):
        while stack and stack[-1] < start:
            stack.pop()
        single = len(stack) % 2 == 0 if inside else kind == "'"
        chars[start] = "‘" if single else "“"
        chars[end] = _CLOSE_2 if single else _CLOSE_1
        stack.append(end)
    return "".join(chars)


_SMALL_WORD_LIST = """
    a about above across against along alongside amid among amongst an and around as at
    before behind below beneath beside besides between beyond but by de despite down during et
    except for from in inside into like near next nor notwithstanding of off on onto or out
    over per since so than the through throughout till to toward towards under underneath until
    unto up upon van versus via von vs with within without yet
"""
_SMALL_WORDS = frozenset(_SMALL_WORD_LIST.split())
# What stands behind these is markup or an address, not a word.
_CODE = ("<", "</", "\\", "@", "#", "$", "_", "&", "{")
_WORD = re.compile(r"[^\W_]+(?:[’'][^\W_]+)*")


def _title_case(title: str) -> str:
    """Headline style for words in small Latin letters; whatever has a capital stays as it is.

    Titles in other scripts have no headline style. Source: Chicago Manual of Style 18, 8.160-62.
    """
    words = list(_WORD.finditer(title))
    chars = list(title)
    for place, match in enumerate(words):
        word = match[0]
        if not word[0].isascii() and not "À" <= word[0] <= "ɏ":
            continue
        if title.endswith(_CODE, 0, match.start()):
            continue
        gap = title[words[place - 1].end() : match.start()] if place else ""
        follows = title[match.end() : match.end() + 1]
        opens = not place or any(mark in gap for mark in "?!:")
        compound = follows == "-" and "-" not in gap
        edge = opens or (place == len(words) - 1 and len(word) > 1) or compound
        if word == word.lower() and (edge or (len(word) > 1 and word not in _SMALL_WORDS)):
            chars[match.start()] = word[0].upper()
    return "".join(chars)


def _append(text: str, mark: str) -> str:
    """Punctuation after a text: inside closing quotation marks, and never twice."""
    core = text.rstrip(_OFF + _CLOSE_1 + _CLOSE_2)
    tail = text[len(core) :]
    if core.endswith(mark) or (mark == "." and core.endswith(("?", "!", "."))):
        return text
    if _CLOSE_1 in tail or _CLOSE_2 in tail:
        return core + mark + tail
    return text + mark


def _joined(parts: Iterable[str]) -> str:
    """Parts with commas between them."""
    kept = [part for part in parts if part]
    return " ".join([*(_append(part, ",") for part in kept[:-1]), *kept[-1:]])


def _sentences(sentences: list[str], *, led: bool) -> str:
    """Sentences, each with a capital; `led` by names, which keep a small particle."""
    kept = [sentence for sentence in sentences if sentence]
    return " ".join(
        _append(one if led and at == 0 else _capitalized(one), ".") for at, one in enumerate(kept)
    )


def _capitalized(text: str) -> str:
    """With a capital where a sentence begins with a small word; names and "n.d." keep theirs."""
    if re.match(r"[a-z]+(?:[\s.,;)]|$)", text) is None or text.startswith("n.d."):
        return text
    return text[0].upper() + text[1:]
