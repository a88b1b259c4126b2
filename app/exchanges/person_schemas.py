"""A person an agent writes down, and the addresses they type."""

from enum import StrEnum

from pydantic import BaseModel, Field

from app.channels.contract import PointKind
from app.contacts.schemas import STRICT
from app.exchanges.persons import Typed


class TypedKind(StrEnum):
    """`email` ou `phone` : les comptes d'un réseau ne s'apprennent que de lui."""

    EMAIL = "email"
    PHONE = "phone"


class NewPoint(BaseModel):
    """Une adresse donnée par la personne ; rien ne la prouve encore."""

    model_config = STRICT
    kind: TypedKind = Field(description="Courriel ou téléphone.", examples=["phone"])
    address: str = Field(
        min_length=3,
        max_length=320,
        description="Telle qu'on l'écrit ; un numéro de six chiffres se lit dans le territoire de l'administration.",
        examples=["01 99 00 00 01"],
    )

    def typed(self) -> Typed:
        return Typed(kind=PointKind(self.kind.value), address=self.address)


class NewContact(BaseModel):
    """Une personne qu'un agent note."""

    model_config = STRICT
    display_name: str = Field(min_length=1, max_length=200, examples=["Usager Exemple"])
    points: list[NewPoint] = Field(default=[], max_length=20, description="Ses adresses.")
