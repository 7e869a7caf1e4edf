"""The pages for people, without a browser: what they say to readers, crawlers and machines."""

import json
import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.reader.marks import Mark, mark_text
from api.reader.plots import count_pairs, plot_dispersion, read_places
from api.reader.rendering import cut_out, mark_spans
from tests.conftest import Archive, MakeArchive
from tests.records import AUTHORITIES, LETTER, OLDER, numbered

HTML = {"Accept": "text/html"}
PAGES = (
    "/",
    "/records/209712",
    "/records/209712?view=reading",
    "/entities",
    "/entities/mao-zedong",
    "/search?q=taiwan",
    "/resolve?quote=a+strong+move",
    "/developers",
)
_VOID = {"meta", "link", "input", "br", "rect", "path", "hr"}

HOSTILE = LETTER.replace(
    "Petrova asks Novák about forty tractors.",
    "</script><script>alert(1)</script> & <b>bold</b> \" onload='x'",
).replace("To Comrade Jan Novák\n", "To Comrade <img src=x onerror=alert(1)> & Jan Novák\n")


class Page(HTMLParser):
    """A page taken apart: every element with its attributes and text; raises on bad nesting."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[dict[str, Any]] = []
        self._open: list[dict[str, Any]] = []
        self.feed(html)
        assert not self._open, self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        inside = [one["tag"] for one in self._open]
        element = {"tag": tag, "attrs": dict(attrs), "text": "", "inside": inside}
        self.elements.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append({"tag": tag, "attrs": dict(attrs), "text": "", "inside": []})

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        assert self._open[-1]["tag"] == tag, (tag, self._open[-1])
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element["text"] += data

    def all(self, tag: str, **attrs: str) -> list[dict[str, Any]]:
        """The elements of a tag with these attributes; `class_` is one class among others."""
        wanted = attrs.pop("class_", None)
        return [
            one
            for one in self.elements
            if one["tag"] == tag
            and (wanted is None or wanted in (one["attrs"].get("class") or "").split())
            and all(one["attrs"].get(name) == value for name, value in attrs.items())
        ]


def read(archive: Archive, path: str, status: int = 200) -> Page:
    response = archive.client.get(path, headers=HTML)
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    return Page(response.text)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_well_formed_and_has_one_heading_and_one_main(
    archive: Archive, path: str
) -> None:
    page = read(archive, path)
    assert len(page.all("main")) == 1
    assert len(page.all("h1")) == 1
    assert page.all("title")[0]["text"].strip()
    assert page.all("html")[0]["attrs"]["lang"] == "en"
    ids = [one["attrs"]["id"] for one in page.elements if "id" in one["attrs"]]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", PAGES)
def test_nothing_comes_from_elsewhere_and_nothing_runs_inline(archive: Archive, path: str) -> None:
    response = archive.client.get(path, headers=HTML)
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy
    for one in Page(response.text).elements:
        assert "style" not in one["attrs"], one
        assert not [name for name in one["attrs"] if name.startswith("on")], one
        assert one["tag"] != "style"
        if one["tag"] == "script" and "src" not in one["attrs"]:
            assert one["attrs"]["type"] == "application/ld+json"
        for name in ("src", "action"):
            assert (one["attrs"].get(name) or "/").startswith("/"), one
        if one["tag"] == "link" and one["attrs"]["rel"] in ("stylesheet", "modulepreload"):
            assert one["attrs"]["href"].startswith("/static/")


@pytest.mark.parametrize("path", PAGES)
def test_every_link_of_a_page_leads_somewhere(archive: Archive, path: str) -> None:
    page = read(archive, path)
    ids = {one["attrs"].get("id") for one in page.elements}
    targets = {one["attrs"].get("href") for one in page.all("a")}
    targets |= {one["attrs"].get("href") for one in page.all("link")}
    for target in targets:
        assert target
        if target.startswith("#"):
            assert target[1:] in ids, target
        elif target.startswith("/"):
            address = target.partition("#")[0]
            assert archive.client.get(address).status_code in (200, 301), target


def test_the_words_of_a_paragraph_stand_whole_and_in_order(archive: Archive) -> None:
    page = read(archive, "/records/209712")
    shown = {one["attrs"]["id"]: one["text"] for one in page.all("p", class_="t")}
    assert list(shown.items()) == [(p["id"], p["text"]) for p in archive.paragraphs("209712")]


def test_the_reading_view_has_the_words_of_the_reading_view(archive: Archive) -> None:
    page = read(archive, "/records/209712?view=reading")
    shown = {one["attrs"]["id"]: one["text"] for one in page.all("p", class_="t")}
    expected = archive.paragraphs("209712", view="reading")
    assert list(shown.items()) == [(p["id"], p["text"]) for p in expected]
    ids = {one["attrs"].get("id") for one in page.elements}
    for paragraph in archive.paragraphs("209712"):
        if paragraph["kind"] != "page_mark":
            assert paragraph["id"] in ids
            assert f"n{paragraph['number']}" in ids


def test_paragraphs_have_permalinks_by_id_and_by_number(archive: Archive) -> None:
    page = read(archive, "/records/209712")
    (link,) = page.all("a", id="n25")
    paragraph = archive.record("209712", "/paragraphs/25")
    assert link["attrs"]["href"] == f"#{paragraph['id']}"
    assert link["text"] == ""
    assert link["attrs"]["aria-label"] == "Paragraph 25"


def test_every_mention_is_marked_where_it_stands(archive: Archive) -> None:
    page = read(archive, "/records/209712")
    marked = [
        (
            one["attrs"].get("data-e") or (one["attrs"].get("href") or "").rpartition("/")[2],
            one["text"],
        )
        for one in page.elements
        if "m" in (one["attrs"].get("class") or "").split()
    ]
    expected = [
        (mention["entity"]["id"] if mention["entity"] else "", segment["quote"])
        for mention in archive.mentions("209712")
        for segment in mention["segments"]
    ]
    assert sorted(marked) == sorted(expected)


def test_links_do_not_stand_in_links(archive: Archive) -> None:
    for path in ("/records/209712", "/records/209712?view=reading"):
        for one in read(archive, path).all("a"):
            assert "a" not in one["inside"], one


def test_editorial_marks_are_told_apart_and_suggested_readings_given(archive: Archive) -> None:
    page = read(archive, "/records/209712")
    for kind in ("supplied", "instruction", "placeholder", "slip", "query", "sic", "uncertain"):
        assert page.all("span", class_=kind), kind
    notes = [" ".join(one["text"].split()) for one in page.all("p", class_="note")]
    assert any("PRESIDUM" in note and "PRESIDIUM" in note for note in notes)


def test_layers_have_titles_and_differ(archive: Archive) -> None:
    page = read(archive, "/records/209712")
    parts = [one["attrs"]["class"] for one in page.all("section", class_="part")]
    assert {"part layer-0", "part layer-1", "part layer-2"} <= set(parts)
    titles = [one["text"] for one in page.all("h2", class_="part-title")]
    tops = archive.record("209712", "/outline")["items"]
    assert titles == [section["title"] for section in tops]


def test_disagreements_stand_in_the_margin_and_lead_to_every_place(archive: Archive) -> None:
    page = read(archive, "/records/209712")
    listed = archive.record("209712", "/discrepancies")["items"]
    ids = {one["attrs"].get("id") for one in page.elements}
    assert {f"d-{at}" for at in range(1, len(listed) + 1)} <= ids
    claims = [one["text"] for one in page.all("p", class_="claim")]
    assert any("19 September" in text and "19 November" in text for text in claims)


def test_the_citation_comes_in_every_style_and_format(archive: Archive) -> None:
    page = read(archive, "/records/209712")
    citation = archive.record("209712", "/citation")
    (printed,) = page.all("p", id="citation")
    assert printed["text"] == citation["verbatim"]
    shown = {one["text"] for one in page.all("p") if "data-html" in one["attrs"]}
    styles = citation["styles"]
    assert {styles["mla"]["text"], styles["apa"]["text"], styles["chicago"]["note"]["text"]} < shown
    hrefs = {one["attrs"]["href"] for one in page.all("a")}
    for extension in ("md", "txt", "tei.xml", "csl.json", "ris", "bib", "jsonld"):
        assert f"/v1/records/209712.{extension}" in hrefs


def test_reference_managers_and_search_engines_are_told(archive: Archive) -> None:
    page = read(archive, "/records/209712")
    meta = [(one["attrs"].get("name"), one["attrs"].get("content")) for one in page.all("meta")]
    assert ("DC.creator", "Khrushchev, N. S.") in meta
    assert ("DC.date", "1958-09-19") in meta
    (coins,) = page.all("span", class_="Z3988")
    assert "ctx_ver=Z39.88-2004" in coins["attrs"]["title"]
    (data,) = page.all("script", type="application/ld+json")
    described = json.loads(data["text"])
    assert described["@type"] == "ArchiveComponent"
    assert described["dateCreated"] == "1958-09-19"
    graph = {
        one["attrs"].get("property"): one["attrs"]["content"]
        for one in page.all("meta")
        if "property" in one["attrs"]
    }
    assert graph["og:url"] == "http://opis.test/records/209712"
    assert graph["og:title"].startswith("Note of Cde.")


def test_a_page_has_the_links_and_date_of_its_record(archive: Archive) -> None:
    page = archive.client.get("/records/209712").headers
    record = archive.client.get("/v1/records/209712").headers
    assert page["link"] == record["link"]
    assert page["last-modified"] == record["last-modified"]


def test_exports_answer_below_the_page_as_well(archive: Archive) -> None:
    for extension in ("ris", "csl.json", "md"):
        page = archive.client.get(f"/records/209712.{extension}")
        assert page.content == archive.client.get(f"/v1/records/209712.{extension}").content


def test_whatever_a_source_holds_is_shown_as_text(make_archive: MakeArchive) -> None:
    archive = make_archive({"records/a.md": HOSTILE})
    for path in ("/records/a", "/", "/search?q=comrade", "/records/a?view=reading"):
        page = read(archive, path)
        assert not page.all("img")
        assert not page.all("b")
        assert not [
            one
            for one in page.all("script")
            if "alert" in one["text"] and one["attrs"].get("type") != "application/ld+json"
        ]
    record = read(archive, "/records/a")
    (data,) = record.all("script", type="application/ld+json")
    assert "</script>" in json.loads(data["text"])["abstract"]
    assert any("<img src=x" in one["text"] for one in record.all("p", class_="t"))


@pytest.mark.parametrize("q", ["<script>alert(1)</script>", '"><img src=x>', "' onfocus='x"])
def test_whatever_a_visitor_asks_is_shown_as_text(archive: Archive, q: str) -> None:
    for path in ("/search", "/entities"):
        response = archive.client.get(path, params={"q": q}, headers=HTML)
        page = Page(response.text)
        assert page.all("input", name="q")[-1]["attrs"]["value"] == q
        assert not page.all("img")
    response = archive.client.get("/resolve", params={"quote": q}, headers=HTML)
    assert Page(response.text).all("textarea")[0]["text"] == q


def test_a_record_that_no_editor_has_read_has_its_page_too(make_archive: MakeArchive) -> None:
    files = {
        "records/a.md": LETTER,
        "records/b.md": OLDER,
        "records/c.md": numbered(3, "\u200bДокумент 文書 \U0001d49c"),
        "authorities/all.yaml": AUTHORITIES,
    }
    archive = make_archive(files)
    for record in ("a", "b", "c"):
        for view in ("source", "reading"):
            page = read(archive, f"/records/{record}?view={view}")
            texts = [p["text"] for p in archive.paragraphs(record, view=view)]
            assert [one["text"] for one in page.all("p", class_="t")] == texts
    assert "Not yet read by an editor" in archive.client.get("/records/a").text


def test_the_first_page_leads_to_records_by_date_archive_and_person(
    make_archive: MakeArchive,
) -> None:
    records = {f"records/n{n}.md": numbered(n, year=1940 + n) for n in range(1, 31)}
    archive = make_archive({**records, "records/a.md": LETTER, "authorities/all.yaml": AUTHORITIES})
    page = read(archive, "/")
    hrefs = {one["attrs"]["href"] for one in page.all("a")}
    assert "/?date_from=1955&date_to=1955" in hrefs
    assert "/?repository=GARF" in hrefs
    assert "/entities/petrova-anna" in hrefs
    narrowed = read(archive, "/?date_from=1955&date_to=1955")
    assert [one["text"] for one in narrowed.all("p", class_="title")] == ["Note number 15"]


def test_a_long_list_is_turned_page_by_page(make_archive: MakeArchive) -> None:
    archive = make_archive({f"records/n{n}.md": numbered(n, year=1940) for n in range(60)})
    first = read(archive, "/")
    (further,) = first.all("a", rel="next")
    second = read(archive, further["attrs"]["href"])
    titles = [one["text"] for page in (first, second) for one in page.all("p", class_="title")]
    assert len(titles) == len(set(titles)) == 60
    assert not second.all("a", rel="next")


def test_an_entity_has_its_names_mentions_and_companions(archive: Archive) -> None:
    page = read(archive, "/entities/mao-zedong")
    text = " ".join(page.all("main")[0]["text"].split())
    for name in archive.get("/v1/entities/mao-zedong")["names"]:
        assert name["text"] in text
    mentions = archive.get("/v1/entities/mao-zedong/mentions")["items"]
    assert [one["text"] for one in page.all("mark")] == [one["quote"] for one in mentions]
    assert "/entities/peoples-republic-of-china" in {one["attrs"]["href"] for one in page.all("a")}


def test_found_words_are_marked_and_facets_narrow(archive: Archive) -> None:
    page = read(archive, "/search?q=taiwan")
    assert {one["text"].casefold() for one in page.all("mark")} == {"taiwan"}
    links = [one["attrs"]["href"] for one in page.all("a") if "layer=" in one["attrs"]["href"]]
    narrowed = read(archive, links[0])
    assert 0 < len(narrowed.all("mark")) < len(page.all("mark"))


def test_a_search_that_cannot_be_made_says_why(archive: Archive) -> None:
    page = read(archive, "/search?q=-china", status=400)
    assert page.all("p", class_="warning")


def test_quotations_are_placed_and_posting_does_the_same(archive: Archive) -> None:
    quotes = "a strong move\n\nthis was never written anywhere at all"
    got = archive.client.get("/resolve", params={"quote": quotes}, headers=HTML)
    posted = archive.client.post("/resolve", data={"quote": quotes}, headers=HTML)
    assert posted.status_code == 200
    assert posted.text == got.text
    verdicts = [one["text"] for one in Page(got.text).all("p", class_="label")]
    assert verdicts[:2] == ["Exactly so", "Not found"]
    link = next(one for one in Page(got.text).all("a") if "text=" in one["attrs"]["href"])
    assert "/records/209712#" in link["attrs"]["href"]


@pytest.mark.parametrize(
    ("path", "status"), [("/records/nobody", 404), ("/entities/nobody", 404), ("/?sort=size", 404)]
)
def test_a_failure_is_a_page_to_browsers_and_a_problem_to_others(
    archive: Archive, path: str, status: int
) -> None:
    assert read(archive, path, status).all("h1")
    other = archive.client.get(path)
    assert other.headers["content-type"] == "application/problem+json"


def test_parameters_picked_up_on_the_way_are_dropped(archive: Archive) -> None:
    response = archive.client.get("/records/209712?fbclid=1&view=reading")
    assert response.status_code == 302
    assert response.headers["location"] == "/records/209712?view=reading"


def test_scripts_and_styles_may_be_kept_and_change_their_name_with_their_content(
    archive: Archive,
) -> None:
    page = read(archive, "/records/209712")
    files = [
        one["attrs"]["href"]
        for one in page.all("link")
        if "/static/" in (one["attrs"].get("href") or "")
    ]
    files += [one["attrs"]["src"] for one in page.all("script") if "src" in one["attrs"]]
    for file in files:
        response = archive.client.get(file)
        assert response.status_code == 200
        assert "immutable" in response.headers["cache-control"]
    other = archive.client.get("/static/0/reader.css")
    assert other.headers["cache-control"] == "no-cache"
    assert archive.client.get("/static/0/none.css").status_code == 404


def test_the_whole_page_is_sent_in_a_hundred_kilobytes(archive: Archive) -> None:
    page = read(archive, "/records/209712")
    files = {"/records/209712", "/static/0/dom.js"}
    files |= {
        one["attrs"]["href"]
        for one in page.all("link")
        if one["attrs"]["rel"] in ("stylesheet", "modulepreload")
    }
    files |= {one["attrs"]["src"] for one in page.all("script") if "src" in one["attrs"]}
    sent = 0
    for file in files:
        with archive.client.stream("GET", file, headers={"Accept-Encoding": "br"}) as response:
            sent += len(b"".join(response.iter_raw()))
    assert sent <= 100_000


def test_the_tour_shows_code_that_is_served(archive: Archive) -> None:
    page = read(archive, "/developers")
    (shown,) = page.all("pre", id="code-highlight")
    served = archive.client.get("/static/0/highlight.js").text
    assert shown["text"] == served
    code = [line for line in served.splitlines() if line and not line.startswith("//")]
    assert len(code) <= 25
    for button in page.all("button"):
        if path := button["attrs"].get("data-run"):
            body = button["attrs"].get("data-body")
            if body:
                response = archive.client.post(path, json=json.loads(body))
            else:
                response = archive.client.get(path)
            assert response.status_code == 200, path


MARKS = st.lists(
    st.builds(
        lambda a, b, sort, entity: Mark(min(a, b), max(a, b), sort, "x", entity),
        st.integers(0, 30),
        st.integers(0, 30),
        st.sampled_from(["mention", "apparatus", "claim", "found"]),
        st.sampled_from([None, "one", "two"]),
    ),
    max_size=8,
)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="ab<>&\"' \U0001d49c\n", max_size=30), MARKS)
def test_marks_that_nest_or_cross_leave_the_text_as_it_is(text: str, marks: list[Mark]) -> None:
    html = str(mark_text(text, marks))
    assert unescape(re.sub(r"<[^>]*>", "", html)) == text
    for one in Page(html).all("a"):
        assert "a" not in one["inside"]


def test_of_nested_mentions_the_inner_one_is_the_link() -> None:
    marks = [Mark(0, 14, "mention", "person", "head"), Mark(8, 14, "mention", "state", "burma")]
    assert mark_text("head of Burma!", marks) == (
        '<span class="m person" data-e="head">head of '
        '<a class="m state" href="/entities/burma">Burma!</a></span>'
    )


def test_a_mark_that_is_cut_has_its_sign_once_at_its_end() -> None:
    marks = [Mark(0, 5, "mention", "person", "x"), Mark(3, 8, "apparatus", "slip", key="a")]
    html = mark_text("abcdefgh", marks)
    assert html.count("data-k") == 1
    assert html.endswith('<span class="a slip" data-k="a">fgh</span>')


def test_a_long_text_has_as_many_places_to_click_as_a_short_one() -> None:
    paragraphs = [{"number": n, "id": f"p{n}", "text": "x" * 99} for n in range(1, 5001)]
    entity = {"id": "e", "label": "E", "kind": "person", "count": 5000}
    segments = [{"paragraph": n, "start": 3} for n in range(1, 5001)]
    places = read_places([{"entity": entity, "segments": [segment]} for segment in segments])
    (row,) = plot_dispersion(paragraphs, [entity], places)
    assert len(row.ticks) <= 250
    assert sum(tick.count for tick in row.ticks) == 5000


def test_pairs_are_counted_by_paragraph() -> None:
    pairs = count_pairs({"a": {1: [0, 5], 2: [3]}, "b": {2: [1], 3: [0]}, "c": {2: [9]}})
    assert pairs == {("a", "b"): [2], ("a", "c"): [2], ("b", "c"): [2]}


def test_spans_that_overlap_are_marked_once() -> None:
    assert mark_spans("a<b>cd", [(0, 3), (2, 4)]) == "<mark>a&lt;b</mark><mark>&gt;</mark>cd"


def test_an_excerpt_is_cut_at_words_and_keeps_its_spans() -> None:
    text = "word " * 100 + "found " + "word " * 100
    cut, spans = cut_out(text, [(500, 505)], 20)
    assert [cut[start:end] for start, end in spans] == ["found"]
    assert cut.startswith("… word")
    assert cut.endswith("word …")
