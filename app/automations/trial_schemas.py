"""What trying an automation out gave, as the API says it."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, Field

from app.automations.rehearsing import DryRun, Rehearsed
from app.exchanges.macro_running import ActDone, Outcome
from app.rest.languages import Language, say
from app.rest.public_ids import TeamId, TicketId, UserId
from app.tickets.macro_values import AssigneeAct, SnoozeAct, TeamAct


class TrialActOut(BaseModel):
    """Un acte, et ce qu'il ferait."""

    kind: str = Field(description="L'acte ; `least_busy` dit ici à qui elle irait.", examples=["assignee"])
    outcome: Outcome = Field(description="`done`, `unchanged` rien à changer, `refused`.", examples=["done"])
    team_id: TeamId | None = Field(description="À quelle équipe.", examples=[None])
    assignee_id: UserId | None = Field(description="À quel agent.", examples=[None])
    until_at: datetime | None = Field(
        description="Pour `snooze`, jusqu'à quand ; `null` : quand la personne écrit.", examples=[None]
    )
    text: str | None = Field(description="Les mots d'une note, remplis.", examples=[None])
    code: str | None = Field(description="Pourquoi il est refusé (docs/errors.md).", examples=[None])
    detail: str | None = Field(description="La même chose en une phrase.", examples=[None])

    @classmethod
    def of(cls, done: ActDone, language: Language) -> Self:
        act, refusal = done.act, done.refusal
        told = None if refusal is None else refusal.detail or next((f.detail for f in refusal.flaws), refusal.title_fr)
        return cls(
            kind=str(act.kind),
            outcome=done.outcome,
            team_id=act.team_id if isinstance(act, TeamAct) else None,
            assignee_id=act.assignee_id if isinstance(act, AssigneeAct) else None,
            until_at=act.until_at if isinstance(act, SnoozeAct) else None,
            text=done.text,
            code=refusal.code if refusal else None,
            detail=say(told, language) if told else None,
        )


class TrialOut(BaseModel):
    """Une demande que l'automatisation regarderait."""

    ticket_id: TicketId
    reference: str = Field(examples=["26-000123-K"])
    subject: str = Field(examples=["Nid de poule rue des Lilas"])
    possible: bool | None = Field(
        description="Aucun acte n'y serait refusé ; `null` au-delà des vingt premières, qui ne sont pas essayées.",
        examples=[True],
    )
    acts: list[TrialActOut] = Field(description="Ce que chaque acte ferait, ceux d'avant supposés faits.")

    @classmethod
    def of(cls, one: Rehearsed, language: Language) -> Self:
        acts = one.acts or ()
        tried = one.refusal is None and all(done.refusal is None for done in acts)
        return cls(
            ticket_id=one.ticket.id,
            reference=one.ticket.reference,
            subject=one.ticket.subject,
            possible=None if one.acts is None else tried,
            acts=[TrialActOut.of(done, language) for done in acts],
        )


class DryRunOut(BaseModel):
    """Ce que ferait l'automatisation ; rien n'est écrit."""

    looked: int = Field(description="Les dernières demandes que vous voyez, cent au plus.", examples=[100])
    matched: int = Field(description="Celles sur lesquelles elle agirait.", examples=[7])
    tickets: list[TrialOut] = Field(description="Chacune de celles-là, la plus récente d'abord.")

    @classmethod
    def of(cls, found: DryRun, language: Language) -> Self:
        tickets = [TrialOut.of(one, language) for one in found.found]
        return cls(looked=found.looked, matched=len(tickets), tickets=tickets)
