"""Pieces on their way from a folder to a bucket: served from both meanwhile, none lost between them.

Each is removed from the folder once it stands in the bucket with its digest. Cut off anywhere, a move goes on where it
was: what the folder still holds is what is left.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from uuid import UUID

from app.errors import NotFound
from app.files.local import LocalStore
from app.files.store import DamagedPiece, Store

_AT_ONCE = 8


class Moving:
    """A `Store` that keeps in front, and reads behind what is not in front yet."""

    def __init__(self, front: Store, behind: Store) -> None:
        self.front, self.behind = front, behind

    async def put(self, tenant_id: UUID, content: bytes) -> str:
        return await self.front.put(tenant_id, content)

    async def get(self, tenant_id: UUID, sha256: str) -> bytes:
        with contextlib.suppress(NotFound):
            return await self.front.get(tenant_id, sha256)
        with contextlib.suppress(NotFound):
            return await self.behind.get(tenant_id, sha256)
        return await self.front.get(tenant_id, sha256)  # moved between the two looks

    async def exists(self, tenant_id: UUID, sha256: str) -> bool:
        for place in (self.front, self.behind, self.front):
            if await place.exists(tenant_id, sha256):
                return True
        return False

    async def all_of(self, tenant_id: UUID) -> AsyncIterator[str]:
        async for sha256 in self.behind.all_of(tenant_id):
            yield sha256
        async for sha256 in self.front.all_of(tenant_id):
            if not await self.behind.exists(tenant_id, sha256):
                yield sha256

    async def remove(self, tenant_id: UUID, sha256: str) -> None:
        # Behind first: the move takes from there, and would bring back what was removed in front alone.
        await self.behind.remove(tenant_id, sha256)
        await self.front.remove(tenant_id, sha256)


@dataclass(slots=True)
class Moved:
    """What a move did. Damaged pieces stay where they are: a backup may hold them whole."""

    pieces: int = 0
    octets: int = 0
    damaged: list[str] = field(default_factory=list)


async def move(folder: LocalStore, bucket: Store, *, told: Callable[[str, int], None]) -> Moved:
    """Moves every piece of a folder, some at a time. Raises `Unavailable` when either cannot be reached.

    One move at a time: what the folder no longer holds was erased, and is removed from the bucket too; another move
    would be taken for an erasure.
    """
    with folder.alone():
        return await _move_all(folder, bucket, told)


async def _move_all(folder: LocalStore, bucket: Store, told: Callable[[str, int], None]) -> Moved:
    done = Moved()
    for tenant_id in await folder.shelves():
        under_way: set[asyncio.Task[None]] = set()
        try:
            async for sha256 in folder.all_of(tenant_id):
                under_way.add(asyncio.create_task(_move_one(folder, bucket, tenant_id, sha256, done)))
                if len(under_way) >= _AT_ONCE:
                    ended, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
                    for one in ended:
                        one.result()
                    told("pieces moved", done.pieces)
            await asyncio.gather(*under_way)
        finally:
            for one in under_way:
                one.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)
        told("pieces moved", done.pieces)
    await folder.forget_shelves()
    return done


async def _move_one(folder: LocalStore, bucket: Store, tenant_id: UUID, sha256: str, done: Moved) -> None:
    try:
        content = await folder.get(tenant_id, sha256)
    except NotFound:
        return  # erased meanwhile
    except DamagedPiece:
        done.damaged.append(f"{tenant_id}/{sha256}")
        return
    if not await bucket.exists(tenant_id, sha256):
        await bucket.put(tenant_id, content)
    await bucket.get(tenant_id, sha256)  # its digest is compared: what is removed here stands there, whole
    if not await folder.exists(tenant_id, sha256):
        await bucket.remove(tenant_id, sha256)  # erased while it was being copied: it must not come back
        return
    await folder.remove(tenant_id, sha256)
    done.pieces += 1
    done.octets += len(content)
