"""Exports that were handed over, until they are placed: closed to everybody else, and removed as soon as they have served."""

import asyncio
import contextlib
import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO
from uuid import UUID

from app.errors import TooLarge
from app.rest.languages import Said


class Handed:
    """Keeps one file an import under `folder`."""

    def __init__(self, folder: Path, *, most: int) -> None:
        self._folder, self.most = folder, most

    def path(self, tenant_id: UUID, import_id: UUID) -> Path:
        return self._folder / str(tenant_id) / str(import_id)

    async def keep(self, tenant_id: UUID, import_id: UUID, chunks: AsyncIterator[bytes]) -> tuple[str, int]:
        """Writes what comes, flushed to the disk; returns its digest and size. Half a file is never left there.

        Raises `TooLarge` as soon as it is.
        """
        path = self.path(tenant_id, import_id)
        half = path.with_name(f".{path.name}.{os.urandom(4).hex()}.half")
        await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True, mode=0o700)
        digest, size = hashlib.sha256(), 0
        file = await asyncio.to_thread(_closed_file, half)
        try:
            async for chunk in chunks:
                size += len(chunk)
                if size > self.most:
                    raise TooLarge(
                        Said(
                            f"un export de {self.most // 10**6} Mo au plus : faites-en plusieurs, ou prenez la commande "
                            "parvis import sur le serveur",
                            en=f"an export of at most {self.most // 10**6} MB: split it, or use parvis import on the server",
                        )
                    )
                digest.update(chunk)
                await asyncio.to_thread(file.write, chunk)
            await asyncio.to_thread(_flushed, file)
            await asyncio.to_thread(half.rename, path)
        finally:
            with contextlib.suppress(OSError):
                file.close()
            half.unlink(missing_ok=True)
        return digest.hexdigest(), size

    def forget(self, tenant_id: UUID, import_id: UUID) -> None:
        """Removes the file of an import; one that is not there is removed already."""
        self.path(tenant_id, import_id).unlink(missing_ok=True)


def digest_of(path: Path) -> str:
    """Returns the SHA-256 of a file, in constant memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _closed_file(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _flushed(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())
