"""One function for each line of the table: it yields what it measured, part by part."""

from __future__ import annotations

import json
import math
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote as percent

from tests.benchmarks import serving
from tests.benchmarks.budgets import GROWING, SHAPES, Measured
from tests.benchmarks.corpus import FIRST, PARAGRAPHS, WORDS, Corpora, Loaded, people
from tests.benchmarks.load import Client, Load, encode_get, put_load
from tests.benchmarks.peers import Alone, index_of, make_fts5, make_rows, search_alone
from tests.benchmarks.serving import ROOT, SERVER_CORE, Server, environment, pin
from tests.benchmarks.statistics import median, quantile
from tests.corpora import vocabulary

T = TypeVar("T")
Found = Iterator[tuple[str, Measured]]

RESOLVED_WORDS = 12


@dataclass
class Bench:
    """One run: its archives, its servers while they are needed, how long it may look."""

    corpora: Corpora
    sizes: tuple[int, ...]
    quick: bool = False
    enough: float = math.inf
    """When to be content with the turns that have been taken."""
    stack: ExitStack = field(default_factory=ExitStack)
    curves: dict[str, dict[int, float]] = field(default_factory=dict)
    """What was measured at several sizes: by name, by size."""
    remarks: dict[str, float] = field(default_factory=dict)
    """What is worth knowing and has no budget."""

    @property
    def rounds(self) -> int:
        """How often variants take turns."""
        return 2 if self.quick else 3

    @property
    def seconds(self) -> int:
        """How long load is put on in each turn."""
        return 1 if self.quick else 2

    @property
    def questions(self) -> int:
        """How many different questions of one kind."""
        return 60 if self.quick else 150

    @property
    def archive(self) -> Loaded:
        """The largest one of this run."""
        return self.corpora.get(self.sizes[-1])

    def random(self, purpose: str) -> random.Random:
        """The same choices in every run."""
        return random.Random(f"bench {purpose}")

    def turns(self, variants: Mapping[str, Callable[[], T]]) -> dict[str, list[T]]:
        """Every variant in each round, so that noise hits all of them; once where time is short."""
        found: dict[str, list[T]] = {name: [] for name in variants}
        for turn in range(self.rounds):
            if turn and time.perf_counter() > self.enough:
                break
            for name, ask in variants.items():
                found[name].append(ask())
        return found

    def opis(self, archive: Loaded, *, cached: bool = True) -> Server:
        """The service on an archive, until the line has been measured."""
        return self.stack.enter_context(
            serving.serve_opis(archive.seed, archive.data, cached=cached)
        )

    def client(self, server: Server) -> Client:
        """A connection, until the line has been measured."""
        return self.stack.enter_context(Client(server.port))

    @cached_property
    def paths(self) -> dict[str, str]:
        """Of each shape, where one is that stands in the middle of the archive."""
        record = FIRST + self.archive.records // 2
        return {
            "paragraph": f"/v1/records/{record}/paragraphs/7",
            "record": f"/v1/records/{record}?include=paragraphs",
            "page": f"/v1/records/{record}/paragraphs?limit=20",
            "description": f"/v1/records/{record}",
        }

    def bodies(self, opis: Server) -> Path:
        """A folder with what the service answers for each shape."""
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        client = self.client(opis)
        for shape, path in self.paths.items():
            (folder / shape).write_bytes(client.get(path))
        folder.chmod(0o755)
        return folder

    def note(self, curve: str, size: int, value: float) -> None:
        """A point of a curve."""
        self.curves.setdefault(curve, {})[size] = value


@dataclass(frozen=True, slots=True)
class Answered:
    """What a load came to, and the seconds of processor time that the server had for it."""

    load: Load
    seconds: float


def _rate(found: Sequence[Answered]) -> float:
    """Answers for a second of the server's processor time: what a core of its own would give."""
    return median(one.load.count / one.seconds for one in found)


def _compare(
    bench: Bench, key: str, ours: Sequence[Answered], theirs: Sequence[Answered]
) -> tuple[str, Measured]:
    clock = [median(one.load.rate for one in found) for found in (ours, theirs)]
    bench.remarks[f"{key} by the clock"] = clock[0] / clock[1]
    return key, Measured(_rate(ours), bench.archive.size, _rate(theirs))


