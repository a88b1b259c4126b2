"""Pieces in a folder.

obstore's own local store renames without fsync (seen with strace, obstore 0.12.1), so a power cut after the answer
could lose a piece; here the file, then every folder that leads to it, is flushed before the digest is returned.
"""

import asyncio
import contextlib
import errno
import fcntl
import os
import re
import secrets
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from app.errors import Misconfigured, NotFound, Unavailable
from app.files.store import checked, digest_of, key_of

_ABANDONED_S = 86_400
_SHELF = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class LocalStore:
    """A `Store` over a folder of its own, which it makes, closed to everybody else."""

    def __init__(self, folder: Path) -> None:
        self._folder = Path(folder).absolute()
        self._arriving = self._folder / ".arriving"
        self._named: set[str] = set()  # folders whose name is on the disk for good
        try:
            self._arriving.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._folder.chmod(0o700)
            _clear(self._arriving)
        except OSError as error:
            raise Misconfigured(
                f"pieces cannot be kept in {self._folder} ({error.strerror}): set PARVIS_DATA_DIR to a folder this user may write"
            ) from error

    async def put(self, tenant_id: UUID, content: bytes) -> str:
        sha256 = digest_of(content)
        await asyncio.to_thread(self._put, key_of(tenant_id, sha256), content)
        return sha256

    async def get(self, tenant_id: UUID, sha256: str) -> bytes:
        content = await asyncio.to_thread(self._read, key_of(tenant_id, sha256))
        if content is None:
            raise NotFound("no such piece")
        return checked(content, sha256)

    async def exists(self, tenant_id: UUID, sha256: str) -> bool:
        return await asyncio.to_thread((self._folder / key_of(tenant_id, sha256)).is_file)

    async def all_of(self, tenant_id: UUID) -> AsyncIterator[str]:
        for first in range(256):
            folder = self._folder / str(tenant_id) / f"{first:02x}"
            for name in await asyncio.to_thread(_names_below, folder):
                yield name

    async def remove(self, tenant_id: UUID, sha256: str) -> None:
        await asyncio.to_thread(self._remove, key_of(tenant_id, sha256))

    async def shelves(self) -> list[UUID]:
        """Names the administrations that have a piece here, or had one."""
        return await asyncio.to_thread(self._shelves)

    def holds_any(self) -> bool:
        """Says whether at least one piece is kept here."""
        return any(
            _names_below(folder) for shelf in self._shelves() for folder in (self._folder / str(shelf)).glob("??")
        )

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Holds the folder against others who would empty it. Raises `Unavailable` while somebody does.

        The system lets go of it with the process, however that ends.
        """
        with open(self._folder / ".emptying", "ab", opener=_private) as held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Unavailable("pieces are already being moved out of this folder: wait until that ends") from error
            yield

    async def forget_shelves(self) -> None:
        """Removes the folders that are empty."""
        await asyncio.to_thread(self._forget_shelves)

    def _shelves(self) -> list[UUID]:
        return sorted(UUID(found.name) for found in self._folder.iterdir() if _SHELF.fullmatch(found.name))

    def _forget_shelves(self) -> None:
        for shelf in self._shelves():
            place = self._folder / str(shelf)
            for folder in [*place.glob("??/??"), *place.glob("??"), place]:
                with contextlib.suppress(OSError):  # it holds something
                    folder.rmdir()

    def _remove(self, key: str) -> None:
        target = self._folder / key
        try:
            target.unlink(missing_ok=True)
            if target.parent.is_dir():
                _flush(str(target.parent))
        except OSError as error:
            raise Unavailable(f"the piece could not be removed ({error.strerror})") from error

    def _put(self, key: str, content: bytes) -> None:
        target = self._folder / key
        try:
            # A kept piece that was damaged since is written again.
            if self._read(key) != content:
                target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                self._write(target, content)
            # Also for a piece found in place: whoever put it there may have died before this.
            self._flush_way_to(key)
        except OSError as error:
            raise Unavailable(
                f"the piece could not be kept ({error.strerror}); nothing was stored, try again"
            ) from error

    def _flush_way_to(self, key: str) -> None:
        """Flushes the folders that lead to a piece, up to the first whose own name is known to be on the disk."""
        parts = [str(self._folder), *key.split("/")[:-1]]
        way = ["/".join(parts[: depth + 1]) for depth in range(len(parts))]
        for folder in reversed(way):
            _flush(folder)
            if folder in self._named:
                break
        # Not the last one: there are as many of those as pieces.
        self._named.update(way[:-1])

    def _write(self, target: Path, content: bytes) -> None:
        arriving = self._arriving / f"{target.name}.{secrets.token_hex(8)}"
        try:
            with open(arriving, "xb", opener=_private) as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            arriving.replace(target)
        except OSError:
            arriving.unlink(missing_ok=True)
            raise

    def _read(self, key: str) -> bytes | None:
        try:
            # A link in the folder is not ours and is not followed.
            with open(self._folder / key, "rb", opener=_no_link) as file:
                return file.read()
        except OSError as error:
            if error.errno in {errno.ENOENT, errno.ELOOP}:
                return None
            raise Unavailable(f"the piece could not be read ({error.strerror})") from error


def _names_below(folder: Path) -> list[str]:
    return sorted(found.name for found in folder.glob("??/*") if found.is_file())


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _no_link(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW)


def _flush(folder: str) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _clear(arriving: Path) -> None:
    """Removes what processes that died a day ago were still writing."""
    for left in arriving.iterdir():
        if left.stat().st_mtime < time.time() - _ABANDONED_S:
            left.unlink(missing_ok=True)
