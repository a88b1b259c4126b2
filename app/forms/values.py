"""A form of an administration, and what each of its versions asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.channels.adapters.webform_questions import FormField, ProofDemand


class FormKind(StrEnum):
    """What a form is for: a request to the administration, or a report of something on the ground."""

    REQUEST = "request"
    REPORT = "report"


class FormState(StrEnum):
    """Whether citizens can use it."""

    DRAFT = "draft"  # never published yet
    PUBLISHED = "published"
    UNPUBLISHED = "unpublished"
    ARCHIVED = "archived"  # closed for good, out of the way; publishing it brings it back


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a version shows and asks. `sites` are the origins that may show it in a frame."""

    title: str
    title_en: str = ""
    intro: str = ""
    intro_en: str = ""
    questions: Sequence[FormField]
    sites: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FormVersion:
    """One version, which never changes."""

    number: int
    content: Content
    created_at: datetime
    created_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WebForm:
    """A form. `version` counts every change of the form itself, for its ETag; `latest` and `published` are versions."""

    tenant_id: UUID
    id: UUID
    channel_id: UUID
    slug: str
    former_slugs: Sequence[str]
    kind: FormKind
    state: FormState
    latest: FormVersion
    published: int | None
    created_at: datetime
    updated_at: datetime
    proof: ProofDemand
    version: int
