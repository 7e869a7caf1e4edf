"""Citations and reference codes, form by form. The documents are invented, the forms are not."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from api.parsing.citations import (
    Leaves,
    infer_authors,
    parse_citation,
    parse_leaves,
    parse_reference,
)
from api.parsing.values import Parts, Reference


def leaves(first: str, last: str | None = None, as_written: str | None = None) -> dict[str, str]:
    part = {"from": first, "to": last or first}
    return {**part, "as_written": as_written} if as_written else part


FOND_OPIS_DELO: list[tuple[str, Parts]] = [
    (
        "RGANI, f. 52, op. 1, d. 351, ll. 141-153",
        {
            "repository": "RGANI",
            "fond": "52",
            "opis": "1",
            "delo": "351",
            "listy": leaves("141", "153"),
        },
    ),
    (
        "APRF: F. 39, Op. 1, D. 31, Ll. 54-58",
        {
            "repository": "APRF",
            "fond": "39",
            "opis": "1",
            "delo": "31",
            "listy": leaves("54", "58"),
        },
    ),
    (
        "APRF, fond (f.) 45, opis (op.) 1, delo (d.) 329, listy (ll.) 9-17",
        {
            "repository": "APRF",
            "fond": "45",
            "opis": "1",
            "delo": "329",
            "listy": leaves("9", "17"),
        },
    ),
    (
        "APRF. F. 45. Op. 1. D. 329. L. 9.",
        {"repository": "APRF", "fond": "45", "opis": "1", "delo": "329", "listy": leaves("9")},
    ),
    (
        "AVPRF, f. 0100, op. 46, papka 362, d. 12, ll. 1-5",
        {
            "repository": "AVPRF",
            "fond": "0100",
            "opis": "46",
            "papka": "362",
            "delo": "12",
            "listy": leaves("1", "5"),
        },
    ),
    (
        "AVPRF f. 0100, op. 46, 1953, papka 362, d. 12",
        {
            "repository": "AVPRF",
            "fond": "0100",
            "opis": "46",
            "year": "1953",
            "papka": "362",
            "delo": "12",
        },
    ),
    (
        "AVP RF, f. 059a, op. 5a, p. 11, d. 3, ll. 42–44",
        {
            "repository": "AVP RF",
            "fond": "059a",
            "opis": "5a",
            "papka": "11",
            "delo": "3",
            "listy": leaves("42", "44"),
        },
    ),
    (
        "AVPRF, f. 0102, op. 13, d. 7, p. 65",
        {"repository": "AVPRF", "fond": "0102", "opis": "13", "delo": "7", "pages": "65"},
    ),
    (
        "Archive of Foreign Policy of the Russian Federation (AVPRF), fond 0102, opis 13, delo 7",
        {
            "repository": "Archive of Foreign Policy of the Russian Federation",
            "repository_abbreviation": "AVPRF",
            "fond": "0102",
            "opis": "13",
            "delo": "7",
        },
    ),
    (
        "Archive of Foreign Policy, Russian Federation (AVPRF), Moscow, f. 0102, op. 13, d. 7",
        {
            "repository": "Archive of Foreign Policy, Russian Federation",
            "repository_abbreviation": "AVPRF",
            "place": "Moscow",
            "fond": "0102",
            "opis": "13",
            "delo": "7",
        },
    ),
    (
        "RGASPI, f. 558 (Personal papers), op. 11, d. 313, l. 12ob",
        {
            "repository": "RGASPI",
            "fond": "558",
            "fond_title": "Personal papers",
            "opis": "11",
            "delo": "313",
            "listy": leaves("12ob"),
        },
    ),
    (
        "RGASPI, f. 17, op. 128, d. 1119, ll. 12-15, 20-22ob.",
        {
            "repository": "RGASPI",
            "fond": "17",
            "opis": "128",
            "delo": "1119",
            "listy": leaves("12", "22ob", "12-15, 20-22ob"),
        },
    ),
    (
        "RGASPI f.17 op.162 d.3 l.4",
        {"repository": "RGASPI", "fond": "17", "opis": "162", "delo": "3", "listy": leaves("4")},
    ),
    (
        "TsKhSD, f. 89, per. 37, dok. 22, l. 3",
        {
            "repository": "TsKhSD",
            "fond": "89",
            "perechen": "37",
            "dokument": "22",
            "listy": leaves("3"),
        },
    ),
    (
        "TsKhSD, f. 5, op. 49, d. 131, rolik 8891",
        {"repository": "TsKhSD", "fond": "5", "opis": "49", "delo": "131", "rolik": "8891"},
    ),
    (
        "GARF, f. R-9401, op. 2, d. 96, ll. 12-12ob",
        {
            "repository": "GARF",
            "fond": "R-9401",
            "opis": "2",
            "delo": "96",
            "listy": leaves("12", "12ob"),
        },
    ),
    (
        "TsAMO, fond 16, inventory 3139, file 159, leaves 1-3",
        {
            "repository": "TsAMO",
            "fond": "16",
            "opis": "3139",
            "delo": "159",
            "listy": leaves("1", "3"),
        },
    ),
    (
        "РГАНИ. Ф. 5. Оп. 30. Д. 230. Лл. 12–15об.",
        {
            "repository": "РГАНИ",
            "fond": "5",
            "opis": "30",
            "delo": "230",
            "listy": leaves("12", "15об"),
        },
    ),
    ("f. 52, op. 1, d. 351", {"fond": "52", "opis": "1", "delo": "351"}),
]

OTHER_SCHEMES: list[tuple[str, str, Parts]] = [
    (
        "TsDA, f. 1-B, op. 91, a.e. 1332, ll. 1-20",
        "fond-opis-ae",
        {
            "repository": "TsDA",
            "fond": "1-B",
            "opis": "91",
            "ae": "1332",
            "listy": leaves("1", "20"),
        },
    ),
    (
        "Central State Archive, Sofia (TsDA), Fond 1-B, Opis 91, a.e. 1332",
        "fond-opis-ae",
        {
            "repository": "Central State Archive",
            "repository_abbreviation": "TsDA",
            "place": "Sofia",
            "fond": "1-B",
            "opis": "91",
            "ae": "1332",
        },
    ),
    (
        "Diplomatic Archive, Sofia, Opis 20p, A.E. 545",
        "fond-opis-ae",
        {"repository": "Diplomatic Archive", "place": "Sofia", "opis": "20p", "ae": "545"},
    ),
    (
        "TsDAHO, f. 1, op. 24, spr. 4540, ark. 3-6",
        "fond-opys-sprava",
        {
            "repository": "TsDAHO",
            "fond": "1",
            "opys": "24",
            "sprava": "4540",
            "arkushi": leaves("3", "6"),
        },
    ),
    (
        "Mongolian Foreign Ministry Archive, fond 2, dans 1, kh/n 73, khuu. 12-15",
        "fond-dans-negj",
        {
            "repository": "Mongolian Foreign Ministry Archive",
            "fond": "2",
            "dans": "1",
            "negj": "73",
            "khuudas": leaves("12", "15"),
        },
    ),
    (
        "AQPPSH, F. 14/AP, V. 1961, Dos. 4, fl. 3-5",
        "fond-dosje",
        {
            "repository": "AQPPSH",
            "fond": "14/AP",
            "viti": "1961",
            "dosje": "4",
            "flete": leaves("3", "5"),
        },
    ),
    (
        "Central State Archive, Tirana, AQPPSH-MPKSH-V. 1961, D. 5",
        "fond-dosje",
        {
            "repository": "Central State Archive",
            "repository_abbreviation": "AQPPSH",
            "place": "Tirana",
            "nenfond": "MPKSH",
            "viti": "1961",
            "dosje": "5",
        },
    ),
    (
        "ANIC, fond CC al PCR – Cancelarie, dosar 84/1961, f. 1-5",
        "fond-dosar",
        {
            "repository": "ANIC",
            "fond": "CC al PCR – Cancelarie",
            "dosar": "84/1961",
            "filele": leaves("1", "5"),
        },
    ),
    (
        "ANIC, CC RCP, Chancellery, File 16/1960, pp. 3-5",
        "fond-dosar",
        {
            "repository": "ANIC",
            "fond": "CC RCP, Chancellery",
            "dosar": "16/1960",
            "pages": "3-5",
        },
    ),
    (
        "AMAE, folder 220/Year 1973/Country: DPRK",
        "fond-dosar",
        {"repository": "AMAE", "dosar": "220", "year": "1973", "country": "DPRK"},
    ),
    (
        "AQSH, F. 14/AP, M-PKK(V), V. 1970, Dos. 4, Fl. 1-10",
        "fond-dosje",
        {
            "repository": "AQSH",
            "fond": "14/AP",
            "nenfond": "M-PKK(V)",
            "viti": "1970",
            "dosje": "4",
            "flete": leaves("1", "10"),
        },
    ),
    (
        "Warsaw, Archiwum Akt Nowych, KC PZPR, sygnatura XI A/15",
        "zespol-wiazka-teczka",
        {
            "repository": "Archiwum Akt Nowych",
            "place": "Warsaw",
            "zespol": "KC PZPR",
            "sygnatura": "XI A/15",
        },
    ),
    (
        "National Archives of India, Ministry of External Affairs, File No. 3(17)-R&I/60",
        "papers-file",
        {
            "repository": "National Archives of India",
            "collection": "Ministry of External Affairs",
            "file": "3(17)-R&I/60",
        },
    ),
    (
        "National Archives, Record Group 59, Records of Mr. Smith, 1977-1980, box 7, Laos",
        "record-group",
        {
            "repository": "National Archives",
            "record_group": "59",
            "series": "Records of Mr. Smith, 1977-1980",
            "box": "7",
            "folder": "Laos",
        },
    ),
    (
        "Gerald R. Ford Library, Trip Books, 1974-1976 (Box 19)",
        "presidential-library",
        {
            "repository": "Gerald R. Ford Library",
            "collection": "Trip Books, 1974-1976",
            "box": "19",
        },
    ),
    (
        "MOL, M-KS 288. f. 5/201. ő.e.",
        "fond-orzesi-egyseg",
        {"repository": "MOL", "fond": "M-KS 288", "orzesi_egyseg": "5/201"},
    ),
    (
        "MOL, XIX-J-1-j Korea, 11. doboz, 24/b, 002477/1953",
        "fond-doboz",
        {
            "repository": "MOL",
            "fond": "XIX-J-1-j Korea",
            "doboz": "11",
            "tetel": "24/b",
            "iktatoszam": "002477/1953",
        },
    ),
    (
        "AAN, KC PZPR, sygn. XIA/30, k. 1-5",
        "zespol-wiazka-teczka",
        {
            "repository": "AAN",
            "zespol": "KC PZPR",
            "sygnatura": "XIA/30",
            "karty": leaves("1", "5"),
        },
    ),
    (
        "AMSZ, z. 12, w. 46, t. 1168, s. 3",
        "zespol-wiazka-teczka",
        {"repository": "AMSZ", "zespol": "12", "wiazka": "46", "teczka": "1168", "pages": "3"},
    ),
    (
        "AMSZ, 6/77, w-82, t-1179",
        "zespol-wiazka-teczka",
        {"repository": "AMSZ", "zespol": "6/77", "wiazka": "82", "teczka": "1179"},
    ),
    (
        "NA, KSČ-ÚV-02/1, sv. 12, ar. j. 13, b. 5, l. 3",
        "fond-svazek-archivni-jednotka",
        {
            "repository": "NA",
            "fond": "KSČ-ÚV-02/1",
            "svazek": "12",
            "archivni_jednotka": "13",
            "bod": "5",
            "listy": leaves("3"),
        },
    ),
    (
        "SÚA, A ÚV KSČ, f. 02/1, sv. 112, a.j. 131, bod 5",
        "fond-svazek-archivni-jednotka",
        {
            "repository": "SÚA",
            "fond_title": "A ÚV KSČ",
            "fond": "02/1",
            "svazek": "112",
            "archivni_jednotka": "131",
            "bod": "5",
        },
    ),
    (
        "AJ, fond 507, IX, 119/I-56",
        "fond-signatura",
        {"repository": "AJ", "fond": "507", "signatura": "IX, 119/I-56"},
    ),
    (
        "BArch, B 136/59748, 297-301",
        "bundesarchiv",
        {"repository": "BArch", "bestand": "B 136", "signatur": "59748", "pages": "297-301"},
    ),
    (
        "SAPMO-BArch, DY 30/J IV 2/2/780, Bl. 1-5",
        "bundesarchiv",
        {
            "repository": "SAPMO-BArch",
            "bestand": "DY 30",
            "signatur": "J IV 2/2/780",
            "blatt": leaves("1", "5"),
        },
    ),
    (
        "SAPMO-BArch ZPA, J IV 2/202/127",
        "bundesarchiv",
        {"repository": "SAPMO-BArch", "bestand": "ZPA", "signatur": "J IV 2/202/127"},
    ),
    (
        "PA AA, MfAA, C 1234/72, Bl. 12–15",
        "politisches-archiv",
        {
            "repository": "PA AA",
            "bestand": "MfAA",
            "signatur": "C 1234/72",
            "blatt": leaves("12", "15"),
        },
    ),
    ("MfAA A 9528", "politisches-archiv", {"bestand": "MfAA", "signatur": "A 9528"}),
    (
        "PA AA, B 130, Bd. 8448A",
        "politisches-archiv",
        {"repository": "PA AA", "bestand": "B 130", "band": "8448A"},
    ),
    (
        "BStU, ZA, SdM 577, Bl. 12-14",
        "bstu",
        {
            "repository": "BStU",
            "bestand": "ZA",
            "signatur": "SdM 577",
            "blatt": leaves("12", "14"),
        },
    ),
    (
        "TNA, FO 371/133530",
        "department-series-piece",
        {"repository": "TNA", "department": "FO", "series": "371", "piece": "133530"},
    ),
    (
        "The National Archives (TNA): PREM 11/2300, f. 3",
        "department-series-piece",
        {
            "repository": "The National Archives",
            "repository_abbreviation": "TNA",
            "department": "PREM",
            "series": "11",
            "piece": "2300",
            "folios": leaves("3"),
        },
    ),
    (
        "MAE, Asie-Océanie 1944-1955, Corée, vol. 12, ff. 3-5",
        "series-volume",
        {
            "repository": "MAE",
            "series": "Asie-Océanie 1944-1955, Corée",
            "volume": "12",
            "folios": leaves("3", "5"),
        },
    ),
    (
        "PRC FMA 109-00833-01, 1-5",
        "file-number",
        {"repository": "PRC FMA", "file": "109-00833-01", "pages": "1-5"},
    ),
    (
        "Chinese Foreign Ministry Archive (CFMA), No. 203-00212-01(1)",
        "file-number",
        {
            "repository": "Chinese Foreign Ministry Archive",
            "repository_abbreviation": "CFMA",
            "file": "203-00212-01(1)",
        },
    ),
    (
        "Shanghai Municipal Archives, B123-4-567-89, 12-15",
        "file-number",
        {"repository": "Shanghai Municipal Archives", "file": "B123-4-567-89", "pages": "12-15"},
    ),
    ("MOFA DA, 2010-0783", "file-number", {"repository": "MOFA DA", "file": "2010-0783"}),
    (
        "Diplomatic Archives of the Ministry of Foreign Affairs of Japan, A'.1.2.3",
        "file-number",
        {
            "repository": "Diplomatic Archives of the Ministry of Foreign Affairs of Japan",
            "file": "A'.1.2.3",
        },
    ),
    (
        "Israel State Archives, MFA 3338/8",
        "file-number",
        {"repository": "Israel State Archives", "file": "MFA 3338/8"},
    ),
    (
        "NMML, A. B. Rao Papers, Subject File 277",
        "papers-file",
        {"repository": "NMML", "collection": "A. B. Rao Papers", "file": "277"},
    ),
    (
        "Archivo Central del Ministerio de Relaciones Exteriores, Fondo América Latina, Caja 5",
        "fondo-caja",
        {
            "repository": "Archivo Central del Ministerio de Relaciones Exteriores",
            "fondo": "América Latina",
            "caja": "5",
        },
    ),
    (
        "AHMRE, Fundo Ofícios, caixa 12, maço 3",
        "caixa-maco",
        {"repository": "AHMRE", "fundo": "Ofícios", "caixa": "12", "maco": "3"},
    ),
    (
        "Vietnamese National Archives Center 3, Phông Phủ Thủ tướng, hồ sơ 1234, tờ 5",
        "phong-ho-so",
        {
            "repository": "Vietnamese National Archives Center 3",
            "phong": "Phủ Thủ tướng",
            "ho_so": "1234",
            "to": leaves("5"),
        },
    ),
    (
        "ROK Ministry of Foreign Affairs Archive, Roll G-0034, File 12, Frames 1-23",
        "microfilm",
        {
            "repository": "ROK Ministry of Foreign Affairs Archive",
            "roll": "G-0034",
            "file": "12",
            "frames": "1-23",
        },
    ),
    (
        "NARA, RG 59, Central Decimal File 1955-59, 611.93/9-1958",
        "record-group",
        {
            "repository": "NARA",
            "record_group": "59",
            "series": "Central Decimal File 1955-59",
            "decimal_file": "611.93/9-1958",
        },
    ),
    (
        'National Archives, Record Group 59, Entry 1489, Box 12, Folder "Taiwan, 1958"',
        "record-group",
        {
            "repository": "National Archives",
            "record_group": "59",
            "entry": "1489",
            "box": "12",
            "folder": "Taiwan, 1958",
        },
    ),
    (
        "RG 218, Records of the Joint Chiefs of Staff, Box 12, National Archives, College Park, MD",
        "record-group",
        {
            "repository": "National Archives",
            "place": "College Park, MD",
            "record_group": "218",
            "series": "Records of the Joint Chiefs of Staff",
            "box": "12",
        },
    ),
    (
        "NARA, RG 59, Lot File 66 D 123, Box 3",
        "record-group",
        {"repository": "NARA", "record_group": "59", "lot_file": "66 D 123", "box": "3"},
    ),
    (
        "Dwight D. Eisenhower Library, Ann Whitman File, International Series, Box 51",
        "presidential-library",
        {
            "repository": "Dwight D. Eisenhower Library",
            "collection": "Ann Whitman File",
            "series": "International Series",
            "box": "51",
        },
    ),
    (
        "Hoover Institution Archives, Smith Papers, Box 3, folder 5",
        "box-folder",
        {
            "repository": "Hoover Institution Archives",
            "collection": "Smith Papers",
            "box": "3",
            "folder": "5",
        },
    ),
    (
        "CREST, CIA-RDP79T00000A000000000001-1",
        "declassification",
        {"repository": "CREST", "document_number": "CIA-RDP79T00000A000000000001-1"},
    ),
    (
        "CIA MDR F-2012-00123",
        "declassification",
        {"repository": "CIA", "release": "MDR", "document_number": "F-2012-00123"},
    ),
    (
        "Zhongyang yanjiushi, eds., Mao wenxuan, vol. 3 (Beijing: Renmin chubanshe, 1994), 379-382",
        "printed",
        {
            "editor": "Zhongyang yanjiushi",
            "title": "Mao wenxuan",
            "volume": "3",
            "place": "Beijing",
            "publisher": "Renmin chubanshe",
            "year": "1994",
            "pages": "379-382",
        },
    ),
    (
        "Neizvestnaia strana, vol. 3, Moscow: Nasledie, 1993, pp. 12-15.",
        "printed",
        {
            "title": "Neizvestnaia strana",
            "volume": "3",
            "place": "Moscow",
            "publisher": "Nasledie",
            "year": "1993",
            "pages": "12-15",
        },
    ),
    (
        "FRUS, 1958-1960, Vol. XIX, Document 69",
        "printed",
        {"title": "FRUS, 1958-1960", "volume": "XIX", "document": "69"},
    ),
    (
        "CWIHP Bulletin 8-9 (Winter 1996/1997), pp. 12-15",
        "printed",
        {
            "title": "CWIHP Bulletin",
            "issue": "8-9",
            "date": "Winter 1996/1997",
            "pages": "12-15",
        },
    ),
    (
        "Pravda, 19 September 1958, p. 1",
        "printed",
        {"title": "Pravda", "date": "19 September 1958", "pages": "1"},
    ),
]


@pytest.mark.parametrize(("text", "parts"), FOND_OPIS_DELO)
def test_a_soviet_shelfmark_has_its_parts(text: str, parts: Parts) -> None:
    reference = parse_reference(text)
    assert (reference.scheme, reference.parts) == ("fond-opis-delo", parts)


@pytest.mark.parametrize(("text", "scheme", "parts"), OTHER_SCHEMES)
def test_a_reference_code_has_its_scheme_and_parts(text: str, scheme: str, parts: Parts) -> None:
    reference = parse_reference(text)
    assert (reference.recognised, reference.scheme, reference.parts) == (True, scheme, parts)


@pytest.mark.parametrize(
    "text",
    [
        "RGANI",
        "CWIHP Archive",
        "Personal archive of Ivan Petrov",
        "RGANI, f. 52, op. 1, d. 351, ll. 153-141",
        "RGANI, f. 52, op. 1, d. 351, and related notes",
        "RGANI, f. 52, op. 1, d. 351; d. 352",
        "APRF, f. 45, op. 1, d. 329, ll. 9-17 (copy)",
        "RGANI, f. 52",
        "RGANI, some fond, op. 1, d. 3",
        "f. 5, d. 3",
        "NARA, RG 59, Box 12, Box 13",
        "Letter, 5 May 1958, p. 3",
        "Box 3 (Spring 1995), 45",
        "PRC FMA 109-833-1 and others",
        "SAPMO-BArch",
        "Documents obtained from the files",
        "RGASPI, f. 17, op. 3, d. 5, ll. 5-6, 1953",
    ],
)
def test_what_is_not_sure_is_kept_whole(text: str) -> None:
    assert parse_reference(text) == Reference(as_written=text)


def test_a_closing_full_stop_is_no_part_of_the_reference() -> None:
    assert parse_reference("RGANI, f. 5, op. 1, d. 3.").as_written == "RGANI, f. 5, op. 1, d. 3"


def test_an_abbreviation_keeps_its_full_stop() -> None:
    text = "MOL, M-KS 288. f. 5/201. ő.e."
    assert parse_reference(text).as_written == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ll. 141-153", Leaves("141", "153")),
        ("LL. 141–153", Leaves("141", "153")),
        ("l. 5", Leaves("5", "5")),
        ("listy 12ob-15", Leaves("12ob", "15")),
        ("12-12ob.", Leaves("12", "12ob")),
        ("лл. 12-15об", Leaves("12", "15об")),
        ("141-53", Leaves("141", "153")),
        ("pp. 1-3, 7", Leaves("1", "7", "1-3, 7")),
        ("3 and 5", Leaves("3", "5", "3 and 5")),
    ],
)
def test_leaves_have_two_ends(text: str, expected: Leaves) -> None:
    assert parse_leaves(text) == expected


@pytest.mark.parametrize("text", ["", "ll.", "153-141", "12ob-12", "5-6, 1953", "a-b", "1-3-5"])
def test_what_is_no_range_of_leaves_is_none(text: str) -> None:
    assert parse_leaves(text) is None


RGANI = "RGANI, f. 5, op. 1, d. 3"


@pytest.mark.parametrize(
    ("start", "title", "edtf"),
    [
        (
            '"Note of Cde. N.S. Petrov", September 19, 1958,',
            "Note of Cde. N.S. Petrov",
            "1958-09-19",
        ),
        ("“Letter from A to B,” August 07, 1956,", "Letter from A to B", "1956-08-07"),
        ('"A Talk." 19 Sept. 1958.', "A Talk", "1958-09-19"),
        ('"Report on "Dawn", Part 2", November 1967,', 'Report on "Dawn", Part 2', "1967-11"),
        ('"Speech on "Peace"", April, 1955,', 'Speech on "Peace"', "1955-04"),
        ("“Report on “Dawn”, Part 2,” 1955,", "Report on “Dawn”, Part 2", "1955"),
        ('"Minutes, 5 May 1961", 6 May 1961,', "Minutes, 5 May 1961", "1961-05-06"),
        ('"On "X", 5 May 1961, and Y", 6 May 1961,', 'On "X", 5 May 1961, and Y', "1961-05-06"),
        ("'A Talk on Petrov's Death', 5 March 1953,", "A Talk on Petrov's Death", "1953-03-05"),
        ('"A Talk", [1955?],', "A Talk", "1955?"),
        ('"A Talk", (3-5 October 1962),', "A Talk", "1962-10-03/1962-10-05"),
        ('"A Talk to the U.S.", 1955,', "A Talk to the U.S.", "1955"),
        ("Telegram from Petrov, Havana, to Moscow, 19 May 1961,", None, "1961-05-19"),
        ('"A Talk", undated,', "A Talk", None),
        ('"A Talk", n.d.,', "A Talk", None),
        ('"A Talk",', "A Talk", None),
    ],
)
def test_title_and_date_are_split_off(start: str, title: str | None, edtf: str | None) -> None:
    citation = parse_citation(f"{start} Wilson Center Digital Archive, {RGANI}.")
    assert citation.title == (title or "Telegram from Petrov, Havana, to Moscow")
    assert (citation.date.edtf if citation.date else None) == edtf
    assert citation.digital_archive == "Wilson Center Digital Archive"
    assert citation.reference is not None
    assert citation.reference.as_written == RGANI
    assert citation.unread == ()


@pytest.mark.parametrize("words", ["undated", "n.d.", "[Undated]", "no date"])
def test_no_date_is_an_honest_value(words: str) -> None:
    citation = parse_citation(f'"A Talk", {words}, Wilson Center Digital Archive, {RGANI}.')
    assert citation.date is not None
    assert (citation.date.expression, citation.date.edtf) == (words, None)


def test_a_date_nobody_can_read_keeps_its_words() -> None:
    citation = parse_citation(
        '"A Talk", the second week of May 1953, Wilson Center Digital Archive'
    )
    assert citation.date is not None
    assert (citation.date.expression, citation.date.edtf) == ("the second week of May 1953", None)


@pytest.mark.parametrize(
    "name",
    [
        "Wilson Center Digital Archive",
        "History and Public Policy Program Digital Archive",
        "CWIHP Digital Archive",
        "CWIHP Virtual Archive",
        "Cold War International History Project (CWIHP) Digital Archive",
        "Parallel Histories Digital Archive",
    ],
)
def test_any_digital_archive_is_one(name: str) -> None:
    citation = parse_citation(f'"A Talk", 1955, {name}, {RGANI}. Translated by Jan Nowak.')
    assert citation.digital_archive == name
    assert citation.reference == parse_reference(RGANI)


def test_a_citation_without_quotation_marks_or_digital_archive_is_split() -> None:
    citation = parse_citation(f"Letter to the Committee, 5 May 1958, {RGANI}. Trans. by Jan Nowak.")
    assert citation.title == "Letter to the Committee"
    assert citation.date is not None
    assert citation.reference == parse_reference(RGANI)
    assert [(c.name, c.role) for c in citation.contributors] == [("Jan Nowak", "translator")]


def test_a_reference_before_the_digital_archive_is_the_reference() -> None:
    citation = parse_citation(f'"A Talk", 1955, {RGANI}, Wilson Center Digital Archive.')
    assert citation.reference == parse_reference(RGANI)
    assert citation.digital_archive == "Wilson Center Digital Archive"


URL = "https://digitalarchive.wilsoncenter.org/document/112233"


@pytest.mark.parametrize(
    "written",
    [f"<{URL}>", URL, f"{URL}.", f"[{URL}]({URL})", f"[{URL}]({URL}).", f"({URL})"],
)
def test_a_url_is_taken_without_its_marks(written: str) -> None:
    citation = parse_citation(f'"A Talk", 1955, Wilson Center Digital Archive, {RGANI}. {written}')
    assert citation.url == URL
    assert citation.reference == parse_reference(RGANI)
    assert citation.unread == ()


def test_a_url_without_scheme_is_one_too() -> None:
    plain = URL.removeprefix("https://")
    citation = parse_citation(f'"A Talk", 1955, Wilson Center Digital Archive, {RGANI}. {plain}')
    assert citation.url == plain


C, T, S, E, P = "contributor", "translator", "transcriber", "editor", "provider"


@pytest.mark.parametrize(
    ("words", "people"),
    [
        (
            "Contributed by Jan Nowak and translated by Anna Kral.",
            [("Jan Nowak", C), ("Anna Kral", T)],
        ),
        ("Obtained and contributed to CWIHP by Li Wei.", [("Li Wei", C)]),
        ("Translated for CWIHP by Anna Kral.", [("Anna Kral", T)]),
        ("Translated by Anna Kral for CWIHP.", [("Anna Kral", T)]),
        (
            "Obtained by Jan Nowak for CWIHP and translated by Anna Kral",
            [("Jan Nowak", C), ("Anna Kral", T)],
        ),
        (
            "Obtained and translated for CWIHP by Austin Novak.",
            [("Austin Novak", C), ("Austin Novak", T)],
        ),
        (
            "Contributed, transcribed, and translated by Jan Nowak.",
            [("Jan Nowak", C), ("Jan Nowak", S), ("Jan Nowak", T)],
        ),
        (
            "translated and edited by Jan Nowak, Anna Kral, and Li Wei.",
            [
                ("Jan Nowak", T),
                ("Anna Kral", T),
                ("Li Wei", T),
                ("Jan Nowak", E),
                ("Anna Kral", E),
                ("Li Wei", E),
            ],
        ),
        ("Translation by Jan Nowak.", [("Jan Nowak", T)]),
        ("Trans. by Jan Nowak.", [("Jan Nowak", T)]),
        ("Translation from Russian: Jan Nowak", [("Jan Nowak", T)]),
        ("Translated from Russian by Jan Nowak.", [("Jan Nowak", T)]),
        ("Translated from the Hungarian by József Kis.", [("József Kis", T)]),
        ("Translated by Jan Nowak from the original Polish.", [("Jan Nowak", T)]),
        ("Translated by Jan Nowak with Anna Kral.", [("Jan Nowak", T), ("Anna Kral", T)]),
        ("Provided by Jan Nowak.", [("Jan Nowak", P)]),
        (
            "Document provided by the National Security Archive.",
            [("National Security Archive", P)],
        ),
        ("Transcribed by Jan Nowak. Edited by Anna Kral.", [("Jan Nowak", S), ("Anna Kral", E)]),
        (
            "Contributed by Jan Nowak, translated by Anna Kral, and edited by Li Wei.",
            [("Jan Nowak", C), ("Anna Kral", T), ("Li Wei", E)],
        ),
        (
            "Contributed by Jan Nowak; translated by Anna Kral.",
            [("Jan Nowak", C), ("Anna Kral", T)],
        ),
        (
            "Translated by John B. Smith, Jr., and Yu. N. Petrov.",
            [("John B. Smith, Jr.", T), ("Yu. N. Petrov", T)],
        ),
        (
            "Contributed by Ana María de la Cruz & Ivan von der Leyen",
            [("Ana María de la Cruz", C), ("Ivan von der Leyen", C)],
        ),
        ("Translated by Peter O'Neill and Ch'en Li.", [("Peter O'Neill", T), ("Ch'en Li", T)]),
        (
            "Contributed by Jan Nowak and the Institute for East and Southeast European Studies.",
            [("Jan Nowak", C), ("Institute for East and Southeast European Studies", C)],
        ),
        ("Contributed and Translated by Jan Nowak.", [("Jan Nowak", C), ("Jan Nowak", T)]),
        (
            "Contributed to NPIHP by Jan Nowak, and translated by Anna Kral.",
            [("Jan Nowak", C), ("Anna Kral", T)],
        ),
        ("(Translated by Jan Nowak.)", [("Jan Nowak", T)]),
    ],
)
def test_contributors_have_name_and_role(words: str, people: list[tuple[str, str]]) -> None:
    citation = parse_citation(f'"A Talk", 1955, Wilson Center Digital Archive, {RGANI}. {words}')
    assert [(c.name, c.role) for c in citation.contributors] == people
    assert citation.reference == parse_reference(RGANI)
    assert citation.unread == ()


def test_contributors_may_follow_without_a_full_stop() -> None:
    citation = parse_citation(
        f'"A Talk", 1955, Wilson Center Digital Archive, {RGANI} Translated by Jan Nowak'
    )
    assert [c.name for c in citation.contributors] == ["Jan Nowak"]
    assert citation.reference == parse_reference(RGANI)


def test_where_a_document_was_obtained_is_provenance() -> None:
    citation = parse_citation(
        '"A Talk", 1955, Wilson Center Digital Archive, '
        "Obtained by Jan Nowak from the State Archives. Translated by Anna Kral."
    )
    assert [c.name for c in citation.contributors] == ["Jan Nowak", "Anna Kral"]
    assert citation.provenance == ("from the State Archives",)
    assert citation.reference is None


@pytest.mark.parametrize(
    "words", ["Donated by Ivan Petrov.", "From the personal collection of Ivan Petrov."]
)
def test_a_donor_alone_is_provenance_and_no_reference(words: str) -> None:
    citation = parse_citation(f'"A Talk", 1955, Wilson Center Digital Archive, {words}')
    assert citation.provenance == (words,)
    assert citation.reference is None
    assert citation.contributors == ()


@pytest.mark.parametrize("verb", ["Reprinted in", "Published in", "Also printed in"])
def test_where_it_is_printed_stands_beside_the_reference(verb: str) -> None:
    printed = "CWIHP Bulletin 8-9 (Winter 1996/1997), pp. 12-15"
    citation = parse_citation(
        f'"A Talk", 1955, Wilson Center Digital Archive, {RGANI}. {verb} {printed}. '
        "Translated by Jan Nowak."
    )
    assert citation.reference == parse_reference(RGANI)
    assert citation.also_printed_in == (parse_reference(printed),)
    assert [c.name for c in citation.contributors] == ["Jan Nowak"]


def test_a_printed_source_alone_is_the_reference() -> None:
    book = "Mao wenxuan, vol. 3 (Beijing: Renmin chubanshe, 1994), 12-15"
    citation = parse_citation(
        f'"A Talk", 1955, Wilson Center Digital Archive, Published in {book}.'
    )
    assert citation.reference == parse_reference(book)
    assert citation.also_printed_in == ()


def test_what_no_rule_understands_is_unread() -> None:
    citation = parse_citation(
        f'"A Talk", 1955, Wilson Center Digital Archive, {RGANI}. '
        "Translated by Jan Nowak (University of X). See also the next document."
    )
    assert citation.unread == ("See also the next document.", "University of X")
    assert [c.name for c in citation.contributors] == ["Jan Nowak"]


def test_where_a_contributor_works_is_no_contributor() -> None:
    citation = parse_citation(
        '"A Talk", 1955, Wilson Center Digital Archive, Foreign Ministry Archive; copy obtained by '
        "NHK, and on file elsewhere; translation by J. Nowak, Norwegian Institute, Oslo."
    )
    assert [(c.name, c.role) for c in citation.contributors] == [("J. Nowak", "translator")]
    assert citation.provenance == ("copy obtained by NHK, and on file elsewhere",)
    assert citation.unread == ("Norwegian Institute", "Oslo")


def test_help_is_not_turned_into_a_role() -> None:
    citation = parse_citation(
        f'"A Talk", 1955, Wilson Center Digital Archive, {RGANI}. '
        "Translated by Jan Nowak with the assistance of Anna Kral."
    )
    assert [c.name for c in citation.contributors] == ["Jan Nowak"]
    assert citation.unread == ("with the assistance of Anna Kral",)


def test_a_text_that_is_no_citation_is_unread() -> None:
    citation = parse_citation("hello world")
    assert citation.unread == ("hello world",)
    assert citation.reference is None


def test_white_space_and_decomposed_letters_do_not_matter() -> None:
    archive = "Wilson Center Digital Archive"
    text = f'"A Talk with Gerő", 1955, {archive}, {RGANI}. Translated by József Kis.'
    loose = unicodedata.normalize("NFD", text).replace(" ", " \n ")
    strict, other = parse_citation(text), parse_citation(loose)
    assert (other.title, other.contributors) == (strict.title, strict.contributors)
    assert other.verbatim == unicodedata.normalize("NFD", text)


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("Note of Cde. N.S. Petrov to the CC Presidium about Documents", ["N. S. Petrov"]),
        ("Letter from Li Wei to Ivan Petrov", ["Li Wei"]),
        ("Report by X. Y. Zorin on Laos", ["X. Y. Zorin"]),
        ("Memorandum by Deputy Foreign Minister V. Petrov", ["V. Petrov"]),
        ("Cable from Ambassador Petrov to the Ministry", ["Petrov"]),
        ("Telegram from Soviet Ambassador to Cuba Petrov to the Ministry", ["Petrov"]),
        ("Speech by Nehru", ["Nehru"]),
        ("Cable, Li Wei to Petrov", ["Li Wei"]),
        ("Li Wei's Speech at the Conference", ["Li Wei"]),
        ("From the Diary of N.V. Petrov, 5 May", ["N. V. Petrov"]),
        ("Letter from A. Petrov and Y. Ivanov to the CC", ["A. Petrov", "Y. Ivanov"]),
    ],
)
def test_an_author_is_inferred_where_the_title_is_sure(title: str, names: list[str]) -> None:
    assert [author.name for author in infer_authors(title)] == names
    assert {author.origin for author in infer_authors(title)} == {"derived"}


@pytest.mark.parametrize(
    "title",
    [
        "",
        "Telegram from the Bulgarian Embassy in Havana to Sofia",
        "Record of Conversation between A. Petrov and B. Smith",
        "Memorandum of Conversation of N. S. Petrov with Li Wei",
        "Letter from New Delhi to Moscow",
        "Telegram, Moscow to Havana",
        "Telegram from Zorin to Moscow",
        "Statement of the Soviet Government",
        "Report of the Delegation to China",
        "Report by the Polish Ambassador in Beijing",
    ],
)
def test_no_author_is_guessed(title: str) -> None:
    assert infer_authors(title) == ()


_WORDS = (
    "\" “ ” ' , . ; : ( ) [ ] < > & 1958 19 September undated Wilson Center Digital Archive RGANI "
    "f. 52 op. 1 d. 351 ll. 141-153 papka Contributed by Jan Nowak and translated Translated for "
    "CWIHP https://a.org/b PRC FMA 109-00833-01 RG 59 Box Reprinted in (Beijing: Press, 1994) from "
    "Letter to of Cde. the é ё 中"
)
_TEXTS = st.lists(st.sampled_from(_WORDS.split()), max_size=30).map(" ".join) | st.text(max_size=80)


@settings(max_examples=100, deadline=None)
@given(_TEXTS)
@example("")
@example('"')
def test_no_text_breaks_the_reader(text: str) -> None:
    citation = parse_citation(text)
    assert citation.verbatim == " ".join(text.split())
    infer_authors(text)
    plain = unicodedata.normalize("NFC", citation.verbatim)
    for written in [citation.title, *(person.name for person in citation.contributors)]:
        assert written != ""
        assert all(word in plain for word in (written or "").split())


@settings(max_examples=100, deadline=None)
@given(_TEXTS)
def test_a_reference_is_whole_or_not_read(text: str) -> None:
    reference = parse_reference(text)
    assert reference.recognised == bool(reference.scheme) == bool(reference.parts)
    for part in reference.parts.values():
        for value in part.values() if isinstance(part, dict) else [part]:
            assert value
            assert value == value.strip()


@settings(max_examples=100, deadline=None)
@given(
    st.integers(1, 999),
    st.integers(1, 99),
    st.integers(1, 9999),
    st.integers(1, 200),
    st.integers(0, 50),
    st.sampled_from(["f. {}, op. {}, d. {}, ll. {}-{}", "F. {}. Op. {}. D. {}. Ll. {}–{}."]),
)
def test_every_shelfmark_comes_back(
    fond: int, opis: int, delo: int, first: int, more: int, form: str
) -> None:
    reference = parse_reference("RGANI, " + form.format(fond, opis, delo, first, first + more))
    assert reference.parts == {
        "repository": "RGANI",
        "fond": str(fond),
        "opis": str(opis),
        "delo": str(delo),
        "listy": leaves(str(first), str(first + more)),
    }


@pytest.mark.parametrize(
    "piece",
    [
        '"',
        "Translated by ",
        "A, ",
        "f. 1, ",
        "1 ",
        "Digital Archive ",
        '"A", 1958, ',
        "(",
        "[",
        "M. ",
    ],
)
def test_a_long_text_takes_linear_time(piece: str) -> None:
    text = piece * (9_000 // len(piece))
    started = time.perf_counter()
    parse_citation(text)
    parse_reference(text)
    parse_leaves(text)
    infer_authors(text)
    assert time.perf_counter() - started < 2
