"""Language names, as archives print them in English, into BCP 47 tags.

A table, because `langcodes` can only look names up with a second package of data, and because an
archive's language names are few.
"""

from __future__ import annotations

from api.text import fold

_TAGS_AND_NAMES = """
sq Albanian; am Amharic; ar Arabic; hy Armenian; az Azerbaijani, Azeri; eu Basque
be Belarusian, Belorussian, Byelorussian; bn Bengali, Bangla; bs Bosnian; bg Bulgarian
my Burmese; ca Catalan; hr Croatian; cs Czech; da Danish; prs Dari; nl Dutch, Flemish
en English; eo Esperanto; et Estonian; fi Finnish; fr French; ka Georgian
de German; el Greek, Modern Greek; gu Gujarati; he Hebrew; hi Hindi; hu Hungarian, Magyar
is Icelandic; id Indonesian, Bahasa Indonesia; ga Irish; it Italian; ja Japanese
kk Kazakh; km Khmer, Cambodian; ko Korean; ku Kurdish; ky Kyrgyz, Kirghiz; lo Lao, Laotian
la Latin; lv Latvian; lt Lithuanian; mk Macedonian; ms Malay; ml Malayalam; mt Maltese
mr Marathi; ro-MD Moldovan, Moldavian; mn Mongolian; ne Nepali; no Norwegian; ps Pashto, Pushtu
fa Persian, Farsi; pl Polish; pt Portuguese; pa Punjabi, Panjabi; ro Romanian, Rumanian
ru Russian; sa Sanskrit; gd Scottish Gaelic; sr Serbian; sh Serbo-Croatian, Serbo-Croat
sh Croato-Serbian; si Sinhala, Sinhalese; sk Slovak; sl Slovenian, Slovene; so Somali
es Spanish, Castilian; sw Swahili, Kiswahili; sv Swedish; tl Tagalog; fil Filipino
tg Tajik; ta Tamil; tt Tatar; te Telugu; th Thai; bo Tibetan; ti Tigrinya; tr Turkish
tk Turkmen; uk Ukrainian; ur Urdu; ug Uyghur, Uighur; uz Uzbek; vi Vietnamese; cy Welsh
xh Xhosa; yi Yiddish; zu Zulu; af Afrikaans; pt-BR Brazilian Portuguese
zh Chinese, Mandarin, Mandarin Chinese; yue Cantonese
zh-Hans Simplified Chinese, Chinese Simplified; zh-Hant Traditional Chinese, Chinese Traditional
"""

_TAGS = {
    fold(name).text: tag
    for entry in _TAGS_AND_NAMES.replace("\n", ";").split(";")
    if entry.strip()
    for tag, names in [entry.split(maxsplit=1)]
    for name in names.strip().split(", ")
}


def language_tag(name: str) -> str | None:
    """The BCP 47 tag of a language named in English: "Russian" -> "ru".

    Case, accents, dashes and brackets ("Chinese (Simplified)") do not matter. None for a name that
    is not known, and for several at once ("Russian and German").
    Source: the IANA language subtag registry.
    """
    plain = fold(name).text.replace("(", " ").replace(")", " ")
    words = plain.replace(" - ", "-").split()
    if words[-1:] == ["language"]:
        words.pop()
    return _TAGS.get(" ".join(words))


_NAMES = {
    tag: names.split(", ")[0]
    for entry in reversed(_TAGS_AND_NAMES.replace("\n", ";").split(";"))
    if entry.strip()
    for tag, names in [entry.strip().split(maxsplit=1)]
}


def language_name(tag: str) -> str | None:
    """The English name of a BCP 47 tag's language: "ru" -> "Russian"; None where not known."""
    parts = tag.split("-")
    for length in range(len(parts), 0, -1):
        if name := _NAMES.get("-".join(parts[:length])):
            return name
    return None
