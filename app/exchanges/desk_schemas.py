"""What an agent writes down at the telephone, at the counter, or from a letter."""

from collections.abc import Sequence
from datetime import date
from typing import Self

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, model_validator

from app.channels.desks import DeskKind, PostKind
from app.channels.kit.forms import FormFile
from app.exchanges.desk import Visit
from app.exchanges.desk_pieces import MOST, scans
from app.exchanges.schemas import Location
from app.rest.languages import Said
from app.rest.public_ids import ContactId
from app.tickets.values import Piece

_STRICT = ConfigDict(extra="forbid")


class Visitor(BaseModel):
    """La personne : déjà connue (`id`), ou à reconnaître par son adresse ou son numéro."""

    model_config = _STRICT
    id: ContactId | None = None
    display_name: str | None = Field(default=None, min_length=1, max_length=200, examples=["Usager Exemple"])
    email: str | None = Field(default=None, min_length=3, max_length=320, examples=["usager@example.org"])
    phone: str | None = Field(default=None, min_length=3, max_length=40, examples=["01 99 00 00 01"])

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.id is not None and (self.email or self.phone):
            raise ValueError(Said("donnez id, ou une adresse, pas les deux", en="give id, or an address, not both"))
        return self


class Scan(BaseModel):
    """Une numérisation d'un courrier ; ce qu'elle est se lit à ses octets."""

    model_config = _STRICT
    name: str | None = Field(default=None, max_length=200, examples=["courrier.pdf"])
    content: Base64Bytes = Field(description="PDF, TIFF, JPEG ou PNG, en base64.", examples=["JVBERi0xLjcK"])


class NewTicket(BaseModel):
    """Une demande faite au téléphone, au guichet ou par courrier."""

    model_config = _STRICT
    channel: DeskKind = Field(description="Comment la personne nous a joints.", examples=["phone"])
    subject: str = Field(min_length=1, max_length=200, examples=["Demande de carte de stationnement"])
    text: str = Field(min_length=1, max_length=100_000, examples=["La personne demande une carte de stationnement."])
    received_on: date | None = Field(
        default=None,
        description="Jour où elle nous est parvenue (le tampon du courrier) ; absent : maintenant.",
        examples=["2026-03-02"],
    )
    contact: Visitor = Field(default=Visitor(), description="La personne, si elle s'est nommée.")
    identity_shown: bool | None = Field(
        default=None,
        description="Au guichet : elle a montré une pièce d'identité (`false` : non) ; absent : personne n'a regardé.",
        examples=[True],
    )
    appointment_wish: str | None = Field(
        default=None,
        min_length=1,
        max_length=500,
        description="Le rendez-vous qu'elle souhaite.",
        examples=["Un mardi"],
    )
    post_kind: PostKind | None = Field(
        default=None,
        description="D'un courrier : `simple`, `lrar` (recommandé avec avis de réception) ou `deposit` (contre récépissé).",
        examples=["lrar"],
    )
    tracking_number: str | None = Field(
        default=None,
        min_length=1,
        max_length=40,
        description="D'un recommandé : son numéro.",
        examples=["1A 000 000 0000 0"],
    )
    scans: list[Scan] = Field(
        default=[],
        max_length=MOST,
        description="D'un courrier : ses numérisations, 10 Mio en tout.",
        examples=[[{"name": "courrier.pdf", "content": "JVBERi0xLjcK"}]],
    )

    location: Location | None = Field(
        default=None, description="D'un signalement : où c'est.", examples=[{"lat": 48.11, "lon": -1.68}]
    )
    service_code: str | None = Field(
        default=None,
        min_length=1,
        max_length=100,
        description="D'un signalement : sa rubrique Open311, pour le rapprocher des autres.",
        examples=["LAMP"],
    )

    @model_validator(mode="after")
    def _of_its_kind(self) -> Self:
        if self.channel is not DeskKind.POST and (self.post_kind or self.tracking_number or self.scans):
            told = Said("seul un courrier a un type d'envoi, un numéro et des scans", en="only a letter has those")
            raise ValueError(told)
        return self

    def scanned(self) -> Sequence[tuple[str, str, bytes]]:
        """Returns name, type and bytes of each scan. Raises `Invalid` for what no scanner makes."""
        given = [
            FormFile(field_name="scan", name=scan.name, content_type="application/octet-stream", content=scan.content)
            for scan in self.scans
        ]
        return scans(given, pointer="/scans")

    def visit(self, pieces: Sequence[Piece] = ()) -> Visit:
        """Returns what the desk writes down; `pieces` are its scans, kept."""
        return Visit(
            kind=self.channel,
            subject=self.subject,
            text=self.text,
            display_name=self.contact.display_name,
            email=self.contact.email,
            phone=self.contact.phone,
            contact_id=self.contact.id,
            received_on=self.received_on,
            identity_shown=self.identity_shown,
            appointment=self.appointment_wish or "",
            post_kind=self.post_kind,
            tracking=self.tracking_number or "",
            pieces=pieces,
            place=_place(self.location),
            place_address=(self.location.address or "") if self.location else "",
            service_code=self.service_code or "",
        )


def _place(location: Location | None) -> tuple[float, float] | None:
    if location is None or location.lat is None or location.lon is None:
        return None
    return location.lat, location.lon
