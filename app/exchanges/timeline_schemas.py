"""A ticket's story, as the API writes it."""

from datetime import datetime
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, Field

from app.exchanges.outbox import Outbound
from app.exchanges.outgoing_schemas import OutboundOut
from app.exchanges.timeline import Moment
from app.sve.schemas import LegalEventOut
from app.tickets.schemas import MessageOut
from app.tickets.values import Message


class MomentKind(StrEnum):
    MESSAGE = "message"
    LEGAL_EVENT = "legal_event"
    OUTBOUND = "outbound"


class MomentOut(BaseModel):
    """Une chose qui s'est passée ; le champ de son nom la porte, les autres sont `null`."""

    at: datetime
    kind: MomentKind = Field(examples=["message"])
    message: MessageOut | None
    legal_event: LegalEventOut | None
    outbound: OutboundOut | None

    @classmethod
    def of(cls, moment: Moment) -> Self:
        what = moment.what
        if isinstance(what, Message):
            return cls(
                at=moment.at, kind=MomentKind.MESSAGE, message=MessageOut.of(what), legal_event=None, outbound=None
            )
        if isinstance(what, Outbound):
            sent = OutboundOut.of(what)
            return cls(at=moment.at, kind=MomentKind.OUTBOUND, message=None, legal_event=None, outbound=sent)
        saisine_id, event = what
        told = LegalEventOut.of(event, saisine_id=saisine_id)
        return cls(at=moment.at, kind=MomentKind.LEGAL_EVENT, message=None, legal_event=told, outbound=None)
