"""Choosing whom the watch tells: never one of our own mailboxes, which would answer itself."""

from collections.abc import Sequence
from uuid import UUID

from app.channels.adapters.email.config import EmailConfig
from app.channels.kit.addresses import is_ours, normalise
from app.channels.service import Channels
from app.clock import Clock
from app.db.transaction import Session
from app.errors import Flaw, Invalid, Stale
from app.facts import Actor, FactBook
from app.rest.languages import Said
from app.sve.warning import repository
from app.sve.warning.facts import WatchSettingsChanged
from app.sve.warning.values import WatchSettings

RECIPIENTS_MAX = 20
DAYS_MAX = 20


class WatchSettingsOffice:
    """Reads and changes whom the watch of an administration tells."""

    def __init__(self, channels: Channels, book: FactBook, clock: Clock) -> None:
        self._channels, self._book, self._clock = channels, book, clock

    async def get(self, session: Session, tenant_id: UUID) -> WatchSettings:
        return await repository.settings_of(session, tenant_id)

    async def choose(
        self, session: Session, tenant_id: UUID, wanted: WatchSettings, *, version: int, actor: Actor
    ) -> WatchSettings:
        """Puts `wanted` in the place of `version`. Raises `Stale`, or `Invalid` with the place of what is wrong."""
        ours = await self._our_addresses(session, tenant_id)
        now, flaws = self._clock(), list[Flaw]()
        values = {
            "digest_to": _addresses(wanted.digest_to, name="digest_to", ours=ours, flaws=flaws),
            "digest_hour": _within(wanted.digest_hour, 23, name="digest_hour", flaws=flaws),
            "escalate_to": _addresses(wanted.escalate_to, name="escalate_to", ours=ours, flaws=flaws),
            "escalate_after": _within(wanted.escalate_after, DAYS_MAX, name="escalate_after", flaws=flaws),
            "updated_at": now,
            "updated_by": actor.label,
        }
        if flaws:
            raise Invalid(flaws=flaws)
        if not await repository.choose(session, tenant_id, values, version=version):
            raise Stale
        fact = WatchSettingsChanged(
            tenant_id=tenant_id,
            subject_id=tenant_id,
            at=now,
            actor=actor,
            digest_hour=wanted.digest_hour,
            escalate_after=wanted.escalate_after,
        )
        await self._book.record(session, fact)
        return await repository.settings_of(session, tenant_id)

    async def _our_addresses(self, session: Session, tenant_id: UUID) -> set[str]:
        ours = set[str]()
        for channel in await self._channels.all_of(session, tenant_id):
            ours |= {channel.address} if channel.address and "@" in channel.address else set()
            ours |= set(channel.config.ours) if isinstance(channel.config, EmailConfig) else set()
        return ours


def _addresses(given: Sequence[str], *, name: str, ours: set[str], flaws: list[Flaw]) -> list[str]:
    """The addresses in one spelling, each once; what is wrong with them is added to `flaws`."""
    if len(given) > RECIPIENTS_MAX:
        told = Said(f"{RECIPIENTS_MAX} adresses au plus", en=f"at most {RECIPIENTS_MAX} addresses")
        flaws.append(Flaw(f"/{name}", "too-long", told))
        return []
    found: dict[str, None] = {}
    for number, written in enumerate(given):
        normal = normalise(written.strip())
        if normal is None:
            told = Said("une adresse électronique est attendue", en="an e-mail address is expected")
            flaws.append(Flaw(f"/{name}/{number}", "address", told))
        elif is_ours(normal, ours=ours):
            told = Said(
                "cette boîte est un canal de Parvis : un avis y deviendrait une demande. Donnez l'adresse d'un agent",
                en="this mailbox is a channel of Parvis: a notice would become a ticket. Give an agent's address",
            )
            flaws.append(Flaw(f"/{name}/{number}", "own-channel", told))
        else:
            found[normal] = None
    return list(found)


def _within(value: int, most: int, *, name: str, flaws: list[Flaw]) -> int:
    if not 0 <= value <= most:
        told = Said(f"un nombre de 0 à {most} est attendu", en=f"a number from 0 to {most} is expected")
        flaws.append(Flaw(f"/{name}", "range", told))
    return value
