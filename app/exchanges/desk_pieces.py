"""Scans of a letter brought to the desk: what they may be, decided from their bytes."""

from collections.abc import Sequence

from app.channels.kit.forms import FormFile
from app.errors import Flaw, Invalid
from app.files.sniff import sniff
from app.rest.languages import Said

SCANS = frozenset({"application/pdf", "image/tiff", "image/jpeg", "image/png"})
MOST = 20


def scans(files: Sequence[FormFile], *, pointer: str) -> Sequence[tuple[str, str, bytes]]:
    """Returns name, type and bytes of each scan. Raises `Invalid` for what no scanner makes, and for too many."""
    given = [file for file in files if file.content]
    if len(given) > MOST:
        told = Said(f"{MOST} fichiers au plus", en=f"at most {MOST} files")
        raise Invalid(flaws=[Flaw(pointer, "too-many", told)])
    found: list[tuple[str, str, bytes]] = []
    for file in given:
        kind = sniff(file.content, claimed=file.content_type).content_type
        if kind not in SCANS:
            told = Said(
                f"« {(file.name or 'ce fichier')[:80]} » n'est ni un PDF, ni une image TIFF, JPEG ou PNG",
                en="a PDF, TIFF, JPEG or PNG file is expected",
            )
            raise Invalid(flaws=[Flaw(pointer, "type", told)])
        found.append(((file.name or "numérisation")[:200], kind, file.content))
    return found
