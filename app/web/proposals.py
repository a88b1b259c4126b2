"""What the catalogue proposes for a saisine, in words. Nothing is applied: an agent chooses, and says why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.db.transaction import Session
from app.sve.proposing import Proposed
from app.sve.suggestion import Suggestion
from app.sve.values import Saisine
from app.tenants.values import Tenant
from app.tickets.values import Message
from app.web import procedure_words
from app.web.house import WebHouse

# A long thread is not ranked whole for one page: the latest messages are those that wait.
_AT_MOST = 12


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


async def proposals(
    session: Session, house: WebHouse, tenant: Tenant, saisines: Sequence[Saisine], thread: Sequence[Message]
) -> Mapping[UUID, Proposals]:
    """Reads the messages of the saisines that are still open, the latest ones, as the API does."""
    waiting = [saisine for saisine in saisines if saisine.closed_at is None][-_AT_MOST:]
    found = await house.proposing.of_messages(session, tenant, waiting, thread)
    return {saisine.id: _said(found[saisine.id], saisine) for saisine in waiting if saisine.id in found}


def _said(proposed: Proposed, saisine: Saisine) -> Proposals:
    shown = [_proposal(proposed, saisine, one) for one in proposed.procedures]
    return Proposals(procedure_words.nature(proposed.nature), shown)


def _proposal(proposed: Proposed, saisine: Saisine, one: Suggestion) -> Proposal:
    known = proposed.catalogue.find(one.code, on=saisine.received_on)
    return Proposal(
        one.code,
        one.title,
        procedure_words.silence(one.effect, one.delay, known.version.adds if known else None),
        one.certainty.value,
        one.words,
        one.competent,
    )
