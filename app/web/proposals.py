"""What the catalogue proposes for a saisine, in words. Nothing is applied: an agent chooses, and says why."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.sve.suggestion import Suggestion, nature
from app.sve.values import Saisine
from app.tenants.values import Tenant
from app.tickets.values import Message
from app.web import procedure_words
from app.web.house import WebHouse


@dataclass(frozen=True, slots=True)
class Proposal:
    """One procedure, as the form offers it. `words` of the message led to it."""

    code: str
    title: str
    silence: str
    certainty: str
    words: Sequence[str]
    competent: bool


@dataclass(frozen=True, slots=True)
class Proposals:
    """What the message seems to be, and the procedures it seems to speak of, the likeliest first."""

    nature: str = ""
    procedures: Sequence[Proposal] = ()


def proposals(house: WebHouse, tenant: Tenant, saisine: Saisine, thread: Sequence[Message]) -> Proposals:
    """Reads the message of a saisine as the API does; without it there is nothing to propose."""
    message = next((one for one in thread if one.id == saisine.message_id), None)
    if message is None:
        return Proposals()
    text = f"{message.subject}\n{message.text_new or message.text}"
    found = house.suggester.suggest(text, kind=tenant.kind, on=saisine.received_on)
    return Proposals(procedure_words.nature(nature(text)), [_proposal(house, saisine, one) for one in found])


def _proposal(house: WebHouse, saisine: Saisine, one: Suggestion) -> Proposal:
    known = house.catalogue.find(one.code, on=saisine.received_on)
    return Proposal(
        one.code,
        one.title,
        procedure_words.silence(one.effect, one.delay, known.version.adds if known else None),
        one.certainty.value,
        one.words,
        one.competent,
    )
