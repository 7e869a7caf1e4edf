"""ThunderDots, a public DTS client, fetches every unit of every record: `dts.py BASE_URL`."""

from __future__ import annotations

import sys
from typing import Any

import httpx
from thunderdots import ThunderDots


def main(base: str) -> int:
    """Compare what the client found with what the API counts; the number of differences."""
    client = ThunderDots(
        f"{base}/dts",
        verbose=False,
        use_cache=False,
        resource_params={"fragment_mode": "navigation"},
    )
    client.fetch()
    found: dict[str, dict[str, Any]] = {
        item["id"]: item for item in client.results()["resource_results"]
    }
    wrong = []
    page: str | None = f"{base}/v1/records?limit=1000"
    records = 0
    while page:
        listed = httpx.get(page, timeout=60).json()
        for record in listed["items"]:
            records += 1
            fragments = found.get(record["id"], {}).get("fragments", [])
            if len(fragments) != record["counts"]["paragraphs"]:
                wrong.append(
                    f"{record['id']}: {len(fragments)} fragments of "
                    f"{record['counts']['paragraphs']} paragraphs"
                )
        page = listed["next"]
    errors = client.stats()["http_errors"]
    if errors:
        wrong.append(f"{errors} HTTP errors")
    for line in wrong:
        print(line, file=sys.stderr)
    fragments_in_all = sum(len(item["fragments"]) for item in found.values())
    print(f"ThunderDots: {len(found)} of {records} records, {fragments_in_all} fragments")
    return len(wrong) or int(not records)


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1].rstrip("/")) else 0)
