"""XML read in one pass, with the place of everything in the source; nothing is ever fetched.

expat rather than a tree library: it tells the byte offset of each tag and each run of text, and it
gives back memory as it goes. Document type declarations that declare anything are refused, and with
them entities that name files or grow without end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Union
from xml.parsers import expat

from api.errors import Complaint, SeedError

TEI = "http://www.tei-c.org/ns/1.0"
XML = "http://www.w3.org/XML/1998/namespace"
MAX_DEPTH = 150
_CHUNK = 1 << 16

Child = Union["Node", "Text"]


@dataclass(slots=True)
class Text:
    """A run of text between two tags; `[start, end)` in bytes of the file."""

    text: str
    start: int
    end: int


@dataclass(slots=True)
class Node:
    """An element. `tag` is the local name; of names outside TEI's namespace, `{namespace}name`.

    `[start, end)` in bytes of the file, tags included; `line` counts from 1.
    """

    tag: str
    attributes: dict[str, str]
    line: int
    start: int
    end: int = 0
    children: list[Child] = field(default_factory=list)

    def get(self, name: str) -> str | None:
        """An attribute; None where it is not there or empty."""
        return self.attributes.get(name) or None

    @property
    def id(self) -> str | None:
        """The `xml:id`."""
        return self.get("xml:id")

    def nodes(self, *tags: str) -> Iterator[Node]:
        """The child elements, or those with one of the tags."""
        for child in self.children:
            if isinstance(child, Node) and (not tags or child.tag in tags):
                yield child

    def first(self, *path: str) -> Node | None:
        """The first element down a path of tags."""
        found: Node | None = self
        for tag in path:
            found = next(found.nodes(tag), None) if found else None
        return found

    def descend(self, *tags: str) -> Iterator[Node]:
        """Every element below with one of the tags, in the order of the text."""
        waiting = [iter(self.children)]
        while waiting:
            child = next(waiting[-1], None)
            if child is None:
                waiting.pop()
            elif isinstance(child, Node):
                if not tags or child.tag in tags:
                    yield child
                waiting.append(iter(child.children))

    def raw_text(self, *without: str) -> str:
        """All text inside, as it stands, leaving out elements with the tags `without`."""
        parts: list[str] = []
        waiting: list[Child] = [self]
        while waiting:
            child = waiting.pop()
            if isinstance(child, Text):
                parts.append(child.text)
            elif child is self or child.tag not in without:
                waiting.extend(reversed(child.children))
        return "".join(parts)

    def text(self, *without: str) -> str:
        """All text inside, white space made single."""
        return " ".join(self.raw_text(*without).split())


class Reading:
    """One pass over a file. Whoever watches says at each start tag what is to be kept.

    `opening` is called at each start tag with the node, still empty, and its depth from 1; where it
    gives True the element is kept whole until its end tag, and then handed to `closing`. Elements
    inside a kept one are not asked about, but `seeing`, where given, is told of every one.
    """

    def __init__(
        self,
        data: bytes,
        opening: Callable[[Node, int], bool],
        closing: Callable[[Node], None],
        *,
        leaving: Callable[[str, int], None] | None = None,
        seeing: Callable[[Node, int], None] | None = None,
    ) -> None:
        self._data = data
        self._opening = opening
        self._closing = closing
        self._leaving = leaving
        self._seeing = seeing
        self._depth = 0
        self._kept: list[Node] = []
        self._text: Text | None = None
        self._words: list[str] = []
        self._names: dict[str, str] = {}
        self._parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.CommentHandler = self._between
        self._parser.ProcessingInstructionHandler = self._between
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.EntityDeclHandler = self._entity
        self._parser.SkippedEntityHandler = self._skipped
        self._parser.XmlDeclHandler = self._declaration

    def run(self) -> Iterator[None]:
        """Read on, a chunk at a time. Raises SeedError for whatever is not well-formed."""
        data = self._data
        try:
            for start in range(0, len(data), _CHUNK):
                self._parser.Parse(data[start : start + _CHUNK], False)
                yield
            self._parser.Parse(b"", True)
            yield
        except expat.ExpatError as error:
            message = expat.ErrorString(error.code)
            raise SeedError(
                Complaint(
                    f"not well-formed XML: {message}", line=error.lineno, column=error.offset + 1
                )
            ) from None

    def _name(self, name: str) -> str:
        known = self._names.get(name)
        if known is None:
            namespace, _, local = name.rpartition(" ")
            if namespace in ("", TEI):
                known = local
            elif namespace == XML:
                known = f"xml:{local}"
            else:
                known = f"{{{namespace}}}{local}"
            self._names[name] = known
        return known

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        at = self._parser.CurrentByteIndex
        self._end_text(at)
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._refusal(f"elements nested more than {MAX_DEPTH} deep")
        named = {self._name(key): value for key, value in attributes.items()}
        node = Node(self._name(name), named, self._parser.CurrentLineNumber, at)
        if self._seeing:
            self._seeing(node, self._depth)
        if self._kept:
            self._kept[-1].children.append(node)
            self._kept.append(node)
        elif self._opening(node, self._depth):
            self._kept.append(node)

    def _end(self, name: str) -> None:
        at = self._parser.CurrentByteIndex
        self._end_text(at)
        if self._kept:
            node = self._kept.pop()
            # An empty element's end tag is its start tag.
            node.end = self._data.find(b">", at) + 1 if at > node.start else self._after(node.start)
            if not self._kept:
                self._closing(node)
        elif self._leaving:
            self._leaving(self._name(name), self._depth)
        self._depth -= 1

    def _after(self, start: int) -> int:
        tag = _TAG.match(self._data, start)
        return tag.end() if tag else start

    def _characters(self, text: str) -> None:
        if not self._kept:
            return
        if self._text is None:
            self._text = Text("", self._parser.CurrentByteIndex, 0)
            self._kept[-1].children.append(self._text)
        self._words.append(text)

    def _between(self, *_: str) -> None:
        self._end_text(self._parser.CurrentByteIndex)

    def _end_text(self, at: int) -> None:
        if self._text is not None:
            self._text.text = "".join(self._words)
            self._text.end = at
            self._text = None
            self._words.clear()

    def _doctype(self, name: str, system: str | None, public: str | None, internal: int) -> None:
        if internal:
            raise self._refusal(
                "a document type with declarations of its own", "none: plain TEI P5"
            )

    def _entity(self, *_: object) -> None:
        raise self._refusal("an entity is declared", "none: write the characters themselves")

    def _skipped(self, name: str, is_parameter: bool) -> None:
        if not is_parameter:
            raise self._refusal(f"the entity &{name}; is not known", "the character itself")

    def _declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding and encoding.lower() not in ("utf-8", "utf8", "us-ascii", "ascii"):
            raise self._refusal(f"declared to be in {encoding}", "UTF-8")

    def _refusal(self, message: str, expected: str | None = None) -> SeedError:
        parser = self._parser
        line, column = parser.CurrentLineNumber, parser.CurrentColumnNumber + 1
        return SeedError(Complaint(message, line=line, column=column, expected=expected))


_TAG = re.compile(rb"<[^\"'>]*(?:(?:\"[^\"]*\"|'[^']*')[^\"'>]*)*>")


_STEP = 1 << 12
_CONTINUATION = bytes(range(0x80, 0xC0))
"""Bytes that begin no code point in UTF-8."""


class Offsets:
    """From bytes of a part of a file to code points of that part, decoded. Ask in any order."""

    def __init__(self, data: bytes, start: int, end: int) -> None:
        self._data = data
        self._start = start
        self._points = [0]
        for at in range(start, end, _STEP):
            points = data[at : min(at + _STEP, end)].translate(None, _CONTINUATION)
            self._points.append(self._points[-1] + len(points))

    def __call__(self, byte: int) -> int:
        """The code point at which a byte stands."""
        step = (byte - self._start) // _STEP
        rest = self._data[self._start + step * _STEP : byte]
        return self._points[step] + len(rest.translate(None, _CONTINUATION))
