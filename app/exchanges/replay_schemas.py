"""Failures sent again together, and what holds channels back, as the API reads and writes them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from app.exchanges.breaker import LaneState
from app.exchanges.gates import Queue
from app.exchanges.outbox import OutState
from app.exchanges.replaying import MOST, REPLAYABLE, Replay, Wanted
from app.rest.public_ids import ChannelId, OutboundId


class ReplayWanted(BaseModel):
    """Quels échecs ; sans critère, tous ceux qui ont fini en échec ou sont revenus."""

    model_config = ConfigDict(extra="forbid")
    states: list[OutState] = Field(
        default=list(REPLAYABLE),
        description="`failed`, `bounced` ; un envoi en doute se tranche un par un.",
        examples=[["failed"]],
    )
    channel_id: ChannelId | None = Field(default=None, description="Ce canal seulement.")
    since: datetime | None = Field(
        default=None, description="Finis depuis cet instant.", examples=["2026-03-02T09:00:00Z"]
    )

    until: datetime | None = Field(
        default=None,
        description="Finis jusqu'à cet instant : celui de l'aperçu, pour ne renvoyer que ce qu'on a vu.",
        examples=["2026-03-02T10:00:00Z"],
    )

    def wanted(self) -> Wanted:
        return Wanted(states=self.states, channel_id=self.channel_id, since=self.since, until=self.until)


class NewReplay(ReplayWanted):
    """Les échecs à renvoyer, et pourquoi."""

    reason: str = Field(
        min_length=3, max_length=2000, description="Pourquoi ; gardé au journal.", examples=["Le relais est réparé."]
    )


class ReplayLine(BaseModel):
    """Un envoi regardé."""

    id: OutboundId
    leaves: bool = Field(description="Il repart.", examples=[True])
    because: str | None = Field(description="Pourquoi il ne repart pas.", examples=[None])


class ReplayOut(BaseModel):
    """Ce qui repart, et ce qui ne repart pas."""

    data: list[ReplayLine]
    more: bool = Field(description=f"Il en reste peut-être : {MOST} au plus à la fois.", examples=[False])

    @classmethod
    def of(cls, looked: Sequence[Replay]) -> Self:
        lines = [ReplayLine(id=one.outbound.id, leaves=one.because is None, because=one.because) for one in looked]
        return cls(data=lines, more=len(lines) >= MOST)


class LaneOut(BaseModel):
    """Ce qui retient les envois d'un canal."""

    channel_id: ChannelId
    state: LaneState = Field(
        description="`flowing` : ils partent ; `suspended` : le fournisseur a manqué plusieurs fois, ils attendent ; "
        "`probing` : un envoi d'essai est parti ; `restored` : les données viennent d'une sauvegarde, rien ne part avant "
        "qu'une personne le dise.",
        examples=["suspended"],
    )
    reason: str | None = Field(description="Ce qu'en dit le fournisseur.", examples=["the provider answered 503"])
    failures: int = Field(description="Échecs de suite.", examples=[5])
    held_until: datetime | None = Field(
        description="Rien ne part avant ; `null` : rien n'est retenu.", examples=["2026-03-02T09:05:00Z"]
    )
    waiting: int = Field(description="Envois en attente.", examples=[12])
    oldest_at: datetime | None = Field(
        description="Depuis quand attend le plus ancien.", examples=["2026-03-02T09:00:00Z"]
    )

    @classmethod
    def of(cls, queue: Queue) -> Self:
        lane = queue.lane
        return cls(
            channel_id=queue.channel_id,
            state=lane.state,
            reason=lane.reason,
            failures=lane.failures,
            held_until=lane.held_until,
            waiting=queue.waiting,
            oldest_at=queue.oldest_at,
        )
