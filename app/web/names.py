"""Who acted, by the name their key was given: what a person reads where the record holds an identifier."""

from collections.abc import Mapping
from uuid import UUID

from app.db.transaction import Session
from app.web.house import WebHouse

_KINDS = {
    "system": "Parvis",
    "agent": "un agent",
    "key": "une clé retirée",
    "citizen": "l’usager",
    "automation": "une automatisation",
}


async def names_of(session: Session, house: WebHouse, tenant_id: UUID) -> "Names":
    keys = await house.access.list_keys(session, tenant_id)
    people = await house.accounts.names(session, tenant_id)
    return Names({f"key:{key.id}": key.name for key in keys} | {f"agent:{one}": name for one, name in people.items()})


class Names:
    """The names of an administration's people and keys, those that are gone too."""

    def __init__(self, known: Mapping[str, str]) -> None:
        self._known = known

    def of(self, label: str | None) -> str:
        """Returns the name behind a label of the records (`key:…`), else what kind of actor it was."""
        kind = (label or "").partition(":")[0]
        return self._known.get(label or "") or _KINDS.get(kind, kind)
