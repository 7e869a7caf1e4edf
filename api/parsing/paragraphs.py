"""Blocks of a body -> numbered paragraphs: kinds, speakers, joins over page breaks.

First each block is looked at alone (a page mark looks like one wherever it stands), then what is
left is judged by where it stands: a name after the body signs it, a name above addresses it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from api.parsing.apparatus import directs_drafter
from api.parsing.values import Block, Paragraph, ParagraphKind


def read_paragraphs(blocks: Sequence[Block]) -> list[Paragraph]:
    """Number, class and join the blocks of a record's bodies, in reading order from 1.

    Each block becomes one paragraph with its text and offsets unchanged. `speaker` is the label
    of a turn as written, without its colon. `continues` and `continued_by` mirror each other and
    never reach over into another content. Blocks of one content must stand together.
    """
    paragraphs: list[Paragraph] = []
    for _, group in groupby(blocks, key=lambda block: block.content):
        run = list(group)
        kinds, speakers = _classify(run)
        first = len(paragraphs) + 1
        joins = _find_joins(run, kinds)
        backwards = {after: before for before, after in joins.items()}
        for i, block in enumerate(run):
            before, after = backwards.get(i), joins.get(i)
            paragraphs.append(
                Paragraph(
                    number=first + i,
                    kind=kinds[i],
                    text=block.text,
                    source_start=block.source_start,
                    source_end=block.source_end,
                    content=block.content,
                    speaker=speakers.get(i),
                    continues=None if before is None else first + before,
                    continued_by=None if after is None else first + after,
                )
            )
    return paragraphs


def _word_set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_TOKEN = re.compile(r"[^\W\d_](?:[\w'’.-]*\w)?\.?")
_SMALL = _word_set(
    "a al an and at bin by da dal de del den der di do du el for from ibn in la le of on or the to "
    "van von with y"
)
_DANGLING = _word_set(
    "a about against also although among an and are as at be because been being between both but "
    "by can cannot could did do does during each either every for from had has have his if in "
    "into is its may might must my neither nor not of on onto or our per shall should some than "
    "the their then there they to toward towards under unless until upon very was we were when "
    "where whether which while who whom whose why will with without would your"
)
_SENTENCE_END = re.compile(r"([^\W\d_]{3,}|\d|[)\]\"”])([.!?])[\"”’)]? [\"“(]?[^\W\d_]")
_ABBREVIATIONS = _word_set(
    "amb apr art aug capt cde cdes col com comr cont dec dept feb fig gen gov jan jul jun lieut "
    "maj mar messrs min nov oct para paras prof ref rep rev sec sen sep sept spec tel vol"
)
_STOPS = ".!?…。！？"
_CLOSES = ")]}»”\"'’"
_MARKUP = "*_# \t\n>"


def _plain(text: str) -> str:
    """The words without Markdown's marks around them."""
    return text.strip(_MARKUP)


def _words(text: str) -> list[str]:
    return _TOKEN.findall(text)


def _starts_lower(text: str) -> bool:
    first = next((char for char in text[:8] if char.isalpha()), "")
    return first.islower()


def _ends_sentence(text: str) -> bool:
    end = text.rstrip(_MARKUP + _CLOSES)
    return end[-1:] in tuple(_STOPS) and not end.endswith(("a.m.", "p.m."))


def _has_whole_sentence(text: str) -> bool:
    """Whether a sentence ends inside a text and another begins."""
    return any(
        end.group(2) != "." or end.group(1).lower() not in _ABBREVIATIONS
        for end in _SENTENCE_END.finditer(text)
    )


def _is_capitals(text: str) -> bool:
    letters = list(filter(str.isalpha, text))
    big = sum(map(str.isupper, letters))
    return len(letters) > 2 and big >= 3 and big >= 0.85 * len(letters)


def _is_capitalised(words: Sequence[str]) -> bool:
    """Whether every word but the small ones (of, the) begins with no small letter."""
    return bool(words) and all(not w[0].islower() or w.lower() in _SMALL for w in words)


def _breaks_off(text: str) -> bool:
    """Whether a text ends where no sentence can: on "the", a possessive, a hyphen."""
    end = text.rstrip(_MARKUP)
    if end.endswith(("'s", "’s", "s'", "s’")) and end.count(" ") > 5:
        return True
    if end.endswith("-") and end[-2:-1].isalpha():
        return True
    last = end[-60:].rsplit(None, 1)[-1:]
    if re.search(r"[;,] (?:and|or)$", end):
        # So end the clauses of treaties and resolutions, each a paragraph of its own.
        return False
    return bool(last) and last[0].lstrip("([\"'“‘") in _DANGLING


