"""What a backup says of itself: before its parts, what they are of; after them, their digests."""

from collections.abc import Mapping, Sequence
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from app.backups.refusals import DamagedBackup, NewerBackup

FORMAT = 1


class Kept(BaseModel):
    """One administration at the instant of the backup: what a restore must find again, to the unit."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: UUID
    slug: str
    receptions: Mapping[str, int] = Field(description="The ledger: accepted, done, duplicate, held, queued.")
    link: int = Field(description="Number of the last link of the journal's chain; 0 before the first.")
    digest: str = Field(description="Its digest, in hexadecimal.")
    open_clocks: int
    pending: int = Field(description="Messages that had not left yet, or whose fate nobody knew.")


class Header(BaseModel):
    """What is to come."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    kind: Literal["parvis-backup"] = "parvis-backup"
    format: int = FORMAT
    parvis: str
    revision: str
    postgresql: int = Field(description="Major version of the server that was backed up, and of the dump.")
    made_at: AwareDatetime
    fingerprint: str = Field(description="Tells whether another house holds the same PARVIS_SECRET_KEY.")
    administrations: Sequence[Kept]
    rows: Mapping[str, int] = Field(description="Rows of each table.")


class Manifest(BaseModel):
    """What was written, read at the end."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    database_sha256: str
    database_bytes: int
    slices: int
    pieces: int
    pieces_bytes: int
    pieces_sha256: str = Field(description="SHA-256 of the names of the pieces, one a line, in their order.")
    missing: Sequence[str] = Field(description="Pieces the database names and the store no longer had whole.")
    header_sha256: str
    secret: bool
    ended_at: AwareDatetime


def header_of(content: bytes) -> Header:
    """Reads the first part. Raises `NewerBackup` or `DamagedBackup`."""
    try:
        header = Header.model_validate_json(content)
    except ValidationError as error:
        raise DamagedBackup("the header of this backup cannot be read: take another copy of it") from error
    if header.format > FORMAT:
        raise NewerBackup(
            f"this backup has format {header.format}, and this Parvis reads {FORMAT}: install a newer one"
        )
    return header


def manifest_of(content: bytes) -> Manifest:
    """Reads the last part. Raises `DamagedBackup`."""
    try:
        return Manifest.model_validate_json(content)
    except ValidationError as error:
        raise DamagedBackup("the manifest of this backup cannot be read: take another copy of it") from error


def written(one: BaseModel) -> bytes:
    return one.model_dump_json(indent=1).encode()
