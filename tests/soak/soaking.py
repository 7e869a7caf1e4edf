"""The traffic, the changing seed, and what must hold of every answer."""

from __future__ import annotations

import hashlib
import os
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock, Thread

import httpx

from tests.conftest import SEED, write_seed
from tests.corpora import NAMES, records
from tests.test_serving import OPIS, free_port, served

RECORDS = 40
READERS = 4
PAUSE = 2.0
"""Seconds from the end of a load to the next change."""
GROWTH = 0.25
"""How much of its memory the service may gain from the end of the warm-up to the end."""
MARK = re.compile(r"Kept as r(\d+)x(\d+)")
BODY = "Translation - English\n\n"


@dataclass
class Report:
    """What was asked, what changed, and what went wrong."""

    seconds: float = 0.0
    asked: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    loads: int = 0
    memory: list[int] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def fail(self, told: str) -> None:
        """Note a failure, with all that is needed to look for it."""
        with self.lock:
            self.failures.append(told)

    def growth(self) -> float:
        """How much memory was gained, as a part of it, by a line laid through all after warm-up."""
        steady = self.memory[len(self.memory) // 4 :]
        if len(steady) < 3:
            return 0.0
        middle, mean = (len(steady) - 1) / 2, sum(steady) / len(steady)
        rise = sum((i - middle) * (size - mean) for i, size in enumerate(steady))
        slope = rise / sum((i - middle) ** 2 for i in range(len(steady)))
        return slope * len(steady) / mean

    def __str__(self) -> str:
        """The summary."""
        total = sum(self.asked.values())
        lines = [
            f"{total:,} requests in {self.seconds:.0f} s beside {self.loads} loads",
            "statuses  " + ", ".join(f"{s}: {n:,}" for s, n in sorted(self.statuses.items())),
            "kinds     " + ", ".join(f"{k}: {n:,}" for k, n in sorted(self.asked.items())),
        ]
        if self.memory:
            steady = self.memory[len(self.memory) // 4 :]
            lines.append(
                f"memory    {min(steady) >> 20} to {max(steady) >> 20} MB after warm-up, "
                f"{self.growth():+.1%} in all"
            )
        lines += [f"FAIL      {told}" for told in self.failures[:30]]
        lines.append(f"{len(self.failures)} failures" if self.failures else "nothing went wrong")
        return "\n".join(lines)


class Writing:
    """The seed, and every version of every record that was ever written there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.texts = dict(records(RECORDS, paragraphs=6, sentences=4))
        self.revisions: dict[str, int] = {}
        self.written: dict[str, set[str]] = {record: set() for record in self.texts}
        self.choose = random.Random("soak")
        write_seed(folder, {"authorities/names.yaml": NAMES})
        for record in list(self.texts)[: RECORDS // 2]:
            self.write(record)

    def write(self, record: str) -> None:
        """A new revision, in every paragraph of which its number stands."""
        revision = self.revisions.get(record, 0) + 1
        head, body = self.texts[record].split(BODY)
        mark = f" Kept as r{revision}x{record}."
        text = head + BODY + "\n\n".join(p + mark for p in body.strip().split("\n\n")) + "\n"
        self.revisions[record] = revision
        self.written[record].add(hashlib.sha256(text.encode()).hexdigest())
        # In one step, so that no load reads half a file.
        work = self.folder / f".{record}"
        work.write_text(text)
        work.replace(self.folder / "records" / f"{record}.md")

    def change(self) -> None:
        """Edit some records, add one, remove one."""
        there = sorted(path.stem for path in (self.folder / "records").glob("*.md"))
        away = sorted(set(self.texts) - set(there))
        for record in self.choose.sample(there, 3):
            self.write(record)
        if away:
            self.write(self.choose.choice(away))
        if len(there) > RECORDS // 2:
            (self.folder / "records" / f"{self.choose.choice(there)}.md").unlink()


class Reader:
    """One client that asks for this and that, and looks at what it gets."""

    def __init__(self, base: str, writing: Writing, report: Report, number: int) -> None:
        self.client = httpx.Client(base_url=base, timeout=60)
        self.writing = writing
        self.report = report
        self.choose = random.Random(number)
        self.bodies: dict[tuple[str, str], str] = {}
        self.tags: dict[tuple[str, str], str] = {}
        self.kinds: dict[str, Callable[[str], object]] = {
            "record": lambda r: self.ask(f"/v1/records/{r}?include=paragraphs,mentions"),
            "paragraphs": lambda r: self.ask(f"/v1/records/{r}/paragraphs"),
            "reading": lambda r: self.ask(f"/v1/records/{r}/paragraphs?view=reading"),
            "paragraph": lambda r: self.ask(f"/v1/records/{r}/paragraphs/2"),
            "outline": lambda r: self.ask(f"/v1/records/{r}/outline"),
            "mentions": lambda r: self.ask(f"/v1/records/{r}/mentions"),
            "citation": lambda r: self.ask(f"/v1/records/{r}/citation"),
            "page": lambda r: self.ask(f"/records/{r}"),
            "source": self.read_source,
            "exports": lambda r: self.ask(f"/v1/records/{r}{self.suffix()}"),
            "search": lambda r: self.ask(f"/v1/search?q={self.choose.choice(['the', 'Kept'])}"),
            "resolve": lambda r: self.ask("/v1/resolve?quote=Kept as", one_record=False),
            "entities": lambda r: self.ask("/v1/entities"),
            "collections": lambda r: self.ask("/v1/collections"),
            "list": lambda r: self.walk("/v1/records?limit=9"),
            "dts": lambda r: self.ask(f"/dts/document?resource={r}"),
            "dts units": lambda r: self.ask(f"/dts/navigation?resource={r}&down=-1"),
            "oai": lambda r: self.harvest(),
            "corpus": lambda r: self.ask("/v1/export/records.ndjson", one_record=False),
            "start": lambda r: self.ask("/"),
        }

    def suffix(self) -> str:
        """One of the exports."""
        return self.choose.choice([".txt", ".tei.xml", ".ris", ".bib", ".csl.json", ".jsonld"])

    def run(self, stop: Event) -> None:
        """Ask until told to stop."""
        names = list(self.kinds)
        weights = [1 if name == "corpus" else 8 for name in names]
        with self.client:
            while not stop.is_set():
                kind = self.choose.choices(names, weights)[0]
                with self.report.lock:
                    self.report.asked[kind] += 1
                try:
                    self.kinds[kind](self.choose.choice(list(self.writing.texts)))
                except httpx.HTTPError as error:
                    self.report.fail(f"{kind}: {type(error).__name__}: {error}")
                except Exception as error:
                    self.report.fail(f"{kind}: {error!r}")

    def ask(self, path: str, *, one_record: bool = True) -> httpx.Response | None:
        """One answer, looked at; None where there is no such record at the moment."""
        headers = {}
        if self.choose.random() < 0.3 and (tag := self.tags.get((path, ""))):
            headers["if-none-match"] = tag
        response = self.client.get(path, headers=headers)
        with self.report.lock:
            self.report.statuses[response.status_code] += 1
        if response.status_code in (304, 404, 410):
            return None
        if response.status_code != 200:
            self.report.fail(f"{path}: {response.status_code} {response.text[:200]}")
            return None
        if etag := response.headers.get("etag"):
            self.check_tag(path, etag, response.content)
        self.check_marks(path, response.text, one_record=one_record and "search" not in path)
        return response

    def check_tag(self, path: str, etag: str, content: bytes) -> None:
        """An ETag stands for one body, and a body has one ETag."""
        body = hashlib.sha256(content).hexdigest()
        self.tags[path, ""] = etag
        if self.bodies.setdefault((path, etag), body) != body:
            self.report.fail(f"{path}: two bodies with the ETag {etag}")
        if self.tags.setdefault((path, body), etag) != etag:
            self.report.fail(f"{path}: one body with the ETags {etag}, {self.tags[path, body]}")

    def check_marks(self, path: str, text: str, *, one_record: bool) -> None:
        """Whatever is said of one record is said of one revision, and that was written."""
        seen: dict[str, set[int]] = {}
        for revision, record in MARK.findall(text):
            seen.setdefault(record, set()).add(int(revision))
        for record, revisions in seen.items():
            if len(revisions) > 1:
                self.report.fail(f"{path}: revisions {sorted(revisions)} of {record} are mixed")
            if max(revisions) > self.writing.revisions[record]:
                self.report.fail(f"{path}: revision {max(revisions)} of {record} was never written")
        if one_record and len(seen) > 1:
            self.report.fail(f"{path}: several records in one: {sorted(seen)}")

    def read_source(self, record: str) -> None:
        """The source is, byte for byte, one of those that were written."""
        response = self.ask(f"/v1/records/{record}.md")
        if response is None:
            return
        if hashlib.sha256(response.content).hexdigest() not in self.writing.written[record]:
            self.report.fail(f"{record}.md is none of those that were written")

    def walk(self, path: str) -> None:
        """All pages of a list; the corpus may change from one to the next."""
        following: str | None = path
        for _ in range(20):
            if following is None:
                return
            response = self.ask(following)
            if response is None:
                return
            following = response.json()["next"]

    def harvest(self) -> None:
        """All identifiers, then a page of records in each format."""
        for query in ("ListIdentifiers&metadataPrefix=oai_dc", "ListRecords&metadataPrefix=tei"):
            response = self.ask(f"/oai?verb={query}", one_record=False)
            for _ in range(20):
                if response is None:
                    break
                if "<error" in response.text:
                    self.report.fail(f"oai {query}: {response.text[-300:]}")
                token = re.search(r"<resumptionToken[^>]*>([^<]+)<", response.text)
                if token is None:
                    break
                verb = query.split("&")[0]
                response = self.ask(
                    f"/oai?verb={verb}&resumptionToken={token[1]}", one_record=False
                )


def _resident(pid: int) -> int:
    status = Path(f"/proc/{pid}/statm").read_text()
    return int(status.split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _keep_changing(writing: Writing, data: Path, report: Report, stop: Event) -> None:
    command = [sys.executable, "-m", "api", "load"]
    settings = {"OPIS_SEED_DIR": str(writing.folder), "OPIS_DATA_DIR": str(data)}
    while not stop.wait(PAUSE):
        writing.change()
        done = subprocess.run(
            command,
            cwd=SEED.parent,
            env={**os.environ, **settings},
            capture_output=True,
            text=True,
            check=False,
        )
        report.loads += 1
        if done.returncode:
            report.fail(
                f"a load ended with {done.returncode}: {(done.stdout + done.stderr)[-500:]}"
            )


def soak(folder: Path, seconds: float) -> Report:
    """Mixed traffic on a service whose seed keeps changing, for so long."""
    report, stop = Report(), Event()
    seed, data, port = folder / "seed", folder / "data", free_port()
    (seed / "records").mkdir(parents=True)
    writing = Writing(seed)
    with served(OPIS, seed, data, port) as (client, process):
        base = str(client.base_url)
        readers = [Reader(base, writing, report, number) for number in range(READERS)]
        threads = [Thread(target=reader.run, args=(stop,)) for reader in readers]
        threads.append(Thread(target=_keep_changing, args=(writing, data, report, stop)))
        start = time.monotonic()
        for thread in threads:
            thread.start()
        try:
            while time.monotonic() - start < seconds:
                if process.poll() is not None:
                    report.fail(f"the service ended with {process.returncode}")
                    break
                report.memory.append(_resident(process.pid))
                time.sleep(0.5)
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        report.seconds = time.monotonic() - start
    # A short run is all warm-up.
    if seconds >= 60 and report.growth() > GROWTH:
        report.fail(f"memory grew by {report.growth():.0%}")
    return report
