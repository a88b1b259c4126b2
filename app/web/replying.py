"""How a request's person may be answered, as the composer shows it, and what an agent typed there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.channels.approving import MAX_AGE, NoTemplates
from app.channels.contract import Template, TemplateUse
from app.channels.kit.forms import Form
from app.channels.unusable import ChannelUnusable
from app.db.transaction import Session
from app.errors import NotFound
from app.exchanges.composing import Means
from app.exchanges.filling import pieces
from app.exchanges.freezing import Draft
from app.identity.identified import Identified
from app.sve.warning import reply_windows
from app.tickets.values import Ticket
from app.web import typed
from app.web.agents import actor_of
from app.web.house import WebHouse

PARAMETER = "p"


@dataclass(frozen=True, slots=True)
class Blank:
    """An approved text to fill in: its words and its places, in order."""

    template: Template
    pieces: Sequence[str | int]
    key: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What the composer says before anything is written. `until` is when a free answer can no longer leave."""

    means: Means
    blanks: Sequence[Blank]

    @property
    def closed(self) -> bool:
        return not self.means.opening.open

    @property
    def until(self) -> datetime | None:
        return self.means.opening.closes_at


async def offer(session: Session, house: WebHouse, agent: Identified, ticket: Ticket) -> Offer | None:
    """Reads how a request may be answered; None where nobody can be, or where several people wrote."""
    means = await house.composer.means(session, agent.tenant_id, ticket, actor=actor_of(agent))
    if means is None:
        return None
    shown = means.templates if means.approves else ()
    blanks = [Blank(one, pieces(one.text), f"{one.name}/{one.language}") for one in shown]
    return Offer(means, blanks)


async def freshen(house: WebHouse, agent: Identified, wanted: UUID) -> None:
    """Has the approved texts read again when a closed window needs them and they are old; a failure is shown, not raised."""
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        window = (await reply_windows.of_tickets(session, agent.tenant_id, [wanted])).get(wanted)
        if window is None or window > house.clock():
            return
        ticket = await house.tickets.get(session, agent.tenant_id, wanted)
        means = await house.composer.means(session, agent.tenant_id, ticket, actor=actor_of(agent))
    if means is not None and means.approves:
        await read_again(house, agent.tenant_id, means.channel.id)


async def read_again(house: WebHouse, tenant_id: UUID, channel_id: UUID) -> None:
    """Asks the provider for its approved texts, unless what is kept is fresh."""
    try:
        await house.approving.fresh(tenant_id, channel_id, older_than=MAX_AGE)
    except (NotFound, ChannelUnusable, NoTemplates):
        return


def of_words(form: Form) -> Draft:
    """Reads a free answer. Raises `Invalid` when nothing was written."""
    text = typed.words(form, "texte", "écrivez votre réponse avant de l’envoyer")
    return Draft(text=text, to_point_id=typed.point(form), public=is_public(form))


def is_public(form: Form) -> bool:
    return form.last("public") == "oui"


def of_template(form: Form) -> Draft:
    """Reads an approved text filled in; its places are named `p1`, `p2` and so on."""
    given: list[str] = []
    while (words := form.last(f"{PARAMETER}{len(given) + 1}")) is not None:
        given.append(words)
    use = TemplateUse(name=form.last("modele") or "", language=form.last("langue") or "", parameters=tuple(given))
    return Draft(text="", template=use, to_point_id=typed.point(form))
