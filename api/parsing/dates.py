"""Date expressions, as archives write them, into EDTF (ISO 8601-2) and first and last days.

One grammar reads a whole expression (`parse_date`); `find_dates` only finds where a date stands in
English prose and asks the same grammar what it means. What is decided here:

- A day-month-year in figures is day first where it is dotted (19.09.1958, 3.4.1958: the notation
  of continental Europe); with strokes or hyphens it is read only where one order is possible, so
  03/04/1958 stays unread. A year of two figures is of the twentieth century, and read from 32 on.
- "early", "mid" and "late" have no sign in EDTF: `1959~`, with the whole year as its bounds.
- "before 1957" is `../1957` and "after 1957" `1957/..`: EDTF's intervals include the year named,
  and `begin` and `end` agree with `edtf`, the open side None.
- Seasons are northern; "winter 1956" can mean either end of that year, and its bounds say so.
- "3 and 5 October" is a set of two days `{…}`, "3 or 5 October" one of two `[…]`.
- Old Style: where both styles are given the new one is taken, if they agree; where only the old
  one is ("25 October 1917 (O.S.)") it is converted from the Julian calendar.
- A day that does not exist is `impossible`: no EDTF, and the bounds of its month.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from api.parsing.values import DateExpression
from api.text import fold

MAX_LENGTH = 160
"""Longer texts, in code points, are no date expressions."""


class FoundDate(NamedTuple):
    """A date in running text: half-open `[start, end)` in code points, and what it means."""

    start: int
    end: int
    date: DateExpression


def parse_date(text: str) -> DateExpression | None:
    """Read a whole date expression: "September 19, 1958" -> edtf 1958-09-19.

    The expression is kept as written, white space collapsed. None only for a text without
    characters; what cannot be read, "[undated]" too, has no edtf, begin and end. A place before
    or after the date, as in a dateline ("Moscow, 19 September 1958"), is passed over.
    Source: ISO 8601-2:2019 (EDTF); the forms of the archives' own finding aids.
    """
    expression = " ".join(text.split())
    if not expression:
        return None
    return (
        recognise_date(expression)
        or _read_dateline(expression)
        or DateExpression(expression=expression)
    )


@lru_cache(maxsize=8192)
def recognise_date(text: str) -> DateExpression | None:
    """Read a text that is a date and nothing else; None where it is not, or is undated."""
    expression = " ".join(text.split())
    if not 0 < len(expression) <= MAX_LENGTH:
        return None
    tokens = _tokenise(expression)
    meaning = _read(tokens) if tokens else None
    return replace(meaning, expression=expression) if meaning else None


def is_undated(text: str) -> bool:
    """Whether a text says that there is no date: "[undated]", "n.d.", "no date"."""
    return bool(_UNDATED.fullmatch(fold(text).text.strip(" []().,")))


def find_dates(text: str) -> list[FoundDate]:
    """The dates in running English text, in order, none overlapping another.

    Days, months, seasons and decades by their form; a bare year only where the words before it
    make it one ("in 1958"). Brackets around a date are not part of it.
    """
    return list(_find_once(text))


@lru_cache(maxsize=1024)
def _find_once(text: str) -> tuple[FoundDate, ...]:
    """A text is asked for its names, its apparatus and its discrepancies: read it once."""
    return tuple(_find(text))


_UNDATED = re.compile(
    r"undated|not dated|no date(?: given| available)?|without (?:a )?date|date unknown"
    r"|unknown(?: date)?|n\. ?d|s\. ?d|o\. ?d|nd|bez daty|без даты|б\. ?д"
)

_MONTHS_BY_LANGUAGE = """
january february march april may june july august september october november december
jan feb mar apr may jun jul aug sep oct nov dec
- febr - - - - - - sept - - -
januar februar marz april mai juni juli august september oktober november dezember
janner feber maerz - - - - - - okt - dez
janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
- - - - - - - - setiembre - - -
gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro
января февраля марта апреля мая июня июля августа сентября октября ноября декабря
январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь
януари февруари март април май юни юли август септември октомври ноември декември
yanvarya fevralya marta aprelya maya iyunya iyulya avgusta sentyabrya oktyabrya noyabrya dekabrya
ianvaria fevralia - aprelia maia iiunia iiulia - sentiabria oktiabria noiabria dekabria
stycznia lutego marca kwietnia maja czerwca lipca sierpnia wrzesnia pazdziernika listopada grudnia
styczen luty marzec kwiecien maj czerwiec lipiec sierpien wrzesien pazdziernik listopad grudzien
ledna unora brezna dubna kvetna cervna cervence srpna zari rijna listopadu prosince
leden unor brezen duben kveten cerven cervenec srpen - rijen - prosinec
januar februar marcius aprilis majus junius julius augusztus szeptember oktober november december
ianuarie februarie martie aprilie - iunie iulie - septembrie octombrie noiembrie decembrie
janar shkurt mars prill maj qershor korrik gusht shtator tetor nentor dhjetor
januara februara marta aprila - juna jula avgusta septembra oktobra novembra decembra
"""

_MONTHS = {
    fold(name).text: number
    for row in _MONTHS_BY_LANGUAGE.split("\n")
    for number, name in enumerate(row.split(), 1)
    if name != "-"
}

_SEASONS = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}

# One letter for every kind of word, so that a regular expression can read the whole as a string:
# ~ approximate, ? uncertain, v vague, < before, > after, - to, & and, | or, b between, f from.
_WORDS = {
    **dict.fromkeys(("c", "ca", "circa", "cca", "approx", "approximately", "about"), "~"),
    **dict.fromkeys(("around", "roughly"), "~"),
    **dict.fromkeys(("probably", "possibly", "perhaps", "presumably", "likely"), "?"),
    **dict.fromkeys(("early", "mid", "middle", "late", "beginning", "end"), "v"),
    **dict.fromkeys(("before", "by"), "<"),
    **dict.fromkeys(("after", "since"), ">"),
    **dict.fromkeys(("to", "through", "thru", "until", "till"), "-"),
    "and": "&",
    "or": "|",
    "between": "b",
    "from": "f",
}

_PHRASES = (
    (
        re.compile(r"\b(?:not?|no) later than\b|\bnot after\b|\bon or before\b|\bup to\b"),
        " before ",
    ),
    (re.compile(r"\b(?:not?|no) earlier than\b|\bnot before\b|\bon or after\b"), " after "),
    (re.compile(r"\bmid-"), "mid "),
    (re.compile(r"\(?(?:\bold style\b|\bo\. ?s\b\.?|\bст\. ?ст\b\.?)\)?"), " oldstyle "),
    (re.compile(r"\(?(?:\bnew style\b|\bn\. ?s\b\.?|\bн\. ?ст\b\.?)\)?"), " newstyle "),
)

_NOISE_WORDS = (
    "of the on in dated date day night evening morning afternoon year month de del den le la el "
    "an г года год година r roku rok g goda "
    "monday tuesday wednesday thursday friday saturday sunday "
    "mon tue tues wed weds thu thur thurs fri sat sun "
    "montag dienstag mittwoch donnerstag freitag samstag sonntag "
    "lundi mardi mercredi jeudi vendredi samedi dimanche "
    "lunes martes miercoles jueves viernes sabado domingo "
    "понедельник вторник среда четверг пятница суббота воскресенье"
)
_NOISE = frozenset(fold(word).text for word in _NOISE_WORDS.split())

_ZONE = r"(?:\s{0,2}\(?(?:gmt|utc|est|edt|z|(?:moscow|local|beijing|berlin|havana) time)\b)?"
_HOURS = r"(?:a\.?m\b\.?|p\.?m\b\.?|hours\b|hrs?\b\.?|h\b|o'clock\b)"
_TIME = re.compile(
    r"(?:[,;(-]\s{0,2}|\b(?:at|from|to|until)\s{1,2})?(?:\b(?:at|from)\s{1,2})?(?<![\d.:/])(?:"
    rf"\d{{1,2}}[:.]\d\d(?:[:.]\d\d)?\s?{_HOURS}|\d{{1,2}}:\d\d(?::\d\d)?(?!\d)"
    rf"|\d{{1,2}}\s?{_HOURS}|\d{{4}}\s?(?:hours|hrs?)\b|(?<=at )\d{{1,2}}\.\d\d(?![\d.])"
    rf"|\b(?:noon|midnight)\b){_ZONE}\)?"
)

_SCANNER = re.compile(
    r"(?P<ymd>\d{4}([-./])\d{1,2}\2\d{1,2})(?![\d/-])"
    r"|(?P<cjk>\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?)"
    r"|(?P<dmy>\d{1,2}(?:\.\s?|[/ -])(?:\d{1,2}|[ivx]{1,4})(?:\.\s?|[/ -])(?:\d{4}|\d\d))(?![\d/-])"
    r"|(?P<ym>\d{4}-(?:0[1-9]|1[0-2]))(?![\d/-])"
    r"|(?P<decade>\d{3}0)'?s\b"
    r"|(?P<century>\d{1,2})(?:st|nd|rd|th) century\b"
    r"|(?P<number>\d{1,4})(?!\d)(?:st\b|nd\b|rd\b|th\b|er\b|º)?"
    r"|(?P<word>[^\W\d_]+)"
    r"|(?P<sign>[-/(),?])"
    r"|(?P<skipped>[\s.'\[\]:;]+)"
)
_ROMAN_NUMERALS = "i ii iii iv v vi vii viii ix x xi xii"
_ROMAN = {numeral: number for number, numeral in enumerate(_ROMAN_NUMERALS.split(" "), 1)}


_LONG_WORD = re.compile("[a-z]{4,}")
_KNOWN = frozenset(
    _LONG_WORD.findall(
        " ".join((*_MONTHS, *_SEASONS, *_WORDS, *_NOISE, *_ROMAN))
        + " later than after before earlier style from until century"
        " oldstyle newstyle hours clock noon midnight moscow local beijing berlin havana time"
    )
)
"""Words of four letters or more that dates are made of: most other texts have one that is none."""


class _Token(NamedTuple):
    kind: str
    value: int = 0
    point: _Point | None = None


@dataclass(frozen=True, slots=True)
class _Point:
    """A day, month, year, season or decade; `sign` is EDTF's "~", "?" or "%"."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    season: int | None = None
    decade: bool = False
    century: bool = False
    sign: str = ""

    @property
    def exists(self) -> bool:
        """Whether there is such a day."""
        if self.month is None or self.day is None:
            return True
        return 1 <= self.day <= monthrange(self.year or 2000, self.month)[1]

    @property
    def edtf(self) -> str:
        """The point in EDTF."""
        if self.decade:
            return f"{str(self.year)[:3]}X{self.sign}"
        if self.century:
            return f"{str(self.year)[:2]}XX{self.sign}"
        written = "XXXX" if self.year is None else f"{self.year:04}"
        # A season takes no sign in EDTF's grammar: the year then carries it.
        if self.season and not self.sign:
            return f"{written}-{self.season}"
        if self.month:
            written += f"-{self.month:02}"
        if self.day:
            written += f"-{self.day:02}"
        # Nor does a date without a year.
        return written + self.sign if self.year is not None else written

    def edge(self, *, last: bool) -> str:
        """The point as an end of an interval, where a decade is its first or last year."""
        bounds = self.bounds
        if bounds and (self.decade or self.century):
            return f"{bounds[last].year:04}{self.sign}"
        return self.edtf

    @property
    def bounds(self) -> tuple[date, date] | None:
        """The first and the last day it can mean; None without a year."""
        if self.year is None:
            return None
        if self.decade or self.century:
            return date(self.year, 1, 1), date(self.year + (9 if self.decade else 99), 12, 31)
        if self.season and not self.sign:
            if self.season == 24:
                february = monthrange(self.year + 1, 2)[1]
                return date(self.year - 1, 12, 1), date(self.year + 1, 2, february)
            first = 3 * (self.season - 20)
            return date(self.year, first, 1), _last_day(self.year, first + 2)
        if self.month is None:
            return date(self.year, 1, 1), date(self.year, 12, 31)
        if self.day is None or not self.exists:
            return date(self.year, self.month, 1), _last_day(self.year, self.month)
        return (date(self.year, self.month, self.day),) * 2


