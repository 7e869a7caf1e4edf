"""MCP over HTTP: the tools, what they return, and what they refuse."""

from __future__ import annotations

import json
from typing import Any

from tests.conftest import Archive, MakeArchive
from tests.records import AUTHORITIES, LETTER

HEADERS = {
    "Content-Type": "application/json",
    "Accept": "application/json, text/event-stream",
    "MCP-Protocol-Version": "2025-06-18",
}


def send(archive: Archive, method: str, **parameters: Any) -> Any:
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}
    response = archive.client.post("/mcp", content=json.dumps(body), headers=HEADERS)
    assert response.status_code == 200, response.text
    answer = response.json()
    assert "error" not in answer, answer
    return answer["result"]


def call(archive: Archive, tool: str, **arguments: Any) -> Any:
    result = send(archive, "tools/call", name=tool, arguments=arguments)
    assert not result.get("isError"), result
    return result["structuredContent"]


def refusal(archive: Archive, tool: str, **arguments: Any) -> str:
    result = send(archive, "tools/call", name=tool, arguments=arguments)
    assert result["isError"], result
    text: str = result["content"][0]["text"]
    return text


def test_a_client_is_welcomed_and_told_to_quote_exactly(archive: Archive) -> None:
    result = send(
        archive,
        "initialize",
        protocolVersion="2025-06-18",
        capabilities={},
        clientInfo={"name": "test", "version": "1"},
    )
    assert result["serverInfo"]["name"] == "opis"
    assert "exactly" in result["instructions"]
    assert "resolve_quotation" in result["instructions"]


def test_there_are_four_tools_that_only_read(archive: Archive) -> None:
    tools = send(archive, "tools/list")["tools"]
    names = [tool["name"] for tool in tools]
    assert names == ["search", "get_passage", "resolve_quotation", "cite"]
    for tool in tools:
        assert tool["annotations"]["readOnlyHint"] is True
        for parameter in tool["inputSchema"]["properties"].values():
            assert parameter["description"]
    for tool in tools[:3]:
        assert "exact" in tool["description"]
        assert "uot" in tool["description"]


def test_a_search_gives_passages_with_their_warnings(make_archive: MakeArchive) -> None:
    archive = make_archive({"records/letter.md": LETTER, "authorities/all.yaml": AUTHORITIES})
    found = call(archive, "search", query="tractors")
    [item] = found["items"]
    assert item["record"]["id"] == "letter"
    assert item["paragraph"]["number"] == 5
    assert "instruction" in {warning["kind"] for warning in item["warnings"]}
    assert item["link"].startswith("http://opis.test/records/letter#")
    assert call(archive, "search", query="zebra")["items"] == []
    assert call(archive, "search", query="Brno", entity="brno", limit=1)["total"] == 1


def test_a_passage_is_the_text_itself(archive: Archive) -> None:
    passage = call(archive, "get_passage", record="209712", paragraphs="7-9")
    texts = {p["number"]: p["text"] for p in archive.paragraphs("209712", numbers="7-9")}
    assert {p["number"]: p["text"] for p in passage["paragraphs"]} == texts
    assert "Wilson Center Digital Archive" in passage["citation"]


def test_a_quotation_is_checked(archive: Archive) -> None:
    found = call(archive, "resolve_quotation", quotation="I think this would be a strong move")
    assert found["status"] == "exact"
    assert found["places"][0]["record"]["id"] == "209712"
    invented = call(
        archive, "resolve_quotation", quotation="I think this would be a terrible blunder"
    )
    assert invented["status"] == "not_found"
    assert invented["places"] == []


def test_a_citation_is_the_archives_own_or_in_a_style(archive: Archive) -> None:
    whole = call(archive, "cite", record="209712")
    assert whole["verbatim"] == archive.record("209712", "/citation")["verbatim"]
    assert set(whole["styles"]) == {"wilson", "chicago", "mla", "apa"}
    assert whole["link"] == "http://opis.test/records/209712"
    passage = call(archive, "cite", record="209712", paragraphs="15", style="mla")
    assert list(passage["styles"]) == ["mla"]
    assert passage["link"].startswith("http://opis.test/records/209712#")


def test_what_cannot_be_done_is_said(archive: Archive) -> None:
    assert "no record" in refusal(archive, "cite", record="nowhere")
    assert "no record" in refusal(archive, "get_passage", record="../healthz", paragraphs="1")
    assert "paragraphs" in refusal(archive, "get_passage", record="209712", paragraphs="x")
    assert "limit" in refusal(archive, "search", query="x", limit=1000)
    assert refusal(archive, "delete_everything")


def test_only_post_is_answered(archive: Archive) -> None:
    response = archive.client.get("/mcp")
    assert response.status_code == 405
    assert response.headers["allow"] == "POST"
    assert "POST" in archive.client.options("/mcp").headers["access-control-allow-methods"]
    assert archive.client.post("/mcp", content=b"junk", headers=HEADERS).status_code == 400