_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|"
    r"Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?|"
    r"января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря)\b\.?"
)
_DAY = r"\b\d{1,2}(?:st|nd|rd|th)?(?: ?(?:[-–/]|to|and) ?\d{1,2}(?:st|nd|rd|th)?)?"
_YEAR = r"\b(?:1[5-9]|20)\d\d\b"
_DATE = re.compile(
    rf"{_DAY},? (?:of )?{_MONTH}(?:[, ]+{_YEAR})?"
    rf"|\b{_MONTH} {_DAY}\b(?:[, ]+{_YEAR})?"
    rf"|\b{_MONTH},? {_YEAR}"
    r"|\b\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})\b|\b\d{4}-\d\d-\d\d\b"
    r"|\b\d{1,2}[ ./-]{1,2}[IVX]{1,4}[ ./-]{1,2}(?:\d{4}|\d{2})\b"
    r"|\d{4}年\d{1,2}月(?:\d{1,2}日)?|\bundated\b|\bn\.d\.|\bno date\b",
    re.I,
)
_MAY_BE_DATED = re.compile(r"\d|[UuNn](?:[Nn][Dd][Aa][Tt][Ee][Dd]|\.[Dd]\.|[Oo] [Dd][Aa][Tt][Ee])")
_DATE_NOISE = re.compile(r" ?(?:\(\?\)|\[\d{1,2}\??\])|[\"“”«»]")
_TIME = re.compile(
    r"\b\d{1,2}(?:[:.]\d\d)? ?(?:[-–—]|and|to) ?\d{1,2}(?:[:.]\d\d)? ?[ap]\. ?m\b\.?"
    r"|\b\d{1,2}[:.]\d\d(?: ?(?:[ap]\.? ?m\b\.?|hours|hrs))?|\b\d{1,2} ?[ap]\.? ?m\b\.?"
    r"|\b\d{4} ?(?:hours|hrs)\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b"
    r"|\bnoon\b|\bmidnight\b",
    re.I,
)
_DATE_WORDS = _word_set(
    "at city date dated day evening from g hours in morning night of on received sent the time "
    "town year afternoon г года"
)
_DOCUMENT_WORDS = (
    "act|addendum|agenda|agreement|aide-m[eé]moire|annex|appendix|attachment|cable|communiqu[eé]|"
    "conversation|decision|declaration|decree|diary|directive|dispatch|draft|enclosure|excerpts?|"
    "extracts?|from the (?:diary|journal)|information|instructions?|intelligence|journal|letter|"
    "list|meeting|memo|memoranda|memorandum|message|minutes|negotiations|note|notes|order|outline|"
    "plan|plenum|proposals?|protocol|record|remarks|report|reports|resolution|session|speech|"
    "statement|stenogram|stenographic|suggestions|summary|talks?|telegram|telegraph|theses|"
    "transcript|treaty|verbatim"
)
_DOCUMENT_WORD = re.compile(rf"\b(?:{_DOCUMENT_WORDS})\b", re.I)
_OPENS_AS_DOCUMENT = re.compile(rf"(?:[\w-]+ ){{0,3}}(?:{_DOCUMENT_WORDS})\b", re.I)
_HONORIFIC = re.compile(
    r"(?:Comrades?|Cdes?\b\.?|Com\.|Messrs\.?|Mr\.?|Mrs\.?|Marshal|Gen\.|His Excellency|"
    r"H\. ?E\.|Ambassador|President|Chairman|Premier|Prime Minister|Minister)(?=\s)",
    re.I,
)

