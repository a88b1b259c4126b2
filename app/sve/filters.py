"""Filters of the list of requests, written as words separated by commas: `?status=new,open`."""

from collections.abc import Sequence
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from app.errors import Flaw, Invalid
from app.ids import IdError, Prefix, parse_id
from app.rest.languages import Said
from app.sve.law.risk import Risk
from app.tickets.field_filters import MOST_FIELDS, MOST_VALUES, Looked, looked_for
from app.tickets.repository import Filter
from app.tickets.values import Status
from app.tickets.view_schemas import TicketQuery

W = TypeVar("W", bound=StrEnum)
_MOST = 20


def words(value: str | None, *, most: int = _MOST) -> Sequence[str]:
    """Returns the words of a filter, none when it is absent."""
    return [word for part in (value or "").split(",")[:most] if (word := part.strip())]


def filter_of(query: TicketQuery, *, at: str) -> Filter:
    """Reads the filters of the list, wherever they stand (`at`). Raises `Invalid` for a word of no closed set."""
    return Filter(
        statuses=among(Status, query.status, name="status", at=at),
        team_id=query.team_id,
        assignee_id=query.assignee_id,
        contact_id=query.contact_id,
        channel_types=words(query.channel),
        risks=among(Risk, query.risk, name="risk", at=at),
        tag_ids=named(Prefix.TAG, query.tag, name="tag", at=at),
        custom_fields=held(query.custom_field, at=at),
        unassigned=query.unassigned,
        snoozed=query.snoozed,
        term_before=query.term_before,
        received_from=query.received_from,
        received_to=query.received_to,
        procedure=query.procedure,
        q=query.q,
    )


def held(value: str | None, *, at: str) -> Sequence[Looked]:
    """Returns the fields looked at, and what is looked for in each. Raises `Invalid` for what is not written so."""
    if value is None:
        return ()
    try:
        return looked_for(value)
    except ValueError:
        told = Said(
            f"écrivez clé:valeur ou clé:valeur|valeur, un intervalle clé:10..20 ou clé:2026-01-01.. (le début d'abord), et || "
            f"entre deux champs ({MOST_FIELDS} au plus, de {MOST_VALUES} valeurs chacun)",
            en=f"write key:value or key:value|value, a range key:10..20 or key:2026-01-01.. (its beginning first), and || "
            f"between two fields ({MOST_FIELDS} at most, of {MOST_VALUES} values each)",
        )
        raise Invalid(flaws=[Flaw(f"{at}custom_field", "field", told)]) from None


def among(kind: type[W], value: str | None, *, name: str, at: str = "query/") -> Sequence[str]:
    """Returns the words of a filter, all of a closed set. Raises `Invalid` naming those that are accepted."""
    known = {word.value for word in kind}
    found = words(value)
    if any(word not in known for word in found):
        listed = ", ".join(word.value for word in kind)
        told = Said(f"valeurs admises : {listed}", en=f"accepted values: {listed}")
        raise Invalid(flaws=[Flaw(f"{at}{name}", "enum", told)])
    return found


def named(prefix: Prefix, value: str | None, *, name: str, at: str = "query/", most: int = _MOST) -> Sequence[UUID]:
    """Returns the identifiers of a filter, all of one kind. Raises `Invalid` for what is none of them."""
    try:
        return [parse_id(prefix, word) for word in words(value, most=most)]
    except IdError:
        told = Said(f"des identifiants {prefix}_… sont attendus", en=f"identifiers {prefix}_… are expected")
        raise Invalid(flaws=[Flaw(f"{at}{name}", "id", told)]) from None
