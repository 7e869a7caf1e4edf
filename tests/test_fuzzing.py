"""Mutated files through the whole way of a file: no crash and no hang, whatever is in them.

By hand, for longer: `OPIS_FUZZ_EXAMPLES=100000 pytest tests/test_fuzzing.py`.
"""

import os
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.loading.checking import check_files, list_files
from tests.records import AUTHORITIES, LETTER, OLDER
from tests.test_tei_reading import SMALL

EXAMPLES = int(os.environ.get("OPIS_FUZZ_EXAMPLES", "60"))
ANNOTATIONS = """\
record: letter
source_sha256: "0000000000000000000000000000000000000000000000000000000000000000"
mentions:
  - {entity: novak-jan, ref: role, paragraph: 4, quote: Comrade}
"""
PIECES = (
    *("\n\n", "**", "Citation:", "[", "]", "<", ">", "&", "\0", "\ufeff", "\u2028", "\u0301", "'"),
    *('"', "{", "}", ": ", "- ", "\t", "1961", "....", "\ud7ff", "\U0001f600", "</p>", "<p>"),
)


@st.composite
def mutated(draw: st.DrawFn, text: str) -> bytes:
    """A text with some runs cut out, doubled, moved or replaced."""
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.sampled_from((0, 1, 5, 40, 400))))
        piece = draw(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)))
        put = draw(st.sampled_from(("", piece, piece * 50, text[start:end] * 2)))
        text = text[:start] + put + text[end:]
    return text.encode("utf-8", "surrogatepass")


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.data_too_large])
@given(
    export=st.one_of(mutated(LETTER), mutated(OLDER)),
    tei=mutated(SMALL["records/lena.xml"]),
    authorities=mutated(AUTHORITIES),
    annotations=mutated(ANNOTATIONS),
)
def test_no_mutation_of_a_file_crashes_the_readers(
    export: bytes, tei: bytes, authorities: bytes, annotations: bytes
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        seed = Path(folder)
        for name, data in (
            ("records/letter.md", export),
            ("records/volume.xml", tei),
            ("records/letter.annotations.yaml", annotations),
            ("authorities/all.yaml", authorities),
        ):
            (seed / name).parent.mkdir(exist_ok=True)
            (seed / name).write_bytes(data)
        for checked in check_files(list_files([seed], seed), 1_000_000):
            assert checked.understood or checked.complaints or checked.path.endswith(".yaml")
