"""Where pieces are kept: contents named by their digest, one shelf for each administration."""

import hashlib
import re
from collections.abc import AsyncIterator
from typing import Protocol
from uuid import UUID

from app.errors import NotFound, ParvisError

_DIGEST = re.compile(r"[0-9a-f]{64}")


class DamagedPiece(ParvisError):
    """What is stored is no longer what was received: somebody must restore it from a backup."""

    code = "piece-damaged"
    status = 500
    title_fr = "Pièce endommagée"
    title_en = "Damaged piece"


class Store(Protocol):
    """Keeps contents by their SHA-256; the same content of one administration is kept once.

    Administrations never share a content: whether another one holds it would be told by the time a `put` takes.
    Every method raises `Unavailable` when the store cannot be reached or is full.
    """

    async def put(self, tenant_id: UUID, content: bytes) -> str:
        """Returns the digest once the content would survive a power cut. Nobody ever sees half of it."""

    async def get(self, tenant_id: UUID, sha256: str) -> bytes:
        """Returns the content, checked against its digest. Raises `NotFound` or `DamagedPiece`."""

    async def exists(self, tenant_id: UUID, sha256: str) -> bool:
        """Says whether this administration holds that content."""

    def all_of(self, tenant_id: UUID) -> AsyncIterator[str]:
        """Names every content of an administration, in no order, without holding their names at once."""

    async def remove(self, tenant_id: UUID, sha256: str) -> None:
        """Removes a content for good; one that is not there is removed already."""


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def key_of(tenant_id: UUID, sha256: str) -> str:
    """Returns the place of a content: `tenant/ab/cd/digest`. Raises `NotFound` for anything that is no digest."""
    if not _DIGEST.fullmatch(sha256):
        raise NotFound("no such piece")
    return f"{tenant_id}/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def checked(content: bytes, sha256: str) -> bytes:
    """Returns the content. Raises `DamagedPiece` when it is not the one that was kept."""
    if digest_of(content) != sha256:
        raise DamagedPiece(f"the piece {sha256} no longer has its digest: restore it from a backup")
    return content
