"""A ticket's story, as the API writes it."""

from datetime import datetime
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, Field

from app.exchanges.outbox import Outbound
from app.exchanges.outgoing_schemas import OutboundOut
from app.exchanges.satisfaction.schemas import SatisfactionOut
from app.exchanges.satisfaction.values import Opinion
from app.exchanges.timeline import Moment
from app.sve.schemas import LegalEventOut
from app.tickets.field_change_schemas import FieldsChangeOut
from app.tickets.field_changes import FieldsChange
from app.tickets.move_schemas import MoveOut
from app.tickets.moves import Move
from app.tickets.schemas import MessageOut
from app.tickets.values import Message


class MomentKind(StrEnum):
    MESSAGE = "message"
    LEGAL_EVENT = "legal_event"
    OUTBOUND = "outbound"
    MOVE = "move"
    FIELDS = "fields"
    SATISFACTION = "satisfaction"


class MomentOut(BaseModel):
    """Une chose qui s'est passée ; le champ de son nom la porte, les autres sont `null`."""

    at: datetime
    kind: MomentKind = Field(examples=["message"])
    message: MessageOut | None
    legal_event: LegalEventOut | None
    outbound: OutboundOut | None
    move: MoveOut | None = Field(description="Une fusion ou une séparation.")
    fields: FieldsChangeOut | None = Field(description="Ce que des champs contenaient, et contiennent depuis.")
    satisfaction: SatisfactionOut | None = Field(description="Ce que la personne pense du service rendu.")

    @classmethod
    def of(cls, moment: Moment) -> Self:
        what = moment.what
        return cls(
            at=moment.at,
            kind=_kind(moment),
            message=MessageOut.of(what) if isinstance(what, Message) else None,
            legal_event=LegalEventOut.of(what[1], saisine_id=what[0]) if isinstance(what, tuple) else None,
            outbound=OutboundOut.of(what) if isinstance(what, Outbound) else None,
            move=MoveOut.of(what) if isinstance(what, Move) else None,
            fields=FieldsChangeOut.of(what) if isinstance(what, FieldsChange) else None,
            satisfaction=SatisfactionOut.of(what) if isinstance(what, Opinion) else None,
        )


def _kind(moment: Moment) -> MomentKind:
    match moment.what:
        case Message():
            return MomentKind.MESSAGE
        case Outbound():
            return MomentKind.OUTBOUND
        case Move():
            return MomentKind.MOVE
        case FieldsChange():
            return MomentKind.FIELDS
        case Opinion():
            return MomentKind.SATISFACTION
        case _:
            return MomentKind.LEGAL_EVENT
