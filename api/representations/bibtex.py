"""BibTeX and BibLaTeX entries."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise
from urllib.parse import quote

from api.representations.bibliography import BibliographicItem, Issued, clean
from api.representations.csl import notes_of
from api.representations.personal_names import read_name

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def to_bibtex(items: Iterable[BibliographicItem]) -> str:
    """Entries in UTF-8, an empty line between: `@unpublished`, or `@misc` without an author or
    shelfmark; `@incollection` or `@book` where the document is printed.

    The shelfmark is `note`, the digital archive `howpublished`. Fields only BibLaTeX knows
    (`date`, `translator`, `origdate`, …) stand beside those of BibTeX; each ignores the other's.
    Keys are unique in the output, and letters, digits and hyphens only.
    Source: BibTeXing (Patashnik 1988); the biblatex manual, 2.
    """
    keys: set[str] = set()
    return "\n".join(_entry(item, keys) for item in items)


def _entry(item: BibliographicItem, keys: set[str]) -> str:
    fields: list[tuple[str, str]] = []

    def put(name: str, value: str | None, *, protect: bool = False) -> None:
        if value and (value := clean(value)):
            fields.append((name, "{" + latex(value, protect=protect) + "}"))

    put("title", item.title, protect=True)
    names = {
        "author": [author.name for author in item.authors],
        "editor": item.names("editor"),
        "translator": item.names("translator"),
    }
    for role, people in names.items():
        joined = " and ".join(bibtex_name(clean(name)) for name in people if clean(name))
        if joined:
            fields.append((role, "{" + joined + "}"))
    issued, shelfmark, printed = item.issued, item.shelfmark, item.printed
    if printed:
        if item.type == "chapter":
            put("booktitle", printed.title, protect=True)
        put("volume", printed.volume)
        put("publisher", printed.publisher, protect=True)
        put("address", printed.place)
        put("year", printed.year)
        if printed.pages:
            pages = re.sub(r"(?<=\w)\s*[-–]+\s*(?=\w)", "--", latex(printed.pages))
            fields.append(("pages", "{" + pages + "}"))
        put("origdate", edtf_of(issued))
        note = ""
    else:
        if issued and issued.year is not None:
            put("year", str(issued.year))
        if issued and len(issued.begin) > 1:
            fields.append(("month", _MONTHS[issued.begin[1] - 1]))
        put("date", edtf_of(issued))
        note = ", ".join(filter(None, [shelfmark.archive, shelfmark.location])) if shelfmark else ""
    put("note", note)
    # Of a book this would be read as the publisher.
    put("howpublished", None if printed else item.digital_archive)
    put("type", item.genre)
    put("library", shelfmark.archive if shelfmark else None)
    tags = [language.tag or language.name for language in item.languages]
    put("language", tags[0] if tags else None)
    put("origlanguage", item.original_language.name if item.original_language else None)
    if item.link:
        fields.append(("url", "{" + _safe_url(clean(item.link)) + "}"))
    put("abstract", item.abstract)
    extra = notes_of(item)
    if item.date and (issued is None or issued.literal or issued.circa or printed):
        extra.insert(0, f"Date as written: {item.date.expression}")
    if printed and item.digital_archive:
        extra.append(f"Digital copy: {item.digital_archive}")
    if item.donors and not printed:
        extra.append(f"Contributed by {', '.join(item.donors)}")
    if item.rights:
        extra.append(f"Rights: {item.rights.text}")
    if item.citation:
        extra.append(f"Cite as: {item.citation}")
    put("copyright", item.rights.text if item.rights else None)
    put("annote", "; ".join(extra))
    kind = {"chapter": "incollection", "book": "book", "manuscript": "misc"}[item.type]
    if kind == "misc" and item.authors and note:
        kind = "unpublished"
    lines = [f"  {name} = {value},\n" for name, value in fields]
    return f"@{kind}{{{_key(item, keys)},\n{''.join(lines)}}}\n"


_ESCAPES = {
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\\": r"\textbackslash{}",
}
# Two of a kind would become a dash or a quotation mark: "--", "``", "''", "?`", "!`", "<<".
_LIGATURES = re.compile(r"(?<=[-`'<>,])(?=[-`'<>,])|(?<=[?!])(?=`)")


def latex(text: str, *, protect: bool = False) -> str:
    """Escape for LaTeX, everything else in UTF-8; with `protect`, braces keep capitals.

    BibTeX counts braces even where they are escaped: a brace without its pair is written as a
    command.
    """
    paired = _paired_braces(text)

    def escape(piece: str, at: int) -> str:
        out: list[str] = []
        for offset, char in enumerate(piece, at):
            if char in "{}":
                name = "lbrace" if char == "{" else "rbrace"
                out.append("\\" + char if offset in paired else f"\\ensuremath{{\\{name}}}")
            else:
                out.append(_ESCAPES.get(char, char))
        return "".join(out)

    pieces: list[str] = []
    for word in re.finditer(r"\s+|\S+", text):
        breaks = [word.start()]
        breaks += [word.start() + m.start() for m in _LIGATURES.finditer(word[0])]
        breaks.append(word.end())
        parts = (escape(text[a:b], a) for a, b in pairwise(breaks))
        escaped = "{}".join(parts)
        upper = any(char.isupper() for char in word[0])
        # A word that holds half of a pair of braces cannot be wrapped in another.
        pieces.append(f"{{{escaped}}}" if protect and upper and _level(escaped) else escaped)
    return "".join(pieces)


def _paired_braces(text: str) -> set[int]:
    paired: set[int] = set()
    opened: list[int] = []
    for at, char in enumerate(text):
        if char == "{":
            opened.append(at)
        elif char == "}" and opened:
            paired |= {opened.pop(), at}
    return paired


def _level(text: str) -> bool:
    depth = 0
    for char in text:
        depth += (char == "{") - (char == "}")
        if depth < 0:
            return False
    return depth == 0


def bibtex_name(text: str) -> str:
    """A name as BibTeX wants it: "von Brentano, Heinrich", "King, Jr., Martin Luther"; bodies,
    mononyms and whatever cannot be split in braces."""
    name = read_name(text)
    if name.literal is not None:
        return "{" + latex(name.literal) + "}"
    von = name.particle or name.dropping_particle
    family = _name_part(name.family)
    parts = [f"{latex(von)} {family}" if von else family]
    if name.suffix:
        parts.append(_name_part(name.suffix))
    parts.append(_name_part(name.given))
    return ", ".join(parts)


def _name_part(text: str) -> str:
    # "and" and commas part names; a small initial would be taken for a "von".
    escaped = latex(text)
    if "," in text or any(word.lower() == "and" or word[0].islower() for word in text.split()):
        return "{" + escaped + "}"
    return escaped


def edtf_of(issued: Issued | None) -> str | None:
    """A date as BibLaTeX reads it (EDTF level 1); None where numbers cannot say it."""
    if issued is None or issued.literal is not None:
        return None

    def day(parts: tuple[int, ...]) -> str:
        form = (f"{parts[0]:04}", *(f"{part:02}" for part in parts[1:]))
        return "-".join(form) + ("~" if issued.circa else "")

    return "/".join(day(parts) for parts in (issued.begin, issued.end) if parts)


def _safe_url(url: str) -> str:
    # Braces, backslashes and percent signs of a well-formed URL are already encoded.
    return quote(url, safe="%:/?#[]@!$&'()*+,;=~-._")


def _key(item: BibliographicItem, keys: set[str]) -> str:
    name = read_name(clean(item.authors[0].name)) if item.authors else None
    first = (name.literal or name.family) if name else "record"
    plain = unicodedata.normalize("NFKD", first).encode("ascii", "ignore").decode().lower()
    words = "".join(re.findall(r"[a-z0-9]+", plain)[:3]) or "record"
    year = str(item.issued.year) if item.issued and item.issued.year is not None else "nd"
    ident = re.sub(r"[^A-Za-z0-9]+", "-", item.id).strip("-") or "x"
    key = wanted = f"{words}{year}-{ident}"
    count = 1
    while key.lower() in keys:
        count += 1
        key = f"{wanted}-{count}"
    keys.add(key.lower())
    return key
