"""Where a record belongs: repository, fonds, inventory, file, read off its reference code.

Pure: parts of a reference in, a chain of collections out, outermost first. Ids depend on the words
of the reference alone, so any two databases give a collection the same id.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from api.text import sha256_hex

Level = Literal[
    "repository", "fonds", "series", "subseries", "file", "item", "volume", "collection"
]

ROOT = "root"
"""The collection of everything: what standards that want one root start from."""
UNSORTED = "unsorted"
"""Where records stand that say nothing of where they belong."""


@dataclass(frozen=True, slots=True)
class Holding:
    """One step of the way to a record.

    `level` is ISAD(G)'s (3.1.4), or repository, volume, collection; `unit` the scheme's own word
    (fond, opis, delo, record_group, …), None for repositories; `label` as printed ("f. 52"), and
    `title` the name where one is printed. `segments` is the way from the top, one word for each
    step; joined by "-" it is the id, by ":" the path.
    """

    segments: tuple[str, ...]
    level: Level
    unit: str | None
    label: str
    title: str | None = None

    @property
    def id(self) -> str:
        """Readable, stable, unique: rgani-f52-op1-d351."""
        return "-".join(self.segments)

    @property
    def path(self) -> str:
        """The id with its steps marked: rgani:f52:op1:d351."""
        return ":".join(self.segments)


@dataclass(frozen=True, slots=True)
class _Unit:
    level: Level
    prefix: str
    """Of the id's segment."""
    label: str
    """As it is printed before the number."""


# In the order in which one lies in the other. Leaves, pages and years are no collections.
_UNITS: Mapping[str, _Unit] = {
    "department": _Unit("fonds", "dept", ""),
    "record_group": _Unit("fonds", "rg", "RG "),
    "fond": _Unit("fonds", "f", "f. "),
    "zespol": _Unit("fonds", "z", "z. "),
    "bestand": _Unit("fonds", "best", ""),
    "collection": _Unit("fonds", "coll", ""),
    "series": _Unit("series", "ser", ""),
    "opis": _Unit("series", "op", "op. "),
    "opys": _Unit("series", "op", "op. "),
    "dans": _Unit("series", "dans", "dans "),
    "inventar": _Unit("series", "inv", "inv. "),
    "perechen": _Unit("series", "per", "per. "),
    "csoport": _Unit("series", "cs", "cs. "),
    "nenfond": _Unit("series", "nf", ""),
    "toegang": _Unit("series", "toegang", ""),
    "akzession": _Unit("series", "akz", "Akzession "),
    "aprasas": _Unit("series", "ap", "ap. "),
    "entry": _Unit("series", "e", "Entry "),
    "lot_file": _Unit("series", "lot", "Lot File "),
    "decimal_file": _Unit("file", "df", "Decimal File "),
    "viti": _Unit("subseries", "v", "V. "),
    "subseries": _Unit("subseries", "sub", ""),
    "svazek": _Unit("subseries", "sv", "sv. "),
    "caja": _Unit("subseries", "caja", "Caja "),
    "wiazka": _Unit("subseries", "w", "w. "),
    "paczka": _Unit("subseries", "p", "p. "),
    "papka": _Unit("subseries", "pap", "pap. "),
    "korobka": _Unit("subseries", "kor", "kor. "),
    "doboz": _Unit("subseries", "doboz", "doboz "),
    "box": _Unit("subseries", "b", "Box "),
    "delo": _Unit("file", "d", "d. "),
    "byla": _Unit("file", "b", "b. "),
    "dosszie": _Unit("file", "dosszie", "dosszié "),
    "inventarisnummer": _Unit("file", "inv", "inv.nr. "),
    "archivni_jednotka": _Unit("file", "aj", "a.j. "),
    "ho_so": _Unit("file", "hs", "hồ sơ "),
    "dossier": _Unit("file", "dossier", "dossier "),
    "control_symbol": _Unit("file", "cs", ""),
    "symbol": _Unit("file", "sym", ""),
    "ae": _Unit("file", "ae", "a.e. "),
    "sprava": _Unit("file", "spr", "spr. "),
    "negj": _Unit("file", "kn", "kh/n "),
    "dosar": _Unit("file", "dos", "dosar "),
    "dosje": _Unit("file", "dos", "dos. "),
    "sygnatura": _Unit("file", "sygn", "sygn. "),
    "teczka": _Unit("file", "t", "t. "),
    "edinitsa_khraneniya": _Unit("file", "edkhr", "ed. khr. "),
    "orzesi_egyseg": _Unit("file", "oe", "ő.e. "),
    "tetel": _Unit("file", "tetel", "tétel "),
    "piece": _Unit("file", "p", ""),
    "band": _Unit("file", "bd", "Bd. "),
    "signatur": _Unit("file", "sig", ""),
    "signatura": _Unit("file", "sig", ""),
    "folder": _Unit("file", "fold", "Folder "),
    "file": _Unit("file", "file", ""),
}
_NAMED = {"fond": "fond_title"}
"""Parts that have their name in a part of its own."""


