"""The call log as the API writes it."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, Field

from app.exchanges.call_log import LoggedCall
from app.rest.public_ids import ReceptionId, TicketId


class CallOut(BaseModel):
    """Un appel terminé. Un appel n'est pas un envoi électronique (CRPA L112-11) : le journal n'ouvre aucun délai."""

    call_id: str = Field(description="Nom que le standard lui donne.", examples=["1767600000.12"])
    incoming: bool = Field(
        description="Faux : entre postes, sortant, ou par un autre contexte que ceux qui comptent.", examples=[True]
    )
    outcome: str = Field(
        description="`answered`, `voicemail`, `missed`, `abandoned`, `busy`, `failed`, `unknown`.", examples=["missed"]
    )
    caller: str | None = Field(
        description="Numéro qui appelle ; `null` quand il est masqué.", examples=["+33199000001"]
    )
    called: str | None = Field(description="Numéro ou poste demandé.", examples=["3975"])
    began_at: datetime | None = Field(description="D'après le standard.", examples=["2026-03-02T09:00:00Z"])
    ended_at: datetime | None = Field(description="D'après le standard.", examples=["2026-03-02T09:04:10Z"])
    duration_s: int | None = Field(examples=[250])
    wait_s: int | None = Field(description="Attente avant la réponse.", examples=[12])
    talk_s: int | None = Field(description="Conversation.", examples=[238])
    queue: str | None = Field(examples=["accueil"])
    agent: str | None = Field(examples=["Accueil"])
    receipt_id: ReceptionId = Field(description="La livraison qui l'a dit.")
    ticket_id: TicketId | None = Field(description="La demande qui en est venue, s'il y en a une.", examples=[None])
    received_at: datetime = Field(description="Quand nous l'avons su.", examples=["2026-03-02T09:04:13Z"])

    @classmethod
    def of(cls, call: LoggedCall) -> Self:
        given = {name: getattr(call, name) for name in cls.model_fields if name != "receipt_id"}
        return cls(receipt_id=call.reception_id, **given)
