"""How an answer reaches a visitor: a line of their conversation, written once however often it is tried."""

from uuid import UUID

from app.channels.contract import ChannelAdapter, Outcome, Receipt, Receipts, Sender, SendRequest, Sent
from app.channels.values import Channel
from app.chat import repository
from app.chat.conversing import add_line
from app.chat.elsewhere import CHAT, NO_PAGE
from app.chat.rings import Rung, ring
from app.chat.values import LineKind
from app.clock import Clock
from app.db.transaction import Database
from app.errors import Unavailable
from app.exchanges import outbox
from app.exchanges.carrying import Carrier, Inquirer
from app.live.bell import Bell


class Within:
    """Carries what leaves by a chat into its conversation, in the house itself; the rest as `others` does."""

    def __init__(self, others: Carrier, database: Database, bell: Bell, clock: Clock) -> None:
        self._others, self._database, self._bell, self._clock = others, database, bell, clock

    def can(self, channel: Channel, adapter: Sender) -> bool:
        if channel.type == CHAT:
            return isinstance(adapter, ChannelAdapter) and adapter.capabilities(channel.config).can_send
        return self._others.can(channel, adapter)

    async def carry(self, channel: Channel, adapter: Sender, request: SendRequest) -> Sent:
        if channel.type != CHAT:
            return await self._others.carry(channel, adapter, request)
        try:
            return await self._put(channel, request)
        except Unavailable as error:
            return Sent(outcome=Outcome.RETRY, detail=str(error)[:500])

    async def ask(self, channel: Channel, adapter: Receipts, request: SendRequest) -> Receipt:
        """Says whether the line is there: of its own conversations the house is never in doubt."""
        if channel.type != CHAT:
            if isinstance(self._others, Inquirer):
                return await self._others.ask(channel, adapter, request)
            return Receipt(known=None)
        try:
            async with self._database.transaction(tenant=channel.tenant_id) as session:
                there = await repository.delivered(session, channel.tenant_id, UUID(request.ref))
        except Unavailable:
            return Receipt(known=None)
        return Receipt(known=there, external_ids=(request.ref,) if there else ())

    async def _put(self, channel: Channel, request: SendRequest) -> Sent:
        tenant_id, outbound_id = channel.tenant_id, UUID(request.ref)
        async with self._database.transaction(tenant=tenant_id) as session:
            leaving = await outbox.find(session, tenant_id, outbound_id)
            if leaving is None:
                return Sent(outcome=Outcome.PERMANENT, detail="envoi inconnu")
            found = await repository.of_ticket(session, tenant_id, leaving.ticket_id)
            conversation = await repository.find(session, tenant_id, found.id, lock=True) if found else None
            if conversation is None:
                return Sent(outcome=Outcome.PERMANENT, detail=NO_PAGE)
            if not await repository.delivered(session, tenant_id, outbound_id):
                kind = LineKind.AUTOMATIC if request.automatic else LineKind.AGENT
                row = {"message_id": leaving.message_id, "outbound_id": outbound_id}
                await add_line(session, conversation, kind, row, at=self._clock())
                ring(self._bell, session, conversation.id, Rung.LINE)
        return Sent(outcome=Outcome.OK, external_ids=(request.ref,))
