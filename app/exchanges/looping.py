"""Acknowledgements people send: never to a machine, never too often to one address (RFC 3834 §2)."""

from datetime import datetime, timedelta
from uuid import UUID

from app.contacts import service as contacts
from app.db.transaction import Session, whole
from app.errors import Conflict, TooManyRequests
from app.exchanges import loops, outbox
from app.exchanges.facts import LoopSuspected
from app.exchanges.freezing import counted_as
from app.facts import FactBook
from app.rest.languages import Said
from app.tickets.values import Incoming, Message

# More than the AEE, which nobody reads before it leaves: an agent answers several requests of one person in an hour.
PER_HOUR, PER_DAY = 5, 20
PURPOSES = ("ARE", "AR")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


# What answers our acknowledgement within a minute is a machine, most likely; what writes more often than people do may be.
QUICK, QUICK_WEIGHS, ENOUGH = timedelta(minutes=1), 10, 10


class Suspicion:
    """What of a batch looks like machines that answer us without saying so (RFC 3834 leaves them no other mark).

    They are kept like everybody's mail and get no acknowledgement by themselves: this is the alarm beside that silence.
    """

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._weights: dict[UUID, dict[str, int]] = {}

    def note(self, address: str, incoming: Incoming, *, last_sent_at: datetime) -> None:
        """Notes a message that was withheld its acknowledgement because its sender had its share."""
        quick = bool(incoming.references) and self._now - last_sent_at < QUICK
        weights = self._weights.setdefault(incoming.channel_id, {})
        weights[address] = weights.get(address, 0) + (QUICK_WEIGHS if quick else 1)

    async def tell(self, session: Session, book: FactBook, tenant_id: UUID) -> None:
        """Records an alarm for each correspondent that has just become suspect; once an episode."""
        for channel_id, weights in sorted(self._weights.items()):
            suspects = await loops.weigh(session, tenant_id, channel_id, weights, now=self._now, enough=ENOUGH)
            told = LoopSuspected(tenant_id=tenant_id, subject_id=channel_id, at=self._now)
            await book.record(session, *[told] * suspects)


class AutomaticSender(Conflict):
    """The request came from a machine: answering it by itself would make a loop (RFC 3834)."""

    code = "automatic-sender"
    title_fr = "L'expéditeur est une machine"
    title_en = "The sender is a machine"
    advice = Said(
        "un accusé ne s'envoie pas à un message automatique : choisissez une autre adresse de la personne",
        en="no acknowledgement is sent to an automatic message: choose another address of the person",
    )


def refuse_machine(message: Message) -> None:
    """Raises `AutomaticSender` for a message nobody wrote, or whose address takes no answer."""
    if message.automatic:
        raise AutomaticSender(AutomaticSender.advice)
    if message.fields.get("repliable") is False:
        because = str(message.fields.get("not_repliable_because") or "adresse à laquelle on ne répond pas")
        raise AutomaticSender(f"{because} : choisissez une autre adresse de la personne")


async def refuse_too_many(session: Session, tenant_id: UUID, point_id: UUID | None, *, now: datetime) -> None:
    """Raises `TooManyRequests` for an address that had its share: it may have been typed by somebody else."""
    if point_id is None:
        return
    address = counted_as(await contacts.point(session, tenant_id, point_id))
    for purpose in PURPOSES:
        async with whole(session):  # an address has one share, whoever may see what it was used for
            found = await outbox.frozen_for(session, tenant_id, [address], purpose=purpose, since=now - DAY)
        sent = found.get(address, [])
        if len(sent) >= PER_DAY or sum(1 for at in sent if now - at < HOUR) >= PER_HOUR:
            told = Said(
                f"accusés déjà envoyés à cette adresse : {PER_HOUR} par heure, {PER_DAY} par jour ; vérifiez que la "
                "personne a bien écrit elle-même, et reprenez plus tard",
                en=f"acknowledgements already sent to this address: {PER_HOUR} an hour, {PER_DAY} a day",
            )
            raise TooManyRequests(told, headers={"Retry-After": "3600"})
