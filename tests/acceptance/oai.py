"""sickle and oaipmh-scythe, public OAI-PMH clients, harvest everything: `oai.py BASE_URL`."""

from __future__ import annotations

import sys
from typing import Any

import httpx
from oaipmh_scythe import Scythe
from sickle import Sickle


def main(base: str) -> int:
    """Compare what the clients harvested with what the API counts; the number of differences."""
    records = httpx.get(f"{base}/v1", timeout=60).json()["counts"]["records"]
    wrong = []

    def check(what: str, identifiers: list[str]) -> None:
        print(f"{what}: {len(identifiers)} of {records} records")
        if len(set(identifiers)) != records or len(identifiers) != records:
            wrong.append(what)

    for prefix in ("oai_dc", "tei"):
        listed = Sickle(f"{base}/oai").ListRecords(metadataPrefix=prefix, ignore_deleted=True)
        check(f"sickle, {prefix}", [record.header.identifier for record in listed])
        with Scythe(f"{base}/oai") as scythe:
            harvested: Any = scythe.list_records(metadata_prefix=prefix, ignore_deleted=True)
            found = [record.header.identifier for record in harvested]
        check(f"oaipmh-scythe, {prefix}", [one for one in found if one])
    headers = Sickle(f"{base}/oai").ListIdentifiers(metadataPrefix="oai_dc", ignore_deleted=True)
    check("sickle, identifiers", [header.identifier for header in headers])
    sets = list(Sickle(f"{base}/oai").ListSets())
    tops = [one.setSpec for one in sets if ":" not in one.setSpec]
    print(f"sickle: {len(sets)} sets")
    by_set: list[str] = []
    for spec in tops:
        members = Sickle(f"{base}/oai").ListIdentifiers(
            metadataPrefix="oai_dc", set=spec, ignore_deleted=True
        )
        by_set += [header.identifier for header in members]
    check("sickle, set by set", by_set)
    for line in wrong:
        print(f"not all records: {line}", file=sys.stderr)
    return len(wrong) or int(not records)


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1].rstrip("/")) else 0)
