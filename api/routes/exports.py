"""The whole corpus to take away, as files with their hashes."""

from __future__ import annotations

import base64
import hashlib
import logging
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock, Thread
from typing import IO, Annotated, NamedTuple

import anyio.to_thread
import orjson
from fastapi import APIRouter, Request, Response
from fastapi import Path as InPath
from sqlalchemy import Engine
from sqlmodel import Session
from starlette.types import Receive, Scope, Send

from api.errors import NotFound, NotReady
from api.queries.corpus import find_corpus
from api.representations.corpus_files import write_database, write_ndjson
from api.representations.urls import Urls
from api.routes.answers import headers
from api.routes.dependencies import UrlsDep, reading
from api.settings import Settings
from api.store.engine import open_session

router = APIRouter(prefix="/v1/export", tags=["export"])
log = logging.getLogger("opis")

_CHUNK = 256 * 1024
_PATIENCE = 20.0
"""Seconds that a request waits for a file being made before it answers 503."""
_TRIES = 4
"""Generations that may come one after the other while a file of the newest is asked for."""
_BEING_MADE = "The file is being made; ask again."


@dataclass(frozen=True, slots=True)
class CorpusFile:
    """A file made of one generation, with its SHA-256 and size."""

    path: Path
    sha256: str
    size: int


class OpenedFile(NamedTuple):
    """The same, opened, and when its generation was loaded."""

    file: CorpusFile
    loaded_at: str
    content: IO[bytes]


