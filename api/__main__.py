"""The command line: `python -m api` or `opis`."""

from __future__ import annotations

import gc
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from api.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from api.loading.checking import Checked
    from api.loading.corpus import LoadReport
    from api.loading.progress import Progress

T = TypeVar("T")

cli = typer.Typer(
    help="Opis serves archival records as an API.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@cli.command()
def serve(
    watch: Annotated[
        bool, typer.Option("--watch", help="Load again whenever the seed changes, as OPIS_WATCH")
    ] = False,
) -> None:
    """Migrate, load the seed and serve. Settings come from OPIS_* variables."""
    # Nothing of what is imported goes again; the app turns the collector on.
    gc.disable()
    import uvicorn

    from api.connections import PatientProtocol
    from api.logs import describe_logging

    if watch:
        # The workers are processes of their own and read their settings from here.
        os.environ["OPIS_WATCH"] = "true"
    settings = Settings()
    where = settings.base or f"http://{_shown_host(settings.host)}:{settings.port}"
    typer.echo(
        f"Opis on {where}\n"
        f"  {where}/v1          what is here, with links to everything\n"
        f"  {where}/v1/records  the records\n"
        f"  {where}/docs        the API, to try out\n"
        f"  {where}/readyz      whether everything is loaded\n"
        f"Serving {settings.seed_dir}/ from {settings.data_dir}/. Stop with Ctrl+C.",
        err=True,
    )
    uvicorn.run(
        "api.app:create_app",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        http=PatientProtocol,
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=describe_logging(settings.log_format),
        reset_contextvars=True,
        server_header=False,
        timeout_graceful_shutdown=10,
    )


def _shown_host(host: str) -> str:
    return {"0.0.0.0": "localhost", "::": "localhost"}.get(host, host)


@cli.command()
def load() -> None:
    """Migrate and load the seed, without serving. Exits with 1 where a file was refused.

    Stopped by SIGINT or SIGTERM, it takes back what it did and exits with 130 or 143.
    """
    from sqlalchemy.exc import DBAPIError

    from api.errors import Complaint, SeedError
    from api.loading.corpus import load_corpus
    from api.loading.progress import show_progress
    from api.machine import collect_rarely
    from api.store.engine import loading_lock, migrate

    collect_rarely()
    settings = Settings()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    try:
        with loading_lock(settings):
            migrate(settings)
            with show_progress() as progress:
                report = load_corpus(settings, progress)
    except KeyboardInterrupt as stopped:
        typer.echo("The load was given up: nothing was changed; load again.", err=True)
        raise typer.Exit(128 + stopped.args[0]) from None
    except (OSError, DBAPIError) as error:
        hint = "nothing was changed: what was loaded before goes on being served; load again"
        if isinstance(error, DBAPIError):
            where, why = "the database", str(error.orig)
        else:
            where, why = str(error.filename or settings.data_dir), error.strerror or str(error)
        raise SeedError(Complaint(f"the load failed: {why}", where, hint=hint)) from error
    _tell(report)
    if report.refused:
        raise typer.Exit(1)


def _interrupt(number: int, _: object) -> None:
    raise KeyboardInterrupt(number)


@cli.command()
def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files or folders; by default the seed folder")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for programs")] = False,
) -> None:
    """Read files as a load would and say what was understood. Exits with 1 where one is refused."""
    import orjson

    from api.loading.checking import check_files, list_files
    from api.loading.progress import show_progress

    settings = Settings()
    files = list_files(paths or [settings.seed_dir], settings.seed_dir)
    total = len(files.sources) + len(files.authorities) + len(files.missing)
    results = check_files(files, settings.max_seed_file_bytes)
    with show_progress("Checking") as progress:
        checked = list(_counted(results, total, progress))
    loads = all(result.loads for result in checked)
    if as_json:
        told = {"loads": loads, "files": [result.as_dict() for result in checked]}
        sys.stdout.write(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode() + "\n")
    else:
        for result in checked:
            _show(result)
    raise typer.Exit(0 if loads else 1)


