"""The benchmark's own sums, words and drawings; nothing here is timed."""

import asyncio
import json
import sqlite3
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests import readme
from tests.benchmarks.__main__ import describe_machine
from tests.benchmarks.budgets import (
    LINES,
    Budget,
    Line,
    Measured,
    Verdict,
    judge_lines,
    markdown_table,
)
from tests.benchmarks.corpus import FIRST, PARAGRAPHS, Loaded, authorities, write_record
from tests.benchmarks.figures import FIGURES, list_figures, write_figures
from tests.benchmarks.load import LoadFailed, encode_get, keep_asking, read_wrk
from tests.benchmarks.measures import MEASURES
from tests.benchmarks.peers import make_fts5, make_rows
from tests.benchmarks.statistics import quantile
from tests.conftest import MakeArchive

SVG = "{http://www.w3.org/2000/svg}"
PARTS = [part for line in LINES for part in line.parts]
WRK = """\
Running 2s test @ http://127.0.0.1:8000/x
  1 threads and 16 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   712.00us  100.00us   9.00ms   88.00%
  Latency Distribution
     50%  680.00us
     75%  800.00us
     90%    1.10ms
     99%    1.40ms
  44842 requests in 2.00s, 60.00MB read
Requests/sec:  22421.47
"""


def at_the_limit(part: Budget, worse: float = 0) -> dict[str, Any]:
    """What just keeps a must, or misses it by that share."""
    yardstick = 10.0 if part.yardstick else None
    bound = part.must.of(yardstick)
    value = bound * (1 - worse if part.better == "more" else 1 + worse)
    return Measured(value, 100_000, yardstick).as_dict()


def results(**measures: Any) -> dict[str, Any]:
    """A run in which everything just kept its must, but for what is given."""
    return {
        "machine": {"cores": 2, "processor": "Abacus", "python": "3.11.7", "date": "2026-01-01"},
        "quick": False,
        "generator": "wrk",
        "seconds": 500,
        "remarks": {},
        "failures": {},
        "curves": {"a record": {"1000": 400.0, "100000": 410.0}},
        "measures": {part.key: at_the_limit(part) for part in PARTS} | measures,
    }


def verdict(line: str, told: dict[str, Any]) -> Verdict:
    return next(verdict for verdict in judge_lines(told) if verdict.line.key == line)


def test_every_line_has_a_measure_and_every_measure_a_line() -> None:
    assert sorted(MEASURES) == sorted(line.key for line in LINES)


def test_no_two_parts_share_a_key() -> None:
    assert len({part.key for part in PARTS}) == len(PARTS)


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.key)
def test_what_just_keeps_its_must_is_met_and_what_just_misses_it_is_not(line: Line) -> None:
    assert verdict(line.key, results()).must is True
    for part in line.parts:
        worse = results(**{part.key: at_the_limit(part, 0.01)})
        assert verdict(line.key, worse).must is False, part.key


def test_an_aim_is_harder_than_its_must() -> None:
    for part in PARTS:
        if part.aim is not None:
            aim, must = part.aim.of(10.0), part.must.of(10.0)
            assert aim > must if part.better == "more" else aim < must, part.key


def test_a_line_that_is_measured_in_part_is_not_known() -> None:
    told = results()
    del told["measures"]["resolve.hundred"]
    assert verdict("resolve", told).must is None
    assert "not measured" in verdict("resolve", told).shown


def test_a_part_beyond_its_limit_decides_whatever_is_missing() -> None:
    told = results(**{"resolve.one": {"value": 31.0, "size": 1_000}})
    del told["measures"]["resolve.hundred"]
    assert verdict("resolve", told).must is False


def test_a_line_that_failed_says_so() -> None:
    told = results()
    del told["measures"]["reload"]
    told["failures"] = {"reload": "TimeoutError"}
    assert (verdict("reload", told).must, verdict("reload", told).shown) == (None, "failed")


def test_the_table_has_a_row_for_every_line() -> None:
    rows = markdown_table(results()).splitlines()[2:]
    assert [row.split(" | ")[0].strip("| ") for row in rows] == [line.what for line in LINES]


def test_the_table_tells_ratios_and_what_they_are_to() -> None:
    told = results(**{"cached.page.bare": {"value": 9_300.0, "size": 1_000, "yardstick": 1e4}})
    assert "page 0.93 × bare" in markdown_table(told)


def test_the_readme_says_what_is_not_met_and_what_is_not_known() -> None:
    told = results(reload={"value": 1.5, "size": 90_000})
    del told["measures"]["start"]
    text = readme.performance(told)
    missed, missing = text.split("**Not met:**")[1].split("**Not known**")
    assert "reload with one changed record" in missed
    assert "first 200 after start" in missing


def test_the_readme_says_when_every_must_is_met() -> None:
    assert "Every must is met." in readme.performance(results())


def test_the_readme_shows_only_figures_that_were_drawn(tmp_path: Path) -> None:
    told = results()
    write_figures(told["curves"], tmp_path)
    drawn = [file.stem for file in tmp_path.iterdir()]
    assert drawn == ["growth-reading"]
    shown = [figure.name for figure in FIGURES if f"/{figure.name}.svg" in readme.performance(told)]
    assert shown == drawn


