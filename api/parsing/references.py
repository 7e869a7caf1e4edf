"""Reference codes of archival documents, read whole where that is certain.

A reference code is recognised only when every word of it is accounted for. The schemes, with
their parts in the scheme's own words (`repository` is the name as written, and
`repository_abbreviation` what stands in brackets behind it; `place` its town):

- `fond-opis-delo` (Russia and the former Soviet Union): fond, fond_title, opis,
  year, papka, por, delo, edinitsa_khraneniya, perechen, dokument, tom, korobka, rolik, listy, pages
- `fond-opis-ae` (Bulgaria; "Record" and "File" in English): fond, opis, ae, listy, pages
- `fond-opys-sprava` (Ukraine): fond, opys, sprava, arkushi
- `fond-aprasas-byla` (Lithuania): fond, aprasas, byla, lapai, pages
- `fond-dans-negj` (Mongolia): fond, dans, negj, khuudas
- `fond-dosje` (Albania): fond, nenfond, viti, dosje, flete, pages
- `fond-dosar` (Romania): fond, inventar, dosar, year, country, volume, filele, pages
- `fond-orzesi-egyseg` and `fond-doboz` (Hungary): fond, csoport, orzesi_egyseg, doboz, tetel,
  iktatoszam, pages; `fond-dosszie` (its state security): fond, dosszie, pages
- `zespol-wiazka-teczka` (Poland): zespol, sygnatura, wiazka, teczka, paczka, tom, karty, pages
- `fond-svazek-archivni-jednotka` (Czech lands, Slovakia): fond, svazek, archivni_jednotka, bod,
  karton, obal, inventarni_cislo, listy, pages
- `fond-signatura` (Yugoslavia): fond, fond_title, signatura
- `bundesarchiv`, `politisches-archiv`, `bstu` (Germany): bestand, signatur, band, blatt, pages
- `department-series-piece` (Britain): department, series, piece, item, folios
- `series-volume` (France): series, volume, carton, dossier, folios
- `fondo-caja`, `caixa-maco` (Spanish and Portuguese): fondo, caja, carpeta, legajo, expediente;
  fundo, caixa, maco, pasta; series, volume
- `phong-ho-so` (Vietnam): phong, ho_so, to
- `toegang-inventarisnummer` (Netherlands): toegang, inventarisnummer, pages; `bestand-akzession`
  (Switzerland): bestand, akzession, dossier, band, pages; `series-control-symbol` (Australia):
  series, control_symbol, part, pages
- `file-number` (China, Taiwan, Japan, Israel, India, South Africa, United Nations): record_group,
  collection, file, volume, pages; `papers-file` (India): collection, file, installment,
  serial_number, pages; `personal-papers`: collection
- `document-symbol` (NATO, IAEA): symbol, part, pages
- `microfilm` (Korea and others): roll, reel, film, file, frames, class_number,
  registration_number, pages
- `record-group` (US National Archives; Canada): record_group, series, subseries, entry, volume,
  box, folder, file, lot_file, decimal_file, item, document, reel, frames, part, pages;
  `presidential-library` and `box-folder`: collection, series, box, and the same
- `declassification` (CIA): release, document_number
- `printed`: author, editor, title, volume, part, issue, number, place, publisher, year, date,
  document, pages

Parts are strings, but leaves (listy, blatt, folios, karty, filele, flete, arkushi, khuudas,
lapai, to) are `{"from", "to"}`, equal for a single leaf; for several ranges first and last, with
the list in `as_written`. Sources: ISAD(G) 3.1.1; the archives' own finding aids.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from api.parsing.dates import recognise_date
from api.parsing.values import Parts, Reference

MAX_REFERENCE = 600
"""Longer texts, in code points, are kept whole and not read."""

NO_PERSON = re.compile(
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
"""Words that no personal name holds: bodies, offices, places."""


class Leaves(NamedTuple):
    """A range of archival leaves, inclusive, as printed on them; a single leaf is both ends."""

    first: str
    last: str
    as_written: str | None = None
    """The whole list, where it has several ranges."""


def parse_reference(text: str) -> Reference:
    """Read a reference code whole, or not at all; `as_written` without its closing full stop.

    "RGANI, f. 52, op. 1, d. 351, ll. 141-153" -> fond-opis-delo with repository, fond, opis, delo
    and listy. Schemes, parts and sources: the module's docstring.
    """
    as_written = " ".join(unicodedata.normalize("NFC", text).split()).strip(" ,;")
    if not ends_abbreviated(as_written):
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


def ends_abbreviated(text: str) -> bool:
    """Whether a closing full stop belongs to the last word: an initial, "ő.e.", "Jr."."""
    return bool(_ENDS_ABBREVIATED.search(text))


_ENDS_ABBREVIATED = re.compile(r"(?:(?<![^\W\d_])[^\W\d_]\.\s?[^\W\d_]|\b(?:Jr|Sr|[A-Z]))\.$")
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
    ("listy", "blatt", "folios", "karty", "filele", "flete", "arkushi", "khuudas", "lapai", "to")
)
_LISTED_KEYS = _LEAF_KEYS | {"pages", "frames"}

_PLACE_NAMES = """
    Moscow; Sofia; Budapest; Prague; Warsaw; Bucharest; Berlin; Koblenz; Bonn; Beijing; Tirana;
    Tiranë; Belgrade; Kyiv; Kiev; Tbilisi; Baku; Yerevan; Minsk; Vilnius; Riga; Tallinn;
    Podolsk; Ulaanbaatar; Hanoi; Havana; New Delhi; Delhi; Tokyo; Seoul; Taipei; Shanghai;
    London; Kew; Paris; La Courneuve; Nantes; Rome; Brasília; Brasilia; Rio de Janeiro; Mexico
    City; Jerusalem; Ottawa; Stockholm; Vienna; Almaty; Bratislava; Washington; Washington D.C.;
    Washington DC; D.C.; DC; College Park; Maryland; MD; Abilene; Kansas; KS; Boston; Austin;
    Texas; Simi Valley; Stanford; California; CA; Yorba Linda; Independence; Missouri; Atlanta;
    Russia; Russian Federation; Bulgaria; Hungary; Czech Republic; Poland; Romania; Germany;
    China; Albania; India; Japan; Cuba; Brazil; Mongolia; UK; USA; United Kingdom; Ukraine;
    France; Israel; PRC; Praha; Warszawa; Roma; Brussels; Freiburg; Belgrad; Beograd; Pretoria;
    Canberra; Bern; Zagreb; Cairo; Geneva; New York; NY; Nanjing; The Hague; Oslo; Copenhagen;
    Helsinki; Ann Arbor; Princeton; NJ; Canada; Australia; South Africa; Italy; Egypt; Chile;
    Argentina; Buenos Aires; Santiago; Switzerland; Sweden; Yugoslavia; Serbia; Lithuania;
    Latvia; Estonia; Georgia; Kazakhstan; South Korea; Republic of Korea; Austria; Norway;
    Denmark; Finland; Netherlands; Slovakia; Vietnam; MO; MA; TX; MI
