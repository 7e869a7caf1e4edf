"""What a source tags and what rules find, together: the source is kept, rules fill in around it."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from api.parsing.annotations import nest_mentions
from api.parsing.values import AmbiguousName, ApparatusItem, Mention, Segment

_CLOSED = frozenset(("person", "place", "state", "date"))
"""Kinds of names that hold no other name worth finding."""


class _Places:
    """Spans by paragraph, asked for what they meet."""

    def __init__(self, spans: Iterable[tuple[int, int, int, int]]) -> None:
        self._found: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        for paragraph, start, end, at in spans:
            self._found[paragraph].append((start, end, at))
        self._reach: Mapping[int, list[int]] = {}
        reach: dict[int, list[int]] = {}
        for paragraph, found in self._found.items():
            found.sort()
            furthest = 0
            reach[paragraph] = [furthest := max(furthest, end) for _, end, _ in found]
        self._reach = reach

    def meeting(self, segment: Segment) -> list[int]:
        """The spans that share a character with a segment."""
        found = self._found.get(segment.paragraph, [])
        reach = self._reach.get(segment.paragraph, [])
        at = bisect_left(found, (segment.end, -1, -1)) - 1
        meeting = []
        while at >= 0 and reach[at] > segment.start:
            start, end, index = found[at]
            if start < segment.end and end > segment.start:
                meeting.append(index)
            at -= 1
        return meeting


def _covers(outer: Mention, inner: Mention) -> bool:
    return (
        any(
            one.paragraph == other.paragraph and one.start <= other.start and other.end <= one.end
            for one in outer.segments
            for other in inner.segments[:1]
        )
        and len(inner.segments) == 1
    )


def add_mentions(tagged: Sequence[Mention], found: Sequence[Mention]) -> tuple[Mention, ...]:
    """The source's mentions, and of those found by rule what does not stand in their way.

    A rule's mention yields to a tagged one that it crosses or repeats. It may stand inside a tagged
    one that can hold others, or around one; and where the source tags a name (but of a person: an
    editor who left a person unlinked meant it) without saying whose, and a rule knows, the rule's
    mention takes its place.
    """
    if not tagged:
        return tuple(found)
    places = _Places(
        (segment.paragraph, segment.start, segment.end, at)
        for at, mention in enumerate(tagged)
        for segment in mention.segments
    )
    replaced: set[int] = set()
    added: list[Mention] = []
    for mention in found:
        met = {at for segment in mention.segments for at in places.meeting(segment)}
        same = [at for at in met if tagged[at].segments == mention.segments]
        gives_way = [
            at
            for at in same
            if tagged[at].entity is None and tagged[at].kind != "person" and mention.entity
        ]
        if same and len(gives_way) < len(same):
            continue
        if all(at in same or _stand_together(tagged[at], mention) for at in met):
            replaced.update(gives_way)
            added.append(replace(mention, parent=None))
    kept = [mention for at, mention in enumerate(tagged) if at not in replaced]
    return nest_mentions(replace(mention, parent=None) for mention in [*kept, *added])


def _stand_together(tagged: Mention, found: Mention) -> bool:
    if tagged.entity is not None and tagged.entity == found.entity:
        return False
    if _covers(tagged, found):
        return tagged.kind not in _CLOSED
    return _covers(found, tagged)


def add_ambiguous(
    tagged: Sequence[Mention], named: Sequence[AmbiguousName], found: Sequence[AmbiguousName]
) -> tuple[AmbiguousName, ...]:
    """Doubtful names where the source tags nothing."""
    places = _Places(
        (segment.paragraph, segment.start, segment.end, at)
        for at, mention in enumerate(tagged)
        for segment in mention.segments
    )
    free = [one for one in found if not any(places.meeting(segment) for segment in one.segments)]
    return (*named, *free)


def add_apparatus(
    tagged: Sequence[ApparatusItem], found: Sequence[ApparatusItem]
) -> tuple[ApparatusItem, ...]:
    """The source's marks, and those found by rule where the source has none."""
    if not tagged:
        return tuple(found)
    places = _Places(
        (item.paragraph, item.start, item.end, at)
        for at, item in enumerate(tagged)
        if item.paragraph is not None and item.start < item.end
    )
    has_breaks = any(item.kind == "page_break" for item in tagged)
    kept = [
        item
        for item in found
        if item.paragraph is None
        or not (
            (item.kind == "page_break" and has_breaks)
            or places.meeting(Segment(item.paragraph, item.start, item.end, item.quote))
        )
    ]
    return tuple(
        sorted(
            [*tagged, *kept],
            key=lambda item: (item.paragraph or 0, item.start, -item.end),
        )
    )