def test_a_figure_names_its_curves_and_marks_every_size(tmp_path: Path) -> None:
    curves = {
        "word, p99": {1_000: 1.0, 10_000: 1.5, 100_000: 2.5},
        "phrase, p99": {1_000: 1.0, 10_000: 1.4, 100_000: 2.5},
    }
    write_figures(curves, tmp_path)
    drawn = ElementTree.parse(tmp_path / "growth-finding.svg").getroot()
    texts = [element.text for element in drawn.iter(f"{SVG}text")]
    assert {"word, p99", "phrase, p99", "1 k", "10 k", "100 k", "ms"} <= set(texts)
    assert len(list(drawn.iter(f"{SVG}circle"))) == 6


def test_labels_of_a_figure_do_not_lie_on_each_other(tmp_path: Path) -> None:
    curves = {name: {1_000: 10.0, 10_000: 100.0} for name in FIGURES[0].curves}
    write_figures(curves, tmp_path)
    drawn = ElementTree.parse(tmp_path / f"{FIGURES[0].name}.svg").getroot()
    places = sorted(
        float(element.attrib["y"])
        for element in drawn.iter(f"{SVG}text")
        if element.text in FIGURES[0].curves
    )
    assert all(low - high >= 12 for high, low in pairwise(places))
    assert 0 < places[0] < places[-1] < float(drawn.attrib["height"])


def test_what_wrk_tells_is_read_in_milliseconds() -> None:
    load = read_wrk(WRK)
    assert (load.count, load.rate, load.p50, load.p99) == (44842, 22421.47, 0.68, 1.4)


@pytest.mark.parametrize(
    "told",
    [
        WRK + "  Non-2xx or 3xx responses: 3\n",
        WRK + "  Socket errors: connect 0, read 9, write 0\n",
        "unable to connect to 127.0.0.1:8000 Connection refused\n",
    ],
)
def test_a_run_of_wrk_with_errors_does_not_count(told: str) -> None:
    with pytest.raises(LoadFailed):
        read_wrk(told)


async def ask_one_that_answers(status: str) -> tuple[float, int]:
    """The rate that the bundled client tells of such a server, and how often it was asked."""
    asked = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                asked += 1
                writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 2\r\n\r\nok".encode())
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        request = encode_get(f"http://127.0.0.1:{port}/")
        load = await keep_asking("127.0.0.1", port, [request], 4, 0.2)
    finally:
        server.close()
        await asyncio.sleep(0.05)
    return load.rate, asked


def test_without_wrk_the_bundled_client_keeps_asking() -> None:
    rate, asked = asyncio.run(ask_one_that_answers("200 OK"))
    assert asked > 4
    assert rate > 0


def test_without_wrk_an_error_answered_does_not_count() -> None:
    with pytest.raises(LoadFailed):
        asyncio.run(ask_one_that_answers("500 Oh"))


def test_a_quantile_is_a_value_that_was_there() -> None:
    values = [float(value) for value in range(1, 101)]
    assert (quantile(values, 0.5), quantile(values, 0.99), quantile([7.0], 0.99)) == (50, 99, 7)


def test_a_made_up_record_has_its_paragraphs_its_page_break_and_names(
    make_archive: MakeArchive,
) -> None:
    archive = make_archive(
        {
            f"records/{FIRST}.md": write_record(FIRST),
            "authorities/names.yaml": authorities(),
        }
    )
    paragraphs = archive.paragraphs(str(FIRST))
    assert len(paragraphs) == PARAGRAPHS
    assert paragraphs[-1]["continues"] == PARAGRAPHS - 1
    assert archive.record(str(FIRST), "/entities", kind="person")["items"]
    assert write_record(FIRST) == write_record(FIRST)


@pytest.mark.sqlite
def test_peers_have_the_same_rows_and_the_same_passages(
    make_archive: MakeArchive, tmp_path: Path
) -> None:
    records = [FIRST, FIRST + 1]
    archive = make_archive({f"records/{one}.md": write_record(one) for one in records})
    (tmp_path / "data").symlink_to(archive.settings.data_dir)
    (tmp_path / "loaded.json").write_text("{}")
    loaded = Loaded(40, 2, tmp_path, 1.0, 1.0)
    with closing(sqlite3.connect(make_rows(loaded))) as rows:
        numbers = rows.execute("SELECT number FROM paragraphs WHERE record_id = ?", (str(FIRST),))
        assert [number for (number,) in numbers] == list(range(1, PARAGRAPHS + 1))
    with closing(sqlite3.connect(make_fts5(loaded))) as passages:
        (held,) = passages.execute("SELECT count(*) FROM passages").fetchone()
        (found,) = passages.execute(
            "SELECT count(*) FROM passages WHERE passages MATCH 'the'"
        ).fetchone()
    assert held == 2 * (PARAGRAPHS - 1)
    assert found == archive.get("/v1/search", q="the")["total"]


def test_results_tell_of_the_machine_but_not_which_it_is() -> None:
    assert sorted(describe_machine()) == ["cores", "date", "processor", "python"]


def test_the_results_in_the_repository_are_of_these_lines() -> None:
    told = json.loads(readme.RESULTS.read_text())
    assert set(told["measures"]) <= {part.key for part in PARTS}
    drawn = [figure.name for figure, _ in list_figures(told["curves"])]
    assert drawn == [
        figure.name
        for figure in FIGURES
        if (readme.RESULTS.parent / "figures" / f"{figure.name}.svg").exists()
    ]