# Answering


def measure_cached(bench: Bench) -> Found:
    """Cached answers against the same bytes from a bare function; nginx for the limit."""
    opis = bench.opis(bench.archive)
    bodies = bench.bodies(opis)
    servers = {"bare": bench.stack.enter_context(serving.serve_bare(bodies))}
    if serving.nginx():
        servers["nginx"] = bench.stack.enter_context(serving.serve_nginx(bodies))
    for shape in SHAPES:
        variants = {name: _loader(bench, server, f"/{shape}") for name, server in servers.items()}
        variants["opis"] = _loader(bench, opis, bench.paths[shape])
        loads = bench.turns(variants)
        if "nginx" in loads:
            bench.remarks[f"nginx, {shape}, × bare"] = _rate(loads["nginx"]) / _rate(loads["bare"])
        yield _compare(bench, f"cached.{shape}.bare", loads["opis"], loads["bare"])


def measure_not_modified(bench: Bench) -> Found:
    """304 against the bare function's 200."""
    opis = bench.opis(bench.archive)
    bare = bench.stack.enter_context(serving.serve_bare(bench.bodies(opis)))
    path = bench.paths["paragraph"]
    headers = {"If-None-Match": _etag(opis, path)}
    loads = bench.turns(
        {
            "opis": _loader(bench, opis, path, headers=headers),
            "bare": _loader(bench, bare, "/paragraph"),
        }
    )
    yield _compare(bench, "not-modified.paragraph.bare", loads["opis"], loads["bare"])


def _loader(
    bench: Bench,
    server: Server,
    path: str,
    connections: int = 16,
    headers: Mapping[str, str] | None = None,
) -> Callable[[], Answered]:
    bench.client(server).get(path)  # must be 200: load generators take redirects as well
    seconds = bench.seconds if connections > 1 else 1

    def ask() -> Answered:
        before = serving.cpu_time(server.process.pid)
        load = put_load(server.url(path), connections, seconds, headers)
        return Answered(load, serving.cpu_time(server.process.pid) - before)

    return ask


def _etag(server: Server, path: str) -> str:
    import httpx

    return str(httpx.get(server.url(path)).headers["etag"])


def measure_uncached_paragraph(bench: Bench) -> Found:
    """A paragraph without the cache."""
    yield from _measure_uncached(bench, ("paragraph",))


def measure_uncached_record(bench: Bench) -> Found:
    """A record and a page without the cache; the record without its text has no budget."""
    for key, measured in _measure_uncached(bench, ("record", "page", "description")):
        if "description" not in key:
            yield key, measured
        elif measured.yardstick:
            bench.remarks[key] = measured.value / measured.yardstick


def _measure_uncached(bench: Bench, shapes: Sequence[str]) -> Found:
    archive = bench.archive
    opis = bench.opis(archive, cached=False)
    servers = {
        "opis": opis,
        "bare": bench.stack.enter_context(serving.serve_bare(bench.bodies(opis))),
    }
    missing = not serving.DATASETTE.exists()
    if not missing:
        rows = make_rows(archive)
        servers["Datasette"] = bench.stack.enter_context(serving.serve_datasette(rows))
    record = FIRST + archive.records // 2
    theirs = {
        "paragraph": f"/rows/paragraphs/{record},7.json",
        "record": f"/rows/texts.json?id={record}&_nocount=1&_shape=array",
        "description": f"/rows/records/{record}.json",
        "page": f"/rows/paragraphs.json?record_id={record}&_size=20&_nocount=1&_shape=array",
    }
    for shape in shapes:
        paths = {"opis": bench.paths[shape], "bare": f"/{shape}", "Datasette": theirs[shape]}
        loads = bench.turns(
            {name: _loader(bench, server, paths[name]) for name, server in servers.items()}
        )
        ours = loads.pop("opis")
        for name, found in loads.items():
            yield _compare(bench, f"uncached.{shape}.{name}", ours, found)
    if missing:
        raise RuntimeError("Datasette is not installed in .venv-bench; `make bench` does that")


