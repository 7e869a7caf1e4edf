"""The `signposting` client reads the links of every record's page: `signposting.py BASE_URL`."""

from __future__ import annotations

import sys
from pathlib import Path

# This file has the name of the package that it calls.
sys.path = [entry for entry in sys.path if Path(entry or ".").resolve() != Path(__file__).parent]

import httpx  # noqa: E402
from signposting import find_signposting_http  # noqa: E402


def main(base: str) -> int:
    """Ask for the links of pages and of their JSON; the number of things that are missing."""
    wrong = []
    listed = httpx.get(f"{base}/v1/records?limit=100", timeout=60).json()
    for record in listed["items"]:
        for path in (f"/records/{record['id']}", f"/v1/records/{record['id']}"):
            found = find_signposting_http(base + path)
            if not found.citeAs or found.citeAs.target != f"{base}/records/{record['id']}":
                wrong.append(f"{path}: cite-as is {found.citeAs}")
            needed = ("describedBy", "items", "types", "collection")
            wrong += [f"{path}: no {name}" for name in needed if not getattr(found, name)]
            for link in (*found.describedBy, *found.items):
                response = httpx.head(link.target, timeout=60)
                media_type = response.headers["content-type"].split(";")[0]
                if response.status_code != 200 or media_type != link.type:
                    wrong.append(f"{link.target}: {response.status_code}, {media_type}")
    for line in wrong:
        print(line, file=sys.stderr)
    print(f"signposting: {len(listed['items'])} records, {len(wrong)} things wrong")
    return len(wrong) or int(not listed["items"])


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1].rstrip("/")) else 0)