_PAGE_MARK = re.compile(
    r"[-–—\[(<|]{0,2} ?(?:(?:handwritten |typed )?(?:page|pages|pg\.?|p\.|sheet|leaf|folio|l\.) ?)"
    r"\d{1,4}(?: ?(?:ob\.?|verso|recto))?(?: ?(?:of|/) ?\d{1,4})? ?[-–—\])>|.]{0,2}"
    r"|[-–—\[(<|]{0,2} ?\d{1,3}(?: ?[-–/] ?\d{1,3})? ?[-–—\])>|]{0,2}"
    r"|[-–—]{1,2} ?[ivxlc]{1,6} ?[-–—]{1,2}",
    re.I,
)
_STAMP_WORDS = re.compile(
    r"(?:\b(?:absolutely|strictly|top|most|very|extremely|completely) )?\b(?:secret|confidential)\b"
    r"|\b(?:unclassified|restricted|noforn|nodis|exdis|limdis)\b|\bspecial (?:folder|file)\b"
    r"|\b(?:for )?official use only\b|\beyes only\b|\bof special importance\b"
    r"|\b(?:very |most |extremely )?urgent(?:ly)?\b|\bimmediate(?:ly)?\b|\bflash\b|\bpriority\b"
    r"|\b(?:(?:incoming|outgoing|ciphered|cipher|coded|encrypted) )?(?:telegram|cable|cipher)\b"
    r"|\bout of turn\b|\bpersonal(?:ly)?\b|\b(?:copy|ex|exemplar|series)\b\.?"
    r"|(?:\b(?:spec(?:ial)?|ref|reg|outgoing|incoming|ind)\b\.? ?)?(?:\bno\b\.?|№|#|\bnr\b\.?)"
    r" ?[\w/.–-]*\d[\w/.–-]*"
    r"|\b(?:proletarians|workers) of (?:all countries|the world|all lands),? unite\b"
    r"|\bsubject to (?:being )?return(?:ed)?(?: within \d+ (?:hours|days))?\b|\bto be returned\b"
    r"|\bdestroy after reading\b|\bsov(?:ershenno)?\.? sekretno\b",
    re.I,
)
_STAMPED_FROM_THE_FIRST = re.compile(rf"[\W\d_]*?(?:{_STAMP_WORDS.pattern})", re.I)
_STAMP_OPENS = re.compile(
    r"(?:declassified (?:\d|by|on|in|per|under|pursuant|authority)|approved for release\b|"
    r"\[?(?:stamp|seal|round seal|letterhead)\b[:\]]?|from:|received:? (?:on )?[\d\[]|"
    r"registered:? (?:no|№|\d))",
    re.I,
)
_COLOPHON = re.compile(
    r"[\[(]?(?:(?:minutes |notes |record |stenogram )?(?:dictated|typed|recorded|taken down|taken|"
    r"written down|transcribed|translated|printed|executed|drafted|prepared|compiled|copied|noted|"
    r"reproduced|verified|checked|certified|authenticated|proofread|deciphered|interpreted|"
    r"edited|written|reported|received)(?: (?:from \w+|up|down))?(?: and \w+)? by\b"
    r"|(?:typed|printed|made|executed|sent out|prepared|produced)(?: up)? in (?:\d|one|two|three|"
    r"four|five|six|seven|eight|nine|ten|twelve|single|duplicate|triplicate)\b"
    r"|(?:\d{1,3}|one|two|three|four|five|six) cop(?:y|ies)\b"
    r"|(?:recorder|note-?taker|stenographer|typist|translator|executor|dictated|recorded|"
    r"translated|typed)(?: by)?:"
    r"|translated from\b|true copy\b|(?:certified|correct|exact) copy\b"
    r"|(?:sent to|distribution|distributed to|circulated to|copies to|copies sent to|cc):)",
    re.I,
)
_FINITE_VERB = re.compile(r"\b(?:was|were|is|are|has|had|have|will|would|said)\b", re.I)
_NOTE = re.compile(
    r"[\[(*]{0,2}(?:(?:translator|editor|trans\.?|transl\.?|ed\.?|cwihp|compiler)(?:['’]?s['’]?)?"
    r"(?: note| comment)s?\b|note:|notes:|footnote|n\.?b\.?:|t\.? ?n\.?:)",
    re.I,
)
_NOTE_MARK = re.compile(
    r"(?:\[(?:\d{1,3}|[ivx]{1,5}|\*{1,3})\]|[¹²³⁴⁵⁶⁷⁸⁹⁰]{1,3}|[†‡]|\*{1,3}(?=[ \w]))"
)
_NOTES_TITLE = re.compile(r"(?:foot|end)?notes|translator['’]?s['’]? notes|references", re.I)
_LIST_MARK = re.compile(
    r"(?:\(?\d{1,3}[.)]|\(\d{1,3}\)|\(?[a-zа-я]\)|[a-z]\.|\(?[ivx]{1,5}\)|[A-Z]\)|[IVX]{1,5}\)|"
    r"[-–—•·▪◦●■○*])\s+(?=\S)|№ ?\d{1,3}[.)]\s|第[一二三四五六七八九十]+[、,]"
)
_ROMAN_MARK = re.compile(r"([IVX]{1,5})\.\s+\S")
_GREETING = re.compile(
    r"(?:(?:my )?(?:dear|dearest|esteemed|respected|honou?rable|most esteemed|highly esteemed|"
    r"deeply esteemed|much esteemed|highly respected|most respected|beloved)\b"
    r"|your (?:excellency|excellencies|majesty|highness)\b|excellency\b|gentlemen\b|ladies\b"
    r"|sirs?\b|madame?\b|friends\b|comrades?\b|cdes?\b\.?|com\.|(?:mr|mrs|mme|messrs)\b\.?)",
    re.I,
)
_SIGN_OFF = re.compile(
    r"(?:with (?:\w+ ){0,4}(?:greetings?|regards|respects?|salutations?|wishes)\b"
    r"|(?:yours )?(?:very |most )?(?:sincerely|faithfully|truly|respectfully|cordially|"
    r"fraternally)(?: yours)?\b|yours\b|(?:best|kind|warm)(?:est)? (?:regards|wishes)\b"
    r"|(?:communist|fraternal|comradely) greetings\b"
    r"|(?:please )?accept,?(?: [\w.,]+){0,9} (?:assurances?|expressions?) of\b)",
    re.I,
)
_SIGNED = re.compile(r"(?:[\[(/]\s*(?:signed|signature|s)\b|/s/|signed:|signature:)", re.I)
_INITIALS = re.compile(
    r"(?:\b[^\W\d_]\. ?){1,3}[^\W\d_][\w'’-]+|[^\W\d_]{3,},? (?:[^\W\d_]\. ?){1,3}$"
)
_ONLY_INITIALS = re.compile(r"(?:[^\W\d_]\. ?){2,4}")
_OFFICE = re.compile(
    r"\b(?:ambassador|minister|secretary|chairman|president|premier|head|deputy|chief|director|"
    r"colonel|general|marshal|major|captain|lieutenant|counsell?or|attach[eé]|consul|member|"
    r"charg[eé]|representative|commander|adviser|advisor|assistant|plenipotentiary)\b",
    re.I,
)
_TO_SOMEBODY = re.compile(r"to(?: the| all| comrades?| cdes?\.?| com\.| mr\.?)?[ :]\s*\S", re.I)
_FOR_ADDRESS = re.compile(
    r"(?:to|addressee|addressees|for the attention of|attention|attn)\.?:", re.I
)
_LABEL = re.compile(
    r"(?:present|also present|participants|attended|attendees|in attendance|absent|place|location|"
    r"time|date|translator|interpreter|from|source)\b[^:]{0,40}:",
    re.I,
)
_LIST_TITLE = re.compile(
    r"(?:(?:also|others|other|were|list of|the)\s+)?(?:present|participants|attendees|attendance|"
    r"members|delegations?|absent|distribution)(?: at the meeting)?:?",
    re.I,
)
_SUBJECT_LINE = re.compile(r"(?:subject|re|regarding|topic|concerning|title):", re.I)
_ABOUT = re.compile(
    r"\b(?:about|concerning|regarding|on the (?:question|issue|matter|subject))\b", re.I
)


