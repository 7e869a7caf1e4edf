"""Spans that may cross -> fragments that nest, as a tree of elements needs them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import heapify, heappop, heappush
from typing import Literal, NamedTuple


class Span(NamedTuple):
    """A half-open span of a text. Of two that cross, one that `holds` together is not the one cut;
    of equal ones the lower `rank` stands outside."""

    start: int
    end: int
    rank: int = 0
    holds: bool = False


class Fragment(NamedTuple):
    """A piece of the span at index `span`; `number` counts its pieces from 0."""

    span: int
    number: int
    start: int
    end: int


class Step(NamedTuple):
    """A fragment begins or ends at an offset."""

    offset: int
    what: Literal["open", "close"]
    fragment: Fragment


def weave(spans: Sequence[Span]) -> list[Fragment]:
    """Cut spans where they cross, so that any two fragments nest or stand apart.

    Gives the fragments in the order in which their elements open. The pieces of one span follow
    each other without gap and together are the span. Takes n log n for n fragments.
    """
    waiting = [(span.start, -span.end, span.rank, at) for at, span in enumerate(spans)]
    heapify(waiting)
    pieces: list[list[int]] = []
    around: list[int] = []
    while waiting:
        start, negative_end, rank, at = heappop(waiting)
        end = -negative_end
        while around and pieces[around[-1]][2] <= start:
            around.pop()
        holds = spans[at].holds
        for index in reversed(around):
            other_end = pieces[index][2]
            if other_end >= end:
                break
            if not holds or spans[pieces[index][0]].holds:
                heappush(waiting, (other_end, -end, rank, at))
                end = other_end
                break
        while around and pieces[around[-1]][2] < end:
            cut = pieces[around.pop()]
            heappush(waiting, (start, -cut[2], spans[cut[0]].rank, cut[0]))
            cut[2] = start
        around.append(len(pieces))
        pieces.append([at, start, end])
    numbers = [0] * len(spans)
    fragments = []
    for at, start, end in pieces:
        fragments.append(Fragment(at, numbers[at], start, end))
        numbers[at] += 1
    return fragments


def steps(fragments: Sequence[Fragment]) -> Iterator[Step]:
    """The fragments of `weave` as elements open and close, in the order of the text."""
    opened: list[Fragment] = []
    for fragment in fragments:
        while opened and opened[-1].end <= fragment.start:
            yield Step(opened[-1].end, "close", opened.pop())
        yield Step(fragment.start, "open", fragment)
        opened.append(fragment)
    while opened:
        yield Step(opened[-1].end, "close", opened.pop())
