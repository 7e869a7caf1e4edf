"""An ETag changes exactly when the content does, whatever was loaded meanwhile."""

from tests.conftest import Archive, MakeArchive, write_seed
from tests.records import AUTHORITIES, LETTER, numbered

PARTS = ("", "/citation", "/paragraphs", "/paragraphs/1", "/outline", "/entities", "/mentions")
FILES = (".md", ".txt", ".ris", ".bib", ".csl.json", ".tei.xml")


def etags(archive: Archive, record: str) -> dict[str, str]:
    """Of all that is answered of a record."""
    paths = [f"/v1/records/{record}{end}" for end in (*PARTS, *FILES)]
    return {path: archive.client.get(path).headers["etag"] for path in paths}


def test_a_load_changes_the_etags_of_what_it_changed_and_no_others(
    make_archive: MakeArchive,
) -> None:
    archive = make_archive(
        {
            "records/letter.md": LETTER,
            "records/r1.md": numbered(1),
            "authorities/all.yaml": AUTHORITIES,
        }
    )
    letter, note = etags(archive, "letter"), etags(archive, "r1")
    archive.reload()
    assert (etags(archive, "letter"), etags(archive, "r1")) == (letter, note)
    changed = numbered(1, "Another title").replace("This is", "That was")
    write_seed(archive.settings.seed_dir, {"records/r1.md": changed})
    assert archive.reload().generation == 2
    assert etags(archive, "letter") == letter
    now = etags(archive, "r1")
    same = {path for path in note if now[path] == note[path]}
    assert same <= {f"/v1/records/r1/{part}" for part in ("outline", "entities", "mentions")}