def _look_at(text: str) -> ParagraphKind | None:
    """What a block is wherever it stands; None where that depends on its neighbours."""
    words = _plain(text)
    size = len(words)
    if size <= 40 and _PAGE_MARK.fullmatch(words):
        return "page_mark"
    if size <= 10 and re.fullmatch(_YEAR, words):
        return "dateline"
    if size <= 200 and _is_stamp(words):
        return "stamp"
    if size <= 250 and _is_colophon(words):
        return "colophon"
    if _NOTE.match(words):
        return "note"
    if size <= 140 and _is_dateline(words):
        return "dateline"
    if size <= 160 and _is_salutation(words):
        return "salutation"
    if words[:1] == "(" and words.rstrip(".")[-1:] == ")" and directs_drafter(_unwrap(words)):
        return "instruction"
    if _LIST_MARK.match(text):
        return "list_item"
    return None


def _unwrap(words: str) -> str:
    """What stands in the brackets around a whole block; nothing where they close before its end."""
    inside = words.rstrip(".")[1:-1]
    depth = 0
    for char in re.findall(r"[()]", inside):
        depth += 1 if char == "(" else -1
        if depth < 0:
            return ""
    return inside


def _is_stamp(words: str) -> bool:
    if _STAMP_OPENS.match(words):
        return not (words.endswith(".") and words.count(" ") > 14)
    if not _STAMPED_FROM_THE_FIRST.match(words):
        return False
    rest, found = _STAMP_WORDS.subn(" ", words)
    return found > 0 and not any(char.isalpha() for char in rest) and len(rest.split()) <= 4


def _is_colophon(words: str) -> bool:
    if not _COLOPHON.match(words):
        return False
    if _FINITE_VERB.search(words):
        return False
    return not words.endswith((".", "?", "!")) or words.count(" ") < 15


def _is_dateline(words: str) -> bool:
    if not _MAY_BE_DATED.search(words):
        return False
    rest, dates = _DATE.subn(" ", _DATE_NOISE.sub("", words))
    if not dates or words[-1:] in tuple("?!:;"):
        return False
    rest = _TIME.sub(" ", rest)
    if any(char.isdigit() for char in rest) or _INITIALS.search(rest) or _HONORIFIC.search(rest):
        return False
    left = [word for word in _words(rest) if word.lower().rstrip(".") not in _DATE_WORDS]
    if len(left) > 6 or _DOCUMENT_WORD.search(rest):
        return False
    return all(not word[0].islower() for word in left)


def _is_salutation(words: str) -> bool:
    words = words.lstrip('"“')
    greeting = _GREETING.match(words)
    if not greeting or words[-1:] not in tuple("!,:"):
        return False
    inner = re.sub(r"\b(?:Mr|Mrs|Cde|Com|Dr|[A-Z])\.", "", words[:-1])
    if re.search(r"[.?;]", inner):
        return False
    if words[-1] == "!" or greeting.group().lower().startswith(("dear", "my dear")):
        return words.count(" ") < 22
    return words.count(" ") < 16 and _is_capitalised(
        [word for word in _words(words[greeting.end() :]) if word.lower() not in ("dear",)] or ["X"]
    )


