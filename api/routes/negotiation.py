"""Choosing among representations: `Accept` and `Accept-Encoding` by RFC 9110."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from api.representations.urls import EXPORTS

JSON = "application/json"
RECORD_TYPES: dict[str, str] = {
    JSON: "",
    **{media_type.split(";")[0]: extension for extension, media_type in EXPORTS.items()},
}
"""Media types of a record, and the file extension each answers to; "" is the API's own JSON."""


def qualities(header: str) -> list[tuple[str, float]]:
    """The members of an `Accept…` header, lower case, with their q-values; bad ones count 1."""
    found = []
    for member in header.lower().split(","):
        name, *parameters = (part.strip() for part in member.split(";"))
        quality = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    quality = min(max(float(parameter[2:]), 0.0), 1.0)
                except ValueError:
                    quality = 1.0
        if name:
            found.append((name, quality))
    return found


def choose_type(accept: str, offers: Sequence[str]) -> str | None:
    """The offer that `accept` likes best, the first among equals; None where it likes none."""
    if not accept.strip():
        return offers[0]
    wanted = qualities(accept)

    def quality(offer: str) -> float:
        kind = offer.split("/")[0]
        for pattern in (offer, f"{kind}/*", "*/*"):
            for name, value in wanted:
                if name == pattern:
                    return value
        return 0.0

    best = max(offers, key=quality)
    return best if quality(best) > 0 else None


def choose_encoding(accept_encoding: str, offers: Sequence[str]) -> str | None:
    """The content coding that `accept_encoding` likes best; None for the bytes as they are."""
    wanted = dict(qualities(accept_encoding))
    fallback = wanted.get("*", 0.0)
    best = max(offers, key=lambda offer: wanted.get(offer, fallback))
    quality = wanted.get(best, fallback)
    return best if quality > 0 and quality >= wanted.get("identity", 0.0) else None


@lru_cache(maxsize=1_000)
def accept_key(accept: bytes) -> str:
    """What of `Accept` makes a difference to a record: part of a rendered answer's identity."""
    return choose_type(accept.decode("latin-1"), list(RECORD_TYPES)) or "none"
