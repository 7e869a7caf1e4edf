"""Routes that answer with bytes already made, in a shape that only the API's description needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi.routing import APIRoute


class ShapedRoute(APIRoute):
    """A route whose `response_model` is described and not built.

    FastAPI would make a model of each to pass answers through, and again for each router it stands
    in: a third of a start. Here answers are of that shape when they come; tests hold them to it.
    """

    def __init__(
        self,
        path: str,
        endpoint: Callable[..., Any],
        *,
        response_model: Any = None,
        **more: Any,
    ) -> None:
        self.shape = response_model
        super().__init__(path, endpoint, response_model=None, **more)
