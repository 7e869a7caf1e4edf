"""Reference codes, form by form. The documents are invented, the forms are not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.parsing.references import Leaves, parse_leaves, parse_reference
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


MORE_SCHEMES: list[tuple[str, str, Parts]] = [
    (
        "AMVR, Fond 3, Record 14, File 551",
        "fond-opis-ae",
        {"repository": "AMVR", "fond": "3", "opis": "14", "ae": "551"},
    ),
    (
        "Central State Archive, Sofia, Fond 1-B, Record 7, File 451, p. 3",
        "fond-opis-ae",
        {
            "repository": "Central State Archive",
            "place": "Sofia",
            "fond": "1-B",
            "opis": "7",
            "ae": "451",
            "pages": "3",
        },
    ),
    (
        "Central State Archive, Sofia, Fond 371-B, File 36",
        "fond-opis-ae",
        {"repository": "Central State Archive", "place": "Sofia", "fond": "371-B", "ae": "36"},
    ),
    (
        "TsDA, Fond 1B, Record 62, a.e. 361",
        "fond-opis-ae",
        {"repository": "TsDA", "fond": "1B", "opis": "62", "ae": "361"},
    ),
    (
        "Diplomatic Archive, Sofia, Record 19-P, File 321",
        "fond-opis-ae",
        {"repository": "Diplomatic Archive", "place": "Sofia", "opis": "19-P", "ae": "321"},
    ),
    (
        "Archive of the Ministry of Foreign Affairs (Sofia), Opis 23, a.e. 4",
        "fond-opis-ae",
        {
            "repository": "Archive of the Ministry of Foreign Affairs",
            "place": "Sofia",
            "opis": "23",
            "ae": "4",
        },
    ),
    (
        "DA MVnR, op. 17p, a.e. 21",
        "fond-opis-ae",
        {"repository": "DA MVnR", "opis": "17p", "ae": "21"},
    ),
    (
        "National Archives and Records Administration, RG 59, Central Decimal Files, 1955-59, 791.00/8-757",
        "record-group",
        {
            "repository": "National Archives and Records Administration",
            "record_group": "59",
            "decimal_file": "791.00/8-757",
            "series": "Central Decimal Files, 1955-59",
        },
    ),
    (
        "National Archives, RG 59, Central Foreign Policy Files, 1967-69, POL 27 LAOS",
        "record-group",
        {
            "repository": "National Archives",
            "record_group": "59",
            "file": "POL 27 LAOS",
            "series": "Central Foreign Policy Files, 1967-69",
        },
    ),
    (
        "The National Archives, PREM 11/4591, folios 12-14",
        "department-series-piece",
        {
            "repository": "The National Archives",
            "department": "PREM",
            "series": "11",
            "piece": "4591",
            "folios": leaves("12", "14"),
        },
    ),
    (
        "AÚV KSČ, Praha, f. 02/2, sv. 13, a.j. 25",
        "fond-svazek-archivni-jednotka",
        {
            "repository": "AÚV KSČ",
            "place": "Praha",
            "fond": "02/2",
            "svazek": "13",
            "archivni_jednotka": "25",
        },
    ),
    (
        "SÚA, KSČ-ÚV-01, č. sv. 13",
        "fond-svazek-archivni-jednotka",
        {"repository": "SÚA", "fond": "KSČ-ÚV-01", "svazek": "13"},
    ),
    ("IPN BU 0441/9", "zespol-wiazka-teczka", {"repository": "IPN", "sygnatura": "BU 0441/9"}),
    (
        "AIPN, 0291/47, t. 2",
        "zespol-wiazka-teczka",
        {"repository": "AIPN", "sygnatura": "0291/47", "tom": "2"},
    ),
    (
        "Institute of National Remembrance (IPN), IPN BU 0441/9, k. 3-5",
        "zespol-wiazka-teczka",
        {
            "repository": "Institute of National Remembrance",
            "repository_abbreviation": "IPN",
            "sygnatura": "BU 0441/9",
            "karty": leaves("3", "5"),
        },
    ),
    (
        "AAN, KC PZPR, 237/V-91, k. 12-15",
        "zespol-wiazka-teczka",
        {
            "repository": "AAN",
            "zespol": "KC PZPR",
            "sygnatura": "237/V-91",
            "karty": leaves("12", "15"),
        },
    ),
    (
        "MNL OL, M-KS 288. f. 32/b/1963/17. ő.e.",
        "fond-orzesi-egyseg",
        {"repository": "MNL OL", "fond": "M-KS 288", "orzesi_egyseg": "32/b/1963/17"},
    ),
    (
        "MOL, XIX-J-1-j Vietnam 1966, 151. doboz, 145-00511/1966",
        "fond-doboz",
        {
            "repository": "MOL",
            "fond": "XIX-J-1-j Vietnam",
            "year": "1966",
            "doboz": "151",
            "tetel": "145",
            "iktatoszam": "00511/1966",
        },
    ),
    (
        "ÁBTL, 3.2.4. K-1821",
        "fond-dosszie",
        {"repository": "ÁBTL", "fond": "3.2.4", "dosszie": "K-1821"},
    ),
    (
        "A.N.I.C., C.C. of the R.C.P. Collection, Foreign Relations Section, 37/1966",
        "fond-dosar",
        {
            "repository": "A.N.I.C.",
            "fond": "C.C. of the R.C.P. Collection, Foreign Relations Section",
            "dosar": "37/1966",
        },
    ),
    ("BStU, MfS, HVA 87", "bstu", {"repository": "BStU", "bestand": "MfS", "signatur": "HVA 87"}),
    (
        "BStU, ZA, HA I 13507, pp. 12-15",
        "bstu",
        {"repository": "BStU", "bestand": "ZA", "signatur": "HA I 13507", "pages": "12-15"},
    ),
    (
        "The Federal Commissioner for the Records of the State Security Service (BStU), MfS, Abt. X 247",
        "bstu",
        {
            "repository": "The Federal Commissioner for the Records of the State Security Service",
            "repository_abbreviation": "BStU",
            "bestand": "MfS",
            "signatur": "Abt. X 247",
        },
    ),
    (
        "PA AA, B150, Vol. 227",
        "politisches-archiv",
        {"repository": "PA AA", "bestand": "B150", "band": "227"},
    ),
    (
        "Political Archive of the Foreign Office, Berlin (PA AA), B 43, vol. 97",
        "politisches-archiv",
        {
            "repository": "Political Archive of the Foreign Office",
            "repository_abbreviation": "PA AA",
            "place": "Berlin",
            "bestand": "B 43",
            "band": "97",
        },
    ),
    (
        "PAAA-MfAA, A 17441",
        "politisches-archiv",
        {"repository": "PAAA", "bestand": "MfAA", "signatur": "A 17441"},
    ),
    (
        "SAPMO-BArch, DY 30/IV A 2/20/1151",
        "bundesarchiv",
        {"repository": "SAPMO-BArch", "bestand": "DY 30", "signatur": "IV A 2/20/1151"},
    ),
    (
        "BArch-MArch, VA-01/40361",
        "bundesarchiv",
        {"repository": "BArch-MArch", "bestand": "VA-01", "signatur": "40361"},
    ),
    ("AMPJ, V. 1959, D. 71", "fond-dosje", {"repository": "AMPJ", "viti": "1959", "dosje": "71"}),
    (
        "AQPPSH-MPKBS-V. 1956, Dos. 9, fl. 2-3",
        "fond-dosje",
        {
            "repository": "AQPPSH",
            "nenfond": "MPKBS",
            "viti": "1956",
            "dosje": "9",
            "flete": leaves("2", "3"),
        },
    ),
    (
        "Central Archive of the Party of Labor (AQPPSH), F. 14/AP, MPKBS, V. 1961, Dos. 13",
        "fond-dosje",
        {
            "repository": "Central Archive of the Party of Labor",
            "repository_abbreviation": "AQPPSH",
            "fond": "14/AP",
            "nenfond": "MPKBS",
            "viti": "1961",
            "dosje": "13",
        },
    ),
    (
        "MUUTA, X. 4, D. 27, X/H 18",
        "fond-dans-negj",
        {"repository": "MUUTA", "fond": "4", "dans": "27", "negj": "18"},
    ),
    (
        "Mongolian Foreign Ministry Archive, fond 2, dans 1, h-n 71",
        "fond-dans-negj",
        {
            "repository": "Mongolian Foreign Ministry Archive",
            "fond": "2",
            "dans": "1",
            "negj": "71",
        },
    ),
    (
        "ISA, RG 93, A-7931/6",
        "file-number",
        {"repository": "ISA", "record_group": "93", "file": "A-7931/6"},
    ),
    (
        "ISA, RG 130.23, FM 4311/2",
        "file-number",
        {"repository": "ISA", "record_group": "130.23", "file": "FM 4311/2"},
    ),
    ("DIRCO 137/11/3A", "file-number", {"repository": "DIRCO", "file": "137/11/3A"}),
    (
        "South African Foreign Affairs Archives, Pretoria, 137/12/18, Vol. 2",
        "file-number",
        {
            "repository": "South African Foreign Affairs Archives",
            "place": "Pretoria",
            "file": "137/12/18",
            "volume": "2",
        },
    ),
    (
        "NAI, File No. HI/1011(23)/75",
        "file-number",
        {"repository": "NAI", "file": "HI/1011(23)/75"},
    ),
    (
        "NMML, A. B. Rao Papers, I-III Installment, Subject File 13",
        "papers-file",
        {
            "repository": "NMML",
            "collection": "A. B. Rao Papers",
            "installment": "I-III",
            "file": "13",
        },
    ),
    (
        "A. B. Rao Papers, III Instalment, Subject File 221, NMML",
        "papers-file",
        {
            "repository": "NMML",
            "collection": "A. B. Rao Papers",
            "installment": "III",
            "file": "221",
        },
    ),
    (
        "A. B. Rao Papers, Nehru Memorial Museum and Library (NMML), New Delhi",
        "personal-papers",
        {
            "repository": "Nehru Memorial Museum and Library",
            "repository_abbreviation": "NMML",
            "place": "New Delhi",
            "collection": "A. B. Rao Papers",
        },
    ),
    (
        "National Security Archive, Ivan Petrov Papers",
        "personal-papers",
        {"repository": "National Security Archive", "collection": "Ivan Petrov Papers"},
    ),
    (
        "Nationaal Archief, The Hague, 2.05.313, inv. no. 5671",
        "toegang-inventarisnummer",
        {
            "repository": "Nationaal Archief",
            "place": "The Hague",
            "toegang": "2.05.313",
            "inventarisnummer": "5671",
        },
    ),
    (
        "Swiss Federal Archives, E2300-01#1973/151#91*",
        "bestand-akzession",
        {
            "repository": "Swiss Federal Archives",
            "bestand": "E2300-01",
            "akzession": "1973/151",
            "dossier": "91*",
        },
    ),
    (
        "BAR, E 2001 (E) 1978/81, Vol. 13",
        "bestand-akzession",
        {"repository": "BAR", "bestand": "E 2001 (E)", "akzession": "1978/81", "band": "13"},
    ),
    (
        "AJ, 837, KPR I-5-c",
        "fond-signatura",
        {"repository": "AJ", "fond": "837", "fond_title": "KPR", "signatura": "I-5-c"},
    ),
    (
        "AJ, 837 (KPR), I-5-c/101",
        "fond-signatura",
        {"repository": "AJ", "fond": "837", "fond_title": "KPR", "signatura": "I-5-c/101"},
    ),
    (
        "HDA SBU, f. 16, op. 1, spr. 1001, ark. 12-15",
        "fond-opys-sprava",
        {
            "repository": "HDA SBU",
            "fond": "16",
            "opys": "1",
            "sprava": "1001",
            "arkushi": leaves("12", "15"),
        },
    ),
    (
        "APRK, f. 708, op. 131, d. 1471, ll. 12-15",
        "fond-opis-delo",
        {
            "repository": "APRK",
            "fond": "708",
            "opis": "131",
            "delo": "1471",
            "listy": leaves("12", "15"),
        },
    ),
    (
        "Georgian Ministry of Internal Affairs Archive (II), f. 14, op. 32, d. 261",
        "fond-opis-delo",
        {
            "repository": "Georgian Ministry of Internal Affairs Archive",
            "repository_abbreviation": "II",
            "fond": "14",
            "opis": "32",
            "delo": "261",
        },
    ),
    (
        "LYA, f. K-1, ap. 3, b. 1231, l. 12",
        "fond-aprasas-byla",
        {"repository": "LYA", "fond": "K-1", "aprasas": "3", "byla": "1231", "lapai": leaves("12")},
    ),
    (
        "Jilin Provincial Archives, 1-2(17)-1963",
        "file-number",
        {"repository": "Jilin Provincial Archives", "file": "1-2(17)-1963"},
    ),
    (
        "Gansu Provincial Archives, 91-003-0007, 1-5",
        "file-number",
        {"repository": "Gansu Provincial Archives", "file": "91-003-0007", "pages": "1-5"},
    ),
    (
        "Shanghai Municipal Archives, B51-2-391",
        "file-number",
        {"repository": "Shanghai Municipal Archives", "file": "B51-2-391"},
    ),
    (
        "Academia Historica, Taipei, Li Wei Papers, 002-020401-00041-051",
        "file-number",
        {
            "repository": "Academia Historica",
            "place": "Taipei",
            "collection": "Li Wei Papers",
            "file": "002-020401-00041-051",
        },
    ),
    (
        "UN Archives, S-0881-0004-07",
        "file-number",
        {"repository": "UN Archives", "file": "S-0881-0004-07"},
    ),
    (
        "IAEA Archives, Vienna, GOV/INF/17",
        "document-symbol",
        {"repository": "IAEA Archives", "place": "Vienna", "symbol": "GOV/INF/17"},
    ),
    (
        "NATO Archives, C-R(57)71",
        "document-symbol",
        {"repository": "NATO Archives", "symbol": "C-R(57)71"},
    ),
    ("C-M(58)31, Part 2", "document-symbol", {"symbol": "C-M(58)31", "part": "2"}),
    (
        "Giulio Rossi Papers, NATO Series, Box 161, Subseries 1, Folder 017",
        "box-folder",
        {
            "collection": "Giulio Rossi Papers",
            "box": "161",
            "subseries": "1",
            "folder": "017",
            "series": "NATO Series",
        },
    ),
    (
        "Istituto Luigi Sturzo, Archivio Giulio Rossi, NATO Series, Box 161, Subseries 1, Folder 017",
        "box-folder",
        {
            "repository": "Istituto Luigi Sturzo",
            "collection": "Archivio Giulio Rossi",
            "box": "161",
            "subseries": "1",
            "folder": "017",
            "series": "NATO Series",
        },
    ),
    (
        "Mudd Library, Princeton University, John Smith Papers, Box 13",
        "box-folder",
        {
            "repository": "Mudd Library, Princeton University",
            "collection": "John Smith Papers",
            "box": "13",
        },
    ),
    (
        "Library of Congress, Manuscript Division, Ivan Petrov Collection, Box 27, Reel 17",
        "box-folder",
        {
            "repository": "Library of Congress, Manuscript Division",
            "collection": "Ivan Petrov Collection",
            "box": "27",
            "reel": "17",
        },
    ),
    (
        "National Archives of Australia, A1831, 911/12/2 Part 3",
        "series-control-symbol",
        {
            "repository": "National Archives of Australia",
            "series": "A1831",
            "control_symbol": "911/12/2",
            "part": "3",
        },
    ),
    (
        "Library and Archives Canada, RG 25, Vol. 6061, File 50291-40, pt. 3",
        "record-group",
        {
            "repository": "Library and Archives Canada",
            "record_group": "25",
            "volume": "6061",
            "file": "50291-40",
            "part": "3",
        },
    ),
    (
        "National Security Archive, Washington, D.C., MORI Doc ID 1161391",
        "declassification",
        {
            "repository": "National Security Archive",
            "place": "Washington, D.C.",
            "release": "MORI",
            "document_number": "1161391",
        },
    ),
    (
        "LBJ Library, NSF, Country File, Vietnam, Box 237",
        "presidential-library",
        {
            "repository": "LBJ Library",
            "collection": "NSF",
            "box": "237",
            "series": "Country File, Vietnam",
        },
    ),
    (
        "CWIHP Bulletin 6-7, p. 13",
        "printed",
        {"title": "CWIHP Bulletin", "issue": "6-7", "pages": "13"},
    ),
    (
        "Cold War International History Project Bulletin, Issue 16 (Fall 2007/Winter 2008), pp. 12-13",
        "printed",
        {
            "title": "Cold War International History Project Bulletin",
            "issue": "16",
            "date": "Fall 2007/Winter 2008",
            "pages": "12-13",
        },
    ),
]


@pytest.mark.parametrize(("text", "parts"), FOND_OPIS_DELO)
def test_a_soviet_shelfmark_has_its_parts(text: str, parts: Parts) -> None:
    reference = parse_reference(text)
    assert (reference.scheme, reference.parts) == ("fond-opis-delo", parts)


@pytest.mark.parametrize(("text", "scheme", "parts"), [*OTHER_SCHEMES, *MORE_SCHEMES])
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
        "APRF, copy on Reel 18, Petrov Collection, Library of Congress, Washington, D.C.",
        "NHK, APRF, f. 3, op. 61, d. 13",
        "Hoover Institution Archive, Archives of the Soviet Communist Party, f. 89, op. 1, d. 13",
        "RGASPI, f. 17",
        "Archivo Central del Ministerio de Relaciones Exteriores",
        "BAR E2300-01",
        "AJ, 837, I-3-a, SSSR",
        "LAC, RG 25, Series A-3-b, Volume 4851",
        "Swedish National Archives, Utrikesdepartementet, HP 1, vol. 13",
        "Riksarkivet, UD, HP 1 Xk",
        "AIPN, MSW II, 1231, t. 2",
        "LVA, f. PA-101, apr. 41, l. 13",
        "ERAF, f. 1, n. 301, s. 13",
        "sakartvelos shss arkivi (II), fondi 14, aghts'era 32, sakme 291",
        "SBU, f. 1, op. 13, por. 3, t. 2, ark. 41",
        "Jiangsu Provincial Archives, 3121-0131",
        "PRC FMA 204-00901-03 and 204-00901-04",
        "UN Archives, Series 881, Box 3, File 4, Acc. DAG 1/5.2.2.6",
        "IAEA Archive, Vienna, Box 15711",
        "National Archives of Korea, CET0023511",
        "MAE, Direction d'Amérique, Cuba, 13",
        "Fondazione Gramsci, Archivio PCI, Fondo Rossi, MF 0451, 12-15",
        "MOL, XIX-J-1-j-Irán-IV-00251/2/1977",
        "AMAE, Fond URSS, Folder 13, year 1968",
        "DASMIP, PA, 1962, F-121, 42341",
        "NAI, MEA, AMS Division, File No. WII/101/5/75, Vol. I",
        "Foreign Ministry Papers, National Archives",
        "Petrov Papers, National Security Archive",
        "BStU, File 13",
        "Pravda, 5 May 1961",
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


_WORDS = (
    '" “ ( ) [ ] , . ; : 1958 RGANI Sofia f. 52 op. 1 d. 351 ll. 141-153 papka a.e. Record 12 '
    "File 557 PRC FMA 109-00833-01 RG 59 Box Folder 3 BStU MfS HVA 81 MNL OL M-KS 288. f. 5/2. "
    "ő.e. DY 30 IPN BU 0449/8 (Beijing: Press, 1994) from the é ё 中"
)
_TEXTS = st.lists(st.sampled_from(_WORDS.split()), max_size=30).map(" ".join) | st.text(max_size=80)


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
    "start", ["", "AJ, 837, I-3-", "SAPMO-BArch, DY 30/", "BStU, MfS, ", "NAI, File "]
)
@pytest.mark.parametrize(
    "piece",
    ["A, ", "f. 1, ", "1 ", "(", "M. ", "A-1", "Box 1, ", "a Archives ", "1/", "1-", "I", "V. 1, "],
)
def test_a_long_text_is_read_to_its_end(start: str, piece: str) -> None:
    for length in (599, 9_000):
        parse_reference((start + piece * 9_000)[:length] + "!")
        parse_leaves((piece * 9_000)[:length])
