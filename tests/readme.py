"""What the README shows is made by running it: cog calls these, and `make check` compares.

Answers come from the repository's own seed, loaded into a folder that is thrown away.
"""

from __future__ import annotations

import atexit
import json
import shlex
import tempfile
from pathlib import Path
from typing import Any

from api.settings import Settings
from tests.benchmarks import budgets
from tests.benchmarks.figures import list_figures
from tests.conftest import SEED, Archive, open_archive

_opened: list[Archive] = []
HOST = "http://localhost:8000"
RESULTS = SEED.parent / "tests" / "benchmarks" / "results.json"


def archive() -> Archive:
    """The seed, served, once for the whole README."""
    if not _opened:
        folder = tempfile.TemporaryDirectory()
        opened, close = open_archive(
            Settings(seed_dir=SEED, data_dir=Path(folder.name), base_url=HOST)
        )
        _opened.append(opened)
        atexit.register(folder.cleanup)
        atexit.register(close)
    return _opened[0]


def show(path: str, *, pick: str = "", body: Any = None, width: int = 96) -> str:
    """A request with curl and its answer, as a console block.

    `pick` follows keys and numbers into the answer ("items.0"), and says so in the command.
    """
    command = f"curl -s {shlex.quote('localhost:8000' + path)}"
    if body is not None:
        sent = json.dumps(body, ensure_ascii=False)
        command += f" -H 'content-type: application/json' -d {shlex.quote(sent)}"
        response = archive().client.post(path, json=body)
    else:
        response = archive().client.get(path)
    assert response.status_code < 400 or path.startswith("/v1/records?"), response.text
    if "json" in response.headers["content-type"]:
        value = response.json()
        if pick:
            command += f" | jq .{'.'.join(_jq(key) for key in pick.split('.'))}".replace(".[", "[")
            for key in pick.split("."):
                value = value[int(key)] if key.isdecimal() else value[key]
        shown = compact(value, width)
    else:
        shown = response.text.rstrip("\n")
    return f"```console\n$ {command}\n{shown}\n```\n"


def _jq(key: str) -> str:
    return f"[{key}]" if key.isdecimal() else key


def compact(value: Any, width: int, indent: int = 0) -> str:
    """JSON on one line where it fits in `width`, else a member a line."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(flat) + indent <= width or not isinstance(value, dict | list) or not value:
        return flat
    inner = " " * (indent + 2)
    if isinstance(value, dict):
        members = [
            f"{inner}{json.dumps(key)}: {compact(item, width - len(key) - 5, indent + 2)}"
            for key, item in value.items()
        ]
        return "{\n" + ",\n".join(members) + "\n" + " " * indent + "}"
    members = [inner + compact(item, width, indent + 2) for item in value]
    return "[\n" + ",\n".join(members) + "\n" + " " * indent + "]"


def settings_table() -> str:
    """Every setting, its default and what it does."""
    lines = ["| variable | default | |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else f"`{field.default}`"
        lines.append(f"| `OPIS_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(lines) + "\n"


def endpoints_table() -> str:
    """Every documented endpoint, from OpenAPI."""
    from api.app import create_app

    described = create_app(Settings(load_on_start=False)).openapi()
    lines = ["| endpoint | gives |", "|---|---|"]
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            summary = operation["description"].split("\n")[0].split(". ")[0].rstrip(".")
            lines.append(f"| `{method.upper()} {path}` | {summary} |")
    return "\n".join(lines) + "\n"


def commands_table() -> str:
    """Every command of the command line."""
    from api.__main__ import cli

    lines = ["| command | does |", "|---|---|"]
    for command in cli.registered_commands:
        assert command.callback is not None
        name = command.name or command.callback.__name__
        does = (command.callback.__doc__ or "").split("\n")[0].rstrip(".")
        lines.append(f"| `opis {name}` | {does} |")
    return "\n".join(lines) + "\n"


def formats_table() -> str:
    """Every export format of a record."""
    from api.representations.urls import EXPORTS

    lines = ["| suffix | `Accept` |", "|---|---|"]
    lines += [f"| `.{name}` | `{kind.split(';')[0]}` |" for name, kind in EXPORTS.items()]
    return "\n".join(lines) + "\n"


def performance(results: Any = None) -> str:
    """What `make bench` measured last: verdicts, what is not met, growth."""
    results = results or json.loads(RESULTS.read_text())
    machine = results["machine"]
    lines = [
        f"Measured on {machine['date']}: {machine['cores']} cores ({machine['processor']}), Python "
        f"{machine['python']}, load from {results['generator']}, {results['seconds']} s altogether"
        + ("; a quick look on small archives." if results["quick"] else "."),
        "",
        budgets.markdown_table(results),
    ]
    missing: list[str] = []
    missed: list[str] = []
    for verdict in budgets.unmet(results):
        (missing if verdict.must is None else missed).append(verdict.line.what)
    if missed:
        lines += ["**Not met:**", "", *(f"- {what}" for what in missed), ""]
    if missing:
        lines += ["**Not known**, for want of a measurement:", ""]
        lines += [*(f"- {what}" for what in missing), ""]
    if not missed and not missing:
        lines += ["Every must is met.", ""]
    if results["remarks"]:
        told = "; ".join(f"{name}: {value}" for name, value in results["remarks"].items())
        lines += [f"Beside the budgets: {told}.", ""]
    for figure, _ in list_figures(results["curves"]):
        path = f"tests/benchmarks/figures/{figure.name}.svg"
        lines += [f"![{figure.title}, by paragraphs in the archive]({path})", ""]
    lines += ["How each is measured:", ""]
    lines += [f"- {line.what}: {line.how}" for line in budgets.LINES]
    return "\n".join(lines) + "\n"
