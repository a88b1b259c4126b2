"""Every SQL statement about forms."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, func, select, update

from app.channels.adapters.webform_questions import FormField, ProofDemand
from app.db.bulk import insert_rows
from app.db.transaction import Session
from app.forms.tables import FormerAddressRecord, FormRecord, FormVersionRecord
from app.forms.values import Content, FormKind, FormState, FormVersion, WebForm

_CONTENT = ("title", "title_en", "intro", "intro_en", "sites")


def _forms(tenant_id: UUID) -> Select[FormRecord, FormVersionRecord, list[str]]:
    former = (
        select(func.coalesce(func.array_agg(FormerAddressRecord.slug), []))
        .where(FormerAddressRecord.tenant_id == FormRecord.tenant_id, FormerAddressRecord.form_id == FormRecord.id)
        .correlate(FormRecord)
        .scalar_subquery()
    )
    latest = and_(
        FormVersionRecord.tenant_id == FormRecord.tenant_id,
        FormVersionRecord.form_id == FormRecord.id,
        FormVersionRecord.number == FormRecord.latest,
    )
    return (
        select(FormRecord, FormVersionRecord, former)
        .join(FormVersionRecord, latest)
        .where(FormRecord.tenant_id == tenant_id)
    )


async def by_id(session: Session, tenant_id: UUID, form_id: UUID) -> WebForm | None:
    row = (await session.execute(_forms(tenant_id).where(FormRecord.id == form_id))).one_or_none()
    return _form(row) if row else None


async def page(
    session: Session, tenant_id: UUID, *, after: UUID | None, limit: int, states: Sequence[FormState] = ()
) -> Sequence[WebForm]:
    """Returns a page of forms, in the order they were made; those in `states` when any is given."""
    query = _forms(tenant_id)
    if states:
        query = query.where(FormRecord.state.in_([state.value for state in states]))
    if after is not None:
        query = query.where(FormRecord.id > after)
    return [_form(row) for row in await session.execute(query.order_by(FormRecord.id).limit(limit))]


async def add(session: Session, values: Mapping[str, Any]) -> None:
    await insert_rows(session, FormRecord, [values])


async def add_version(session: Session, tenant_id: UUID, form_id: UUID, own_id: UUID, version: FormVersion) -> None:
    content = version.content
    row = {name: getattr(content, name) for name in _CONTENT} | {
        "tenant_id": tenant_id,
        "id": own_id,
        "form_id": form_id,
        "number": version.number,
        "questions": [question.model_dump(mode="json", exclude_defaults=True) for question in content.questions],
        "sites": list(content.sites),
        "created_at": version.created_at,
        "created_by": version.created_by,
    }
    await insert_rows(session, FormVersionRecord, [row])


async def change(session: Session, form: WebForm, values: Mapping[str, Any]) -> bool:
    """Updates a form that still has the version it was read at; says whether it had."""
    query = (
        update(FormRecord)
        .where(FormRecord.tenant_id == form.tenant_id, FormRecord.id == form.id, FormRecord.version == form.version)
        .values(**values, version=form.version + 1)
        .returning(FormRecord.id)
    )
    return (await session.execute(query)).first() is not None


async def versions(
    session: Session, tenant_id: UUID, form_id: UUID, *, before: int | None, limit: int
) -> Sequence[FormVersion]:
    """Returns versions of a form, the last first."""
    record = FormVersionRecord
    query = select(record).where(record.tenant_id == tenant_id, record.form_id == form_id)
    if before is not None:
        query = query.where(record.number < before)
    return [_version(row) for row in await session.scalars(query.order_by(record.number.desc()).limit(limit))]


async def version(session: Session, tenant_id: UUID, form_id: UUID, number: int) -> FormVersion | None:
    record = FormVersionRecord
    query = select(record).where(record.tenant_id == tenant_id, record.form_id == form_id, record.number == number)
    row = (await session.scalars(query)).one_or_none()
    return _version(row) if row else None


async def moved_to(session: Session, slug: str) -> tuple[UUID, UUID] | None:
    """Returns the administration and form that had an address: policies show the row that was presented alone."""
    query = select(FormerAddressRecord.tenant_id, FormerAddressRecord.form_id).where(FormerAddressRecord.slug == slug)
    row = (await session.execute(query)).one_or_none()
    return (row.tenant_id, row.form_id) if row else None


async def leave_address(
    session: Session, tenant_id: UUID, form_id: UUID, own_id: UUID, slug: str, *, at: datetime
) -> None:
    row = {"tenant_id": tenant_id, "id": own_id, "form_id": form_id, "slug": slug, "until_at": at}
    await insert_rows(session, FormerAddressRecord, [row], skip_conflicts=True)


def _form(row: Row[FormRecord, FormVersionRecord, list[str]]) -> WebForm:
    record, latest, former = row
    return WebForm(
        tenant_id=record.tenant_id,
        id=record.id,
        channel_id=record.channel_id,
        slug=record.slug,
        former_slugs=sorted(slug for slug in former if slug != record.slug),
        kind=FormKind(record.kind),
        state=FormState(record.state),
        latest=_version(latest),
        published=record.published,
        created_at=record.created_at,
        updated_at=record.updated_at,
        proof=ProofDemand(record.proof),
        version=record.version,
    )


def _version(record: FormVersionRecord) -> FormVersion:
    questions = [FormField.model_validate(question) for question in record.questions]
    content = Content(**{name: getattr(record, name) for name in _CONTENT}, questions=questions)
    return FormVersion(
        number=record.number, content=content, created_at=record.created_at, created_by=record.created_by
    )
