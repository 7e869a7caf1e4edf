"""A paragraph's words with everything said of them, as HTML whose text is the paragraph's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

from markupsafe import Markup

from api.representations.weaving import Span, steps, weave


@dataclass(frozen=True, slots=True)
class Mark:
    """Something said of a span: a mention, an editorial mark, a disputed claim, words found.

    `name` is the CSS class of its kind; `entity` the id of whom a mention means; `key` the sign
    of the note that speaks of it.
    """

    start: int
    end: int
    sort: Literal["mention", "apparatus", "claim", "found"]
    name: str
    entity: str | None = None
    key: str = ""

    @property
    def span(self) -> Span:
        """As `weave` takes it: claims outside, then editorial marks; mentions are kept whole."""
        rank = {"claim": 0, "apparatus": 1, "mention": 2, "found": 3}[self.sort]
        return Span(self.start, self.end, rank, self.sort == "mention")


def mark_text(text: str, marks: Sequence[Mark]) -> Markup:
    """The text with its marks as nested elements; without its tags it is the text exactly.

    Links do not nest in HTML: of nested mentions the innermost is the link, those around it are
    spans that carry the entity's id.
    """
    size = len(text)
    kept = [mark for mark in marks if 0 <= mark.start <= mark.end <= size]
    fragments = weave([mark.span for mark in kept])
    last = {fragment.span: fragment.number for fragment in fragments}
    walk = list(steps(fragments))
    holders: set[int] = set()
    opened: list[int] = []
    for step in walk:
        if step.what == "close":
            opened.pop()
            continue
        if _is_link(kept[step.fragment.span]):
            holders.update(opened)
        opened.append(step.fragment.span)
    out: list[str] = []
    at = 0
    for step in walk:
        if step.offset > at:
            out.append(escape(text[at : step.offset]))
            at = step.offset
        mark = kept[step.fragment.span]
        if step.what == "open":
            ends = step.fragment.number == last[step.fragment.span]
            out.append(_tag(mark, holds=step.fragment.span in holders, ends=ends))
        else:
            out.append(f"</{_element(mark, holds=step.fragment.span in holders)}>")
    out.append(escape(text[at:]))
    return Markup("".join(out))


def _is_link(mark: Mark) -> bool:
    return mark.sort == "mention" and mark.entity is not None and mark.end > mark.start


def _element(mark: Mark, *, holds: bool) -> str:
    if mark.sort == "found":
        return "mark"
    return "a" if _is_link(mark) and not holds else "span"


_LETTERS: Mapping[str, str] = {"mention": "m", "apparatus": "a", "claim": "c", "found": ""}


def _tag(mark: Mark, *, holds: bool, ends: bool) -> str:
    element = _element(mark, holds=holds)
    if element == "mark":
        return "<mark>"
    attributes = f' class="{_LETTERS[mark.sort]} {escape(mark.name)}"'
    if mark.sort == "mention" and mark.entity:
        if element == "a":
            attributes += f' href="/entities/{escape(mark.entity)}"'
        else:
            attributes += f' data-e="{escape(mark.entity)}"'
    if mark.key and ends:
        attributes += f' data-k="{escape(mark.key)}"'
    return f"<{element}{attributes}>"