def place_record(
    citation: Mapping[str, Any] | None, volume: Mapping[str, Any] | None = None
) -> tuple[Holding, ...]:
    """The collections a record belongs to, outermost first; never empty.

    `citation` is the parsed citation as it is served; `volume` ({"id", "title"}) the book that a
    record is a document of, which then is where it belongs. What is not recognised goes no deeper
    than what is known of it: the repository, else the digital archive, else the unsorted.
    """
    if volume:
        name = str(volume["id"])
        segment = _volume_segment(name)
        return (Holding((segment,), "volume", "volume", name, str(volume.get("title") or name)),)
    citation = citation or {}
    reference = citation.get("reference") or {}
    parts = reference.get("parts") or {} if reference.get("recognised") else {}
    if parts and reference.get("scheme") == "printed":
        parts = {}
    chain = [_top(parts, citation)]
    for key, unit in _UNITS.items():
        value = parts.get(key)
        if isinstance(value, str) and (segment := _segment(unit.prefix, value)):
            title = parts.get(_NAMED.get(key, ""))
            chain.append(
                Holding(
                    (*chain[-1].segments, segment),
                    unit.level,
                    key,
                    unit.label + " ".join(value.split()),
                    title if isinstance(title, str) else None,
                )
            )
    return tuple(chain)


def _top(parts: Mapping[str, Any], citation: Mapping[str, Any]) -> Holding:
    """The repository, else the digital archive that serves the record."""
    name = parts.get("repository")
    if isinstance(name, str) and name.strip():
        short = parts.get("repository_abbreviation")
        label = short if isinstance(short, str) and short.strip() else name
        return Holding((_name_segment(label),), "repository", None, label, name)
    name = citation.get("digital_archive")
    if isinstance(name, str) and name.strip():
        return Holding((_name_segment(name),), "collection", None, name, name)
    return Holding((UNSORTED,), "collection", None, "Unsorted", "Records without a reference code")


_PLAIN_CODE = re.compile(r"[0-9][a-z0-9]*(?:-[0-9][a-z0-9]*)*")
_PLAIN_WORDS = re.compile(r"[a-z0-9]+(?: [a-z0-9]+|-[0-9][a-z0-9]*)*")
_LONGEST = 48


def _name_segment(name: str) -> str:
    """A name as the first word of an id: words in letters alone, else marked with a hash.

    So no name can be taken for a name and a number ("rgani-f52").
    """
    identity = _fold(name)
    slug = _slug(identity)
    plain = re.sub(r"\W+", "-", identity).strip("-") == slug and "_" not in identity
    words_only = re.fullmatch(r"[a-z]+(?:-[a-z]+)*", slug)
    if plain and words_only and len(slug) <= _LONGEST and slug not in (ROOT, UNSORTED):
        return slug
    return _hashed(slug, re.sub(r"[\W_]+", " ", identity).strip() or identity)


def _volume_segment(name: str) -> str:
    """A volume's own id where it begins with a word that holds a digit, which no name does."""
    identity = _fold(name)
    if re.fullmatch(r"[a-z]*[0-9][a-z0-9]*(?:-[a-z0-9]+)*", identity) and len(identity) <= 80:
        return identity
    return "vol_" + (_slug(identity) if _slug(identity) == identity else _hashed("", identity))


def _segment(prefix: str, value: str) -> str:
    """A part as a step of an id: "52" -> "f52"; what letters and digits cannot say gets a hash."""
    identity = re.sub(r"(?<=[^\W\d])\s+(?=\d)", "", _fold(value))
    if not identity:
        return ""
    if _PLAIN_CODE.fullmatch(identity):
        return prefix + identity
    if _PLAIN_WORDS.fullmatch(identity) and len(identity) <= _LONGEST:
        return f"{prefix}_{identity.replace(' ', '_')}"
    hashed = _hashed(_slug(identity), identity)
    return prefix + hashed if hashed[0].isdigit() else f"{prefix}_{hashed}"


def _hashed(slug: str, identity: str) -> str:
    cut = slug[:_LONGEST].rstrip("-")
    return f"{cut}{'_' if cut else 'x_'}{sha256_hex(identity)[:8]}"


def _fold(text: str) -> str:
    """Without marks, case and surplus space: what does not tell one collection from another."""
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(plain.casefold().split())


def _slug(identity: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", identity))


def natural_key(label: str) -> str:
    """A label as lists are sorted: numbers by their size ("op. 2" before "op. 10")."""
    return re.sub(r"\d+", lambda match: match[0].lstrip("0").rjust(12, "0"), _fold(label))
