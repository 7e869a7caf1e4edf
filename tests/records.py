"""Records that tests make up, in the archives' own forms. No archive's text is in them."""

LETTER = """\
**March 3, 1961**

**Letter from Anna Petrova to Jan Novák  \nabout the Delivery of Tractors**

**Citation:**

"Letter from Anna Petrova to Jan Novák about the Delivery of Tractors", March 03, 1961, Wilson Center Digital Archive, GARF, f. 9401, op. 2, d. 17, ll. 3-4. Contributed by Maria Lehmann and translated by John Q. Public. <https://archive.example/document/555001>

**Summary:**

Petrova asks Novák about forty tractors.

**Original Language:**

Russian

**Contents:**

Translation - English

LETTER

To Comrade Jan Novák

3 March 1961

Dear Comrade Novák!

The Ministry of Agriculture has asked [me] to write to you about the tractors. They were to come in ....days, but nothing has come (give the exact number here).

We have waited since 1 March. I have waited at the station in Brno, where the delegation of the People's

Republic of Arcadia stood as well. Please answer [SIC] soon.

A. PETROVA
"""

OLDER = """\
August 07, 1956

Telegram from Ivan Sidorov, \u2018On the Harvest\u2019

Citation:
\u201cTelegram from Ivan Sidorov, \u2018On the Harvest\u2019,\u201d August 07, 1956, History and Public Policy Program Digital Archive, RGANI, f. 5, op. 28, d. 409, ll. 12-13. Translated for CWIHP by Mary O\u2019Neill. http://archive.example/document/110022

Summary:
Sidorov reports a good harvest.

Original Language:
Russian

Contents:
\u2022 Scan of Original Document
\u2022 English Translation

To the Central Committee

The harvest is good. The \u201cgreat field\u201d gave forty tons.

I. Sidorov
"""

AUTHORITIES = """\
entities:
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
      - {text: Novák, type: short}
  - id: arcadia
    kind: state
    label: People's Republic of Arcadia
    names:
      - {text: People's Republic of Arcadia, type: full}
      - {text: PRA, type: acronym}
  - id: brno
    kind: place
    label: Brno
    names:
      - {text: Brno, type: short}
"""


def numbered(number: int, title: str = "", year: int = 1950) -> str:
    """A small record among many."""
    title = title or f"Note number {number}"
    return (
        f'**{year}**\n\n**{title}**\n\n**Citation:**\n\n"{title}", {year}, Wilson Center Digital '
        f"Archive, RGANI, f. {number}, op. 1, d. 2, ll. 3-4. <https://archive.example/{number}>\n\n"
        "**Original Language:**\n\nRussian\n\n**Contents:**\n\nTranslation - English\n\n"
        f"This is the text of note {number}.\n\nIt has two paragraphs.\n"
    )
