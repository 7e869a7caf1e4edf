"""Markdown marks and typography around values: undone, or passed over in comparing."""

from __future__ import annotations

import re
import unicodedata

_BULLET = re.compile(r"(?:[-*•·●▪◦‣–]|o(?=\s)|\d{1,2}[.)])\s{1,20}|[•·●▪◦‣]")
_MARKUP_PAIRS = (
    (re.compile(r"\*\*\*([^*]+)\*\*\*"), r"\1"),
    (re.compile(r"\*\*([^*]+)\*\*"), r"\1"),
    (re.compile(r"(?<![\w_])__([^_]+)__(?![\w_])"), r"\1"),
    (re.compile(r"(?<![*\w])\*(?=[^\s*])([^*]+)(?<=[^\s*])\*(?![*\w])"), r"\1"),
    (re.compile(r"(?<![\w_/.])_(?=[^\s_])([^_\s]+(?:[^\S\n][^_\s]+){0,40})_(?![\w_])"), r"\1"),
    (re.compile(r"</?(?:b|strong|i|em)>"), ""),
)
_LINK = re.compile(r"\[([^\[\]\n]{1,500})\]\(<?(https?://[^\s()<>]{1,2000})>?\)")
_MARK = re.compile(r"[*_<\[\\]")
"""What every mark has one of."""
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!<>|~\"'&$@%^:;,/=?])")


def plain_text(text: str) -> str:
    """A value as it reads: emphasis, links and escapes undone, outer space stripped."""
    if not _MARK.search(text):
        return text.strip()
    text = _LINK.sub(lambda m: m[2] if m[1] == m[2] else f"{m[1]} <{m[2]}>", text)
    for pattern, replacement in _MARKUP_PAIRS:
        text = pattern.sub(replacement, text)
    text = text.strip()
    text = text.removeprefix("**").removesuffix("**")
    if "\\" in text:
        text = _ESCAPE.sub(r"\1", text)
    return text.strip()


def squash(text: str) -> str:
    """Letters and digits only, without case and marks: for comparing titles and labels."""
    text = unicodedata.normalize("NFKD", text[:3_000]).casefold()
    return "".join(char for char in text if char.isalnum())


def has_bullet(text: str) -> bool:
    """Whether a line is marked as a list's item: by a bullet, a dash or a number."""
    return _BULLET.match(text) is not None


def strip_bullet(text: str) -> str:
    """A list's item without its mark."""
    match = _BULLET.match(text)
    return text[match.end() :] if match else text
