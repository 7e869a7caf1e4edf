"""Items of every form that exports hold: invented documents, real forms.

`python -m tests.citeproc.items` prints them as CSL-JSON for record.mjs, which asks citeproc-js how
they are styled.
"""

from __future__ import annotations

import json
from typing import Any

from api.parsing.values import Author, Contributor, DateExpression, Reference, Role
from api.representations.bibliography import BibliographicItem, Language, Pinpoint, item_of
from api.representations.csl import to_csl

ARCHIVE = "Example Center Digital Archive"
ENGLISH = (Language("English", "en"),)


def day(expression: str, edtf: str | None, begin: str = "", end: str = "") -> DateExpression:
    return DateExpression(expression, edtf, begin or edtf, end or begin or edtf)


def printed(as_written: str, **parts: str) -> Reference:
    return Reference(as_written, True, "printed", dict(parts))


def in_archive(repository: str, rest: str, scheme: str = "fond-opis-delo") -> Reference:
    return Reference(f"{repository}, {rest}", True, scheme, {"repository": repository})


def thanks(**roles: str) -> tuple[Contributor, ...]:
    known: dict[str, Role] = {
        "contributed": "contributor",
        "translated": "translator",
        "transcribed": "transcriber",
        "edited": "editor",
        "provided": "provider",
    }
    return tuple(
        Contributor(name, known[role])
        for role, names in roles.items()
        for name in names.split("; ")
    )


NOTE = item_of(
    "note",
    "Note of Cde. P.I. Sidorov to the CC Presidium about the Preparation of a Conference",
    authors=(Author("P. I. Sidorov"),),
    date=day("September 19, 1958", "1958-09-19"),
    reference=in_archive("RGANI", "f. 3, op. 12, d. 410, ll. 41-53"),
    contributors=thanks(contributed="Anna Petrova", translated="John Smith"),
    digital_archive=ARCHIVE,
    url="https://archive.example.org/document/1001",
    languages=ENGLISH,
    original_language=Language("Russian", "ru"),
)
BOOK = printed(
    "Documents on Foreign Policy, vol. 3 (Beijing: World Press, 1990), 12-45",
    title="Documents on Foreign Policy",
    volume="3",
    place="Beijing",
    publisher="World Press",
    year="1990",
    pages="12-45",
)


def like(item_id: str, title: str = "", **changes: Any) -> BibliographicItem:
    """NOTE with other fields; a title of its own gives a genre of its own."""
    fields = {name: getattr(NOTE, name) for name in _FIELDS} | changes
    return item_of(item_id, title or NOTE.title, **fields)


_FIELDS = (
    "authors date reference contributors digital_archive url languages original_language".split()  # noqa: SIM905
)


def by(*names: str) -> tuple[Author, ...]:
    return tuple(Author(name) for name in names)