_NON_SPEAKERS = _word_set(
    "abstract action addendum addressee addressees advantages agenda also analysis and annex "
    "answers appendix approved article assessment at attachment attachments attendance attended "
    "attendees attention attn author authors b background but by c cable caution cc chapter "
    "citation classification comment comments conclusion conclusions content contents context "
    "copies copy credits date decided decision decisions delegation delegations description diary "
    "dictated disadvantages discussed discussion distribution document documents draft drafted ed "
    "editor editors enclosure enclosures end english example examples excerpt excerpts fact facts "
    "file finally first firstly follow-up footnote footnotes for fourth from further headline "
    "hence here however i if in important info information instructions issue issues item items "
    "keywords language later letter list location measures meeting memorandum message namely nb "
    "next no note notes number objective objectives observation observations on or origin original "
    "outcome p.p.s p.s page paper paragraph part participants people place point points "
    "postscript present problem problems procedure proposal proposals ps purpose re reason reasons "
    "received recommendation recommendations reference references ref regarding remark remarks "
    "report reports request resolution resolved result results rights russian scene second "
    "secondly section see sent session signature signed so solution source sources stamp status "
    "subject subjects summary task tasks telegram telephone text that the their then therefore "
    "these third thirdly this thus time title to topic topics translation translator translators "
    "typed unit update venue via warning we what when where who why"
)
_ADDRESSING = _word_set(
    "beloved dear dearest esteemed excellency gentlemen highly honorable honourable ladies most my "
    "respected sir sirs your"
)
_NOT_A_NAME = re.compile(
    r"(?:tions?|ments?|ances?|ences?|ings?|ities|ity|sions?|ness|ures?)$", re.I
)
_PERSONS_TITLE = re.compile(
    r"\b(?:comrade|cde|com|mr|mrs|ms|dr|prof|gen|general|marshal|col|colonel|admiral|president|"
    r"chairman|premier|prime minister|minister|ambassador|amb|secretary|sec|king|prince|sir|"
    r"chancellor|delegate|correspondent|interpreter|speaker|voices?)\b",
    re.I,
)
_SMALL_TITLE = re.compile(
    r"chairman|deputy|first|foreign|general|leader|marshal|member|minister|premier|president|prime|"
    r"secretary|vice"
)
_STAGE_DIRECTION = re.compile(r"\s*[(\[][^()\[\]]{0,60}[)\]]$")


@dataclass(frozen=True, slots=True)
class _Turn:
    label: str
    key: str
    is_person: bool
    is_bare: bool
    """The label stands alone in its block; what is said comes in the next."""


def _read_turn(text: str) -> _Turn | None:
    words = text.lstrip(_MARKUP)
    colon = re.search(r"[:：]", words[:90])
    if not colon:
        return None
    label = words[: colon.start()].rstrip("*_ ")
    after = words[colon.end() :].lstrip("*_")
    if (
        not label
        or label[0] in "\"“‘'«"
        or (colon.group() == ":" and after and not after[0].isspace())
    ):
        return None
    name = _STAGE_DIRECTION.sub("", label).strip() or label
    if name[0] in "[(" and name[-1] in "])":
        name = name[1:-1].strip()
    elif name is not label and name:
        label = name
    tokens = name.replace(",", " ").split()
    if not tokens or len(tokens) > 7 or not _is_speaker(tokens):
        return None
    folded = [token.casefold().strip("[].()") for token in tokens]
    is_person = bool(
        _PERSONS_TITLE.search(name)
        or label[0] == "["
        or _INITIALS.search(name)
        or (len(tokens) <= 3 and _is_capitals(name))
    )
    return _Turn(label, " ".join(folded), is_person, not after.strip(_MARKUP))


def _is_speaker(tokens: Sequence[str]) -> bool:
    ends = (tokens[0], tokens[-1])
    if len(tokens) == 1 and tokens[0] in ("A", "Q"):
        return True
    if tokens[0] in ("The", "THE") and _PERSONS_TITLE.search(" ".join(tokens[1:])):
        return _is_speaker(tokens[1:])
    if any(token.casefold().strip("[].'’()") in _NON_SPEAKERS for token in ends):
        return False
    for place, token in enumerate(tokens):
        letters = token.strip("[]().'’\"“”")
        if not letters or not all(char.isalpha() or char in "-'’.[]" for char in letters):
            if place == 0 or not letters.isdigit():
                return False
        elif letters[0].islower() and (place == 0 or not _may_be_small(letters)):
            return False
    first = tokens[0].casefold()
    return first not in _SMALL and first not in _ADDRESSING


def _may_be_small(word: str) -> bool:
    """Whether a word in a speaker's label may begin small: of, en-lai, minister."""
    return word in _SMALL or "-" in word or bool(_SMALL_TITLE.fullmatch(word))


