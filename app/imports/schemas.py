"""Imports as the API writes them."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from app.imports.shapes import FlawCode, SourceKind
from app.imports.values import Import, ImportState, Refusal
from app.rest.public_ids import ChannelId, ImportId, ImportRefusalId

_STRICT = ConfigDict(extra="forbid")


class NewImport(BaseModel):
    """Une reprise à venir ; son fichier se remet ensuite."""

    model_config = _STRICT

    source: SourceKind = Field(description="L'outil dont vient l'export.", examples=["zammad"])
    channel_id: ChannelId = Field(
        description="La boîte aux lettres des demandes qui ne sont arrivées à aucune des vôtres ; on y répondra par elle.",
        examples=["chn_01k0000000e000000000000000"],
    )
    name: str = Field(
        default="",
        max_length=60,
        pattern=r"^[\w .-]*$",
        description="Quelle installation, s'il y en eut plusieurs de cet outil.",
        examples=["ancienne mairie"],
    )


class Decision(StrEnum):
    RUNNING = "running"
    CANCELLED = "cancelled"
    UNDONE = "undone"

    @property
    def state(self) -> ImportState:
        return ImportState.UNDOING if self is Decision.UNDONE else ImportState(self.value)


class ImportChange(BaseModel):
    """Ce que vous décidez d'une reprise."""

    model_config = _STRICT

    state: Decision = Field(
        description="`running` reprend ce qui a été examiné, ou continue ce qui fut interrompu ; `cancelled` arrête ; `undone` retire tout ce qui a été repris.",
        examples=["running"],
    )


class SampleOut(BaseModel):
    """Une demande de l'export, sans un mot de personne."""

    number: str = Field(description="Son numéro dans l'outil.", examples=["67001"])
    status: str = Field(description="Son statut, une fois reprise.", examples=["new"])
    received_at: datetime | None = Field(
        description="Sa réception, telle que l'outil l'a notée.", examples=["2026-02-10T08:30:00Z"]
    )
    messages: int = Field(description="Ses messages.", examples=[3])
    pieces: int = Field(description="Ses pièces.", examples=[1])
    clocks: int = Field(description="Les saisines qui s'ouvriraient.", examples=[1])


class ReportOut(BaseModel):
    """Ce que contient l'export, compté avant que rien ne soit écrit."""

    conversations: int = Field(description="Lignes ou conversations lues.", examples=[1200])
    tickets: int = Field(description="Demandes qui seraient reprises.", examples=[1180])
    tickets_known: int = Field(description="Parmi elles, celles qui sont déjà ici.", examples=[0])
    statuses: dict[str, int] = Field(description="Demandes par statut.", examples=[{"new": 12, "closed": 1168}])
    messages: dict[str, int] = Field(
        description="Messages par sens.", examples=[{"in": 2400, "out": 2300, "note": 310}]
    )
    pieces: int = Field(description="Pièces nommées.", examples=[640])
    pieces_missing: int = Field(description="Parmi elles, celles que l'export ne contient pas.", examples=[2])
    open_unanswered: int = Field(description="Demandes ouvertes restées sans réponse.", examples=[12])
    clocks: int = Field(description="Saisines qui s'ouvriraient, à qualifier.", examples=[14])
    maybe_tacit: int = Field(
        description="Demandes ouvertes depuis deux mois ou plus : le silence les a peut-être déjà acceptées (CRPA L231-1).",
        examples=[3],
    )
    people_known: int = Field(description="Adresses que vous connaissez déjà.", examples=[210])
    people_new: int = Field(description="Adresses nouvelles.", examples=[640])
    unreachable: int = Field(description="Demandes dont le demandeur n'a ni adresse ni numéro.", examples=[4])
    first_at: datetime | None = Field(description="Le premier message.", examples=["2021-03-01T08:00:00Z"])
    last_at: datetime | None = Field(description="Le dernier message.", examples=["2026-02-27T16:00:00Z"])
    unknown_statuses: dict[str, int] = Field(
        description="Statuts que nous ne connaissons pas : ces demandes seraient ouvertes.",
        examples=[{"en commission": 2}],
    )
    agents_without_account: dict[str, int] = Field(
        description="Agents de l'outil sans compte ici : leurs demandes ne seraient à personne.",
        examples=[{"agent@example.fr": 31}],
    )
    unknown_teams: dict[str, int] = Field(
        description="Équipes de l'outil qui n'existent pas ici.", examples=[{"Urbanisme": 120}]
    )
    refusals: dict[str, int] = Field(description="Ce qui ne serait pas repris, par motif.", examples=[{"draft": 6}])
    samples: list[SampleOut] = Field(description="Les premières demandes.")


class ImportOut(BaseModel):
    """Une reprise et ses comptes."""

    id: ImportId
    source: SourceKind = Field(examples=["zammad"])
    origin: str = Field(description="Le nom sous lequel ce qu'elle apporte est connu.", examples=["zammad"])
    channel_id: ChannelId
    state: ImportState = Field(
        description="`expected` attend son fichier ; `examined` attend votre décision ; `interrupted` s'est arrêtée sur un défaut de la machine et reprend où elle en était ; `undone` est retirée.",
        examples=["examined"],
    )
    actor: str = Field(description="Qui l'a demandée.", examples=["agent:01981f0e-7c1b-7e3a-9d52-6a1f3c0b8e11"])
    requested_at: datetime = Field(examples=["2026-03-02T09:00:00Z"])
    started_at: datetime | None = Field(examples=["2026-03-02T09:10:00Z"])
    ended_at: datetime | None = Field(examples=[None])
    file_digest: str | None = Field(
        description="Empreinte SHA-256 du fichier.",
        examples=["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
    )
    file_size: int | None = Field(
        description="Octets ; `null` pour ce qu'une commande lit sur place.", examples=[10485760]
    )
    position: int = Field(description="Conversations dont le lot est écrit.", examples=[600])
    total: int | None = Field(description="Conversations de l'export, une fois examiné.", examples=[1200])
    tickets: int = Field(description="Demandes reprises.", examples=[598])
    messages: int = Field(description="Messages repris.", examples=[2400])
    pieces: int = Field(description="Pièces reprises.", examples=[310])
    saisines: int = Field(description="Saisines ouvertes, à qualifier.", examples=[14])
    known: int = Field(description="Messages qui étaient déjà ici.", examples=[0])
    refused: int = Field(description="Ce qui n'a pas été repris ; voyez `refusals`.", examples=[2])
    problem: str | None = Field(description="Ce qui l'a arrêtée.", examples=[None])
    report: ReportOut | None = Field(description="Ce que l'examen a compté.")
    version: int = Field(examples=[3])

    @classmethod
    def of(cls, one: Import) -> Self:
        values: dict[str, Any] = {name: getattr(one, name) for name in cls.model_fields if name != "report"}
        return cls(**values, report=ReportOut.model_validate(dict(one.report)) if one.report else None)


class ImportRefusalOut(BaseModel):
    """Une chose qui n'a pas été reprise."""

    id: ImportRefusalId
    place: int = Field(description="La ligne du fichier.", examples=[42])
    external_id: str | None = Field(description="Son nom dans l'outil.", examples=["67042"])
    code: FlawCode = Field(description="Mot stable.", examples=["no-date"])
    detail: str = Field(description="Phrase pour une personne.", examples=["message sans date lisible"])

    @classmethod
    def of(cls, one: Refusal) -> Self:
        return cls(id=one.id, place=one.place, external_id=one.external_id, code=FlawCode(one.code), detail=one.detail)
