"""Exports that were handed over, until they are placed: closed to everybody else, and removed as soon as they have served."""

import asyncio
import contextlib
import hashlib
import os
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO
from uuid import UUID

from app.errors import TooLarge
from app.rest.languages import Said

_HALF = ".half"
_ABANDONED = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file that is here whole, and not yet in its place."""

    half: Path
    path: Path
    digest: str
    size: int

    async def settle(self) -> None:
        """Puts it in its place."""
        await asyncio.to_thread(self.half.rename, self.path)


class Handed:
    """Keeps one file an import under `folder`."""

    def __init__(self, folder: Path, *, most: int) -> None:
        self._folder, self.most = folder, most

    def path(self, tenant_id: UUID, import_id: UUID) -> Path:
        return self._folder / str(tenant_id) / str(import_id)

    @asynccontextmanager
    async def arriving(
        self, tenant_id: UUID, import_id: UUID, chunks: AsyncIterator[bytes]
    ) -> AsyncGenerator["Arrived"]:
        """Writes what comes beside its place, flushed to the disk; nothing is left of it unless it is settled there.

        Raises `TooLarge` as soon as it is.
        """
        path = self.path(tenant_id, import_id)
        half = path.with_name(f".{path.name}.{os.urandom(4).hex()}{_HALF}")
        await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True, mode=0o700)
        try:
            digest, size = await self._write(half, chunks)
            yield Arrived(half, path, digest, size)
        finally:
            half.unlink(missing_ok=True)

    async def _write(self, half: Path, chunks: AsyncIterator[bytes]) -> tuple[str, int]:
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
        finally:
            with contextlib.suppress(OSError):
                file.close()
        return digest.hexdigest(), size

    def forget_halves(self, tenant_id: UUID, *, now: datetime) -> None:
        """Removes what processes that died a day ago were still writing."""
        for half in (self._folder / str(tenant_id)).glob(f".*{_HALF}"):
            with contextlib.suppress(FileNotFoundError):
                if half.stat().st_mtime < (now - _ABANDONED).timestamp():
                    half.unlink()

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
