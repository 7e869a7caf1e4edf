"""Templates to pages: one environment, one set of security headers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup, escape

from api.reader.edition import KINDS
from api.reader.static_files import static_digest
from api.representations.jsonld import script_json

if TYPE_CHECKING:
    from jinja2 import Environment

SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""What pages are sent with. Data in a `script` that is not run needs no permission."""

EXPORT_NAMES: Mapping[str, str] = {
    "md": "Source",
    "txt": "Plain text",
    "tei.xml": "TEI P5",
    "jsonld": "JSON-LD",
    "csl.json": "CSL JSON",
    "ris": "RIS",
    "bib": "BibTeX",
}
"""Exports as readers are offered them; others go by their extension."""


@cache
def environment() -> Environment:
    """Jinja with this package's templates: everything escaped, nothing undefined passes."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader(__package__, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {
        "assets": f"/static/{static_digest()}",
        "kinds": KINDS,
        "export_names": EXPORT_NAMES,
        "query": write_query,
    }
    made.filters |= {
        "json_script": lambda data: Markup(script_json(data)),
        "marked": mark_spans,
        "number": lambda value: f"{value:,}",
        "short": shorten,
        "after_cut": drop_cut_start,
        "before_cut": drop_cut_end,
    }
    return made


def page(
    template: str,
    context: Mapping[str, Any],
    *,
    request: Request,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """A template as a response."""
    html = environment().get_template(template).render({"base": base_of(request), **context})
    return HTMLResponse(html, status, headers={**SECURITY, **(headers or {})})


def base_of(request: Request) -> str:
    """The public address, else that of the host that was asked."""
    base: str | None = request.app.state.settings.base
    return base or f"{request.url.scheme}://{request.url.netloc}"


def write_query(**parameters: object) -> str:
    """`?a=b&c=d` of the parameters that say something; empty where none does."""
    given = {name: value for name, value in parameters.items() if value not in (None, "")}
    return f"?{urlencode(given)}" if given else ""


def mark_spans(text: str, spans: list[tuple[int, int]]) -> Markup:
    """A text with some half-open spans of it marked; spans that overlap are joined."""
    parts: list[Markup] = []
    at = 0
    for start, end in sorted(spans):
        start = max(start, at)
        if end > start:
            parts += [escape(text[at:start]), Markup("<mark>%s</mark>") % text[start:end]]
            at = end
    return Markup("").join([*parts, escape(text[at:])])


def cut_out(
    text: str, spans: list[tuple[int, int]], around: int = 180
) -> tuple[str, list[tuple[int, int]]]:
    """What of a text lies around some spans of it, cut at words, and the spans in that.

    What lies between two spans is kept.
    """
    if not spans:
        return shorten(text, 2 * around), []
    first = max(min(start for start, _ in spans) - around, 0)
    last = min(max(end for _, end in spans) + around, len(text))
    first = text.rfind(" ", 0, first) + 1 if first else 0
    if last < len(text):
        found = text.find(" ", last)
        last = found if found >= 0 else len(text)
    before, after = "… " if first else "", " …" if last < len(text) else ""
    shift = len(before) - first
    cut = before + text[first:last] + after
    return cut, [(start + shift, end + shift) for start, end in spans]


def drop_cut_start(text: str, length: int = 32) -> str:
    """Words from before a mention; the first is left out where it may have been cut."""
    if len(text) < length:
        return text
    return "… " + text.partition(" ")[2]


def drop_cut_end(text: str, length: int = 32) -> str:
    """Words from after a mention; the last is left out where it may have been cut."""
    if len(text) < length:
        return text
    return text.rpartition(" ")[0] + " …"


def shorten(text: str, length: int = 160) -> str:
    """The beginning of a text, cut at a word."""
    if len(text) <= length:
        return text
    return text[:length].rsplit(" ", 1)[0].rstrip(" ,;:") + " …"
