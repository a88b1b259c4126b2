"""Requests for pieces that leave by a channel: one that never arrived asked for nothing (CRPA L114-5, R112-11-4).

The event is recorded when the letter is composed. If its sending fails for good, the event is annulled by one that names
it, so that no clock stays stopped by a letter nobody got; if it leaves after all, it is recorded again at that instant.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog

from app.db.transaction import Session
from app.errors import Conflict, Invalid, Stale
from app.exchanges.outbox import Outbound
from app.facts import SYSTEM
from app.ids import Prefix, public_id
from app.sve.service import LegalFace
from app.sve.values import LegalEvent, Saisine

log = structlog.get_logger()
NOT_DELIVERED = "la lettre n'est pas arrivée : le service d'envoi l'a rapportée en échec définitif"


class Asking:
    """Keeps the record of a request for pieces true to what became of its letter."""

    def __init__(self, legal: LegalFace) -> None:
        self._legal = legal

    async def lost(self, session: Session, message: Outbound) -> None:
        """Annuls the request a letter made: it failed, or came back. What already rests on it is left to a person."""
        found = await self._found(session, message)
        if found is None:
            return
        saisine, event = found
        if event.annulled_by is not None:
            return
        named = public_id(Prefix.LEGAL_EVENT, event.id)
        told = {"type": "corrected", "event_id": named, "reason": NOT_DELIVERED}
        await self._record(session, saisine, told)

    async def left(self, session: Session, message: Outbound, *, at: datetime) -> None:
        """Records again a request that had been annulled, now that its letter has left."""
        found = await self._found(session, message)
        if found is None:
            return
        saisine, event = found
        if event.annulled_by is None:
            return
        payload = {name: value for name, value in event.payload.items() if name != "marks"}
        again = {**payload, "at": at.isoformat().replace("+00:00", "Z"), "key": _key(message, at)}
        await self._record(session, saisine, again)

    async def _found(self, session: Session, message: Outbound) -> tuple[Saisine, LegalEvent] | None:
        asked = message.request.get("asked")
        if not asked:
            return None
        saisine = await self._legal.get(session, message.tenant_id, UUID(asked["saisine_id"]))
        of_letter = [
            event
            for event in await self._legal.events_of(session, saisine)
            if event.key is not None and event.key.partition("/")[0] == asked["key"]
        ]
        return (saisine, of_letter[-1]) if of_letter else None

    async def _record(self, session: Session, saisine: Saisine, told: Mapping[str, Any]) -> None:
        try:
            await self._legal.record(
                session, saisine.tenant_id, saisine.id, told, version=saisine.version, actor=SYSTEM
            )
        except (Conflict, Invalid, Stale) as refusal:
            # What became of the sending must be recorded all the same; a person sees the letter's failure.
            log.warning("letter.not_followed", saisine=str(saisine.id), event=told["type"], because=refusal.code)


def told_of(*messages: Outbound) -> dict[UUID, Mapping[str, Any]]:
    """Returns what letters say of themselves to the clock of a saisine, by saisine."""
    said = [dict(message.request["told"]) for message in messages if message.request.get("told")]
    return {UUID(one.pop("saisine_id")): one for one in said}


def _key(message: Outbound, at: datetime) -> str:
    return f"{message.request['asked']['key']}/{at.isoformat()}"
