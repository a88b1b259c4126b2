"""Pieces in which an antivirus recognised something: whoever takes one has the right, and says why."""

from collections.abc import Collection

from app.errors import Flaw, Forbidden, Invalid
from app.files.antivirus import ScanState
from app.identity.scopes import Scope
from app.rest.languages import Said
from app.tickets.values import Piece

MAY_TAKE = Scope.AUDIT_READ
_SHORTEST, _LONGEST = 10, 500


class PieceQuarantined(Forbidden):
    """An antivirus recognised something in the piece; who answers for the service may take it, and says why."""

    code = "piece-quarantined"
    title_fr = "Pièce mise à l'écart"
    title_en = "Piece set aside"
    advice = Said(
        "l'antivirus a reconnu un programme malveillant dans cette pièce ; qui a le droit audit:read peut la prendre en "
        "donnant son motif (reason), gardé au journal",
        en="the antivirus recognised malware in this piece; who has audit:read may take it and says why (reason), "
        "which the journal keeps",
    )


def set_aside(piece: Piece) -> bool:
    """Says whether a piece is set aside."""
    return piece.scan is ScanState.INFECTED


def judge_taking(piece: Piece, *, scopes: Collection[str], reason: str | None) -> str | None:
    """Returns the reason to keep in the journal, None for a piece that anybody who sees it may take.

    Raises `PieceQuarantined`, or `Invalid` for a reason that is none.
    """
    return judge_reason(scopes=scopes, reason=reason) if set_aside(piece) else None


def judge_reason(*, scopes: Collection[str], reason: str | None) -> str:
    """Returns the reason to keep in the journal, for whatever holds what was set aside: piece, original, evidence.

    Raises as `judge_taking`.
    """
    if MAY_TAKE.value not in scopes or reason is None:
        raise PieceQuarantined(PieceQuarantined.advice)
    written = " ".join(reason.split())
    if not _SHORTEST <= len(written) <= _LONGEST:
        told = Said(
            f"dites pourquoi, en {_SHORTEST} à {_LONGEST} caractères",
            en=f"say why, in {_SHORTEST} to {_LONGEST} characters",
        )
        raise Invalid(flaws=[Flaw("/reason", "reason", told)])
    return written
