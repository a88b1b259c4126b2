"""What each kind of question is called by those who write forms."""

from collections.abc import Mapping
from types import MappingProxyType

from app.channels.adapters.webform_questions import Kind

KINDS: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.TEXT: "Une ligne de texte",
        Kind.TEXTAREA: "Un texte de plusieurs lignes",
        Kind.EMAIL: "Adresse électronique",
        Kind.TEL: "Numéro de téléphone",
        Kind.SELECT: "Un choix, dans une liste déroulante",
        Kind.RADIO: "Un choix, tous montrés",
        Kind.CHECKBOX: "Plusieurs choix, ou une case à cocher",
        Kind.DATE: "Date",
        Kind.NUMBER: "Nombre",
        Kind.ADDRESS: "Adresse postale",
        Kind.PLACE: "Lieu (latitude et longitude)",
        Kind.FILE: "Pièces jointes",
        Kind.CONSENT: "Accord, à cocher",
    }
)
