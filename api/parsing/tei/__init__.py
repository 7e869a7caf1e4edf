"""TEI P5 as a source: this program's own exports, ordinary editions, volumes of documents.

`survey_tei` sees what a file holds, `read_raw_documents` hands out its documents one by one, and
`read_document` reads one.
"""

from api.parsing.tei.documents import RawDocument, Survey, read_raw_documents, survey_tei
from api.parsing.tei.reading import Linker, read_document
from api.parsing.tei.values import ListedEntity, TeiDocument, Volume, VolumePart

__all__ = [
    "Linker",
    "ListedEntity",
    "RawDocument",
    "Survey",
    "TeiDocument",
    "Volume",
    "VolumePart",
    "read_document",
    "read_raw_documents",
    "survey_tei",
]
