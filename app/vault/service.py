"""Secrets of administrations, each sealed under its administration's own data key (ADR 0019)."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.clock import Clock
from app.db.transaction import Session
from app.errors import Misconfigured
from app.ids import new_id
from app.sealing import KeyRing
from app.vault import repository
from app.vault.masters import Masters
from app.vault.repository import Wrapped

MAGIC = b"PVK1"
MARK = len(MAGIC) + 16  # the magic and the key's own identifier: what names the key of a sealed value
_NONCE, _KEY = 12, 32
_MOST_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class OpenKeys:
    """An administration's data keys, unwrapped; those that could not be say why. Opens the older form too."""

    _ring: KeyRing = field(repr=False)
    _keys: Mapping[UUID, bytes | Misconfigured] = field(repr=False)

    def open(self, sealed: bytes, *, bound_to: str) -> bytes:
        """Raises `Misconfigured` when the key is missing or destroyed, or the value was sealed for another row."""
        if not sealed.startswith(MAGIC):
            return self._ring.open(sealed, bound_to=bound_to)
        mark, nonce, body = sealed[:MARK], sealed[MARK : MARK + _NONCE], sealed[MARK + _NONCE :]
        key = self._keys.get(UUID(bytes=mark[len(MAGIC) :])) if len(mark) == MARK else None
        if isinstance(key, Misconfigured):
            raise key
        if key is None:
            raise Misconfigured("a stored secret cannot be opened: its data key was destroyed; enter the secret again")
        try:
            return AESGCM(key).decrypt(nonce, body, mark + bound_to.encode())
        except (InvalidTag, ValueError):
            raise Misconfigured(
                "a stored secret cannot be opened: it was altered, or sealed for another row; enter it again"
            ) from None


class Vault:
    """Seals and opens. The database is asked each time which keys there are; only unwrapping is remembered."""

    def __init__(self, masters: Masters, ring: KeyRing, clock: Clock) -> None:
        self.masters, self._ring, self._clock = masters, ring, clock
        self._unwrapped: dict[tuple[UUID, bytes], bytes] = {}

    async def of(self, session: Session, tenant_id: UUID) -> OpenKeys:
        """Returns what opens an administration's secrets: one statement, however many are opened. Raises `Unavailable`."""
        keys: dict[UUID, bytes | Misconfigured] = {}
        for one in await repository.all_of(session, tenant_id):
            try:
                keys[one.id] = await self.unwrapped(tenant_id, one)
            except Misconfigured as missing:
                keys[one.id] = missing
        return OpenKeys(self._ring, keys)

    async def open(self, session: Session, tenant_id: UUID, sealed: bytes, *, bound_to: str) -> bytes:
        """Opens one value. Raises `Misconfigured`, `Unavailable`."""
        return (await self.of(session, tenant_id)).open(sealed, bound_to=bound_to)

    async def seal(self, session: Session, tenant_id: UUID, plain: bytes, *, bound_to: str) -> bytes:
        """Seals under the present data key, made at the first need; `bound_to` names tenant and row.

        Raises `Misconfigured`, `Unavailable`.
        """
        present = await self._present(session, tenant_id)
        return sealed_under(present.id, await self.unwrapped(tenant_id, present), plain, bound_to=bound_to)

    async def renew(self, session: Session, tenant_id: UUID) -> None:
        """Makes another data key the present one. The former opens what it sealed, and seals nothing from now on."""
        await repository.retire(session, tenant_id, at=self._clock())
        await self._make(session, tenant_id)

    async def rewrap(self, session: Session, tenant_id: UUID) -> int:
        """Wraps under the present master what another wrapped; returns how many data keys. Raises `Misconfigured`."""
        told = 0
        for one in await repository.all_of(session, tenant_id):
            if one.master != self.masters.present.name:
                plain = await self.unwrapped(tenant_id, one)
                wrapped = await self.masters.present.wrap(plain, bound_to=_bound(tenant_id, one.id))
                name = self.masters.present.name
                await repository.rewrap(session, tenant_id, one.id, wrapped=wrapped, master=name)
                told += 1
        return told

    async def destroy(self, session: Session, tenant_id: UUID) -> int:
        """Erases every secret of an administration at once, by destroying its data keys; returns how many.

        Other processes read the keys at each use: nothing opens there either once the transaction has committed.
        """
        self._unwrapped.clear()
        return await repository.destroy(session, tenant_id)

    async def unwrapped(self, tenant_id: UUID, key: Wrapped) -> bytes:
        """Returns a data key in clear. Raises `Misconfigured`, `Unavailable`."""
        known = self._unwrapped.get((key.id, key.wrapped))
        if known is None:
            bound = _bound(tenant_id, key.id)
            known = await self.masters.unwrap(key.wrapped, name=key.master, bound_to=bound)
            if len(known) != _KEY:
                raise Misconfigured(
                    "what unwrapped a data key gave something else: is PARVIS_KEY_COMMAND the right one?"
                )
            if len(self._unwrapped) >= _MOST_KEPT:
                self._unwrapped.clear()
            self._unwrapped[key.id, key.wrapped] = known
        return known

    async def _present(self, session: Session, tenant_id: UUID) -> Wrapped:
        # Between two looks a rotation may retire the key that was waited for: the next look finds the new one.
        for _ in range(3):
            present = await repository.present(session, tenant_id)
            if present is not None:
                return present
            await self._make(session, tenant_id)
        raise Misconfigured("no data key stands: is PARVIS_DATABASE_URL a read-only copy?")

    async def _make(self, session: Session, tenant_id: UUID) -> None:
        key_id = new_id()
        wrapped = await self.masters.present.wrap(os.urandom(_KEY), bound_to=_bound(tenant_id, key_id))
        values = {
            "tenant_id": tenant_id,
            "id": key_id,
            "wrapped": wrapped,
            "master": self.masters.present.name,
            "made_at": self._clock(),
        }
        await repository.add(session, values)


def sealed_under(key_id: UUID, key: bytes, plain: bytes, *, bound_to: str) -> bytes:
    """Encrypts with AES-256-GCM: the key's name stands before the value, and is authenticated with the row's."""
    mark, nonce = MAGIC + key_id.bytes, os.urandom(_NONCE)
    return mark + nonce + AESGCM(key).encrypt(nonce, plain, mark + bound_to.encode())


def _bound(tenant_id: UUID, key_id: UUID) -> str:
    return f"data-key/{tenant_id}/{key_id}"
