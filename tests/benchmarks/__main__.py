"""`python -m tests.benchmarks`: measure, show the table, write results and figures.

Linux only: servers and load are kept to cores of their own, and memory is read from /proc.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tests.benchmarks import serving
from tests.benchmarks.budgets import LINES, judge_lines, show_size
from tests.benchmarks.corpus import Corpora
from tests.benchmarks.figures import write_figures
from tests.benchmarks.load import generator
from tests.benchmarks.measures import MEASURES, Bench

RESULTS = Path(__file__).parent / "results.json"
SIZES = (1_000, 10_000, 100_000)
QUICK = (1_000, 10_000)
LARGE = 1_000_000
PATIENCE = 120
"""Seconds that a line may take."""
LOADING = ("load", "reload")
"""These may take as long as there is time left."""
ALTOGETHER = 570
"""Seconds that a run may take, but for loading an archive larger than the usual ones."""


def main() -> None:
    """Measure what was asked for; exits with 1 where a must is not met."""
    asked = _read_arguments()
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    corpora = Corpora(asked.folder)
    sizes = _choose_sizes(asked, corpora)
    bench = Bench(corpora, sizes, asked.quick)
    serving.pin(serving.LOAD_CORE)
    results = {
        "machine": describe_machine(),
        "quick": asked.quick,
        "sizes": list(sizes),
        "generator": generator(),
        "measures": {},
        "failures": {},
    }
    console.print(
        f"Archives of {', '.join(map(show_size, sizes))} paragraphs in {asked.folder}; "
        f"load from {generator()}."
    )
    started = time.perf_counter()
    if sizes[-1] > max(SIZES):
        corpora.get(sizes[-1])
    deadline = time.perf_counter() + ALTOGETHER
    for key in MEASURES:
        if not asked.only or key in asked.only:
            _measure(bench, key, deadline, results, console)
    results["seconds"] = round(time.perf_counter() - started)
    results["remarks"] = {name: float(f"{v:.3g}") for name, v in bench.remarks.items()}
    results["curves"] = {
        name: {str(size): float(f"{value:.4g}") for size, value in curve.items()}
        for name, curve in bench.curves.items()
    }
    _show(results, console)
    if asked.only:
        console.print("Not written: only some lines were measured.")
    else:
        asked.results.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
        write_figures(results["curves"], asked.results.parent / "figures")
        console.print(f"Written: {asked.results}; `make fix` brings the README up to it.")
    wanting = [v for v in judge_lines(results) if not v.must and _was_asked(asked, v.line.key)]
    sys.exit(1 if wanting else 0)


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small archives and short looks")
    parser.add_argument(
        "--sizes", help=f"paragraphs, by default {','.join(map(str, SIZES))}, and {LARGE} if loaded"
    )
    parser.add_argument(
        "--size", type=int, help="the largest archive, beside the usual smaller ones"
    )
    parser.add_argument(
        "--only", action="append", choices=[line.key for line in LINES], help="measure this line"
    )
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path(os.environ.get("OPIS_BENCH_DIR") or ".opis/bench"),
        help="where archives are kept between runs (OPIS_BENCH_DIR)",
    )
    parser.add_argument("--results", type=Path, default=RESULTS, help="file to write")
    return parser.parse_args()


def _choose_sizes(asked: argparse.Namespace, corpora: Corpora) -> tuple[int, ...]:
    if asked.sizes:
        return tuple(sorted({int(size) for size in asked.sizes.split(",")}))
    usual = set(QUICK if asked.quick else SIZES)
    if asked.size:
        usual = {size for size in usual if size < asked.size} | {asked.size}
    elif not asked.quick and corpora.kept(LARGE):
        usual.add(LARGE)
    return tuple(sorted(usual))


def _was_asked(asked: argparse.Namespace, line: str) -> bool:
    return not asked.only or line in asked.only


def _measure(
    bench: Bench, key: str, deadline: float, results: dict[str, Any], console: Console
) -> None:
    """One line; what goes wrong is told and noted, and the next line is measured."""
    started = time.perf_counter()
    left = int(deadline - started)
    bench.enough = started + PATIENCE / 3
    try:
        if left < 1:
            raise TimeoutError("no time is left")
        with ExitStack() as bench.stack, _patience(left if key in LOADING else min(left, PATIENCE)):
            for part, measured in MEASURES[key](bench):
                results["measures"][part] = measured.as_dict()
    except Exception as error:
        results["failures"][key] = type(error).__name__
        console.print(Text(f"{key}: {type(error).__name__}: {error}", style="red"))
    console.print(Text(f"  {key}: {time.perf_counter() - started:.0f} s", style="dim"))


@contextmanager
def _patience(seconds: int) -> Iterator[None]:
    """TimeoutError after so many seconds."""

    def stop(*_: object) -> None:
        raise TimeoutError(f"not done after {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def describe_machine() -> dict[str, Any]:
    """What the figures were measured on, without saying where."""
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    return {
        "cores": len(serving.CORES),
        "processor": model,
        "python": platform.python_version(),
        "date": datetime.now(UTC).date().isoformat(),
    }


_STYLES = {True: ("yes", "green"), False: ("NO", "bold red"), None: ("–", "yellow")}


def _show(results: dict[str, Any], console: Console) -> None:
    table = Table(show_lines=True)
    for name in ("what", "must", "", "aim", "", "measured", "paragraphs"):
        table.add_column(name)
    for verdict in judge_lines(results):
        line = verdict.line
        table.add_row(
            line.what,
            line.must,
            Text(*_STYLES[verdict.must]),
            line.aim,
            Text(*_STYLES[verdict.aim]),
            Text(verdict.shown),
            ", ".join(map(show_size, verdict.sizes)),
        )
    console.print(table)
    for name, value in results["remarks"].items():
        console.print(f"{name}: {value}")
    console.print(f"{results['seconds']} s altogether.")


if __name__ == "__main__":
    main()