"""
_PLACES = frozenset(" ".join(name.split()) for name in _PLACE_NAMES.split(";"))


def _repository(text: str, *, extra: str | None = None) -> Parts | None:
    """A repository's name, its abbreviation in brackets, its town; None where it is neither.

    Further comma-separated segments go to the part called `extra`, or are not understood.
    """
    text = text.strip(" ,;:-–—")
    text = text if ends_abbreviated(text) else text.rstrip(" ,;:.-–—")
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
        short = match["short"].strip()
        parts["place" if short in _PLACES else "repository_abbreviation"] = short
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
        elif not match and _ABBREVIATION.fullmatch(segment):
            if extra:
                others.append(segment)
            elif _ABBREVIATION.fullmatch(name):
                return None
            else:
                parts["repository_abbreviation"] = segment.strip("()")
        elif extra and len(segment) > 1:
            others.append(segment)
        else:
            return None
    if others and extra:
        parts[extra] = ", ".join(others)
    return {"repository": name, **parts}


_ABBREVIATION = re.compile(r"\(?[A-Z][A-Za-z]{0,3}[A-Z]{1,6}(?: [A-Z]{2})?\)?")


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
        # In English: "Record" for opis, "File" for arkhivna edinitsa.
        "fond:f,fond,fund,ф,фонд; opis:op,opis,inventory,record,оп,опис; "
        f"ae:a e,ae,a u,а е,arch e,archival unit,file; {_SOVIET_LEAVES}; {_PAGES},p,s",
        "fond+ae|opis+ae",
        r"Bulgari|Sofia|TsDA|TSDA|CDA|ЦДА|MVnR|AMVR|COMDOS|DIA|AMNA",
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
        "fond-aprasas-byla",
        "fond:f,fond,fondas; aprasas:ap,apr,aprašas; byla:b,byla; lapai:l,lap,lapas,lapai; "
        f"{_PAGES},p",
        "fond+aprasas+byla",
    ),
    _scheme(
        "fond-dans-negj",
        "fond:f,fond,kh,x,h; dans:d,dans,данс; "
        "negj:kh/n,h/n,h-n,x/n,x/h,khn,khadgalamjiin negj,х/н; "
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
        r"ANIC|A\.N\.I\.C|Roman|AMAE|CNSAS|ASRI|ANR|Bucharest|Bucureşti|București|Arhiv",
        free="fond",
        extra="fond",
    ),
    _scheme(
        "fond-dosje",
        "fond:f,fond,fondi,fund; viti:v,viti,year; dosje:d,dos,dosje,dosja,file; "
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
        r"^(?!.*IPN).*(?:AAN|AMSZ|MSZ|Archiwum|Poland|Polish|Warsaw|CAW)",
        extra="zespol",
    ),
    _scheme(
        "fond-svazek-archivni-jednotka",
        "fond:f,fond,sbírka,collection; svazek:sv,č sv,svazek,vol,volume; "
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
        r"^(?!.*Instal).*(?:NMML|PMML|Nehru|Prime Ministers|India|NAI\b)"
        r"|Instal\w+ [IVX\d]",
        extra="collection",
    ),
)


def _labelled_reader(scheme: _Scheme) -> Callable[[str], _Found]:
    return lambda text: _read_labelled(scheme, text)


_RANGE_TAIL = (
    rf"(?:,?\s(?P<mark>Blatt|Bll?\.?|[Ff]olios?|[Ff]ols?\.?|ff?\.|kk?\.|pp?\.?|pages?|S\.)?\s?"
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
        _ANY_ARCHIVE + _NUMBERED + r"(?P<file>[A-Z]?\d{1,6}(?:-[\dA-Z]{1,6}){2,5}"
        r"|\d{1,4}-\d{1,4}\(\d{1,3}\)-\d{4}(?:\.\d{1,4})?)" + _RANGE_TAIL,
    ),
    _pattern_reader(
        "file-number",
        r"(?P<house>Academia Historica(?:\s\([^()]{2,20}\))?(?:,\sTaipei)?),?\s"
        r"(?:(?P<collection>[A-Z][^\d,;]{2,60}),\s)?"
        r"(?P<file>\d{3}-\d{6}-\d{5}(?:-\d{3}){1,2})" + _RANGE_TAIL,
    ),
    _pattern_reader(
        "file-number",
        r"(?P<house>(?:UN|United Nations) Archives(?: and Records Management Section)?"
        r"(?:\s\([^()]{2,20}\))?(?:,\sNew York)?|UNARMS)"
        + _NUMBERED
        + r"(?P<file>S-\d{4}-\d{4}-\d{2,4}(?:-\d{5})?)"
        + _RANGE_TAIL,
    ),
    _pattern_reader(
        "file-number",
        r"(?P<house>(?:DIRCO(?: Archives?)?"
        r"|South African (?:Department of )?Foreign Affairs Archives?"
        r"|(?:South African )?Department of (?:Foreign Affairs|International Relations and"
        r" Cooperation) Archives?)(?:,\sPretoria)?),?\s"
        r"(?:(?P<collection>[A-Z][^\d,;]{2,60}),\s)?(?:[Ff]ile\s(?:[Nn]o\.\s)?)?"
        r"(?P<file>\d{1,3}(?:/\d{1,3}){1,4}[A-Z]?)(?:,?\s[Vv]ol(?:ume|\.)\s(?P<volume>\d{1,3}))?"
        + _RANGE_TAIL,
    ),
    _pattern_reader(
        "file-number",
        r"(?P<house>(?:NAI|National Archives of India)(?:\s\(NAI\))?(?:,\sNew Delhi)?)[,:]?\s"
        r"[Ff]ile\s(?:[Nn]o\.?\s)?"
        r"(?P<file>(?=[^\s,]*\d)[A-Z\d][\w()&.-]*(?:/[\w()&.-]*[\w)])+)" + _RANGE_TAIL,
    ),
    _pattern_reader(
        "papers-file",
        r"(?P<collection>[A-Z][^\d,;]{2,60} Papers),\s"
        r"(?:(?P<installment>[IVX]{1,4}|\d(?:st|nd|rd|th)) Install?ment,\s)?"
        r"(?:Subject )?File (?:[Nn]o\.\s|#\s?)?(?P<file>\d{1,4}),\s"
        r"(?P<house>(?:[NP]MML|Nehru Memorial Museum (?:and|&) Library)(?:\s\([NP]MML\))?"
        r"(?:,\sNew Delhi)?)",
    ),
    _pattern_reader(
        "papers-file",
        r"(?P<house>(?:[NP]MML|Nehru Memorial Museum (?:and|&) Library)(?:\s\([NP]MML\))?"
        r"(?:,\sNew Delhi)?),\s(?P<collection>[A-Z][^\d,;]{2,60} Papers)(?:,\s|\s\()"
        r"(?P<installment>(?:[IVX]{1,4}|\d(?:st|nd|rd|th))(?:(?:-|–| and )(?:[IVX]{1,4}))?)"
        r" Install?ments?\)?,\s(?:Subject )?File (?:[Nn]o\.\s|#\s?)?(?P<file>\d{1,4})"
        + _RANGE_TAIL,
    ),
    _pattern_reader(
        "document-symbol",
        r"(?P<house>IAEA Archives?(?:,\sVienna)?),?\s"
        r"(?P<symbol>GOV/(?:INF/|COM\.\d{1,3}/)?(?:OR\.)?\d{1,4})" + _RANGE_TAIL,
    ),
    _pattern_reader(
        "document-symbol",
        r"(?:(?P<house>NATO Archives?(?:,\sBrussels)?),?\s)?"
        r"(?P<symbol>C-[RM]\(\d\d\)\d{1,4}(?:-[A-Z]{1,3})?)(?:,\sPart\s(?P<part>\d{1,2}|[IVX]{1,4}))?"
        + _RANGE_TAIL,
        repository=False,
    ),
    _pattern_reader(
        "series-control-symbol",
        r"(?P<house>(?:NAA|National Archives of Australia)(?:\s\(NAA\))?(?:,\sCanberra)?)[,:]\s"
        r"(?P<series>[A-Z]{1,3}\d{1,5}(?:/[A-Z\d]{1,4})?),\s"
        r"(?P<control_symbol>\d\w{0,6}(?:/\w{1,6}){1,5})"
        r"(?:,?\s(?:[Pp]art|[Pp]t\.?)\s(?P<part>\d{1,3}))?" + _RANGE_TAIL,
    ),
    _pattern_reader(
        "record-group",
        r"(?P<house>(?:LAC|Library and Archives Canada|National Archives of Canada)"
        r"(?:\s\([A-Z]{2,3}\))?(?:,\sOttawa)?),?\s"
        r"(?:RG|Record Group)\s?(?P<record_group>\d{1,3}),\s"
        r"(?:[Vv]ol(?:ume|\.)\s(?P<volume>\d{1,5})),\s"
        r"(?:[Ff]ile\s(?:[Nn]o\.\s)?(?P<file>\d[\w/-]*))"
        r"(?:,?\s(?:[Pp]art|[Pp]t\.?)\s(?P<part>\d{1,3}(?:\.\d)?))?" + _RANGE_TAIL,
    ),
    _pattern_reader(
        "toegang-inventarisnummer",
        r"(?P<house>(?:Dutch National Archives?|Nationaal Archief|NL-HaNA"
        r"|National Archives? of the Netherlands)(?:\s\([^()\d]{2,12}\))?(?:,\sThe Hague)?),?\s"
        r"(?P<toegang>\d\.\d\d\.\d{2,3}(?:\.\d\d)?),\s"
        r"(?:(?:inv\.\s?(?:no|nr)\.?|inventory number|inventarisnummer)\s?)?"
        r"(?P<inventarisnummer>\d{1,6}[A-Z]?)" + _RANGE_TAIL,
    ),
    _pattern_reader(
        "bestand-akzession",
        r"(?P<house>(?:Swiss Federal Archives?|Schweizerisches Bundesarchiv|CH-BAR|BAR)"
        r"(?:\s\([A-Z-]{2,6}\))?(?:,\sBern)?),?\s"
        r"(?P<bestand>E\s?\d{4}(?:\.\d{1,3})?(?:\s?\([A-Z]\)|[A-Z])?(?:-\d\d)?)[#,]?\s?"
        r"(?P<akzession>(?:19|20)\d\d/\d{1,4})"
        r"(?:#(?P<dossier>\d{1,5}\*?)|,\s(?:Bd\.|Band|[Vv]ol\.)\s(?P<band>\d{1,4}))" + _RANGE_TAIL,
    ),
    _pattern_reader(
        "file-number",
        r"(?P<house>(?:Israel State Archives?|ISA)(?:\s\(ISA\))?(?:,\sJerusalem)?)[,:]?\s"
        r"(?:(?:RG|Record Group)\s(?P<record_group>\d{1,3}(?:\.\d{1,3})?),\s)?(?:[Ff]ile\s)?"
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
        r"(?P<house>(?:(?:Stiftung (?:Archiv der )?)?(?:SAPMO|Parteien)[^,;\d]{0,90}"
        r"|BArch(?:-MArch)?"
        r"|Bundesarchiv[^,;\d]{0,40}"
        r"|Federal Archives[^,;\d]{0,20}|German Federal Archives?[^,;\d]{0,20}|BA-?MA|BA)"
        r"(?:,\s(?:Berlin|Koblenz|Freiburg|Lichterfelde))?),?\s"
        r"(?:(?P<bestand>(?:DY|NY|DC|DE|DL|DA|DVW|BY|ZPA|B|N|Z)\s?\d{0,4}(?:\s?\(?ZPA\)?)?"
        r"|AZN|VA-\d\d)"
        r"(?:\s?/\s?|,?\s))"
        r"(?P<signatur>(?:(?:J|vorl\.|[IVX]{1,4}(?: [AB])?|NL|Bd\.)\s){0,3}\d[\w]*(?:[/.-]\d[\w]*)*"
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
        r"(?:,\sBerlin)?"
        r"(?:\s\([^()\d]{2,8}\))?)(?:,?\s|-(?=MfAA))"
        r"(?P<bestand>(?:Bestand\s)?(?:Zwischenarchiv|M(?:inisterium )?fAA(?:-Bestand)?"
        r"|B\s?\d{1,3}|AV "
        r"[A-Z]\w+))[,/]?\s"
        r"(?:(?:Bd\.|Band|[Vv]ol\.)\s?(?P<band>\d+\w?)|(?P<signatur>(?:(?:[ABCG]|ZR|LS-A|Microfiche"
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
        r"(?P<house>BStU|BstU|(?:Stasi (?:Records )?Archives?"
        r"|(?:The )?(?:Office of the )?Federal Commissioner)[^;\d]{0,120}\(BStU\)|BArch, MfS"
        r"|Stasi Records Archive)(?:,?\sBerlin)?,?\s"
        r"(?:(?P<bestand>(?:MfS|ZA|ASt [A-Z]\w+)(?:,\s(?:ZA|MfS|ASt [A-Z]\w+))?)[,-]?\s)?"
        r"(?P<signatur>(?!(?:Box|File|Folder|Vol|Page|Document|Band)\b)"
        r"(?:[A-Z][\w/.-]{0,12},?\s){0,3}(?:(?:Nr|No)\.\s)?\d{1,6}(?:/\d{1,5})?)" + _RANGE_TAIL,
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
        r"(?P<orzesi_egyseg>\d+(?:/(?:\d+|[a-z]))*)\.?\s?(?:[őöo]\.?\s?e\b\.?)" + _RANGE_TAIL,
    ),
    _pattern_reader(
        "fond-dosszie",
        r"(?P<house>(?:ÁBTL|ABTL|Historical Archives of the Hungarian State Security)"
        r"(?:\s\([^()\d]{2,8}\))?(?:,\sBudapest)?),?\s(?P<fond>\d(?:\.\d{1,2}){1,3})\.?,?\s"
        r"(?P<dosszie>[A-Z][A-Za-z]{0,2}-\d{1,6}(?:/\d{1,4})?)" + _RANGE_TAIL,
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
        r"(?:(?:,\s|-)(?P<iktatoszam>(?:\d{2,7}(?:/\d{1,4})?/\d{4}|\d{5,7}(?:/\d{1,4})?)))?"
        + _RANGE_TAIL,
    ),
    _pattern_reader(
        "zespol-wiazka-teczka",
        r"(?P<house>(?:AAN|Archiwum Akt Nowych(?: \(AAN\))?|Archive of Modern Records(?: \(AAN\))?)"
        r"(?:,\sWarsaw)?),?\s(?P<zespol>(?:KC )?PZPR),?\s"
        r"(?P<sygnatura>(?:[IVXL]{1,6}\s?[A-Z]?|237)[/ -]{1,2}[\dIVXLA-Z]+(?:[-/]\d+)*|\d{2,6}"
        r"(?:/\d+)*)" + _RANGE_TAIL,
        leaf_key="karty",
    ),
    _pattern_reader(
        "zespol-wiazka-teczka",
        r"(?P<house>(?:A?IPN|Archiwum IPN|Institute of National Remembrance)(?:\s\(A?IPN\))?"
        r"(?:,\sWarsaw)?),?\s(?:IPN\s)?"
        r"(?P<sygnatura>(?:(?:BU|By|Gd|Ka|Ki|Kr|Lu|Ld|Łd|Po|Rz|Sz|Wr|Bi)\s)?\d{2,6}(?:/\d{1,5}){1,3})"
        r"(?:,\s(?:t\.|vol\.)\s?(?P<tom>\d{1,3}))?" + _RANGE_TAIL,
        leaf_key="karty",
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
        r"D(?:os)?\.\s?(?P<dosje>\d+\w?)(?:,\s(?P<mark>pp?|[Ff]l)\.\s?(?P<leaves>"
        + _LEAVES.pattern
        + "))?",
        leaf_key="flete",
    ),
    _pattern_reader(
        "fond-dosje",
        r"(?P<house>AQPPSH|AQSH|AMPJ"
        r"|(?:Albanian )?Central (?:State )?Archives?[^,;\d()]{0,50}"
        r"\s\((?:AQPPSH|AQSH)\)(?:,\sTirana)?"
        r"),\s(?:F|Fund|Fond)\.?\s?(?P<fond>\d+(?:/[A-Z]+)?),\s"
        r"(?P<nenfond>M-?[A-Z]{2,6}(?:-[A-Z]{1,3})?(?:\([A-Z]{1,4}\))?),\s"
        r"(?:(?:V\.|Year)\s?)?(?P<viti>(?:18|19)\d\d(?:-\d\d)?),\s(?:D(?:os)?\.|File)\s?(?P<dosje>\d+\w?)"
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
        "fond-dosar",
        r"(?P<house>(?:A\.N\.I\.C\.|ANIC|Romanian National Archives)(?:\s\(ANIC\))?"
        r"(?:,\sBucharest)?),\s(?P<fond>[A-Z][^;\d]{2,110}),\s"
        r"(?P<dosar>\d{1,4}/(?:18|19)\d\d)" + _RANGE_TAIL,
        leaf_key="filele",
    ),
    _pattern_reader(
        "fond-signatura",
        r"(?P<house>(?:AJ|Arhiv Jugoslavije|Archives? of Yugoslavia)(?:\s\(AJ\))?"
        r"(?:,\sBelgrade)?),?\s"
        r"(?:[Ff]ond\s)?(?P<fond>\d{2,3})"
        r"(?:[ (,]{1,2}(?P<fond_title>KPR|CK SKJ|ACK SKJ|CKSKJ)\)?)?(?:[,/]\s?|(?<=R)\s)"
        r"(?P<signatura>[IVX]{1,5}(?:[-/]\w+|,\s(?=[^\s,]*\d)\w+)*)",
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
    _pattern_reader(
        "declassification",
        r"(?P<house>(?:National Security Archive|CIA|CREST)(?:,\sWashington,\sD\.?C\.?)?),?\s"
        r"(?P<release>MORI)(?:\s(?:Doc(?:ument|\.)?|ID)){0,2}:?\s(?P<document_number>\d{5,8})",
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
    ("file", re.compile(r"File\s(\d[\w/-]*)", re.IGNORECASE)),
    # Subject-numeric: the files of the State Department from 1963.
    (
        "file",
        re.compile(
            r"((?:POL|DEF|AE|INCO|SOC|CSM|FN|AID|ORG|SP|STR|PET|FT) \d{1,3}(?:-\d{1,2}){0,2}"
            r"(?: [A-Z][A-Z .-]{0,40})?)"
        ),
    ),
    ("subseries", re.compile(r"Subseries\s(\d{1,3})", re.IGNORECASE)),
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
    r"\b(?:Archives?|Librar(?:y|ies)|In?stitut\w+|Universit\w+|Cent(?:er|re)|Museum|Society)\b"
)


_HOUSED = re.compile(r"\b(?:Universit(?:y|é|à)|College|Manuscript Division|Special Collections)\b")
_CONTAINERS = {"box", "folder", "reel", "frames", "item", "document", "file", "pages"}
_PAPERS = re.compile(r".+ (?:Papers|Collection|Diaries)")
_YEARS = re.compile(r"(?:1[89]|20)\d\d[-–]\d{2,4}")
_SERIES_TITLE = re.compile(
    r"^(?:Records|Papers)\b|\b(?:Files?|Records|Papers|Series|Collection)\b|\d"
)


def _read_american(text: str) -> _Found:
    """Record groups, presidential libraries and other homes of boxes, segment by segment."""
    parts: Parts = {}
    titles: list[str] = []
    text = re.sub(r"\s\((Box(?:es)? [^()]{1,40})\)$", r", \1", text)
    key = ""
    for segment in _segments(text):
        # A country behind a series is what the series is about.
        placed = key in ("repository", "place") or not (parts or titles)
        key, value = _american_segment(segment, first=not parts and not titles, placed=placed)
        if not key and titles == [] and "repository" in parts and _HOUSED.search(value):
            parts["repository"] = f"{parts['repository']}, {value}"
            continue
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
        elif (
            # A title behind the box that has another before it is none of a series.
            (titles and parts.keys() & _CONTAINERS)
            or len(titles) > 5
            or recognise_date(segment)
            or re.fullmatch(r"[\d\s–-]+", segment)
        ):
            return None
        else:
            titles.append(segment)
    repository = str(parts.get("repository", ""))
    if "record_group" in parts:
        scheme = "record-group"
    elif _LIBRARY.fullmatch(repository) and {"box", "folder", "reel"} & parts.keys():
        scheme = "presidential-library"
    elif titles and (
        {"box", "reel"} & parts.keys()
        if _COLLECTING.search(repository)
        else not repository and _PAPERS.fullmatch(titles[0]) and {"box", "folder"} <= parts.keys()
    ):
        scheme = "box-folder"
    else:
        return None
    if scheme == "record-group":
        if repository and not _AMERICAN_ARCHIVES.fullmatch(repository):
            return None
        # An archive of another country, abbreviated, would pass for a series.
        if not repository and titles and re.fullmatch(r"[A-Z]{2,6}", titles[0]):
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


def _american_segment(segment: str, *, first: bool, placed: bool) -> tuple[str, str]:
    """The part a segment is, and its value; ("", …) for a title."""
    if placed and segment in _PLACES:
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


_PERSONAL_PAPERS = re.compile(r"(?P<person>.+) (?:Papers|Collection)")


def _read_papers(text: str) -> _Found:
    """The papers of a named person in a named house, with nothing more said."""
    before, _, last = text.rpartition(", ")
    first, _, behind = text.partition(", ")
    for collection, house in ((first, behind), (last, before)):
        match = _PERSONAL_PAPERS.fullmatch(collection)
        if match is None or not _is_person(match["person"]):
            continue
        parts = _repository(house)
        name = f"{house} Library" if re.match(r"[NP]MML\b", house) else house
        if parts and _COLLECTING.search(name):
            return "personal-papers", {**parts, "collection": collection}
    return None


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
_BULLETIN = re.compile(
    r"(?P<title>(?:The )?(?:CWIHP|Cold War International History Project) Bulletin),?\s"
    r"(?:(?:[Ii]ssues?|[Nn]os?\.|#)\s?)?(?P<issue>\d{1,2}(?:[-–/]\d{1,2})?)"
    rf"(?:,?\s\((?P<date>[^()]{{0,30}}(?:19|20)\d\d[^()]{{0,30}})\))?{_PRINTED_PAGES}\.?"
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
    bulletin = _BULLETIN.fullmatch(text)
    if bulletin:
        return "printed", {key: value for key, value in bulletin.groupdict().items() if value}
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
    _read_papers,
    _read_american,
    _read_printed,
)


_PERSON = re.compile(
    r"(?:[^\W\d_a-z][\w.’'-]*\s)(?:(?:[^\W\d_a-z][\w.’'-]*|de|da|von|van|der|di)\s)?"
    r"[^\W\d_a-z][\w.’'-]*"
)


def _is_person(text: str) -> bool:
    """Whether two or three words are surely a name, and of nothing but a person."""
    return bool(
        _PERSON.fullmatch(text) and not NO_PERSON.search(text) and not _COLLECTING.search(text)
    )
