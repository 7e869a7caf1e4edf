"""`make soak` in a few seconds: what it looks for, and that it finds it."""

from pathlib import Path

from tests.soak.soaking import Reader, Report, Writing, soak


def test_mixed_traffic_beside_loads_meets_no_failure(tmp_path: Path) -> None:
    report = soak(tmp_path, 8)
    assert not report.failures, str(report)
    assert report.loads
    assert sum(report.statuses.values()) > 50


def test_a_mixture_of_revisions_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "records").mkdir()
    writing, report = Writing(tmp_path), Report()
    record = next(iter(writing.texts))
    reader = Reader("http://opis.test", writing, report, 1)
    writing.write(record)
    reader.check_marks("/", f"Kept as r2x{record}. Kept as r2x{record}.", one_record=True)
    assert not report.failures
    reader.check_marks("/", f"Kept as r1x{record}. Kept as r2x{record}.", one_record=True)
    reader.check_marks("/", f"Kept as r3x{record}.", one_record=True)
    reader.check_tag("/", '"a"', b"one")
    reader.check_tag("/", '"a"', b"another")
    assert len(report.failures) == 3
    reader.client.close()


def test_memory_that_grows_is_noticed() -> None:
    assert Report(memory=[100] * 40).growth() == 0
    assert Report(memory=[100 + i for i in range(40)]).growth() > 0.1
