"""The yardstick of answering: an ASGI function that returns fixed bytes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any


def create_app() -> Any:
    """The files in the folder `BENCH_BODIES`, each at its name."""
    bodies = {
        f"/{file.name}": file.read_bytes() for file in Path(os.environ["BENCH_BODIES"]).iterdir()
    }
    starts = {
        path: {
            "type": "http.response.start",
            "status": 200,
            "headers": [
                (b"content-type", b"application/json"),
                (b"content-length", str(len(body)).encode()),
            ],
        }
        for path, body in bodies.items()
    }

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            path = scope["path"]
            await send(starts[path])
            await send({"type": "http.response.body", "body": bodies[path]})

    return app