def measure_one_connection(bench: Bench) -> Found:
    """The slowest answers where nobody else asks."""
    opis = bench.opis(bench.archive, cached=False)
    bare = bench.stack.enter_context(serving.serve_bare(bench.bodies(opis)))
    for shape in SHAPES:
        loads = bench.turns(
            {
                "opis": _loader(bench, opis, bench.paths[shape], 1),
                "bare": _loader(bench, bare, f"/{shape}", 1),
            }
        )
        ours, theirs = (median(one.load.p99 for one in loads[name]) for name in ("opis", "bare"))
        yield f"one.{shape}", Measured(ours, bench.archive.size, theirs)


def measure_while_searching(bench: Bench) -> Found:
    """Cached reads beside searches that each read much of the index."""
    opis = bench.opis(bench.archive)
    url = opis.url(bench.paths["paragraph"])
    bench.client(opis).get(bench.paths["paragraph"])
    # What is left out is nowhere: it only makes every question a new one.
    searches = [
        encode_get(opis.url(f"/v1/search?q={word}%20-zzqx{number}")).decode()
        for number in range(4_000)
        for word in vocabulary(WORDS)[:10]
    ]
    p99s, rates = [], []
    for turn in range(bench.rounds):
        mine = searches[turn :: bench.rounds]
        seconds = bench.seconds + 1
        searching = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.load", "4", str(seconds + 1)],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert searching.stdin is not None
            searching.stdin.write(json.dumps(mine))
            searching.stdin.close()
            time.sleep(1)
            p99s.append(put_load(url, 16, seconds).p99)
            assert searching.stdout is not None
            rates.append(json.loads(searching.stdout.read())["rate"])
        finally:
            searching.kill()
            searching.wait()
    note = f"{median(rates):.0f} searches/s beside"
    yield "while-searching", Measured(median(p99s), bench.archive.size, note=note)


# Finding


def words_to_find(bench: Bench, purpose: str, count: int) -> list[str]:
    """Words of every frequency: each tenfold of rank is as likely as the next."""
    words, choose = vocabulary(WORDS), bench.random(purpose)
    return [words[int(len(words) ** choose.random()) - 1] for _ in range(count)]


def prefixes_to_find(bench: Bench) -> list[str]:
    """The beginnings of words: three to six letters."""
    choose = bench.random("prefixes")
    long = [word for word in words_to_find(bench, "prefixes", 9_000) if len(word) >= 3]
    return [f"{word[: choose.randint(3, 6)]}*" for word in long[: bench.questions]]


def texts_to_find(bench: Bench, archive: Loaded, purpose: str, count: int) -> list[str]:
    """Texts of paragraphs from anywhere in the archive, cut into words by white space alone."""
    choose = bench.random(purpose)
    server = bench.opis(archive)
    client = bench.client(server)
    texts: list[str] = []
    while len(texts) < count:
        record = FIRST + choose.randrange(archive.records)
        number = choose.randint(1, PARAGRAPHS - 2)
        text = json.loads(client.get(f"/v1/records/{record}/paragraphs/{number}"))["text"]
        if len(text.split()) > 30:
            texts.append(text)
    return texts


def phrases_to_find(bench: Bench, archive: Loaded) -> list[str]:
    """Two words as they stand somewhere, every fifth of them common ones."""
    choose = bench.random("phrase words")
    phrases = []
    for text in texts_to_find(bench, archive, "phrases", bench.questions):
        words = text.lower().split()
        pairs = [
            (one, other) for one, other in pairwise(words) if one.isalpha() and other.isalpha()
        ]
        phrases.append(f'"{" ".join(choose.choice(pairs))}"')
    common = vocabulary(WORDS)[:30]
    phrases[::5] = [f'"{choose.choice(common)} {choose.choice(common)}"' for _ in phrases[::5]]
    return phrases


def quotations(bench: Bench, archive: Loaded, count: int) -> list[str]:
    """Twelve words in a row."""
    choose = bench.random("quotations")
    found = []
    for text in texts_to_find(bench, archive, "quotations", count):
        words = text.split()
        at = choose.randrange(len(words) - RESOLVED_WORDS)
        found.append(" ".join(words[at : at + RESOLVED_WORDS]))
    return found


def _search_paths(queries: Sequence[str]) -> list[str]:
    return [f"/v1/search?q={percent(query)}" for query in queries]