def _find_turns(texts: Sequence[str]) -> dict[int, _Turn]:
    """The blocks that open a speaker's turn, where the body shows turns at all.

    One label proves nothing. It takes two speakers, and either one who speaks again or labels
    that can only be persons; or one clearly a person who speaks again.
    """
    turns = {i: turn for i, text in enumerate(texts) if (turn := _read_turn(text))}
    counts = Counter(turn.key for turn in turns.values())
    persons = {turn.key for turn in turns.values() if turn.is_person}
    abstract = {key for key in counts if key not in persons and _NOT_A_NAME.search(key)}
    repeated = {key for key, count in counts.items() if count > 1 and key not in abstract}
    speakers = counts.keys() - abstract
    if len(speakers) > 1 and repeated:
        credible = True
    elif len(speakers) > 1:
        credible = len(persons) == len(counts) or (
            not abstract and max(turns) - min(turns) <= 2 * len(turns)
        )
    else:
        credible = bool(repeated & persons)
    return {i: turn for i, turn in turns.items() if turn.key in speakers} if credible else {}


@dataclass(slots=True)
class _Place:
    """What has been read so far of the document a block stands in."""

    zone: str = "head"
    """head, body, or close once it was signed."""
    before: ParagraphKind | None = None
    text_before: str = ""
    greeted: bool = False
    notes: bool = False
    """Under a heading that announces notes."""
    listing: bool = False
    """In a list of short lines, opened by one that ends with a colon."""

    def advance(self, kind: ParagraphKind, text: str) -> None:
        if kind == "page_mark":
            return
        if kind in ("heading", "addressee", "salutation"):
            self.zone = "head"
            self.greeted = kind == "salutation"
            self.notes = kind == "heading" and bool(_NOTES_TITLE.fullmatch(_plain(text)[:40]))
        elif kind == "signature" or (kind == "colophon" and self.zone != "head"):
            self.zone = "close"
            self.greeted = False
        elif kind in ("paragraph", "list_item", "speech", "instruction"):
            self.zone = "body"
        opens_list = kind == "paragraph" and text.endswith(":")
        if kind == "heading" or opens_list:
            self.listing = opens_list or bool(_LIST_TITLE.fullmatch(_plain(text)[:60]))
        else:
            self.listing = self.listing and kind == "list_item" and not _LIST_MARK.match(text)
        self.before, self.text_before = kind, text


def _classify(blocks: Sequence[Block]) -> tuple[list[ParagraphKind], dict[int, str]]:
    texts = [block.text for block in blocks]
    turns = _find_turns(texts)
    looks: list[ParagraphKind | None] = [
        "speech" if i in turns else _look_at(text) for i, text in enumerate(texts)
    ]
    last_prose = max((i for i, text in enumerate(texts) if _is_prose(text, looks[i])), default=-1)

    @cache
    def shouting() -> bool:
        return _is_capitals("".join(text[:500] for text in texts if len(text) > 150)[:20_000])

    following = _following(texts, looks)
    speakers: dict[int, str] = {i: turn.label for i, turn in turns.items()}
    kinds: list[ParagraphKind] = []
    place = _Place()
    bare: str | None = None
    for i, text in enumerate(texts):
        look = looks[i]
        kind: ParagraphKind
        if bare is not None and look in (None, "list_item", "salutation"):
            kind, speakers[i] = "speech", bare
        elif look is None or look in ("list_item", "note", "salutation", "dateline"):
            kind = _judge(text, look, place, following[i], i > last_prose, shouting)
        else:
            kind = look
        if kind != "page_mark":
            bare = turns[i].label if i in turns and turns[i].is_bare else None
        place.advance(kind, text)
        kinds.append(kind)
    return _settle_marked_notes(texts, kinds), speakers


@dataclass(frozen=True, slots=True)
class _Next:
    """The next block that is no page mark."""

    look: ParagraphKind | None
    text: str


def _following(texts: Sequence[str], looks: Sequence[ParagraphKind | None]) -> list[_Next | None]:
    following: list[_Next | None] = [None] * len(texts)
    coming: _Next | None = None
    for i in range(len(texts) - 1, -1, -1):
        following[i] = coming
        if looks[i] != "page_mark":
            coming = _Next(looks[i], texts[i])
    return following


def _is_prose(text: str, look: ParagraphKind | None) -> bool:
    if look in ("speech", "list_item", "instruction"):
        return True
    return (look is None and not _NOTE_MARK.match(text)) and (
        len(text) > 150 or (_ends_sentence(text) and text.count(" ") > 4)
    )


def _judge(
    text: str,
    look: ParagraphKind | None,
    place: _Place,
    following: _Next | None,
    in_tail: bool,
    shouting: Callable[[], bool],
) -> ParagraphKind:
    words = _plain(text)
    if look == "dateline":
        return (
            "paragraph" if place.before == "paragraph" and _breaks_off(place.text_before) else look
        )
    if look == "list_item":
        return _judge_numbered(text, words, place, following)
    if look is not None:
        return look
    if _ROMAN_MARK.match(words) and len(words) < 300 and not _ends_sentence(words):
        numeral = _ROMAN_MARK.match(words).group(1)  # type: ignore[union-attr]
        if len(numeral) > 1 or not _INITIALS.match(words) or words.count(" ") > 3:
            return "heading" if following else "paragraph"
    if place.notes and re.match(r"\d{1,3}\s|\[", words):
        return "note"
    if place.listing and _is_listed(words):
        return "list_item"
    if place.zone == "head":
        opening = _judge_opening(words, place)
        if opening:
            return opening
    elif _is_signature(words, place, following, in_tail):
        return "signature"
    elif place.zone == "close" and _addresses_somebody(words):
        return "addressee"
    if _is_heading(text, words, place, following, shouting):
        return "heading"
    return "paragraph"


