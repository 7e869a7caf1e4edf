"""Every named failure.

Two families: a `SeedError` says what is wrong with a file and where; a `Problem` is answered over
HTTP as RFC 9457 `application/problem+json`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal


def printable(path: str) -> str:
    """A path for people and programs: what is no text, or moves the cursor, is written out."""
    if path.isprintable():
        return path
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in path)


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong at one place of one file: `file:line:column: message`.

    Lines and columns count from 1; None where the whole file is meant. An `error` refuses the
    file; a `warning` does not.
    """

    message: str
    file: str = ""
    line: int | None = None
    column: int | None = None
    expected: str | None = None
    hint: str | None = None
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        """One line, as compilers write it, so that editors can jump there."""
        file = printable(self.file)
        where = ":".join(str(part) for part in (file, self.line, self.column) if part)
        text = f"{where}: {self.message}" if where else self.message
        if self.expected:
            text += f"; expected {self.expected}"
        if self.hint:
            text += f" ({self.hint})"
        return text

    def within(self, file: str) -> Complaint:
        """The same complaint, naming its file."""
        return replace(self, file=file)


class SeedError(Exception):
    """A seed file that cannot be taken, with every complaint about it."""

    def __init__(self, *complaints: Complaint) -> None:
        super().__init__("\n".join(str(complaint) for complaint in complaints))
        self.complaints = complaints


@dataclass
class ParameterError:
    """One thing wrong with one parameter of a request."""

    parameter: str
    message: str
    got: Any = None
    expected: Any = None


@dataclass
class Problem(Exception):
    """A failure with its RFC 9457 members. `kind` names the page that says what to do."""

    kind: str
    title: str
    status: int
    detail: str
    errors: list[ParameterError] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        """The detail, for logs."""
        return f"{self.status} {self.title}: {self.detail}"


class NotFound(Problem):
    """404: there is no such thing."""

    def __init__(self, what: str, name: str, hint: str = "") -> None:
        detail = f"There is no {what} {name!r}." + (f" {hint}" if hint else "")
        super().__init__("not-found", "Not found", 404, detail)


class Gone(Problem):
    """410: there was such a thing; `extra` says what took its place."""

    def __init__(self, detail: str, **extra: Any) -> None:
        super().__init__("gone", "Gone", 410, detail, extra=extra)


class BadParameter(Problem):
    """400: a parameter that cannot be understood."""

    def __init__(self, *errors: ParameterError) -> None:
        detail = "; ".join(f"{error.parameter}: {error.message}" for error in errors)
        super().__init__("bad-parameter", "Bad parameter", 400, detail, errors=list(errors))


class TooMuch(Problem):
    """413: more than one request may ask."""

    def __init__(self, detail: str, *errors: ParameterError) -> None:
        super().__init__("too-much", "Too much at once", 413, detail, errors=list(errors))


class NotReady(Problem):
    """503: the database is not migrated yet, or nothing is loaded."""

    def __init__(self, detail: str) -> None:
        super().__init__("not-ready", "Not ready", 503, detail, headers={"Retry-After": "2"})
