"""Lists of persons, places, organisations, events and works -> the entities of a file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from api.parsing.tei.values import ListedEntity
from api.parsing.tei.xml import Node, Text
from api.parsing.values import EntityKind, Name

KINDS: Mapping[str, EntityKind] = {
    "person": "person",
    "place": "place",
    "org": "organisation",
    "event": "event",
    "bibl": "document",
    "biblStruct": "document",
    "object": "document",
}
"""The kinds that members of formal lists are of."""

NAMES: Mapping[str, EntityKind] = {
    "persName": "person",
    "placeName": "place",
    "geogName": "place",
    "settlement": "place",
    "region": "place",
    "bloc": "place",
    "country": "state",
    "orgName": "organisation",
}
"""Elements that name somebody or something, and what."""

FORMAL_LISTS = frozenset(
    ("listPerson", "listPlace", "listOrg", "listEvent", "listBibl", "listObject", "standOff")
)
_TYPES: Mapping[str, EntityKind] = {
    "person": "person",
    "place": "place",
    "state": "state",
    "country": "state",
    "nation": "state",
    "organisation": "organisation",
    "organization": "organisation",
    "org": "organisation",
    "institution": "organisation",
    "armed_force": "armed_force",
    "army": "armed_force",
    "military": "armed_force",
    "event": "event",
    "document": "document",
    "work": "document",
}
_LABELS = ("label", "main", "reg", "preferred", "standard", "display")
_AUTHORITIES = {
    "wikidata": re.compile(r"(?:https?://(?:www\.)?wikidata\.org/(?:wiki|entity)/)?(Q[1-9]\d*)/?"),
    "viaf": re.compile(r"(?:https?://(?:www\.)?viaf\.org/viaf/)?([1-9]\d*)/?"),
    "geonames": re.compile(r"(?:https?://(?:www|sws)?\.?geonames\.org/)?([1-9]\d*)(?:/.*)?"),
}


def kind_of_type(text: str | None) -> EntityKind | None:
    """The kind that a `@type` names."""
    return _TYPES.get((text or "").strip().lower())


def read_authority(address: str) -> tuple[str, str] | None:
    """An authority and its identifier from a URL: ("wikidata", "Q5816")."""
    if not address.startswith(("http://", "https://")):
        return None
    for name, pattern in _AUTHORITIES.items():
        if name in address and (match := pattern.fullmatch(address)):
            return name, match[1]
    return None


def read_entities(lists: Iterable[Node], name_id: Callable[[str], str]) -> Iterator[ListedEntity]:
    """The entities that lists describe: formal ones, and items that open with an identified name.

    `name_id` makes an entity's id from an `xml:id`.
    """
    for one in lists:
        for node in (one, *one.descend()):
            if node.tag in KINDS and node.id:
                yield _formal(node, name_id(node.id))
            elif node.tag == "item" and (named := _named(node)):
                yield _item(node, named, name_id(named.id or ""))


def _named(item: Node) -> Node | None:
    """The first name in an item, where it has an identifier to be pointed to."""
    for node in item.descend(*NAMES):
        return node if node.id else None
    return None


def _formal(node: Node, entity_id: str) -> ListedEntity:
    kind = KINDS[node.tag]
    kind = kind_of_type(node.get("type")) or kind if kind != "person" else kind
    # The names of the thing itself, not of places and people that its description mentions.
    own = [n for n in node.nodes() if n.tag in (*NAMES, "name", "label", "title", "head")]
    names = [(n, n.text("note")) for n in own]
    names = [(n, text) for n, text in names if text]
    label = next((text for n, text in names if n.get("type") in _LABELS), None)
    label = label or (names[0][1] if names else None) or node.text("note") or node.id or entity_id
    described = [n.text() for n in node.nodes("note", "p", "desc", "occupation", "trait", "state")]
    begin = _when(node.first("birth")) or _when(node, "from", "notBefore", "when")
    end = _when(node.first("death")) or _when(node, "to", "notAfter", "when")
    return ListedEntity(
        entity_id,
        kind,
        label,
        tuple(Name(text, "full") for text in dict.fromkeys(text for _, text in names)),
        " ".join(text for text in described if text) or None,
        begin=begin,
        end=end,
        same_as=_same_as(node),
    )


def _when(node: Node | None, *names: str) -> str | None:
    if node is None:
        return None
    for name in names or ("when", "notBefore", "from", "notAfter", "to"):
        if (value := node.get(name)) and re.fullmatch(r"-?\d{4}(-\d\d(-\d\d)?)?", value):
            return value
    return None


def _same_as(node: Node) -> dict[str, str]:
    found: dict[str, str] = {}
    for idno in node.nodes("idno"):
        value, kind = idno.text(), (idno.get("type") or "").lower()
        pattern = _AUTHORITIES.get(kind)
        if pattern and (match := pattern.fullmatch(value)):
            found.setdefault(kind, match[1])
        elif known := read_authority(value):
            found.setdefault(*known)
    for pointer in (*(node.get("sameAs") or "").split(), *(node.get("ref") or "").split()):
        if known := read_authority(pointer):
            found.setdefault(*known)
    return found


def _item(item: Node, named: Node, entity_id: str) -> ListedEntity:
    label = named.text("note")
    rest = _text_after(item, named)
    return ListedEntity(
        entity_id,
        kind_of_type(named.get("type")) or NAMES[named.tag],
        label or named.id or entity_id,
        (Name(label, "full"),) if label else (),
        rest.strip(" ,;:.–—-") or None,
        same_as=_same_as(named),
    )


def _text_after(item: Node, named: Node) -> str:
    """What an item says after the name it opens with."""
    parts: list[str] = []
    passed = False
    waiting: list[Node | Text] = list(reversed(item.children))
    while waiting:
        child = waiting.pop()
        if child is named:
            passed = True
        elif isinstance(child, Node):
            waiting.extend(reversed(child.children))
        elif passed:
            parts.append(child.text)
    return " ".join("".join(parts).split())


def read_terms(lists: Iterable[Node]) -> Iterator[tuple[str, str, str]]:
    """Abbreviations that lists expand: `xml:id`, the term, and what it stands for."""
    for one in lists:
        for item in (one, *one.descend()):
            if item.tag == "item" and (term := next(item.descend("term"), None)) and term.id:
                meaning = _text_after(item, term).strip(" ,;:.–—-")
                if term.text() and meaning:
                    yield term.id, term.text(), meaning