def _last_day(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _tokenise(expression: str) -> list[_Token] | None:
    """The words of an expression; None where one of them belongs to no date."""
    folded = fold(expression).text
    if not _KNOWN.issuperset(_LONG_WORD.findall(folded)):
        return None
    for pattern, plain in _PHRASES:
        folded = pattern.sub(plain, folded)
    folded = _TIME.sub(" ", folded)
    tokens: list[_Token] = []
    at = 0
    while at < len(folded):
        match = _SCANNER.match(folded, at)
        if match is None:
            return None
        at = match.end()
        kind = match.lastgroup if match["ymd"] is None else "ymd"
        if kind == "skipped":
            continue
        token = _token(kind or "", match.group(kind or 0))
        if token is None:
            return None
        if token.kind:
            tokens.append(token)
    return tokens


def _token(kind: str, text: str) -> _Token | None:
    if kind == "sign":
        return _Token(text)
    if kind == "word":
        if text in _MONTHS:
            return _Token("M", _MONTHS[text])
        if text in _SEASONS:
            return _Token("S", _SEASONS[text])
        if text in ("oldstyle", "newstyle"):
            return _Token("o" if text == "oldstyle" else "n")
        if text in _NOISE:
            return _Token("")
        return _Token(_WORDS[text]) if text in _WORDS else None
    if kind == "number":
        if len(text) == 4:
            return _Token("Y", int(text)) if "1000" <= text <= "2199" else None
        return _Token("D", int(text)) if len(text) < 3 else None
    point = _point_in_figures(kind, text)
    return _Token("P", point=point) if point else None


def _point_in_figures(kind: str, text: str) -> _Point | None:
    if kind == "decade":
        return _Point(int(text), decade=True) if "1000" <= text <= "2190" else None
    if kind == "century":
        return _Point((int(text) - 1) * 100, century=True) if 11 <= int(text) <= 21 else None
    parts = [part for part in re.split(r"[^\divx]+", text) if part]
    if kind == "dmy":
        day, month, year = _day_first(parts, dotted="." in text)
    else:
        year, month, day = [*map(int, parts), 0, 0][:3]
    if not 1000 <= year <= 2199 or not 0 <= month <= 12 or (kind != "cjk" and not month):
        return None
    if len(parts) > 1 and not month:
        return None
    # "1911-12" is a month to some and two years to others.
    if kind == "ym" and month == year % 100 + 1:
        return None
    return _Point(year, month or None, day if len(parts) == 3 else None)


def _day_first(parts: Sequence[str], *, dotted: bool) -> tuple[int, int, int]:
    """Day, month and year; year 0 where the order is not certain."""
    unsure = (0, 0, 0)
    if len(parts) != 3:
        return unsure
    first, second, last = parts
    year = int(last)
    if len(last) == 2:
        year = 1900 + year if year >= 32 else 0
    if not second.isdecimal():
        return int(first), _ROMAN.get(second, 0), year if second in _ROMAN else 0
    day, month = int(first), int(second)
    if not day or not month:
        return unsure
    if month > 12:
        return (month, day, year) if day <= 12 and not dotted else unsure
    if day <= 12 and day != month and not dotted:
        return unsure
    return day, month, year


def _read(tokens: list[_Token]) -> DateExpression | None:
    tokens = _without_idle_brackets(tokens)
    kinds = "".join(token.kind for token in tokens)
    if "o" in kinds or "n" in kinds or "(" in kinds or "/" in kinds:
        both = _read_two_styles(tokens)
        if both or "o" in kinds or "(" in kinds:
            return both
        tokens = [token for token in tokens if token.kind != "n"]
        kinds = kinds.replace("n", "")
    if kinds[:1] in ("<", ">"):
        point = _point(tokens[1:])
        return _open(point, before=kinds[0] == "<") if point else None
    between = kinds[:1] == "b"
    if kinds[:1] in ("b", "f"):
        tokens, kinds = tokens[1:], kinds[1:]
    for sign in "-/":
        if kinds.count(sign) == 1:
            at = kinds.index(sign)
            return _range(tokens[:at], tokens[at + 1 :])
    if between:
        at = kinds.find("&")
        return _range(tokens[:at], tokens[at + 1 :]) if at > 0 else None
    if "&" in kinds or "|" in kinds:
        return _choice(tokens, kinds)
    point = _point(tokens)
    return _single(point) if point else None


def _without_idle_brackets(tokens: list[_Token]) -> list[_Token]:
    """Drop commas but in lists of days, and round brackets that hold the whole or a mere mark."""
    kinds = "".join(token.kind for token in tokens)
    if kinds.startswith("(") and kinds.endswith(")") and kinds.count("(") == 1:
        tokens, kinds = tokens[1:-1], kinds[1:-1]
    dropped = set()
    for match in re.finditer(r"\(([?~on])\)", kinds):
        dropped |= {match.start(), match.end() - 1}
    for at, kind in enumerate(kinds):
        listed = kinds[at - 1 : at] == "D" and re.match(r",(?:&?D)+[,&MD]", kinds[at : at + 6])
        if kind == "," and not (listed and "&" in kinds):
            dropped.add(at)
    return [token for at, token in enumerate(tokens) if at not in dropped]


_SHAPES = re.compile(r"DMY|MDY|YMD|MY|YM|Y|DM|MD|M|D|DY|SY|DMD|P")


def _point(tokens: Sequence[_Token]) -> _Point | None:
    point = _partial(tokens)
    if point is None or (point.year is None and point.month is None):
        return None
    if point.day and not point.month:
        return None
    return point


def _partial(tokens: Sequence[_Token]) -> _Point | None:
    """A point, perhaps of a range, so perhaps without month and year; marks before and after."""
    marks = "".join(token.kind for token in tokens if token.kind in "~?v")
    rest = [token for token in tokens if token.kind not in "~?v"]
    shape = "".join(token.kind for token in rest)
    if not _SHAPES.fullmatch(shape):
        return None
    sign = "~" if set(marks) & {"~", "v"} else ""
    sign = {"": "?", "~": "%"}[sign] if "?" in marks else sign
    if shape == "P":
        point = rest[0].point
        return replace(point, sign=sign) if point else None
    values = dict(zip(shape, (token.value for token in rest), strict=False))
    if shape == "DMD":
        # "19 Sept. 58": only a figure that cannot be a day is a year.
        if rest[2].value < 32:
            return None
        return _Point(1900 + rest[2].value, rest[1].value, rest[0].value, sign=sign)
    if shape == "SY":
        # The season holds its own early and late part.
        season_sign = sign if set(marks) - {"v"} else ""
        return _Point(values["Y"], season=values["S"], sign=season_sign)
    if shape in ("DM", "MD") and values["D"] > 31:
        return None
    return _Point(values.get("Y"), values.get("M"), values.get("D"), sign=sign)


def _single(point: _Point) -> DateExpression | None:
    bounds = point.bounds
    begin, end = (day.isoformat() for day in bounds) if bounds else (None, None)
    edtf = point.edtf if point.exists else None
    return DateExpression("", edtf, begin, end, impossible=not point.exists)


def _open(point: _Point, *, before: bool) -> DateExpression | None:
    bounds = point.bounds
    if bounds is None or point.season:
        return None
    if not point.exists:
        return DateExpression("", impossible=True)
    if before:
        return DateExpression("", f"../{point.edge(last=True)}", None, bounds[1].isoformat())
    return DateExpression("", f"{point.edge(last=False)}/..", bounds[0].isoformat(), None)


def _range(left: Sequence[_Token], right: Sequence[_Token]) -> DateExpression | None:
    first, last = _partial(left), _partial(right)
    if last is None and len(right) == 1 and right[0].kind == "D":
        last = _Point(day=right[0].value)
    if first is None or last is None:
        return None
    if first.season and last.day and not last.month and first.year and not last.year:
        return _winter(first, last.day)
    if first.year and not first.month and not first.decade and last == _Point(day=last.day):
        # "1955-56": the second year without its century.
        year = first.year // 100 * 100 + (last.day or 0)
        if (last.day or 0) < 10 or year <= first.year:
            return None
        last = _Point(year)
    if first.season and last.year and not last.season and not last.month:
        return _winter(first, last.year % 100) if last.year == (first.year or 0) + 1 else None
    first, last = _complete(first, last)
    if first.sign and not last.sign:
        last = replace(last, sign=first.sign)
    return _interval(first, last)


def _complete(first: _Point, last: _Point) -> tuple[_Point, _Point]:
    """What one end of a range leaves to the other: "3-5 October 1962", "October 3-5, 1962"."""
    if first.year is None and not first.decade:
        first = replace(first, year=last.year)
    if first.day and not first.month:
        first = replace(first, month=last.month)
    if last.day and not last.month:
        last = replace(last, month=first.month)
    if last.year is None and first.year is not None and first.month and last.month:
        last = replace(last, year=first.year)
    return first, last


def _winter(first: _Point, next_year: int) -> DateExpression | None:
    """ "Winter 1956-57", the one season that two years share."""
    year = first.year or 0
    if first.season != 24 or (year + 1) % 100 != next_year:
        return None
    end = _last_day(year + 1, 2)
    return DateExpression("", f"{year}-12/{year + 1}-02", f"{year}-12-01", end.isoformat())


def _interval(first: _Point, last: _Point) -> DateExpression | None:
    for point in (first, last):
        if point.day and not point.month:
            return None
    if (first.year is None) != (last.year is None) or first.season or last.season:
        return None
    if bool(first.day) != bool(last.day) and first.year is None:
        return None
    impossible = not (first.exists and last.exists)
    edtf = None if impossible else f"{first.edge(last=False)}/{last.edge(last=True)}"
    begins, ends = first.bounds, last.bounds
    if begins is None or ends is None:
        forward = (first.month or 0, first.day or 0) < (last.month or 0, last.day or 0)
        return DateExpression("", edtf, impossible=impossible) if forward else None
    # The same day or year twice, or a range that runs backwards, is not understood.
    if begins[0] >= ends[0] and not impossible:
        return None
    if begins[0] > ends[1]:
        return DateExpression("", impossible=True)
    return DateExpression("", edtf, begins[0].isoformat(), ends[1].isoformat(), impossible)


def _choice(tokens: Sequence[_Token], kinds: str) -> DateExpression | None:
    """ "3 and 5 October 1962" as a set, "3 or 5 October 1962" as one of a set."""
    if "&" in kinds and "|" in kinds:
        return None
    groups: list[list[_Token]] = [[]]
    for token in tokens:
        if token.kind in "&|,":
            if groups[-1]:
                groups.append([])
        else:
            groups[-1].append(token)
    complete: list[_Point] = []
    for group in reversed(groups):
        point = _partial(group)
        if point is None:
            return None
        after = complete[-1] if complete else None
        if after and point.year is None:
            point = replace(point, year=after.year)
        if after and point.day and not point.month:
            point = replace(point, month=after.month)
        complete.append(point)
    complete.reverse()
    for at, point in enumerate(complete):
        # "October 3 and 5, 1962": the month stands before the first day.
        if at and point.day and not point.month:
            complete[at] = replace(point, month=complete[at - 1].month)
    bounds = [point.bounds for point in complete if not (point.day and not point.month)]
    days = [first_and_last for first_and_last in bounds if first_and_last]
    if not 1 < len(days) == len(complete) or any(point.season for point in complete):
        return None
    if any(one[0] >= other[0] for one, other in pairwise(days)):
        return None
    impossible = not all(point.exists for point in complete)
    opening, closing = "{}" if "&" in kinds else "[]"
    listed = opening + ",".join(point.edtf for point in complete) + closing
    edtf = None if impossible else listed
    return DateExpression("", edtf, days[0][0].isoformat(), days[-1][1].isoformat(), impossible)


def _read_two_styles(tokens: list[_Token]) -> DateExpression | None:
    """Old Style: alone, converted; beside the new style, which is then taken."""
    kinds = "".join(token.kind for token in tokens)
    plain = [token for token in tokens if token.kind not in "on"]
    shape = "".join(token.kind for token in plain)
    if "(" not in shape and "/" not in shape:
        point = _point(plain)
        if point is None or "o" not in kinds or not (point.year and point.month and point.day):
            return None
        converted = _from_julian(point)
        return _single(converted) if converted else None
    match = re.fullmatch(r"([DMYP]{1,3})(?:\(([DMYP]{1,3})\)|/([DMP]{1,2}))([MY]{0,2})", shape)
    if match is None:
        return None
    tail = plain[match.start(4) :] if match[4] else []
    group = 2 if match[2] else 3
    inner = plain[match.start(group) : match.end(group)]
    one, other = _partial(plain[: match.end(1)]), _partial(inner)
    rest = _partial(tail) if tail else _Point()
    if one is None or other is None or rest is None:
        return None
    year = rest.year or one.year or other.year
    one, other = (
        replace(point, year=point.year or year, month=point.month or rest.month)
        for point in (one, other)
    )
    one = replace(one, month=one.month or other.month)
    other = replace(other, month=other.month or one.month)
    if not all(point.year and point.month and point.day for point in (one, other)):
        return None
    for old, new in ((one, other), (other, one)):
        if _from_julian(old) == new:
            return _single(new)
    return None


def _from_julian(point: _Point) -> _Point | None:
    """The Gregorian day of a Julian one; None for a day the Julian calendar does not have.

    Source: the Julian day number, as computed by Richards (1998).
    """
    year, month, day = point.year or 0, point.month or 0, point.day or 0
    longest = 29 if month == 2 and year % 4 == 0 else monthrange(1999, month)[1]
    if not 1582 <= year <= 1930 or not 1 <= day <= longest:
        return None
    early = (14 - month) // 12
    years, months = year + 4800 - early, month + 12 * early - 3
    julian_day = day + (153 * months + 2) // 5 + 365 * years + years // 4 - 32083
    gregorian = date.fromordinal(julian_day - 1721425)
    return _Point(gregorian.year, gregorian.month, gregorian.day)


_PLACE_BEFORE = re.compile(r"((?:[^\W\d_][^\W\d_.'’-]*\.?[ -]?){1,4})[,:]\s(?=\S)")
_PLACE_AFTER = re.compile(r",\s((?:[^\W\d_][^\W\d_.'’-]*\.?[ -]?){1,4})$")


def _read_dateline(expression: str) -> DateExpression | None:
    if len(expression) > MAX_LENGTH:
        return None
    before = _PLACE_BEFORE.match(expression)
    if before and _is_place(before[1]):
        found = recognise_date(expression[before.end() :])
        return replace(found, expression=expression) if found else None
    at = expression.rfind(", ")
    after = _PLACE_AFTER.match(expression, at) if at > 0 else None
    if after and _is_place(after[1]):
        found = recognise_date(expression[:at])
        return replace(found, expression=expression) if found else None
    return None


def _is_place(text: str) -> bool:
    words = re.findall(r"[^\W\d_]+", text)
    known = (fold(word).text for word in words)
    return all(word[:1].isupper() for word in words) and not any(
        word in _WORDS or word in _MONTHS or word in _NOISE or word == "not" for word in known
    )


_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|JANUARY|FEBRUARY|MARCH|APRIL|MAY|JUNE|JULY|AUGUST|SEPTEMBER|OCTOBER|NOVEMBER|DECEMBER"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)(?![^\W\d_])\.?)"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th|ST|ND|RD|TH)?(?![\w%]|[,.:/]\d)"
_YEAR = r"(?:1[5-9]|20)\d\d(?!\w|[,.:/]\d)"
_GAP = r"\s{1,4}"
_TO = r"(?:\s{0,2}[-\u2013\u2014]\s{0,2}|\s{1,2}(?:to|through|until|and|or)\s{1,4}(?:the\s)?)"
_AND_YEAR = rf"(?:,?\s{{1,4}}(?:of\s)?{_YEAR})"
_DAY_MONTH = rf"{_DAY}\s{{1,4}}(?:(?:of\s|day of\s)?){_MONTH}"
_MONTH_DAY = rf"{_MONTH}{_GAP}(?:the\s)?{_DAY}"
_VAGUE = r"(?:(?:[Cc]irca|ca?\.|[Ee]arly|[Ll]ate|[Mm]id)(?:[-\u2013]|\s{1,4}))?"