@cli.command()
def verify(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for programs")] = False,
) -> None:
    """Prove that the database is what the seed makes, changing nothing. Exits with 1 where not."""
    import orjson

    from api.loading.verifying import verify_corpus

    verified = verify_corpus(Settings())
    if as_json:
        told = orjson.dumps(verified.as_dict(), option=orjson.OPT_INDENT_2, default=str)
        sys.stdout.write(told.decode() + "\n")
    else:
        for name, count in verified.compared.items():
            typer.echo(f"compared {count:,} {name.replace('_', ' ')}")
        for difference in verified.differences:
            typer.echo(f"DIFFERS {difference}")
        typer.echo("equal" if verified.equal else f"{len(verified.differences):,} differences")
    raise typer.Exit(0 if verified.equal else 1)


@cli.command()
def draft(
    record: Annotated[str, typer.Argument(help="The record's id")],
    output: Annotated[Path | None, typer.Argument(help="File to write")] = None,
) -> None:
    """Write a starting annotation file for a record, from what rules find."""
    from api.loading.editing import draft_record

    settings = Settings()
    written = draft_record(settings, record)
    _deliver(written.text, output or settings.seed_dir / written.path, overwrite=False)


@cli.command()
def mint(
    record: Annotated[str, typer.Argument(help="The record's id")],
    output: Annotated[Path | None, typer.Argument(help="File to write")] = None,
) -> None:
    """Write down a record's paragraph ids after an edit; commit the file with the edit."""
    from api.loading.editing import mint_record
    from api.store.engine import make_engine, migrate, open_session

    settings = Settings()
    migrate(settings)
    engine = make_engine(settings)
    with open_session(engine) as session:
        written = mint_record(settings, session, record)
    engine.dispose()
    _deliver(written.text, output or settings.seed_dir / written.path, overwrite=True)


@cli.command()
def openapi(
    output: Annotated[Path | None, typer.Argument(help="File to write; by default, print")] = None,
) -> None:
    """Write the API's OpenAPI description."""
    import orjson

    from api.app import create_app

    text = orjson.dumps(create_app().openapi(), option=orjson.OPT_INDENT_2).decode()
    _write(text, output)


@cli.command()
def schema(
    folder: Annotated[Path, typer.Argument(help="Folder to write to")] = Path("seed/schemas"),
) -> None:
    """Write the JSON Schemas of the curated files, for editors' YAML tools."""
    import json

    from api.parsing.curated import SCHEMAS, json_schema

    folder.mkdir(parents=True, exist_ok=True)
    for name in SCHEMAS:
        _write(json.dumps(json_schema(name), indent=2), folder / f"{name}.schema.json")


def _deliver(text: str, path: Path, *, overwrite: bool) -> None:
    if path.exists() and not overwrite:
        typer.echo(f"{path} is there already; name another file to write to", err=True)
        raise typer.Exit(1)
    path.write_text(text)
    typer.echo(f"Wrote {path}", err=True)


def _counted(results: Iterable[T], total: int, progress: Progress | None) -> Iterator[T]:
    for done, result in enumerate(results, 1):
        if progress:
            progress(done, total)
        yield result


def _show(result: Checked) -> None:
    """A short table of what was understood, then every complaint."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from api.errors import printable

    console = Console(highlight=False, soft_wrap=not sys.stdout.isatty())
    state = "would load" if result.loads else "REFUSED"
    console.print(Text(f"{printable(result.path)}: {state}", style="bold"))
    if result.understood:
        table = Table(show_header=False, box=None, padding=(0, 2, 0, 2))
        for name, value in result.understood.items():
            table.add_row(Text(name, style="dim"), Text(_plain(value)))
        console.print(table)
    for complaint in result.complaints:
        style = "red" if complaint.severity == "error" else "yellow"
        console.print(Text(f"  {complaint.severity}: {complaint}", style=style))


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_plain(item)}" for name, item in value.items())
    if isinstance(value, list | tuple):
        return "; ".join(_plain(item) for item in value) or "none"
    return "none" if value is None else str(value)


def _write(text: str, output: Path | None) -> None:
    if output is None:
        sys.stdout.write(text + "\n")
    else:
        output.write_text(text + "\n")


def _tell(report: LoadReport) -> None:
    for complaint in report.complaints:
        typer.echo(f"{complaint.severity}: {complaint}", err=True)
    typer.echo(str(report), err=True)


def main() -> None:
    """Run the command line; what is wrong with a file is told without a traceback."""
    from api.errors import SeedError

    try:
        cli()
    except SeedError as error:
        for complaint in error.complaints:
            typer.echo(f"{complaint.severity}: {complaint}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
