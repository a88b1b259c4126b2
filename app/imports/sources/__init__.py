"""Readers, one a source: what an export holds for one conversation comes in, a value or why there is none comes out."""

from collections.abc import Callable, Mapping

from app.imports.shapes import Read, SourceKind
from app.imports.sources import chatwoot, freescout, zammad

Reader = Callable[[object, int], Read]
# Those whose export is one JSON document a conversation; rows are read by `csv_rows`.
OF_DOCUMENTS: Mapping[SourceKind, Reader] = {
    SourceKind.ZAMMAD: zammad.read,
    SourceKind.CHATWOOT: chatwoot.read,
    SourceKind.FREESCOUT: freescout.read,
}