def _against(
    bench: Bench, client: Client, alone: Alone, queries: Sequence[str]
) -> tuple[float, float]:
    """The p99 over HTTP and that of the engine alone, in turns; the first turn only warms up."""
    paths = _search_paths(queries)
    client.time(paths[:20])
    alone.time(queries[:20])
    times = bench.turns({"http": lambda: client.time(paths), "alone": lambda: alone.time(queries)})
    http, engine = (median(quantile(turn, 0.99) for turn in times[name]) for name in times)
    return http, engine


def measure_search(bench: Bench) -> Found:
    """Words, pairs of words and prefixes of every frequency."""
    pairs = [
        f"{one} {other}"
        for one, other in zip(
            words_to_find(bench, "first", bench.questions),
            words_to_find(bench, "second", bench.questions),
            strict=True,
        )
    ]
    yield from _measure_searches(
        bench,
        {
            "word": words_to_find(bench, "words", bench.questions),
            "two-words": pairs,
            "prefix": prefixes_to_find(bench),
        },
    )


def measure_phrase(bench: Bench) -> Found:
    """Phrases of two words."""
    yield from _measure_searches(bench, {"phrase": phrases_to_find(bench, bench.archive)})


def _measure_searches(bench: Bench, kinds: Mapping[str, Sequence[str]]) -> Found:
    for size in bench.sizes:
        archive = bench.corpora.get(size)
        with search_alone("tantivy", index_of(archive)) as alone, ExitStack() as stack:
            server = stack.enter_context(
                serving.serve_opis(archive.seed, archive.data, cached=False)
            )
            client = stack.enter_context(Client(server.port))
            for kind, queries in kinds.items():
                if size == bench.sizes[-1]:
                    http, engine = _against(bench, client, alone, queries)
                    yield f"search.{kind}", Measured(http, size, engine)
                else:
                    paths = _search_paths(queries)
                    client.time(paths[:20])
                    http = quantile(client.time(paths), 0.99)
                bench.note(f"{kind.replace('-', ' ')}, p99", size, http)


def measure_fts5(bench: Bench) -> Found:
    """The commonest words, over HTTP and in FTS5."""
    archive = bench.archive
    client = bench.client(bench.opis(archive, cached=False))
    passages = archive.size * (PARAGRAPHS - 1) // PARAGRAPHS
    common: list[str] = []
    for word in vocabulary(WORDS)[:60:2]:
        total = json.loads(client.get(f"/v1/search?q={word}&limit=1"))["total"]
        if total > 0.08 * passages and len(common) < 10:
            common.append(word)
    with search_alone("fts5", make_fts5(archive)) as alone:
        paths = _search_paths(common)
        times = bench.turns(
            {"http": lambda: sum(client.time(paths)), "fts5": lambda: sum(alone.time(common))}
        )
    ours, theirs = (median(times[name]) / len(common) for name in ("http", "fts5"))
    yield "fts5", Measured(ours, archive.size, theirs, f"{len(common)} words")


def measure_resolve(bench: Bench) -> Found:
    """Quotations one by one and a hundred at once."""
    for size in bench.sizes:
        archive = bench.corpora.get(size)
        quotes = quotations(bench, archive, max(bench.questions, 100))
        client = bench.client(bench.opis(archive, cached=False))
        paths = [f"/v1/resolve?quote={percent(one)}" for one in quotes]
        client.time(paths[:20])
        last = size == bench.sizes[-1]
        turns = [client.time(paths) for _ in range(bench.rounds if last else 1)]
        p99 = median(quantile(turn, 0.99) for turn in turns)
        bench.note("resolve 12 words, p99", size, p99)
        if last:
            yield "resolve.one", Measured(p99, size)
            hundred = []
            for _ in range(bench.rounds):
                started = time.perf_counter()
                client.post("/v1/resolve", {"quotes": quotes[:100]})
                hundred.append(time.perf_counter() - started)
            yield "resolve.hundred", Measured(median(hundred), size)


# Loading

_AFRESH = 100_000
"""Larger archives take minutes to load: what was measured when they were stands."""


