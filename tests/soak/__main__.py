"""Soak the service for some minutes and tell what happened; 1 where something went wrong."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.soak.soaking import soak


def main(minutes: float) -> int:
    """Soak, and print the summary."""
    with TemporaryDirectory() as folder:
        report = soak(Path(folder), minutes * 60)
    print(report)
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 10))