def _judge_numbered(text: str, words: str, place: _Place, following: _Next | None) -> ParagraphKind:
    if place.notes:
        return "note"
    unmarked = _LIST_MARK.sub("", text, count=1)
    on_top = place.zone != "body" and place.before in (None, "stamp", "signature", "colophon")
    if (
        on_top
        and following is not None
        and _OPENS_AS_DOCUMENT.match(unmarked)
        and not (len(words) > 300 or _ends_sentence(words) or _FINITE_VERB.search(words))
    ):
        return "heading"
    capital_title = _is_capitals(unmarked) and len(words) < 150 and not _ends_sentence(words)
    goes_on = following is not None and following.look is None and not _is_capitals(following.text)
    if capital_title and goes_on and words[0].isdigit():
        return "heading"
    return "list_item"


def _judge_opening(words: str, place: _Place) -> ParagraphKind | None:
    """What a block above the body is, or None where it is a heading or body like any other."""
    size = len(words)
    if not place.greeted and size <= 400 and _opens_with_greeting(words):
        return "salutation"
    if _FOR_ADDRESS.match(words) and size <= 300:
        return "addressee"
    if _SUBJECT_LINE.match(words) and size <= 300:
        return "heading"
    if _addresses_somebody(words):
        return "addressee"
    ends = _ends_sentence(words) or words[-1:] in tuple(",;:")
    if place.before == "heading" and _starts_lower(words) and size <= 300 and not ends:
        return "heading"
    if (
        size <= 120
        and not ends
        and _HONORIFIC.match(words)
        and _is_capitalised(_words(words))
        and place.before != "addressee"
    ):
        return "addressee"
    return None


def _addresses_somebody(words: str) -> bool:
    if len(words) > 250 or not _TO_SOMEBODY.match(words) or _ABOUT.search(words):
        return False
    named = len(words) <= 80 and _is_capitalised(_words(words))
    if _ends_sentence(words) and not (named or words[-1] in ")]" or _is_capitals(words)):
        return False
    if _FINITE_VERB.search(words):
        return False
    return _is_capitals(words) or any(word[0].isupper() for word in _words(words)[1:])


def _opens_with_greeting(words: str) -> bool:
    greeting = _GREETING.match(words)
    if not greeting:
        return False
    stop = re.search(r"[!?;]|(?<![A-Z])(?<!\bMr)(?<!\bMrs)(?<!\bCde)(?<!\bCom)\.", words)
    if stop and stop.group() == "!" and stop.start() <= 100:
        return True
    comma = words.find(",", 0, 80)
    warm = re.match(r"(?:my )?(?:dear|esteemed|respected|honou?rable)\b", words, re.I)
    return bool(warm) and comma > 0 and _is_capitalised(_words(words[warm.end() : comma]) or ["X"])  # type: ignore[union-attr]


def _is_signature(words: str, place: _Place, following: _Next | None, in_tail: bool) -> bool:
    if len(words) > 220 or place.before == "heading":
        return False
    if _SIGNED.match(words):
        return True
    if _SIGN_OFF.match(words):
        short = len(words) <= 60 or "\n" in words or words.endswith(",")
        formal = re.search(r"\b(?:assurances?|expressions?) of\b", words, re.I)
        return bool(short or formal)
    if len(words) > 140 or words[-1:] in tuple("?!:;") or any(char.isdigit() for char in words):
        return False
    if _ONLY_INITIALS.fullmatch(words):
        return in_tail or place.before == "signature"
    tokens = _words(words)
    if (
        not tokens
        or len(tokens) > 16
        or not _is_capitalised(tokens)
        or _DOCUMENT_WORD.search(words)
    ):
        return False
    named = bool(_INITIALS.search(words))
    junior = words.endswith(("Jr.", "Sr."))
    if _ends_sentence(words) and not (junior or (named and len(tokens) <= 4)):
        return False
    if named and len(tokens) <= 5:
        return True
    ends_here = in_tail or (following is not None and following.look in ("colophon", "dateline"))
    signed_above = place.before == "signature"
    if signed_above and (_OFFICE.search(words) or len(tokens) <= 4):
        return ends_here or _OFFICE.search(words) is not None
    return ends_here and bool(
        named or _OFFICE.search(words) or (len(tokens) <= 4 and tokens[-1].lower() not in _SMALL)
    )


