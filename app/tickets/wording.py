"""Words with places to fill, `{{ticket.reference}}`: a closed list of them, filled in one pass. Pure.

What is put in a place is never read again: a citizen's own words cannot open another place.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.errors import Conflict
from app.rest.languages import Said

_PLACE = re.compile(r"\{\{[ \t]{0,5}([A-Za-z0-9_]{1,40}(?:\.[A-Za-z0-9_]{1,40}){0,3})[ \t]{0,5}\}\}")


class Variable(StrEnum):
    """What a place may be filled with."""

    REFERENCE = "ticket.reference"
    SUBJECT = "ticket.subject"
    RECEIVED = "ticket.received_on"
    CONTACT = "contact.name"
    AGENT = "agent.name"
    TEAM = "team.name"
    ADMINISTRATION = "administration.name"
    SERVICE = "administration.service"
    ADDRESS = "administration.address"
    EMAIL = "administration.email"
    PHONE = "administration.phone"
    TODAY = "today"


MEANINGS: Mapping[Variable, Said] = {
    Variable.REFERENCE: Said("le numéro de la demande", en="the request's number"),
    Variable.SUBJECT: Said("l'objet de la demande", en="the request's subject"),
    Variable.RECEIVED: Said("le jour où la demande a été reçue", en="the day the request was received"),
    Variable.CONTACT: Said("le nom de la personne", en="the person's name"),
    Variable.AGENT: Said("le nom de qui répond", en="the name of whoever answers"),
    Variable.TEAM: Said("l'équipe de la demande", en="the request's team"),
    Variable.ADMINISTRATION: Said("le nom de l'administration", en="the administration's name"),
    Variable.SERVICE: Said("le service qui répond", en="the service that answers"),
    Variable.ADDRESS: Said("l'adresse postale de l'administration", en="the administration's postal address"),
    Variable.EMAIL: Said("l'adresse électronique de l'administration", en="the administration's e-mail address"),
    Variable.PHONE: Said("le téléphone de l'administration", en="the administration's telephone"),
    Variable.TODAY: Said("la date du jour", en="today's date"),
}


class UnfilledPlace(Conflict):
    """A text still holds a place that nothing fills, and would be read as it is."""

    code = "unfilled-place"
    title_fr = "Un emplacement du texte n’est pas rempli"
    title_en = "A place of the text is not filled"
    advice = Said(
        "remplacez ce qui reste entre doubles accolades par les mots voulus, puis renvoyez",
        en="replace what is left between double braces by the words meant, then send again",
    )


@dataclass(frozen=True, slots=True)
class Filled:
    """A text with its places filled; the `missing` ones stand in it as they were written, in the order met."""

    text: str
    missing: Sequence[str]


def places(text: str) -> Sequence[str]:
    """Returns the names of the places of a text, each once, in the order met."""
    return list(dict.fromkeys(_PLACE.findall(text)))


def unknown_places(text: str, variables: Iterable[Variable] = Variable) -> Sequence[str]:
    """Returns the places of a text that none of these variables fills."""
    known = {variable.value for variable in variables}
    return [name for name in places(text) if name not in known]


def fill(text: str, values: Mapping[Variable, str]) -> Filled:
    """Fills each place that has a value; an empty one is as good as none."""
    known = {variable.value: value for variable, value in values.items() if value.strip()}
    missing = [name for name in places(text) if name not in known]
    return Filled(_PLACE.sub(lambda found: known.get(found[1], found[0]), text), missing)


def refuse_unfilled(text: str) -> None:
    """Raises `UnfilledPlace` for a text in which a place of the closed list is left: it never leaves as it is."""
    known = {variable.value for variable in Variable}
    refuse_missing([name for name in places(text) if name in known])


def refuse_missing(names: Sequence[str]) -> None:
    """Raises `UnfilledPlace` naming the places that nothing filled."""
    if names:
        named = ", ".join(names)
        raise UnfilledPlace(
            Said(
                f"rien ne remplit {named} : rien n’est parti ; {UnfilledPlace.advice}",
                en=f"nothing fills {named}: nothing left; {UnfilledPlace.advice.en}",
            )
        )
