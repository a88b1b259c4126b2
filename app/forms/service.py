"""Forms of an administration: each change a version, what is published handed to the channel that receives it.

The channel's configuration holds the published questions and the few versions before: a page needs no other query, and
reading a submission stays pure.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from app.channels import repository as channel_rows
from app.channels.adapters.webform_questions import FormEdition, ProofDemand
from app.channels.service import Channels
from app.channels.values import Channel
from app.clock import Clock
from app.db.transaction import Database, Session
from app.errors import Conflict, Flaw, Invalid, NotFound, Stale
from app.facts import Actor, FactBook
from app.forms import repository
from app.forms.facts import FormArchived, FormEdited, FormPublished, FormUnpublished
from app.forms.filling import require_mapping
from app.forms.values import Content, FormKind, FormState, FormVersion, WebForm
from app.ids import new_id
from app.rest.languages import Said

# Pages stay open for hours, deliveries wait for days: so many versions before the published one are still read as they were.
EARLIER = 5


class Forms:
    """What administrators do with forms, and what the door asks."""

    def __init__(self, database: Database, channels: Channels, book: FactBook, clock: Clock) -> None:
        self._database, self._channels, self._book, self._clock = database, channels, book, clock

    async def get(self, session: Session, tenant_id: UUID, form_id: UUID) -> WebForm:
        found = await repository.by_id(session, tenant_id, form_id)
        if found is None:
            raise NotFound
        return found

    async def page(
        self,
        session: Session,
        tenant_id: UUID,
        *,
        after: UUID | None,
        limit: int,
        states: Sequence[FormState] = (),
    ) -> Sequence[WebForm]:
        return await repository.page(session, tenant_id, after=after, limit=limit, states=states)

    async def versions(
        self, session: Session, form: WebForm, *, before: int | None, limit: int
    ) -> Sequence[FormVersion]:
        return await repository.versions(session, form.tenant_id, form.id, before=before, limit=limit)

    async def version(self, session: Session, form: WebForm, number: int) -> FormVersion:
        """Raises `NotFound`."""
        found = await repository.version(session, form.tenant_id, form.id, number)
        if found is None:
            raise NotFound
        return found

    async def moved_to(self, slug: str) -> str | None:
        """Returns the present address of the form that had this one, None when none had."""
        async with self._database.transaction(presented=slug) as session:
            found = await repository.moved_to(session, slug)
        if found is None:
            return None
        tenant_id, form_id = found
        async with self._database.transaction(tenant=tenant_id) as session:
            form = await repository.by_id(session, tenant_id, form_id)
        return form.slug if form else None

    async def create(
        self,
        session: Session,
        tenant_id: UUID,
        *,
        slug: str,
        kind: FormKind,
        content: Content,
        actor: Actor,
        proof: ProofDemand = ProofDemand.OFF,
    ) -> WebForm:
        """Makes a form and its channel, closed until it is published.

        Raises `Conflict` when the address is taken, `Invalid` for a question that cannot fill the field it names.
        """
        await self._free(slug, form_id=None)
        await require_mapping(session, tenant_id, content.questions)
        now, form_id = self._clock(), new_id()
        first = FormVersion(number=1, content=content, created_at=now, created_by=actor.label)
        try:
            channel = await self._channels.connect(
                session,
                tenant_id,
                type="webform",
                name=f"Formulaire {slug}",
                address=slug,
                config={**_config(slug, kind, first), "proof": proof.value, "open": False},
            )
        except Conflict:
            raise _taken() from None
        row = {
            "tenant_id": tenant_id,
            "id": form_id,
            "channel_id": channel.id,
            "slug": slug,
            "kind": kind.value,
            "state": FormState.DRAFT.value,
            "latest": 1,
            "published": None,
            "created_at": now,
            "updated_at": now,
            "proof": proof.value,
            "version": 1,
        }
        await repository.add(session, row)
        await repository.add_version(session, tenant_id, form_id, new_id(), first)
        await self._book.record(
            session, FormEdited(tenant_id=tenant_id, subject_id=form_id, at=now, actor=actor, number=1)
        )
        return await self.get(session, tenant_id, form_id)

    async def edit(
        self,
        session: Session,
        form: WebForm,
        *,
        slug: str | None,
        content: Content | None,
        actor: Actor,
        proof: ProofDemand | None = None,
    ) -> WebForm:
        """Writes a new version, which citizens do not see yet; a new address holds at once, and the old one leads there.

        So does what the form asks of browsers.

        Raises `Conflict` when the address is taken, `Stale` when the form changed meanwhile, `Invalid` for a question that
        cannot fill the field it names.
        """
        now, number = self._clock(), form.latest.number
        values: dict[str, Any] = {"updated_at": now}
        if content is not None and content != form.latest.content:
            if content.questions != form.latest.content.questions:
                await require_mapping(session, form.tenant_id, content.questions)
            number += 1
            values["latest"] = number
            written = FormVersion(number=number, content=content, created_at=now, created_by=actor.label)
            await repository.add_version(session, form.tenant_id, form.id, new_id(), written)
        if slug is not None and slug != form.slug:
            values["slug"] = slug
        if proof is not None and proof is not form.proof:
            values["proof"] = proof.value
        await self._changed(session, form, values)
        if "proof" in values:
            await self._hand_over(session, form, {"proof": values["proof"]})
        if "slug" in values:
            await self._readdress(session, form, values["slug"], at=now)
        fact = FormEdited(tenant_id=form.tenant_id, subject_id=form.id, at=now, actor=actor, number=number)
        await self._book.record(session, fact)
        return await self.get(session, form.tenant_id, form.id)

    async def publish(self, session: Session, form: WebForm, *, number: int, actor: Actor) -> WebForm:
        """Shows a version to citizens. Raises `Invalid` when the form has no such version, `Stale`."""
        chosen = await repository.version(session, form.tenant_id, form.id, number)
        if chosen is None:
            told = Said("ce formulaire n'a pas cette version", en="this form has no such version")
            raise Invalid(flaws=[Flaw("/version", "unknown-version", told)])
        now = self._clock()
        values = {"state": FormState.PUBLISHED.value, "published": number, "updated_at": now}
        await self._changed(session, form, values)
        recent = await repository.versions(session, form.tenant_id, form.id, before=None, limit=EARLIER + 1)
        earlier = [
            FormEdition(version=str(one.number), fields=tuple(one.content.questions)).model_dump(mode="json")
            for one in recent
            if one.number != number
        ]
        config = {**_config(form.slug, form.kind, chosen), "open": True, "earlier": earlier[:EARLIER]}
        await self._hand_over(session, form, config)
        fact = FormPublished(tenant_id=form.tenant_id, subject_id=form.id, at=now, actor=actor, number=number)
        await self._book.record(session, fact)
        return await self.get(session, form.tenant_id, form.id)

    async def unpublish(self, session: Session, form: WebForm, *, actor: Actor) -> WebForm:
        """Closes a form; closing a closed one changes nothing. Raises `Stale`."""
        if form.state is not FormState.PUBLISHED:
            return form
        now = self._clock()
        await self._changed(session, form, {"state": FormState.UNPUBLISHED.value, "updated_at": now})
        await self._hand_over(session, form, {"open": False})
        number = form.published or form.latest.number
        fact = FormUnpublished(tenant_id=form.tenant_id, subject_id=form.id, at=now, actor=actor, number=number)
        await self._book.record(session, fact)
        return await self.get(session, form.tenant_id, form.id)

    async def archive(self, session: Session, form: WebForm, *, actor: Actor) -> WebForm:
        """Closes a form for good and puts it out of the way; one that is away already stays there. Raises `Stale`."""
        if form.state is FormState.ARCHIVED:
            return form
        now = self._clock()
        await self._changed(session, form, {"state": FormState.ARCHIVED.value, "updated_at": now})
        if form.state is FormState.PUBLISHED:
            await self._hand_over(session, form, {"open": False})
        number = form.published or form.latest.number
        fact = FormArchived(tenant_id=form.tenant_id, subject_id=form.id, at=now, actor=actor, number=number)
        await self._book.record(session, fact)
        return await self.get(session, form.tenant_id, form.id)

    async def _changed(self, session: Session, form: WebForm, values: Mapping[str, Any]) -> None:
        if not await repository.change(session, form, values):
            raise Stale

    async def _readdress(self, session: Session, form: WebForm, slug: str, *, at: datetime) -> None:
        await self._free(slug, form_id=form.id)
        if not await channel_rows.readdress(session, form.tenant_id, form.channel_id, slug):
            raise _taken()
        await repository.leave_address(session, form.tenant_id, form.id, new_id(), form.slug, at=at)
        await self._hand_over(session, form, {"slug": slug})

    async def _hand_over(self, session: Session, form: WebForm, config: Mapping[str, Any]) -> Channel:
        channel = await self._channels.get(session, form.tenant_id, form.channel_id)
        return await self._channels.change(
            session, channel, version=channel.version, name=None, state=None, config=config
        )

    async def _free(self, slug: str, *, form_id: UUID | None) -> None:
        """Refuses an address that leads, or led, to another form: what people kept would lead them elsewhere."""
        async with self._database.transaction(presented=slug) as session:
            held = await channel_rows.by_presented(session, slug)
            former = await repository.moved_to(session, slug)
        if held is not None or (former is not None and former[1] != form_id):
            raise _taken()


def _config(slug: str, kind: FormKind, version: FormVersion) -> dict[str, Any]:
    content = version.content
    return {
        "slug": slug,
        "title": content.title,
        "title_en": content.title_en,
        "intro": content.intro,
        "intro_en": content.intro_en,
        "version": str(version.number),
        "fields": [question.model_dump(mode="json", exclude_defaults=True) for question in content.questions],
        "report": kind is FormKind.REPORT,
        "sites": list(content.sites),
    }


def _taken() -> Conflict:
    return Conflict(
        Said(
            "cette adresse est, ou fut, celle d'un autre formulaire : choisissez-en une autre",
            en="this address is, or was, that of another form: choose another",
        )
    )