def _is_heading(
    text: str,
    words: str,
    place: _Place,
    following: _Next | None,
    shouting: Callable[[], bool],
) -> bool:
    if text.lstrip().startswith("#") and len(words) <= 300:
        return True
    if following is None or not words or "\t" in words or len(words) > 400:
        return False
    if not any(map(str.isalnum, words)):
        return False
    capitals = _is_capitals(words) and not shouting()
    document = bool(_OPENS_AS_DOCUMENT.match(words))
    size, count = len(words), words.count(" ") + 1
    if size > (400 if document or capitals else 250 if place.zone == "head" else 120):
        return False
    if _ends_sentence(words) and not (capitals and count <= 20):
        return False
    if words[-1] in ",;" or _breaks_off(words) or _starts_lower(words):
        return False
    if words[-1] == ":" and not capitals and not _is_capitalised(_words(words)):
        return False
    if words[-1] == ":" and _is_short_line(following.text):
        return False
    if capitals:
        return True
    if _has_whole_sentence(words) or _LABEL.match(words):
        return False
    open_before = place.before == "paragraph" and _is_open(place.text_before)
    goes_on = following.look is None and _starts_lower(following.text)
    if goes_on and (open_before or size > 100):
        return False
    states = bool(_FINITE_VERB.search(words))
    if place.zone == "head":
        return document or count <= 15 or (count <= 30 and not states)
    if document and count <= 40 and not states:
        return True
    # Inside a body a short line is a heading only between whole sentences.
    return count <= 15 and not (open_before or goes_on or _is_short_line(following.text))


def _is_short_line(text: str) -> bool:
    if len(text) > 120 or text.count(" ") > 14:
        return False
    return not _ends_sentence(text) and not _has_whole_sentence(text)


def _is_listed(words: str) -> bool:
    """Whether a line under "Present:" or its like is one of the listed."""
    if not _is_short_line(words) or _SIGN_OFF.match(words) or _SIGNED.match(words):
        return False
    return not (_is_capitals(words) or _OPENS_AS_DOCUMENT.match(words))


def _is_open(text: str) -> bool:
    """Whether a text stops without closing its sentence."""
    end = text.rstrip(_MARKUP)
    return bool(end) and end[-1] not in _STOPS + ":;" + _CLOSES


def _settle_marked_notes(texts: Sequence[str], kinds: list[ParagraphKind]) -> list[ParagraphKind]:
    """Class blocks that open with a note's mark: notes where they follow body, else items."""
    seen_body = False
    bullets = Counter(text[:2] for text in texts if text[:2] in ("* ", "*\t"))
    for i, text in enumerate(texts):
        mark = _NOTE_MARK.match(text)
        if (
            mark
            and any(map(str.isalnum, text))
            and kinds[i] in ("paragraph", "heading", "list_item", "signature", "addressee")
        ):
            is_bullet = mark.group() == "*" and (text[1:2] != " " or bullets[text[:2]] > 1)
            if seen_body and not is_bullet and not text.startswith("**"):
                kinds[i] = "note"
            elif not seen_body and mark.group()[0] == "[":
                kinds[i] = "list_item"
        seen_body = seen_body or kinds[i] in ("paragraph", "list_item", "speech", "note")
    return kinds


def _find_joins(blocks: Sequence[Block], kinds: Sequence[ParagraphKind]) -> dict[int, int]:
    """For each block whose sentence goes on in a later one, that one.

    Page marks may stand between, and notes and stamps where a page is known to end there.
    """
    joins: dict[int, int] = {}
    last: int | None = None
    new_page = aside = False
    for i, block in enumerate(blocks):
        kind = kinds[i]
        new_page = new_page or block.after_page_break
        if kind == "page_mark":
            new_page = True
            continue
        if kind in ("note", "stamp"):
            aside = True
            continue
        if (
            last is not None
            and kind == "paragraph"
            and (new_page or not aside)
            and _runs_on(blocks[last].text, block.text, new_page, kinds[last] == "list_item")
        ):
            joins[last] = i
        last = i if kind in ("paragraph", "speech", "list_item", "salutation") else None
        new_page = aside = False
    return joins


def _runs_on(before: str, after: str, new_page: bool, listed: bool) -> bool:
    """Whether a sentence goes on from one block into the next.

    Neither a small initial nor a missing full stop is enough: together they are, where the first
    block is long enough to be running text; so is an end that no sentence can have.
    """
    end = before.rstrip()
    if not end or end[-1] in _STOPS + ':;)]}»”"' or end.endswith(("; and", "; or")):
        return False
    lower = _starts_lower(after)
    if _breaks_off(end):
        return lower or new_page or len(end) >= 60
    if listed and not new_page:
        return False
    long_enough = len(end) >= 60
    if end[-1] in ",–—":
        return lower and long_enough and (new_page or after.rstrip()[-1:] not in tuple(",;"))
    if lower:
        return new_page or (long_enough and not _starts_lower(before))
    return new_page and len(end) >= 80 and _is_running_text(end)


def _is_running_text(text: str) -> bool:
    """Whether a text reads as sentences rather than as a title or a name."""
    tokens = _words(text[-400:])
    small = sum(token[0].islower() for token in tokens)
    return not tokens or small > 0.5 * len(tokens) or not any(c.islower() for c in text[-400:])