_ONE_DAY = re.compile(rf"{_DAY_MONTH}{_AND_YEAR}?|{_MONTH_DAY}{_AND_YEAR}?")
_RUNNING = re.compile(
    r"(?<![\w.,:/\u2013-])(?:"
    rf"(?P<day>{_DAY_MONTH}{_AND_YEAR}?{_TO}{_DAY_MONTH}{_AND_YEAR}?"
    rf"|(?:{_DAY},\s){{0,4}}{_DAY}{_TO}{_DAY_MONTH}{_AND_YEAR}?"
    rf"|{_DAY_MONTH}{_AND_YEAR}?"
    rf"|{_MONTH_DAY}{_AND_YEAR}?{_TO}{_MONTH_DAY}{_AND_YEAR}?"
    rf"|{_MONTH_DAY}{_TO}{_DAY}(?!\s{{1,4}}{_MONTH}){_AND_YEAR}?"
    rf"|{_MONTH_DAY}{_AND_YEAR}?"
    r"|\d{4}-\d\d-\d\d(?![\w-])|\d{1,2}([./])\d{1,2}\2(?:1[5-9]|20)\d\d(?!\w|[./]\d))"
    rf"|(?P<month>{_VAGUE}(?:{_MONTH}{_AND_YEAR}{_TO}{_MONTH}{_AND_YEAR}"
    rf"|{_MONTH}{_TO}{_MONTH}{_AND_YEAR}|{_MONTH}{_AND_YEAR}"
    rf"|(?:[Ss]pring|[Ss]ummer|[Aa]utumn|[Ff]all|[Ww]inter)\s{{1,4}}(?:of\s)?{_YEAR}"
    r"|(?:1[5-9]|20)\d0['\u2019]?s\b))"
    rf"|(?P<year>(?:[Cc]irca|ca?\.|[Ee]arly|[Ll]ate|[Mm]id)[-\u2013\s]\s{{0,3}}{_YEAR})"
    rf"|(?P<before>[A-Za-z]{{2,7}}){_GAP}(?P<bare>{_YEAR}"
    rf"(?:{_TO}{_YEAR})?)(?P<next>\s{{1,4}}[^\W\d_]{{1,14}})?"
    r")"
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SURE_OF_A_YEAR = _words("in since during until till year circa mid early late")
_MAYBE_A_YEAR = _words("of by from to between after before for through around about")
_FOLLOWS_A_YEAR = _words(
    "and or to the a an that this which when where while was were is are has had have he she it "
    "we they i our their his on in at with by as but until through there onwards onward also no "
    "not would will"
)
_COUNTED = _words(
    "men people persons soldiers troops officers tons tonnes kilograms kg km kilometers metres "
    "meters miles rubles roubles dollars yuan marks pounds cases places copies items units tanks "
    "aircraft planes ships rifles hectares workers peasants students members families "
    "delegates prisoners dead wounded villages cities towns factories enterprises million "
    "thousand hundred percent words pages hours days years houses homes specialists billion"
)


_SURE_SIGN = re.compile(
    r"[\dJFMASOND](?:(?<=\d)\d{3}"
    + "".join(
        f"|(?<={name[0]})(?:{name[1:]}|{name[1:].upper()})"
        for name in "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()  # noqa: SIM905
    )
    + ")"
)
"""What every date holds: a year's figures, or the beginning of a month's name."""
_REACH = 80
"""No date has more characters than this before, between and after these."""
_DIGIT = re.compile(r"\d")


def _find_stretches(text: str) -> Iterator[tuple[int, int]]:
    """The parts of a text that may hold dates, in order, apart from each other."""
    start = end = 0
    for sign in _SURE_SIGN.finditer(text):
        if sign.start() - _REACH > end:
            if end and _DIGIT.search(text, start, end):
                yield start, end
            start = max(sign.start() - _REACH, 0)
        end = sign.end() + _REACH
    if end and _DIGIT.search(text, start, end):
        yield start, end


def _find(text: str) -> Iterator[FoundDate]:
    for at, until in _find_stretches(text):
        while match := _RUNNING.search(text, at, until):
            at = match.end("bare") if match["bare"] else match.end()
            if match["bare"] is None:
                start, end = match.span()
                found = _meaning(text, start, end)
                one = None if found else _ONE_DAY.match(text, start)
                if one:
                    # No range after all: "Sept. 5 and Dec. 6".
                    at = end = one.end()
                    found = _meaning(text, start, end)
                if found:
                    yield FoundDate(start, end, found)
            elif _is_a_year(match):
                start, end = match.span("bare")
                found = _meaning(text, start, end)
                if found:
                    yield FoundDate(start, end, found)
            else:
                # The word before was no preposition, but it may begin a date itself.
                at = match.start("bare")


def _meaning(text: str, start: int, end: int) -> DateExpression | None:
    written = text[start:end]
    between = text[max(start - 12, 0) : start].lower().rstrip().endswith("between")
    found = recognise_date(f"between {written}" if between else written)
    expression = " ".join(written.split())
    if found is None or found.expression == expression:
        return found
    return replace(found, expression=expression)


def _is_a_year(match: re.Match[str]) -> bool:
    before, after = match["before"].lower(), (match["next"] or "").strip()
    if not "1800" <= match["bare"][:4] <= "2099":
        return False
    if before in _SURE_OF_A_YEAR:
        return after.lower() not in _COUNTED
    return before in _MAYBE_A_YEAR and (not after or after.lower() in _FOLLOWS_A_YEAR)
