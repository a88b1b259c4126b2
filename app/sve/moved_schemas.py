"""What a merge, a split or its undoing answers: the tickets as they stand now, with their clocks."""

from pydantic import BaseModel, Field

from app.sve.schemas import TicketOut
from app.tickets.move_schemas import MoveOut


class MergedOut(BaseModel):
    """La demande gardée, et une fusion par demande qui l'a rejointe."""

    ticket: TicketOut
    merges: list[MoveOut]


class SplitOut(BaseModel):
    """La nouvelle demande, celle dont elle sort, et la séparation."""

    ticket: TicketOut = Field(description="La nouvelle.")
    source: TicketOut = Field(description="Celle dont les messages sortent.")
    split: MoveOut


class UndoneOut(BaseModel):
    """Les deux demandes, chacune avec ce qui était à elle."""

    move: MoveOut
    source: TicketOut
    target: TicketOut
    stayed: int = Field(
        description="Messages arrivés depuis : ils restent dans la demande où ils sont (`target`).", examples=[0]
    )