_ITEMS = [
    NOTE,
    like("no-author", "Record of a Conversation between Mao Zedong and P. F. Yudin", authors=()),
    like(
        "no-author-no-translator",
        "Protocol No. 57 of the Session of the Presidium",
        authors=(),
        contributors=thanks(contributed="Anna Petrova"),
    ),
    like("nobody", "Resolution on the Situation in Hungary", authors=(), contributors=()),
    like("two-translators", contributors=thanks(translated="John Smith; Mary-Jane Doe")),
    like(
        "four-translators",
        contributors=thanks(translated="John Smith; Mary Doe; Ann Roe; Jan van den Berg"),
    ),
    like(
        "edited",
        contributors=thanks(translated="John Smith", edited="John Smith; Ann Roe"),
        authors=(),
    ),
    like("edited-author", contributors=thanks(translated="John Smith", edited="Ann Roe")),
    like("two-authors", authors=by("P. I. Sidorov", "Ann Roe")),
    like("three-authors", authors=by("P. I. Sidorov", "Heinrich von Bülow", "Jan de Vries")),
    like(
        "seven-authors",
        authors=by("Ann Roe", "Bo Diaz", "Cy Low", "Di Hay", "Ed Orr", "Flo Key", "Gil Nash"),
        contributors=thanks(
            translated="Ann Roe; Bob Diaz; Cy Low; Di Hay; Ed Orr; Flo Key; Gil Nash",
            contributed="Ann Day; Jo March; Meg Hale",
        ),
    ),
    like("initials", authors=by("N.S. Petrov", "J.-P. Martin"), contributors=()),
    like("arabic", authors=by("Abd al-Karim Hadad"), contributors=()),
    like("middle", authors=by("John F. Kent"), contributors=()),
    like("chinese", "Telegram to Filippov", authors=by("Zhang Xiaoming")),
    like(
        "wade-giles",
        authors=by("Chang Kai-ming"),
        contributors=thanks(translated="Li Danhong; John Smith"),
    ),
    like("korean", authors=by("Pak Chong-il")),
    like("vietnamese", authors=by("Nguyen Van Minh")),
    like("hungarian", authors=by("Szabó István")),
    like("mononym", authors=by("Sukarno")),
    like("burmese", authors=by("U Ba")),
    like("particle", authors=by("Heinrich von Bülow")),
    like("french", authors=by("Charles de Villiers")),
    like("suffix", authors=by("Adam Stevens Jr.")),
    like(
        "institution", authors=by("Ministry of Foreign Affairs of the German Democratic Republic")
    ),
    like("acronym", authors=by("KGB")),
    like("donor-institution", contributors=thanks(contributed="National Document Archive")),
    like("provider", contributors=thanks(provided="Anna Petrova", transcribed="Ann Roe")),
    like("cyrillic", authors=by("П. И. Сидоров")),
    like("han", authors=by("张小明")),
    like("no-date", date=None),
    like("undated", date=DateExpression("[undated]")),
    like("no-author-no-date", "Outline of a Speech", authors=(), contributors=(), date=None),
    like("month", date=day("November 1967", "1967-11", "1967-11-01", "1967-11-30")),
    like("year", date=day("1967", "1967", "1967-01-01", "1967-12-31")),
    like("circa", date=day("circa 1967", "1967~", "1967-01-01", "1967-12-31")),
    like("circa-month", date=day("ca. May 1967", "1967-05~", "1967-05-01", "1967-05-31")),
    like("days", date=day("May 3-5, 1967", "1967-05-03/1967-05-05", "1967-05-03", "1967-05-05")),
    like("months", date=day("May 30 - June 2, 1967", "1967-05-30/1967-06-02")),
    like("years", date=day("1966-1968", "1966/1968", "1966-01-01", "1968-12-31")),
    like("decade", date=day("1950s", "195X", "1950-01-01", "1959-12-31")),
    like("season", date=day("Spring 1961", "1961-21", "1961-03-01", "1961-05-31")),
    like("no-year", date=DateExpression("1 July", "XXXX-07-01")),
    like("chapter", authors=by("Zhang Xiaoming"), reference=BOOK),
    like("chapter-no-author", authors=(), reference=BOOK),
    like(
        "chapter-no-date",
        date=None,
        reference=BOOK,
        contributors=(),
    ),
    like("chapter-edited", reference=BOOK, contributors=thanks(edited="Ann Roe; Jo March")),
    like(
        "chapter-edited-anonymous",
        authors=(),
        reference=BOOK,
        contributors=thanks(edited="Ann Roe", translated="John Smith"),
    ),
    like(
        "chapter-range",
        date=day("May 1966 - June 1967", "1966-05/1967-06"),
        reference=printed("C, 7", title="Collected Papers", year="1990", pages="7"),
    ),
    like(
        "chapter-circa",
        date=day("circa 1967", "1967~", "1967-01-01", "1967-12-31"),
        reference=printed("C", title="Collected Papers", publisher="World Press"),
    ),
    like(
        "chapter-years",
        authors=(),
        contributors=(),
        reference=printed("C", title="Collected Papers!", year="1966-1968", place="Oslo"),
    ),
    like(
        "book-volume",
        "Collected Works",
        reference=printed(
            "Collected Works, vol. 5 (Beijing: World Press, 1977), 12-14",
            title="Collected Works",
            volume="5",
            publisher="World Press",
            year="1977",
            pages="12-14",
        ),
    ),
    like(
        "book-anonymous",
        "Who Lost China?",
        authors=(),
        contributors=(),
        date=None,
        reference=printed("Who Lost China?", title="Who Lost China?", volume="2", year="1977"),
    ),
    like(
        "book-edited",
        "Collected Works",
        authors=(),
        contributors=thanks(edited="Ann Roe"),
        reference=printed("Collected Works", title="Collected Works", pages="12"),
    ),
    like(
        "chapter-poor",
        reference=printed("Selected Works", title="Selected Works"),
        contributors=(),
    ),
    like(
        "book",
        "On Contradictions",
        date=None,
        reference=printed(
            "On Contradictions (Moscow: Progress, 1961)",
            title="On Contradictions",
            place="Moscow",
            publisher="Progress",
            year="1961",
        ),
    ),
    like(
        "unrecognised",
        reference=Reference("Private collection of A. Petrova, folder “Asia”, n.p."),
    ),
    like("no-reference", reference=None),
    like("no-archive", digital_archive=None),
    like("no-url", url=None),
    like(
        "record-group",
        "Memorandum of Conversation",
        reference=in_archive("NARA", "RG 59, Entry 1586C, Box 2", "record-group"),
    ),
    like("german", reference=in_archive("BArch", "B 136/59748, 297-301", "signature")),
    like("question", "Who Lost China?", authors=by("Ann Roe")),
    like("question-no-author", "Who Lost China?", authors=(), contributors=()),
    like("exclamation", "Workers of All Countries, Unite!", authors=by("Ann Roe")),
    like("full-stop", "Letter to the Central Committee of the C.P.S.U.", authors=by("Ann Roe")),
    like("question-chapter", "Who Lost China?", authors=by("Ann Roe"), reference=BOOK),
    like("quotes", "Speech on “The ‘Great Leap’ and After” at Wuhan", authors=by("Ann Roe")),
    like("quotes-end", "Comments on the Article “Long Live Leninism”", authors=by("Ann Roe")),
    like("quotes-straight", "Comments on \"People's Daily\" and the 'Two Camps'", authors=()),
    like("quotes-question", "Notes on “What Is to Be Done?”", authors=by("Ann Roe")),
    like(
        "lower-case",
        "letter of the Chinese communists to the party of labour: a first reply, "
        "as told by in-house sources",
    ),
    like("ampersand", "Talks with A & B: 5 < 6 > 4", authors=by("Ann Roe")),
    like("no-language", languages=()),
    like(
        "cyrillic-title",
        "Записка товарища Сидорова о подготовке совещания",
        authors=by("П. И. Сидоров"),
    ),
    like("han-title", "张小明致菲利波夫电", authors=by("张小明"), contributors=()),
    like("bidi", "Letter to أنور about the talks", authors=by("Ann Roe")),
    like("html", "Article in <i>Pravda</i> on <script>", authors=by("Ann Roe")),
]
ITEMS: dict[str, BibliographicItem] = {item.id: item for item in _ITEMS}

