"""TEI files of the seed: one record or hundreds to a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from api.errors import Complaint
from api.loading.seed import decode
from api.parsing.curated import Authority
from api.parsing.tei import (
    Linker,
    RawDocument,
    Survey,
    TeiDocument,
    read_document,
    read_raw_documents,
    survey_tei,
)
from api.text import sha256_hex

WHOLE, PART = "application/tei+xml", "application/xml"
"""Media types of a TEI file, and of a document's element out of one."""


@dataclass(frozen=True, slots=True)
class TeiSource:
    """One document of a TEI file, not read yet; `source` is its own bytes."""

    record: str
    source: bytes
    media_type: str
    digest: str
    """Of everything in the file that the record is made from."""
    raw: RawDocument
    survey: Survey
    data: bytes
    link: Linker

    def read(self) -> TeiDocument:
        """Read it; SeedError says where and why not."""
        return read_document(self.raw, self.survey, self.data, self.link)


class TeiFile:
    """A TEI file, surveyed. Raises SeedError where it cannot be."""

    def __init__(
        self, path: str, stem: str, data: bytes, authorities: Mapping[str, Authority]
    ) -> None:
        decode(data, path)
        self.path = path
        self.data = data
        self.survey = survey_tei(data, stem)
        self.link = Linker(self.survey, authorities)

    @property
    def complaints(self) -> list[Complaint]:
        """What was wrong with the file, though it could be surveyed."""
        return [complaint.within(self.path) for complaint in self.survey.complaints]

    @property
    def records(self) -> list[str]:
        """The ids of the records it holds."""
        if not self.survey.is_volume:
            return [self.survey.stem]
        return [place.record for place in self.survey.documents if place is not None]

    def sources(self) -> Iterator[TeiSource]:
        """Its documents one by one, in their order."""
        survey = self.survey
        media_type = PART if survey.is_volume else WHOLE
        for raw in read_raw_documents(self.data, survey):
            parts = [survey.shared_digest, repr(raw.volume), repr(raw.page), sha256_hex(raw.source)]
            digest = sha256_hex("\n".join(parts))
            yield TeiSource(
                raw.record, raw.source, media_type, digest, raw, survey, self.data, self.link
            )
