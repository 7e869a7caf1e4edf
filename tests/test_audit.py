"""`make check` fails on a known vulnerability, and says so where nobody could be asked."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from tests import check_audit

FINE = {"name": "fastapi", "version": "1.0", "vulns": []}
BROKEN = {"name": "h11", "version": "0.1", "vulns": [{"id": "PYSEC-1"}, {"id": "PYSEC-2"}]}
UNKNOWN = {"name": "anyio", "skip_reason": "not found on PyPI"}


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let the services, in the order in which they are asked, find this; None gives no answer."""

    def prepare(*reports: list[dict[str, Any]] | None) -> None:
        left = list(reports)

        def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
            report = left.pop(0)
            told = "" if report is None else json.dumps({"dependencies": report, "fixes": []})
            return subprocess.CompletedProcess(command, 0, told, "")

        monkeypatch.setattr(subprocess, "run", run)

    return prepare


def test_a_known_vulnerability_fails_the_check(
    answer: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    answer([FINE, BROKEN])
    with pytest.raises(SystemExit) as ended:
        check_audit.main()
    assert ended.value.code == 1
    assert capsys.readouterr().err == "h11 0.1: PYSEC-1, PYSEC-2\n"


def test_the_second_service_is_asked_where_the_first_gives_no_answer(answer: Any) -> None:
    answer(None, [BROKEN])
    with pytest.raises(SystemExit):
        check_audit.main()


@pytest.mark.parametrize(
    ("reports", "told"),
    [
        ([[FINE]], ""),
        ([[FINE, UNKNOWN]], "pip-audit: 1 of 2 packages could not be looked up.\n"),
        ([[UNKNOWN], [FINE]], ""),
        (
            [None, [UNKNOWN]],
            "pip-audit: NOT CHECKED, no vulnerability service can be reached from here.\n",
        ),
    ],
)
def test_what_could_not_be_asked_is_told(
    answer: Any,
    capsys: pytest.CaptureFixture[str],
    reports: list[list[dict[str, Any]] | None],
    told: str,
) -> None:
    answer(*reports)
    check_audit.main()
    assert capsys.readouterr().out == told