PINPOINTS: dict[str, Pinpoint] = {
    "note": Pinpoint("7-9"),
    "no-author": Pinpoint("7"),
    "nobody": Pinpoint("3, 7-9"),
    "chinese": Pinpoint("12"),
    "circa": Pinpoint("1-2"),
    "no-date": Pinpoint("4"),
    "chapter": Pinpoint("7-9"),
    "book": Pinpoint("7"),
    "book-volume": Pinpoint("7-9"),
    "book-anonymous": Pinpoint("7-9"),
    "chapter-no-author": Pinpoint("7"),
    "quotes-end": Pinpoint("7"),
    "question-no-author": Pinpoint("7"),
    "french": Pinpoint("7"),
    "three-authors": Pinpoint("7"),
    "quotes-straight": Pinpoint("7"),
    "no-reference": Pinpoint("7-9"),
    "institution": Pinpoint("20-21"),
}


def cases() -> list[dict[str, Any]]:
    """What is styled: each item, and again with a locator where it has a pinpoint."""
    found = [{"case": name, "item": to_csl(item)} for name, item in ITEMS.items()]
    for name, pinpoint in PINPOINTS.items():
        csl = to_csl(ITEMS[name])
        found.append({"case": f"{name}@", "item": csl, "locator": pinpoint.paragraphs})
    return found


if __name__ == "__main__":
    print(json.dumps(cases(), ensure_ascii=False))
