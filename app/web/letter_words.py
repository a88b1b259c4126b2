"""The letterhead said to an agent: each field of its form."""

from collections.abc import Mapping
from types import MappingProxyType

from app.sve.letters.forms import Asked, How

HEAD: Mapping[str, Asked] = MappingProxyType(
    {
        "place": Asked("Lieu", "La ville écrite avant la date."),
        "signatory_name": Asked("Signataire", "Prénom et nom (CRPA L212-1)."),
        "signatory_title": Asked(
            "Qualité du signataire", "Par exemple : maire, par délégation l’adjointe à la voirie."
        ),
        "court": Asked("Tribunal compétent", "Nommé dans les voies de recours (CRPA R112-11-1)."),
        "court_address": Asked("Adresse du tribunal", "", How.TEXT),
        "footer": Asked("Pied de page", "Une ligne en bas de chaque page."),
    }
)
