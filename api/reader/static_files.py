"""Styles and scripts, served under a name that changes whenever one of them does."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from importlib.resources import files

MEDIA_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}


@cache
def static_files() -> dict[str, bytes]:
    """Every file of `static/`, by name."""
    return {
        file.name: file.read_bytes()
        for file in sorted((files(__package__) / "static").iterdir(), key=lambda file: file.name)
        if file.name.rpartition(".")[2] in MEDIA_TYPES
    }


@cache
def static_digest() -> str:
    """A short hash over all static files: part of their URLs, so that browsers may keep them."""
    seen = blake2b(digest_size=6)
    for name, data in static_files().items():
        seen.update(f"{name}\n{len(data)}\n".encode() + data)
    return seen.hexdigest()
