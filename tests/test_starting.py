"""A start is quick because it imports what serving needs, and nothing else."""

from __future__ import annotations

import subprocess
import sys

import pytest

from api.app import ROOMS
from api.routes.openapi import ERRORS
from api.routes.shaped import ShapedRoute


@pytest.mark.parametrize(
    "module",
    [
        # For loading, which begins after the first answers.
        "alembic",
        "api.loading.corpus",
        "api.parsing.curated",
        "api.parsing.dates",
        "api.parsing.references",
        "lxml",
        "yaml",
        # For some requests only.
        "mcp",
        "rapidfuzz",
    ],
)
def test_an_app_is_made_without(module: str, imported: frozenset[str]) -> None:
    assert module not in imported


@pytest.fixture(scope="module")
def imported() -> frozenset[str]:
    """The modules of a process that has made an app."""
    code = "import sys; from api.app import create_app; create_app(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return frozenset(done.stdout.split())


def test_what_answers_are_is_described_and_not_modelled_for_each_route() -> None:
    routes = [route for room in ROOMS for route in room.router.routes]
    shaped = [route for route in routes if isinstance(route, ShapedRoute)]

    assert len(shaped) > 20
    assert not any(route.response_field or route.response_fields for route in shaped)
    assert not any("model" in error for error in ERRORS.values())
