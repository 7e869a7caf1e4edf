"""PostgreSQL: several hosts on one database, a replica, and servers that die."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Thread

import httpx
import pytest
from sqlalchemy import create_engine, inspect, text

from api.settings import Settings
from api.store.engine import make_engine
from tests import postgres
from tests.conftest import SEED, MakeArchive, write_seed
from tests.postgres import Server, free_port
from tests.records import AUTHORITIES, LETTER, numbered
from tests.test_problems import problem
from tests.test_serving import OPIS, served

pytestmark = pytest.mark.postgres


@pytest.fixture
def database() -> Iterator[str]:
    url = postgres.server().create_database()
    yield url
    postgres.server().drop_database(url)


@pytest.fixture
def server() -> Iterator[Server]:
    """A server that may be killed."""
    started = Server()
    yield started
    started.remove()


@pytest.fixture
def pair(server: Server) -> Iterator[tuple[Server, Server]]:
    """A primary and a replica that streams from it, empty."""
    replica = Server(server)
    yield server, replica
    replica.remove()


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    folder = tmp_path / "seed"
    write_seed(folder, {"records/letter.md": LETTER, "authorities/all.yaml": AUTHORITIES})
    return folder


def load(seed: Path, data: Path, database: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "api", "load"],
        cwd=SEED.parent,
        env={
            **os.environ,
            "OPIS_SEED_DIR": str(seed),
            "OPIS_DATA_DIR": str(data),
            "OPIS_DATABASE_URL": database,
        },
        stderr=subprocess.PIPE,
    )


def eventually(happened: Callable[[], bool]) -> None:
    """Wait until it has; it must within half a minute."""
    end = time.monotonic() + 30
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.1)


def status(url: str) -> int:
    """What a URL answers with; 0 where nobody answers."""
    try:
        return httpx.get(url, timeout=10).status_code
    except httpx.TransportError:
        return 0


def either(primary: Server, replica: Server) -> str:
    """The URL that prefers the replica."""
    return (
        "postgresql+psycopg://opis@/postgres"
        f"?host=127.0.0.1:{replica.port}&host=127.0.0.1:{primary.port}"
        "&target_session_attrs=prefer-standby"
    )


def writer(*servers: Server) -> str:
    """The URL that leads to whichever takes writes."""
    hosts = "&".join(f"host=127.0.0.1:{server.port}" for server in servers)
    return f"postgresql+psycopg://opis@/postgres?{hosts}&target_session_attrs=read-write"


def finds(client: httpx.Client, word: str) -> bool:
    """Whether the word is found, in the generation that is being served."""
    answer = client.get("/v1/search", params={"q": word})
    return answer.status_code == 200 and answer.json()["total"] > 0


def test_every_text_is_in_the_order_of_its_code_points(database: str) -> None:
    engine = create_engine(database)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT 'a' < 'B'")).scalar_one()
        others = connection.execute(
            text(
                "SELECT table_name, column_name FROM information_schema.columns"
                " WHERE table_schema = 'public' AND table_name <> 'alembic_version'"
                " AND data_type IN ('text', 'character varying')"
                " AND collation_name IS DISTINCT FROM 'C'"
            )
        ).all()
        assert inspect(connection).get_table_names()
    engine.dispose()
    assert others == []


def test_tables_and_migrations_tell_one_story(database: str, tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "tests.check_migrations"],
        cwd=SEED.parent,
        env={**os.environ, "OPIS_DATABASE_URL": database, "OPIS_DATA_DIR": str(tmp_path)},
        check=True,
    )


def test_what_a_session_sees_is_of_one_generation(make_archive: MakeArchive) -> None:
    archive = make_archive({"records/a.md": numbered(1, "Before")})
    engine = make_engine(archive.settings)
    with engine.connect() as connection:
        read = text("SELECT generation, title FROM corpus, record")
        seen = connection.execute(read).one()
        write_seed(archive.settings.seed_dir, {"records/a.md": numbered(1, "After")})
        assert archive.reload().loaded == 1
        assert connection.execute(read).one() == seen
    engine.dispose()


def test_a_character_that_no_text_can_hold_is_the_client_s_error(make_archive: MakeArchive) -> None:
    archive = make_archive({"records/a.md": numbered(1)})
    problem(archive.client.get("/v1/records?q=%00"), 400, "bad-parameter")


def test_all_instances_see_what_one_host_loads(seed: Path, tmp_path: Path, database: str) -> None:
    with ExitStack() as stack:
        clients = [
            stack.enter_context(
                served(
                    OPIS,
                    seed,
                    tmp_path / name,
                    free_port(),
                    OPIS_DATABASE_URL=database,
                    OPIS_LOAD_ON_START=loads,
                )
            )[0]
            for name, loads in (("one", "true"), ("two", "false"))
        ]
        eventually(lambda: all(finds(client, "tractors") for client in clients))
        assert not any(finds(client, "ploughs") for client in clients)
        write_seed(seed, {"records/letter.md": LETTER.replace("tractors", "ploughs")})
        loading = load(seed, tmp_path / "three", database)
        loading.communicate()
        assert loading.returncode == 0
        # Nobody has searched yet: each host sees by itself that there is something to be indexed.
        folders = [tmp_path / name / "search" for name in ("one", "two")]
        eventually(lambda: all(any(folder.glob("2-*")) for folder in folders))
        eventually(lambda: all(finds(client, "ploughs") for client in clients))
        for client in clients:
            assert "ploughs" in client.get("/v1/records/letter").json()["summary"]


def test_hosts_that_load_at_once_make_one_generation(tmp_path: Path, database: str) -> None:
    seed = tmp_path / "seed"
    write_seed(seed, {f"records/r{i}.md": numbered(i) for i in range(20)})
    loads = [load(seed, tmp_path / f"data{i}", database) for i in range(3)]
    told = sorted(loading.communicate()[1].decode() for loading in loads)
    assert [loading.returncode for loading in loads] == [0, 0, 0]
    assert told[0].startswith("Loaded 20 records")
    assert all(line.startswith("Nothing has changed: 20 records stand") for line in told[1:])
    assert all("Generation 1," in line for line in told)


def test_reads_go_on_when_the_replica_dies(
    seed: Path, tmp_path: Path, pair: tuple[Server, Server]
) -> None:
    primary, replica = pair
    with served(
        OPIS,
        seed,
        tmp_path / "data",
        free_port(),
        OPIS_DATABASE_URL=primary.url("postgres"),
        OPIS_READ_DATABASE_URL=either(primary, replica),
        OPIS_CACHE_BYTES="0",
    ) as (client, _):
        readers = (
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        client.get("/v1/records/letter/paragraphs").raise_for_status()
        assert replica.ask(readers) > 0
        replica.kill()
        for _ in range(20):
            client.get("/v1/records/letter/paragraphs").raise_for_status()
        write_seed(seed, {"records/letter.md": LETTER.replace("tractors", "ploughs")})
        loading = load(seed, tmp_path / "data", primary.url("postgres"))
        loading.communicate()
        assert loading.returncode == 0
        eventually(lambda: finds(client, "ploughs"))


def test_reads_go_on_when_the_primary_dies(
    seed: Path, tmp_path: Path, pair: tuple[Server, Server]
) -> None:
    primary, replica = pair
    settings = {
        "OPIS_DATABASE_URL": primary.url("postgres"),
        "OPIS_READ_DATABASE_URL": either(primary, replica),
        "OPIS_CACHE_BYTES": "0",
    }
    with served(OPIS, seed, tmp_path / "data", free_port(), **settings) as (client, _):
        eventually(lambda: finds(client, "tractors"))
        primary.kill()
        for _ in range(20):
            client.get("/v1/records/letter/paragraphs").raise_for_status()
        assert client.get("/readyz").status_code == 200
    # Started anew, it serves what the replica holds, though nothing can be loaded.
    with served(OPIS, seed, tmp_path / "other", free_port(), **settings) as (client, _):
        eventually(lambda: finds(client, "tractors"))


def test_loads_follow_a_promotion(seed: Path, tmp_path: Path, pair: tuple[Server, Server]) -> None:
    primary, replica = pair
    settings = {
        "OPIS_DATABASE_URL": writer(primary, replica),
        "OPIS_READ_DATABASE_URL": either(primary, replica),
    }
    with served(OPIS, seed, tmp_path / "data", free_port(), **settings) as (client, _):
        eventually(lambda: finds(client, "tractors"))
        primary.kill()
        replica.promote()
        write_seed(seed, {"records/letter.md": LETTER.replace("tractors", "ploughs")})
        loading = load(seed, tmp_path / "other", settings["OPIS_DATABASE_URL"])
        told = loading.communicate()[1].decode()
        assert loading.returncode == 0, told
        eventually(lambda: finds(client, "ploughs"))
        assert "ploughs" in client.get("/v1/records/letter").json()["summary"]


def test_nothing_of_a_load_that_a_promotion_lost_is_served(
    seed: Path, tmp_path: Path, pair: tuple[Server, Server]
) -> None:
    primary, replica = pair
    url = writer(primary, replica)

    def say(word: str) -> None:
        write_seed(seed, {"records/letter.md": LETTER.replace("tractors", word)})
        loading = load(seed, tmp_path / "loader", url)
        loading.communicate()
        assert loading.returncode == 0

    say("tractors")
    last = primary.ask("SELECT pg_current_wal_lsn()::text")
    eventually(lambda: replica.ask(f"SELECT pg_last_wal_replay_lsn() >= '{last}'"))
    replica.kill()
    settings = {"OPIS_DATABASE_URL": url, "OPIS_LOAD_ON_START": "false"}
    with served(OPIS, seed, tmp_path / "data", free_port(), **settings) as (client, _):
        say("ploughs")
        eventually(lambda: finds(client, "ploughs"))
        assert "ploughs" in client.get("/v1/records/letter").json()["summary"]
        assert client.get("/v1").json()["generation"] == 2
        primary.kill()
        replica.start()
        replica.promote()
        # The next load takes the number of the one that was lost.
        say("scythes")
        eventually(lambda: finds(client, "scythes"))
        assert "scythes" in client.get("/v1/records/letter").json()["summary"]
        assert client.get("/v1").json()["generation"] == 2
        assert not finds(client, "ploughs")


def test_a_query_that_loses_its_server_is_asked_again(make_archive: MakeArchive) -> None:
    archive = make_archive({"records/a.md": numbered(1)})
    lose_each_connection_once(archive.app.state.engine)
    archive.get("/v1/records/a/paragraphs")


def lose_each_connection_once(engine: object) -> None:
    """Have the server end a connection in the middle of the next session."""
    from sqlalchemy import event

    lost: list[int] = []

    @event.listens_for(engine, "after_cursor_execute")
    def lose(connection, cursor, statement, *_):  # type: ignore[no-untyped-def]
        if "corpus.digest" in statement and not lost:
            pid = connection.connection.dbapi_connection.info.backend_pid
            lost.append(pid)
            postgres.server().ask(f"SELECT pg_terminate_backend({pid}, 5000)")


def test_without_a_database_answers_are_503_and_come_back_with_it(
    seed: Path, tmp_path: Path, server: Server
) -> None:
    with served(
        OPIS,
        seed,
        tmp_path / "data",
        free_port(),
        OPIS_DATABASE_URL=server.url("postgres"),
        OPIS_CACHE_BYTES="0",
    ) as (client, _):
        server.kill()
        response = client.get("/v1/records/letter")
        assert "cannot be reached" in problem(response, 503, "not-ready")["detail"]
        assert response.headers["retry-after"]
        problem(client.get("/readyz"), 503, "not-ready")
        assert client.get("/healthz").status_code == 200
        server.start()
        eventually(lambda: client.get("/v1/records/letter").status_code == 200)
        assert client.get("/readyz").status_code == 200


def test_a_service_that_starts_before_its_database_loads_when_it_comes(
    seed: Path, tmp_path: Path, server: Server
) -> None:
    server.kill()
    port = free_port()
    told: list[int] = []

    def start_server() -> None:
        eventually(lambda: status(f"http://127.0.0.1:{port}/healthz") == 200)
        told.append(status(f"http://127.0.0.1:{port}/readyz"))
        server.start()

    starting = Thread(target=start_server)
    starting.start()
    database = server.url("postgres")
    with served(OPIS, seed, tmp_path / "data", port, OPIS_DATABASE_URL=database) as (client, _):
        assert client.get("/v1/records/letter").status_code == 200
    starting.join()
    assert told == [503]


def test_an_answer_is_not_made_from_a_server_that_is_behind(make_archive: MakeArchive) -> None:
    archive = make_archive({"records/a.md": numbered(1)})
    watch = archive.app.state.generation
    assert not watch.has_passed(archive.report.generation)
    watch._closed.set()
    watch._generation = (archive.report.generation or 0) + 1, "later"
    problem(archive.client.get("/v1/records/a"), 503, "not-ready")


def test_settings_say_what_is_read_and_what_is_written() -> None:
    settings = Settings(database_url="postgresql+psycopg://a/b")
    assert settings.read_database == settings.database
    settings = Settings(database_url="postgresql+psycopg://a/b", read_database_url="c")
    assert (settings.database, settings.read_database) == ("postgresql+psycopg://a/b", "c")
