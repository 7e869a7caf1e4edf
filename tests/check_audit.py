"""Known vulnerabilities in what is pinned: fails on one, and says so where nobody can be asked."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

AUDIT = ["-r", "requirements.lock", "--require-hashes", "--disable-pip", "--progress-spinner=off"]


def main() -> None:
    """Ask PyPI's advisories, then OSV's."""
    program = Path(sys.executable).with_name("pip-audit")
    for service in ("pypi", "osv"):
        command = [str(program), *AUDIT, "-s", service, "-f", "json", "--timeout", "10"]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=120)
            told = json.loads(done.stdout)["dependencies"]
        except (subprocess.TimeoutExpired, ValueError):
            continue
        found = [dependency for dependency in told if dependency.get("vulns")]
        for dependency in found:
            names = ", ".join(vulnerability["id"] for vulnerability in dependency["vulns"])
            print(f"{dependency['name']} {dependency['version']}: {names}", file=sys.stderr)
        skipped = sum("skip_reason" in dependency for dependency in told)
        if found:
            sys.exit(1)
        if skipped < len(told):
            if skipped:
                print(f"pip-audit: {skipped} of {len(told)} packages could not be looked up.")
            return
    print("pip-audit: NOT CHECKED, no vulnerability service can be reached from here.")


if __name__ == "__main__":
    main()