def measure_load(bench: Bench) -> Found:
    """Every archive of the run into an empty folder; the largest one counts."""
    for size in bench.sizes:
        archive = bench.corpora.get(size, afresh=size <= _AFRESH)
        rate = size / archive.seconds
        bench.note("rate", size, rate)
        bench.note("load", size, archive.memory)
    note = "" if size <= _AFRESH else f"loaded on {archive.day}"
    yield "load.rate", Measured(rate, size, note=note)
    yield "load.memory", Measured(archive.memory, size)
    if len(bench.sizes) > 1:
        tenth = bench.corpora.get(bench.sizes[-2])
        yield "load.flat", Measured(archive.memory, size, tenth.memory)


_RELOAD = """
import sys
from pathlib import Path
from api.loading.corpus import load_corpus
from api.machine import collect_rarely
from api.settings import Settings

collect_rarely()
settings, file = Settings(), Path(sys.argv[1])
load_corpus(settings)
for turn in range(int(sys.argv[2])):
    text = file.read_text()
    file.write_text(text.rstrip("\\n") + " And so it was.\\n")
    report = load_corpus(settings)
    assert report.loaded == 1, report
    print(report.seconds)
"""


def measure_reload(bench: Bench) -> Found:
    """One of many records changed, several times over."""
    records = 1_000 if bench.quick else 30_000
    archive = bench.corpora.get(records * 3, paragraphs=3)
    file = archive.seed / "records" / f"{FIRST + records // 2}.md"
    before = file.read_bytes()
    try:
        done = subprocess.run(
            [sys.executable, "-c", _RELOAD, str(file), "5"],
            cwd=ROOT,
            env=environment(OPIS_SEED_DIR=archive.seed, OPIS_DATA_DIR=archive.data),
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=lambda: pin(*serving.CORES),
        )
    finally:
        file.write_bytes(before)
    if done.returncode:
        raise RuntimeError(done.stderr[-500:])
    seconds = [float(line) for line in done.stdout.split()]
    yield "reload", Measured(median(seconds), archive.size, note=f"{records:,} records")


# Starting, memory, growth


def measure_start(bench: Bench) -> Found:
    """From the command to the first answer, and Python importing what it stands on."""
    archive = bench.corpora.get(bench.sizes[0])
    times = bench.turns(
        {"start": lambda: _time_start(archive), "import": _time_import}
        | ({} if bench.quick else {"again": lambda: _time_start(archive), "too": _time_import})
    )
    start = median(times["start"] + times.get("again", []))
    imported = median(times["import"] + times.get("too", []))
    yield "start", Measured(start, archive.size, imported)


def _time_import() -> float:
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", "import fastapi, sqlmodel, uvicorn"],
        cwd=ROOT,
        env=environment(),
        check=True,
        preexec_fn=lambda: pin(SERVER_CORE),
    )
    return time.perf_counter() - started


def _time_start(archive: Loaded) -> float:
    port = serving.free_port()
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "api", "serve"],
        cwd=ROOT,
        env=environment(OPIS_SEED_DIR=archive.seed, OPIS_DATA_DIR=archive.data, OPIS_PORT=port),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: pin(SERVER_CORE),
    )
    try:
        while time.perf_counter() - started < 60:
            try:
                with Client(port) as client:
                    client.get("/v1")
                return time.perf_counter() - started
            except (OSError, RuntimeError):
                time.sleep(0.002)
        raise TimeoutError("no answer within a minute")
    finally:
        serving.end(process)


def measure_memory(bench: Bench) -> Found:
    """What one worker keeps after it has been asked for all sorts of things."""
    for size in bench.sizes:
        archive = bench.corpora.get(size)
        choose = bench.random("memory")
        paths = []
        for _ in range(1_000):
            record, number = FIRST + choose.randrange(archive.records), choose.randint(1, 20)
            paths.append(f"/v1/records/{record}/paragraphs/{number}")
        paths += _search_paths(words_to_find(bench, "memory", 100))
        quotes = quotations(bench, archive, 50)
        paths += [f"/v1/resolve?quote={percent(one)}" for one in quotes]
        server = bench.opis(archive)
        bench.client(server).time(paths)
        taken = serving.resident(server.process.pid, archive.folder)
        bench.note("worker", size, taken)
    yield "memory", Measured(taken, size)


