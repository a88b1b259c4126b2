"""Pieces of drafts as the API writes them."""

from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from app.files.antivirus import ScanState
from app.rest.public_ids import AttachmentId
from app.tickets.values import Piece


class DraftPieceOut(BaseModel):
    """Une pièce jointe à un brouillon ; elle part avec lui, ou s'en va avec lui."""

    id: AttachmentId
    name: str = Field(examples=["plan.pdf"])
    content_type: str = Field(description="Décidé sur les octets.", examples=["application/pdf"])
    size: int = Field(description="Octets.", examples=[48213])
    scan: ScanState | None = Field(
        description="Antivirus : `waiting` pas encore examinée, `clean` rien de connu, `infected` mise à l'écart et ne partira "
        "pas, `failed` n'a pas pu être examinée ; `null` sans antivirus.",
        examples=["clean"],
    )

    @classmethod
    def of(cls, kept: tuple[UUID, Piece]) -> Self:
        piece_id, piece = kept
        return cls(
            id=piece_id,
            name=piece.name,
            content_type=piece.content_type,
            size=piece.size or 0,
            scan=piece.scan,
        )


class DraftPieces(BaseModel):
    """Les pièces d'un brouillon, dix au plus."""

    data: list[DraftPieceOut]
