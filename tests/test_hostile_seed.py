"""What lies in the seed may be anything: each thing is named or taken, and nothing else suffers."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from api.errors import SeedError
from api.loading.checking import check_files, list_files
from api.loading.corpus import load_corpus
from api.loading.seed import Seed, SeedFile
from api.parsing import curated
from api.parsing.curated import read_yaml
from tests.conftest import Archive, MakeArchive, write_seed
from tests.records import AUTHORITIES, LETTER, numbered

HEADER = numbered(1).partition("This is the text")[0]
TEI = (
    '<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt><title>T</title>'
    "</titleStmt></fileDesc></teiHeader><text><body><p>&x;</p></body></text></TEI>"
)


def lay(folder: Path, what: str) -> str:
    """Put something hostile into `records/`; gives the path that must be complained about."""
    records = folder / "records"
    name = "x.md"
    if what == "pipe":
        os.mkfifo(records / name)
    elif what == "device":
        if os.geteuid() != 0:
            pytest.skip("only root makes devices")
        try:
            os.mknod(records / name, 0o20666, os.makedev(1, 5))
        except PermissionError:
            pytest.skip("not here")
    elif what == "loop":
        (records / name).symlink_to(records / name)
    elif what == "two links in a ring":
        (records / name).symlink_to(records / "y.md")
        (records / "y.md").symlink_to(records / name)
    elif what == "link to nothing":
        (records / name).symlink_to(records / "nothing.md")
    elif what == "link to a folder outside":
        (folder.parent / "outside").mkdir()
        (folder.parent / "outside" / name).write_text(numbered(3))
        (records / "x").symlink_to(folder.parent / "outside")
        return "records/x"
    elif what == "link to the folder above":
        (records / "x").symlink_to(records)
        return "records/x"
    elif what == "deep folders":
        deep = records / "/".join("d" * 60)
        deep.mkdir(parents=True)
        (deep / name).write_text(numbered(3))
        return "records/" + "/".join("d" * 30)
    elif what == "line break in the name":
        (records / "x\ny.md").write_text(numbered(3))
        return "records/x\\ny.md"
    elif what == "bytes in the name":
        (Path(os.fsdecode(os.fsencode(records) + b"/x\xff.md"))).write_text(numbered(3))
        return "records/x\\udcff.md"
    elif what == "dots in the name":
        (records / "..x.md").write_text(numbered(3))
        (records / "x..md").write_text(numbered(3))
        return "records/x..md"
    elif what == "long name":
        name = "x" * 200 + ".md"
        (records / name).write_text(numbered(3))
    elif what == "link in the file's name's place":
        (records / name).symlink_to("/etc/passwd")
    return f"records/{name}"


WHATS = [
    "pipe",
    "device",
    "loop",
    "two links in a ring",
    "link to nothing",
    "link to a folder outside",
    "link to the folder above",
    "deep folders",
    "line break in the name",
    "bytes in the name",
    "dots in the name",
    "long name",
    "link in the file's name's place",
]


@pytest.mark.parametrize("what", WHATS)
def test_it_is_named_and_all_else_is_served(make_archive: MakeArchive, what: str) -> None:
    archive = make_archive({"records/a.md": numbered(1)})
    path = lay(archive.settings.seed_dir, what)
    report = archive.reload()
    assert path in [str(c).split(": ")[0] for c in report.complaints]
    assert archive.record("a")["title"] == "Note number 1"
    assert archive.get("/v1/records")["total"] == 1


@pytest.mark.parametrize("what", WHATS)
def test_checking_ends_as_well(make_archive: MakeArchive, what: str) -> None:
    archive = make_archive({"records/a.md": numbered(1)})
    seed = archive.settings.seed_dir
    lay(seed, what)
    checked = list(check_files(list_files([seed, seed / "records/x.md"], seed), 1_000_000))
    assert any(one.understood.get("record") == "a" for one in checked)
    assert all(one.as_dict() for one in checked)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("records/x.md", b"\x7fELF\x02\x01\x01\x00\xff\xfe", "is not UTF-8"),
        ("records/x.md", "\ufeff", "the file is empty"),
        ("records/x.xml", "<!DOCTYPE x [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" + TEI, "declar"),
        ("records/x.xml", "<!DOCTYPE x [<!ENTITY % x SYSTEM 'http://h.test/'> %x;]>", "declar"),
        ("records/x.xml", "<!DOCTYPE x SYSTEM 'http://h.test/x.dtd'>" + TEI, "entit"),
        ("records/x.xml", TEI, "entity"),
        ("records/x.xml", TEI.replace("&x;", "<p>" * 1_000), "nested more than"),
        ("authorities/x.yaml", "entities: " + "[" * 100_000, "nested more than"),
        ("authorities/x.yaml", "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]", "aliases"),
        ("authorities/x.yaml", "entities: !!python/object/apply:os.system [x]", "tags"),
        ("authorities/x.yaml", "entities: \x07", "not valid YAML"),
        ("authorities/x.yaml", b"entities: \xff", "is not UTF-8"),
        ("authorities/x.yaml", "entities: []\n---\nentities: []", "not valid YAML"),
    ],
)
def test_a_hostile_text_is_refused_with_its_reason(
    make_archive: MakeArchive, name: str, content: str | bytes, told: str
) -> None:
    archive = make_archive({"records/a.md": numbered(1), name: content})
    assert any(told in str(c) and c.file == name for c in archive.report.complaints), [
        str(c) for c in archive.report.complaints
    ]
    assert archive.get("/v1/records")["total"] == 1


def test_too_many_values_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(curated, "MAX_VALUES", 1_000)
    with pytest.raises(SeedError, match="more than 1,000 values"):
        read_yaml("[" + "1," * 2_000 + "]")


@pytest.mark.parametrize(
    "body",
    ["\n" * 1_000_000, "word " * 50_000, "w" * 500_000, "[" * 20_000, " " * 500_000 + "x"],
)
def test_a_long_text_of_one_kind_is_taken(make_archive: MakeArchive, body: str) -> None:
    archive = make_archive({"records/x.md": HEADER + "Text.\n\n" + body + "\n\nEnd.\n"})
    assert archive.paragraphs("x")[-1]["text"].endswith("End.")


# What cannot be looked at stands as it was.


def letters(make_archive: MakeArchive) -> Archive:
    return make_archive({"records/b/letter.md": LETTER, "authorities/all.yaml": AUTHORITIES})


def annotate(archive: Archive) -> Path:
    sha256 = archive.record("letter")["source_sha256"]
    path = archive.settings.seed_dir / "records/b/letter.annotations.yaml"
    path.write_text(
        f"record: letter\nsource_sha256: {sha256}\nmentions:\n"
        "  - {entity: novak-jan, ref: role, paragraph: 4, quote: Comrade}\n"
    )
    return path


def unreadable(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    """Make a file or folder one that may not be read, to root as well."""

    def refusing(real: Callable[..., object]) -> Callable[..., object]:
        def call(at: object = ".", *arguments: object, **named: object) -> object:
            if isinstance(at, str | Path) and Path(at) == path:
                raise PermissionError(13, "Permission denied", str(at))
            return real(at, *arguments, **named)

        return call

    for name in ("open", "scandir"):
        monkeypatch.setattr(os, name, refusing(getattr(os, name)))


@pytest.mark.parametrize("below", ["records/b", "records", "authorities"])
def test_a_folder_without_permission_stands_as_it_was(
    make_archive: MakeArchive, monkeypatch: pytest.MonkeyPatch, below: str
) -> None:
    archive = letters(make_archive)
    before = archive.record("letter", "/mentions")
    with monkeypatch.context() as patch:
        unreadable(patch, archive.settings.seed_dir / below)
        report = archive.reload()
    assert f"{below}: cannot be read: Permission denied" in map(str, report.complaints)
    assert archive.record("letter", "/mentions") == before
    assert archive.reload().complaints == []


def test_a_seed_that_is_not_there_withdraws_nothing(make_archive: MakeArchive) -> None:
    archive = letters(make_archive)
    seed = archive.settings.seed_dir
    seed.rename(seed.with_name("away"))
    assert "there is no such folder" in str(archive.reload().complaints[0])
    assert archive.record("letter")["id"] == "letter"
    seed.with_name("away").rename(seed)
    assert archive.reload().complaints == []


def test_annotations_without_permission_stand_as_they_were(
    make_archive: MakeArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = letters(make_archive)
    path = annotate(archive)
    archive.reload()
    with monkeypatch.context() as patch:
        unreadable(patch, path)
        assert archive.reload().refused == ["records/b/letter.annotations.yaml"]
        assert archive.mention("letter", 4, "Comrade")["origin"] == "curated"
    assert archive.reload().complaints == []
    assert archive.mention("letter", 4, "Comrade")["origin"] == "curated"


@pytest.mark.parametrize("becomes", ["other", "gone"])
@pytest.mark.parametrize("which", ["source", "annotations"])
def test_a_file_that_changes_between_scan_and_read_is_taken_by_the_next_load(
    make_archive: MakeArchive, monkeypatch: pytest.MonkeyPatch, becomes: str, which: str
) -> None:
    archive = letters(make_archive)
    path = annotate(archive)
    if which == "source":
        path.unlink()
        path = path.with_name("letter.md")
        path.write_text(LETTER.replace("tractors", "ploughs"))
    wanted = path.read_bytes()
    real = Seed.read

    def read(self: Seed, file: SeedFile) -> bytes:
        if file.path.endswith(path.name):
            path.unlink()
            if becomes == "other":
                path.write_text("Something else")
        return real(self, file)

    with monkeypatch.context() as patch:
        patch.setattr(Seed, "read", read)
        report = load_corpus(archive.settings)
    assert "read" in str(report.complaints[0])
    assert "tractors" in archive.record("letter")["summary"]
    # It is back, as it was when it was found.
    write_seed(path.parent, {path.name: wanted})
    assert archive.reload().refused == []
    if which == "source":
        assert "ploughs" in archive.record("letter")["summary"]
    else:
        assert archive.mention("letter", 4, "Comrade")["origin"] == "curated"