def measure_growth(bench: Bench) -> Found:
    """Processor time for an answer at every size, sizes in turns."""
    clients: dict[int, tuple[Server, Client]] = {}
    asked: dict[int, dict[str, list[str]]] = {}
    for size in bench.sizes:
        archive = bench.corpora.get(size)
        server = bench.opis(archive, cached=False)
        clients[size] = server, bench.client(server)
        asked[size] = _paths_that_grow(bench, clients[size][1], archive)
    for size, (_, client) in clients.items():
        for paths in asked[size].values():
            client.time(paths[:5])
    for key, what in GROWING.items():
        costs: dict[int, list[float]] = {size: [] for size in bench.sizes}
        for _ in range(2 * bench.rounds):
            for size, (server, client) in clients.items():
                costs[size].append(_cost(server, client, asked[size][key]))
        for size, found in costs.items():
            bench.note(what, size, median(found))
        first, last = bench.sizes[0], bench.sizes[-1]
        yield (
            f"growth.{key}",
            Measured(median(costs[last]), last, median(costs[first])),
        )


def _cost(server: Server, client: Client, paths: Sequence[str]) -> float:
    """Microseconds of processor time for an answer; what is slow is asked for less often."""
    before, until = serving.cpu_time(server.process.pid), time.perf_counter() + 0.3
    asked = 0
    for path in paths:
        client.get(path)
        asked += 1
        if time.perf_counter() > until:
            break
    return (serving.cpu_time(server.process.pid) - before) / asked * 1e6


def _paths_that_grow(bench: Bench, client: Client, archive: Loaded) -> dict[str, list[str]]:
    """For everything whose cost might follow the size, what to ask."""
    choose = bench.random("growth")
    count = 40 if bench.quick else 60
    numbers = [FIRST + choose.randrange(archive.records) for _ in range(count)]
    records = [f"/v1/records/{number}" for number in numbers]
    ids = []
    for path in records:
        items = json.loads(client.get(f"{path}/paragraphs?fields=id"))["items"]
        ids.append(f"{path}/paragraphs/{choose.choice(items)['id']}")
    entities = [
        item["id"]
        for item in json.loads(client.get("/v1/entities?limit=1000&kind=person"))["items"]
    ]
    given, surname = people()[0].lower().split()
    entity = f"/v1/entities/{surname}-{given}"
    collection = f"/v1/collections/{_top_collection(client)}"
    return {
        "paragraph-by-number": [f"{path}/paragraphs/{choose.randint(1, 20)}" for path in records],
        "paragraph-by-id": ids,
        "record": records,
        "paragraphs": [f"{path}/paragraphs?limit=20" for path in records],
        "records-first": ["/v1/records?limit=20"] * count,
        "records-last": [_last_page(client, "/v1/records")] * count,
        "entity": [f"/v1/entities/{choose.choice(entities)}" for _ in range(count)],
        "entities-last": [_last_page(client, "/v1/entities")] * count,
        "mentions-first": [f"{entity}/mentions?limit=20"] * count,
        "mentions-last": [_last_page(client, f"{entity}/mentions")] * count,
        # As many children and records as the smallest archive's has.
        "collection": [f"{collection}?limit=5"] * count,
        "collection-last": [_last_page(client, f"{collection}/records", 10)] * count,
    }


def _top_collection(client: Client) -> str:
    found: str = json.loads(client.get("/v1/collections"))["items"][0]["id"]
    return found


def _last_page(client: Client, path: str, limit: int = 20) -> str:
    """A full page as near the end of a list as can be."""
    at = f"{path}?limit={limit}"
    following: str | None = f"{path}?limit=1000"
    while following:
        page = json.loads(client.get(following))
        if len(page["items"]) >= limit and "cursor=" in following:
            at = following.replace("limit=1000", f"limit={limit}")
        following = page["next"] and "/" + page["next"].split("/", 3)[3]
    return at


MEASURES: dict[str, Callable[[Bench], Found]] = {
    "load": measure_load,
    "cached": measure_cached,
    "not-modified": measure_not_modified,
    "uncached-paragraph": measure_uncached_paragraph,
    "uncached-record": measure_uncached_record,
    "one-connection": measure_one_connection,
    "while-searching": measure_while_searching,
    "search": measure_search,
    "fts5": measure_fts5,
    "phrase": measure_phrase,
    "resolve": measure_resolve,
    "start": measure_start,
    "memory": measure_memory,
    "growth": measure_growth,
    "reload": measure_reload,
}
"""In the order in which they are measured: loading first, which the others stand on."""