class Exports:
    """Makes each file once for each generation, beside whatever else is going on."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self._settings = settings
        self._engine = engine
        self._lock = Lock()
        self._made: dict[Path, Event] = {}

    def find(self, name: str, generation: int, digest: str) -> CorpusFile:
        """The file of a generation; NotReady where making it takes long.

        FileNotFoundError where it was not made, because there is a later generation by now.
        """
        folder = self._folder(generation, digest)
        if (found := _read(folder / name)) is not None:
            return found
        with self._lock:
            made = self._made.get(folder / name)
            if made is None:
                made = self._made[folder / name] = Event()
                Thread(target=self._make, args=(folder / name, made), daemon=True).start()
        if not made.wait(_PATIENCE):
            raise NotReady(_BEING_MADE)
        if (found := _read(folder / name)) is None:
            raise FileNotFoundError(folder / name)
        return found

    def _folder(self, generation: int, digest: str) -> Path:
        # Links in the file stand on the configured base; without one they have no host.
        base = hashlib.sha256(f"{digest} {self._settings.base}".encode()).hexdigest()[:16]
        return self._settings.data_dir / "exports" / f"{generation}-{base}"

    def _make(self, path: Path, made: Event) -> None:
        try:
            with open_session(self._engine) as session:
                corpus = find_corpus(session)
                if self._folder(corpus.generation, corpus.digest) != path.parent:
                    return
                path.parent.mkdir(parents=True, exist_ok=True)
                work = path.with_name(f".{path.name}.{os.getpid()}")
                work.unlink(missing_ok=True)
                _WRITERS[path.name](session, work, Urls(self._settings.base or ""))
                with work.open("rb") as file:
                    sha256 = hashlib.file_digest(file, "sha256").hexdigest()
                _describe(path, sha256, work.stat().st_size)
                os.replace(work, path)
                _remove_others(path.parent)
        except Exception:
            log.exception("%s could not be made", path.name)
        finally:
            with self._lock:
                self._made.pop(path, None)
            made.set()


def _write_database(session: Session, path: Path, _: Urls) -> None:
    write_database(session, path)


_WRITERS: dict[str, Callable[[Session, Path, Urls], None]] = {
    "records.ndjson": write_ndjson,
    "opis.sqlite": _write_database,
}


def _describe(path: Path, sha256: str, size: int) -> None:
    note = path.with_name(f".{path.name}.json.{os.getpid()}")
    note.write_bytes(orjson.dumps({"sha256": sha256, "size": size}))
    os.replace(note, path.with_name(f"{path.name}.json"))


def _read(path: Path) -> CorpusFile | None:
    try:
        note = orjson.loads(path.with_name(f"{path.name}.json").read_bytes())
        if path.stat().st_size != note["size"]:
            return None
    except FileNotFoundError:
        return None
    return CorpusFile(path, note["sha256"], note["size"])


def _remove_others(folder: Path) -> None:
    """The files of earlier generations; whoever is still reading one keeps it open."""
    for other in folder.parent.iterdir():
        if other != folder and other.is_dir():
            shutil.rmtree(other, ignore_errors=True)


class FileStream(Response):
    """A file, sent as it is read; with HEAD it is not read at all."""

    def __init__(self, opened: OpenedFile, media_type: str, fields: dict[str, str]) -> None:
        super().__init__(media_type=media_type, headers=fields)
        self.headers["content-length"] = str(opened.file.size)
        self.content = opened.content

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        with self.content:
            start = {"status": self.status_code, "headers": self.raw_headers}
            await send({"type": "http.response.start", **start})
            # A body in parts is passed on as it comes, by every layer.
            await send({"type": "http.response.body", "body": b"", "more_body": True})
            if scope.get("asked_by", scope["method"]) != "HEAD":
                while chunk := await anyio.to_thread.run_sync(self.content.read, _CHUNK):
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})


@router.get("/records.ndjson", operation_id="exportRecords", response_class=Response)
def read_records_file(request: Request, urls: UrlsDep) -> Response:
    """Every record, whole, one JSON object to a line.

    `Repr-Digest` and `ETag` carry its SHA-256. Links have a host where the service has a public
    address.
    """
    return _answer(request, urls, "records.ndjson", "application/x-ndjson")


@router.get("/opis.sqlite", operation_id="exportDatabase", response_class=Response)
def read_database_file(request: Request, urls: UrlsDep) -> Response:
    """The corpus as an SQLite database with full-text search, to open in Datasette.

    `Repr-Digest` and `ETag` carry its SHA-256.
    """
    return _answer(request, urls, "opis.sqlite", "application/vnd.sqlite3")


@router.get("/{name}.sha256", operation_id="getExportHash", response_class=Response)
def read_hash(
    name: Annotated[
        str,
        InPath(description="The file: `records.ndjson` or `opis.sqlite`", examples=["opis.sqlite"]),
    ],
    request: Request,
) -> Response:
    """The SHA-256 of a file, as `sha256sum -c` reads it."""
    if name not in _WRITERS:
        raise NotFound("export", name, f"There are {', '.join(_WRITERS)}.")
    opened = _find(request, name)
    opened.content.close()
    sha256 = opened.file.sha256
    return Response(f"{sha256}  {name}\n", media_type="text/plain; charset=utf-8")


def _find(request: Request, name: str) -> OpenedFile:
    """The file of the newest generation, opened: that of the next will take its place."""
    exports: Exports = request.app.state.exports
    for _ in range(_TRIES):
        with reading(request) as session:
            corpus = find_corpus(session)
        with suppress(FileNotFoundError):
            file = exports.find(name, corpus.generation, corpus.digest)
            return OpenedFile(file, corpus.loaded_at, file.path.open("rb"))
    raise NotReady(_BEING_MADE)


def _answer(request: Request, urls: Urls, name: str, media_type: str) -> Response:
    opened = _find(request, name)
    file = opened.file
    digest = base64.b64encode(bytes.fromhex(file.sha256)).decode()
    etag = f'"{file.sha256}"'
    fields = {
        **headers({"describedby": urls(f"/v1/export/{name}.sha256")}, opened.loaded_at),
        "ETag": etag,
        "Cache-Control": "public, max-age=60",
        "Vary": "Accept-Encoding",
    }
    tags = [tag.strip().removeprefix("W/") for tag in _if_none_match(request)]
    if etag in tags or "*" in tags:
        opened.content.close()
        return Response(status_code=304, headers=fields)
    fields |= {
        "Repr-Digest": f"sha-256=:{digest}:",
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    return FileStream(opened, media_type, fields)


def _if_none_match(request: Request) -> list[str]:
    return request.headers.get("if-none-match", "").split(",")
