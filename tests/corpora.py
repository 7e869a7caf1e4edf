"""Made-up corpora of any size, in the archives' export form: the same seed, the same records."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate

PEOPLE = ("Anna Petrova", "Jan Novák", "Ivan Sidorov", "Maria Lehmann", "Zsófia Kiss", "Omar Said")
PLACES = ("Arcadia", "Brno", "Ruritania", "Port Lorne", "Vélia", "Ostrava")
MONTHS = ("January", "March", "April", "June", "August", "September", "November")
NAMES = """\
entities:
  - id: arcadia
    kind: state
    label: Republic of Arcadia
    names:
      - {text: Republic of Arcadia, type: full}
      - {text: Arcadia, type: short}
      - {text: RA, type: acronym}
  - id: petrova-anna
    kind: person
    label: Anna Petrova
    names:
      - {text: Anna Petrova, type: full}
      - {text: Petrova, type: short}
  - id: novak-jan
    kind: person
    label: Jan Novák
    names:
      - {text: Jan Novák, type: full}
"""
_COMMON = (
    "the of and to in a that is was for on with as by it be at this which from are not have has "
    "will would about their they we been had but or an were there all more can other one"
)
_BEGINNINGS = (
    *("b", "br", "c", "ch", "d", "dr", "f", "g", "gr", "h", "k", "l"),
    *("m", "n", "p", "pr", "r", "s", "st", "t", "tr", "v", "w", "z"),
)
_VOWELS = ("a", "e", "i", "o", "u", "ea", "ou")
_ENDINGS = ("", "n", "r", "s", "l", "t", "nd", "st", "ck")


@cache
def vocabulary(size: int = 6_000) -> tuple[str, ...]:
    """Words from the commonest to the rarest, none twice."""
    choose = random.Random("vocabulary")
    words = dict.fromkeys(_COMMON.split())
    while len(words) < size:
        syllables = choose.choice((1, 2, 2, 3, 3))
        word = "".join(
            choose.choice(_BEGINNINGS) + choose.choice(_VOWELS) for _ in range(syllables)
        )
        words.setdefault(word + choose.choice(_ENDINGS))
    return tuple(words)


@cache
def _weights(size: int) -> tuple[float, ...]:
    return tuple(accumulate(1 / (rank + 2.7) for rank in range(size)))


class Writer:
    """Writes sentences, paragraphs and records; words follow Zipf's law."""

    def __init__(self, seed: object, words: int = 6_000, people: Sequence[str] = PEOPLE) -> None:
        self.choose = random.Random(repr(seed))
        self.words = vocabulary(words)
        self.people = people

    def some_words(self, count: int) -> list[str]:
        """Words as a language has them, the common ones often."""
        weights = _weights(len(self.words))
        return self.choose.choices(self.words, cum_weights=weights, k=count)

    def sentence(self) -> str:
        """One sentence, perhaps with a name, a date, a bracket or a dash."""
        words = self.some_words(self.choose.randint(8, 20))
        place = self.choose.randrange(2, len(words) - 2)
        kind = self.choose.randrange(12)
        if kind == 0:
            words[place] = self.choose.choice(self.people)
        elif kind == 1:
            words[place] = self.choose.choice(PLACES)
        elif kind == 2:
            words[place] = f"[{words[place]}]"
        elif kind == 3:
            words[place] += " -"
        elif kind == 4:
            words[place] = f'"{words[place]}"'
        elif kind == 5:
            day, month = self.choose.randint(1, 28), self.choose.choice(MONTHS)
            words[place] = f"on {day} {month} {self.choose.randint(1945, 1989)}"
        elif kind == 6:
            words[place] += "'s"
        elif kind == 7:
            words[place] += ","
        text = " ".join(words)
        return text[0].upper() + text[1:] + self.choose.choice("....?")

    def paragraph(self, sentences: int) -> str:
        """Some sentences."""
        return " ".join(self.sentence() for _ in range(sentences))

    def record(self, record: int, paragraphs: int = 8, sentences: int = 9) -> str:
        """A record with so many paragraphs, the last two one that a page break cut in two."""
        title = f"Report from {self.choose.choice(self.people)} on {' '.join(self.some_words(4))}"
        year, day = self.choose.randint(1945, 1989), self.choose.randint(1, 28)
        month = self.choose.choice(MONTHS)
        blocks = [self.paragraph(self.choose.randint(2, sentences)) for _ in range(paragraphs - 1)]
        if blocks:
            words = blocks[-1].split(" ")
            half = len(words) // 2
            while half < len(words) - 1 and not (
                words[half - 1].isalpha() and words[half].isalpha() and words[half].islower()
            ):
                half += 1
            blocks[-1:] = [" ".join(words[:half]), " ".join(words[half:])]
        archive = self.choose.choice(("RGANI", "GARF", "AVPRF"))
        return (
            f"**{month} {day}, {year}**\n\n**{title}**\n\n**Citation:**\n\n"
            f'"{title}", {month} {day:02}, {year}, Wilson Center Digital Archive, {archive}, '
            f"f. {self.choose.randint(1, 90)}, op. 1, d. {record}, ll. 1-9. Translated by Jo "
            f"Public. <https://archive.example/document/{record}>\n\n"
            "**Original Language:**\n\nRussian\n\n**Contents:**\n\nTranslation - English\n\n"
            + "\n\n".join(blocks)
            + "\n"
        )


def records(
    count: int, *, paragraphs: int = 8, sentences: int = 9, seed: object = 1, words: int = 6_000
) -> Iterator[tuple[str, str]]:
    """So many records: ids and texts."""
    for number in range(1, count + 1):
        record = 100_000 + number
        yield str(record), Writer((seed, number), words).record(record, paragraphs, sentences)


def corpus(count: int, *, paragraphs: int = 8, sentences: int = 9) -> dict[str, str]:
    """So many records, as files below a seed folder."""
    made = records(count, paragraphs=paragraphs, sentences=sentences)
    return {f"records/{record}.md": text for record, text in made}
