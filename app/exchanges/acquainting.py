"""What each message teaches of who wrote it, in the transaction that keeps it: proofs of an address, clues, likenesses.

Nothing is joined here. Two known people who may be one are proposed to an agent, who decides.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.channels.kit.phone import e164, region_of
from app.contacts import recognising, repository
from app.contacts.values import Clue, Proof
from app.db.transaction import Session
from app.exchanges.clues import clues_of
from app.facts import FactBook
from app.tenants.service import Tenants
from app.tenants.values import Tenant
from app.tickets import belonging
from app.tickets.values import Incoming

# Whoever writes there had to sign in, and their provider signed what it told us. A number of SMS can be forged.
_SIGNED = frozenset({"meta.messenger", "meta.instagram", "meta.whatsapp", "telegram", "x"})
# Read by us at the provider's, under our own account.
_FETCHED = frozenset({"mastodon", "bluesky"})


class Acquainting:
    """Reads a batch of messages just received."""

    def __init__(self, tenants: Tenants, book: FactBook) -> None:
        self._tenants, self._book = tenants, book

    async def heard(self, session: Session, tenant_id: UUID, batch: Sequence[Incoming], *, at: datetime) -> None:
        """Notes what a batch teaches: three statements at most, whatever its size."""
        named = [(one.contact_id, one) for one in batch if one.contact_id is not None]
        said = [one for _, one in named]
        if not said:
            return
        tenant = await self._tenants.get(session, tenant_id)
        await self._prove(session, tenant_id, said, at=at)
        clues = {(who, clue) for who, one in named for clue in _clues(one, tenant)}
        await recognising.notice(session, tenant_id, sorted(clues, key=str), at=at)
        people = {who for who, one in named if not one.automatic}
        await recognising.propose(session, self._book, tenant_id, sorted(people), at=at)

    async def _prove(self, session: Session, tenant_id: UUID, said: Sequence[Incoming], *, at: datetime) -> None:
        """Notes which addresses are proved by what was just received; a proof that stands is left as it is."""
        tokens = {token for one in said if not one.automatic for token in one.tokens}
        holders = await belonging.holders_of(session, tenant_id, sorted(tokens)) if tokens else {}
        answered = {one.point_id for one in said if one.point_id and _answers(one, holders)}
        vouched = {one.point_id for one in said if one.point_id and _vouched(one)} - answered
        for points, how in ((answered, Proof.REPLY_TOKEN), (vouched, Proof.PROVIDER)):
            if points:
                await repository.prove(session, tenant_id, sorted(points), how=how, at=at)


def _answers(incoming: Incoming, holders: dict[str, UUID]) -> bool:
    """An answer to an address that only this mailbox was told; an automatic one proves as little as a forwarded one."""
    return not incoming.automatic and any(holders.get(token) == incoming.point_id for token in incoming.tokens)


def _vouched(incoming: Incoming) -> bool:
    if incoming.fields.get("identity_verified") is True:  # what our own relay found (DMARC, aligned)
        return True
    signed = incoming.fields.get("signature_verified") is True and incoming.channel_type in _SIGNED
    return signed or incoming.channel_type in _FETCHED


def _clues(incoming: Incoming, tenant: Tenant) -> list[Clue]:
    if incoming.automatic or incoming.public:
        return []
    region = region_of(tenant.territory)
    ours = {tenant.email, e164(tenant.phone, territory=region) or "", incoming.author_address or ""}
    ours |= {str(party.get("address")) for party in incoming.recipients}
    answers = incoming.fields.get("answers")
    return clues_of(
        text=incoming.text_new or incoming.text,
        answers=answers if isinstance(answers, dict) else {},
        region=region,
        known=ours,
    )
