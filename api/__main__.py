"""The command line: `python -m api` or `opis`."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from api.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.loading.corpus import LoadReport, Progress

T = TypeVar("T")

cli = typer.Typer(
    help="Opis serves archival records as an API.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@cli.command()
def serve() -> None:
    """Migrate, load the seed and serve. Settings come from OPIS_* variables."""
    import uvicorn

    settings = Settings()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
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
        access_log=settings.access_log,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=10,
    )


def _shown_host(host: str) -> str:
    return {"0.0.0.0": "localhost", "::": "localhost"}.get(host, host)


@cli.command()
def load() -> None:
    """Migrate and load the seed, without serving. Exits with 1 where a file was refused."""
    from api.loading.corpus import load_corpus
    from api.store.engine import loading_lock, migrate

    settings = Settings()
    with loading_lock(settings):
        migrate(settings)
        report = _with_progress(lambda progress: load_corpus(settings, progress))
    _tell(report)
    if report.refused:
        raise typer.Exit(1)


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


def _write(text: str, output: Path | None) -> None:
    if output is None:
        sys.stdout.write(text + "\n")
    else:
        output.write_text(text + "\n")


def _with_progress(run: Callable[[Progress], T]) -> T:
    """Run something that tells how far it is, with a bar on the terminal."""
    from rich import progress
    from rich.console import Console

    with progress.Progress(
        progress.TextColumn("Reading"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TextColumn("records"),
        progress.TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task("load", total=None)
        return run(lambda done, total: bar.update(task, completed=done, total=total))


def _tell(report: LoadReport) -> None:
    for complaint in report.complaints:
        typer.echo(f"{complaint.severity}: {complaint}", err=True)
    typer.echo(str(report), err=True)


def main() -> None:
    """Run the command line."""
    cli()


if __name__ == "__main__":
    main()
