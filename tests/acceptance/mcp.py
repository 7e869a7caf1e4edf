"""The official MCP client lists every tool and calls it: `mcp.py BASE_URL`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

# This file has the name of the package that it calls.
sys.path = [entry for entry in sys.path if Path(entry or ".").resolve() != Path(__file__).parent]

import httpx  # noqa: E402
from mcp import Client  # noqa: E402


async def call_every_tool(base: str) -> int:
    """Search, read, check and cite one passage of the first record; the number of failures."""
    [record] = httpx.get(f"{base}/v1/records?limit=1", timeout=60).json()["items"]
    paragraphs = httpx.get(f"{base}/v1/records/{record['id']}/paragraphs", timeout=60).json()
    longest: dict[str, Any] = max(paragraphs["items"], key=lambda one: len(one["text"]))
    words = longest["text"].split()[:12]
    calls: dict[str, dict[str, Any]] = {
        "search": {"query": " ".join(words[:3]), "record": record["id"]},
        "get_passage": {"record": record["id"], "paragraphs": str(longest["number"])},
        "resolve_quotation": {"quotation": " ".join(words), "record": record["id"]},
        "cite": {"record": record["id"], "paragraphs": str(longest["number"])},
    }
    wrong = []
    async with Client(f"{base}/mcp") as client:
        names = [tool.name for tool in (await client.list_tools()).tools]
        if sorted(names) != sorted(calls):
            wrong.append(f"tools are {names}")
        for name, arguments in calls.items():
            result = await client.call_tool(name, arguments)
            told = result.structured_content
            if result.is_error or not told:
                wrong.append(f"{name}: {result.content}")
            elif name == "resolve_quotation" and told["status"] not in ("exact", "ambiguous"):
                wrong.append(f"{name}: {told['status']}")
            elif name == "get_passage" and told["paragraphs"][0]["text"] != longest["text"]:
                wrong.append(f"{name}: another text")
    for line in wrong:
        print(line, file=sys.stderr)
    print(f"MCP: {len(names)} tools, {len(wrong)} things wrong")
    return len(wrong)


if __name__ == "__main__":
    sys.exit(1 if asyncio.run(call_every_tool(sys.argv[1].rstrip("/"))) else 0)
