"""Identifiers at the door: prefixed words outside, UUIDs inside, one type a kind of thing."""

from collections.abc import Callable
from typing import Annotated, Any, TypeAlias
from uuid import UUID

from fastapi import Depends, Path
from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from app.errors import NotFound
from app.ids import IdError, Prefix, parse_id, public_id
from app.rest.languages import Said

_EXAMPLE = UUID("01981f0e-7c1b-7e3a-9d52-6a1f3c0b8e11")


def example_of(prefix: Prefix) -> str:
    """Returns the identifier that the documentation shows for a kind of thing."""
    return public_id(prefix, _EXAMPLE)


def in_path(prefix: Prefix, name: str, what: str) -> Any:
    """Returns the dependency that reads the path parameter `name`.

    What is not an identifier of that kind names nothing: `NotFound`, as for one nobody gave.
    """

    def read(value: Annotated[str, Path(alias=name, description=what, examples=[example_of(prefix)])]) -> UUID:
        try:
            return parse_id(prefix, value)
        except IdError:
            raise NotFound from None

    return Depends(read)


def _reader(prefix: Prefix) -> Callable[[object], object]:
    def read(value: object) -> object:
        if isinstance(value, str):
            try:
                return parse_id(prefix, value)
            except IdError:
                raise ValueError(_otherwise(prefix)) from None
        return value

    return read


def _writer(prefix: Prefix) -> Callable[[UUID], str]:
    return lambda value: public_id(prefix, value)


def _otherwise(prefix: Prefix) -> Said:
    shown = example_of(prefix)
    return Said(f"un identifiant comme {shown} est attendu", en=f"an identifier such as {shown} is expected")


def _parts(prefix: Prefix) -> tuple[Any, ...]:
    described = {"type": "string", "pattern": f"^{prefix}_[0-9a-hjkmnp-tv-z]{{26}}$", "examples": [example_of(prefix)]}
    return (
        BeforeValidator(_reader(prefix)),
        PlainSerializer(_writer(prefix), return_type=str),
        WithJsonSchema(described),
    )


TenantId: TypeAlias = Annotated[UUID, *_parts(Prefix.TENANT)]
TenantExportId: TypeAlias = Annotated[UUID, *_parts(Prefix.EXPORT)]
GrantId: TypeAlias = Annotated[UUID, *_parts(Prefix.GRANT)]
ImportId: TypeAlias = Annotated[UUID, *_parts(Prefix.IMPORT)]
ImportRefusalId: TypeAlias = Annotated[UUID, *_parts(Prefix.IMPORT_REFUSAL)]
ChannelId: TypeAlias = Annotated[UUID, *_parts(Prefix.CHANNEL)]
ContactId: TypeAlias = Annotated[UUID, *_parts(Prefix.CONTACT)]
ConversationId: TypeAlias = Annotated[UUID, *_parts(Prefix.CONVERSATION)]
PointId: TypeAlias = Annotated[UUID, *_parts(Prefix.POINT)]
SatisfactionId: TypeAlias = Annotated[UUID, *_parts(Prefix.SATISFACTION)]
TicketId: TypeAlias = Annotated[UUID, *_parts(Prefix.TICKET)]
MessageId: TypeAlias = Annotated[UUID, *_parts(Prefix.MESSAGE)]
AttachmentId: TypeAlias = Annotated[UUID, *_parts(Prefix.ATTACHMENT)]
ReceptionId: TypeAlias = Annotated[UUID, *_parts(Prefix.RECEPTION)]
OutboundId: TypeAlias = Annotated[UUID, *_parts(Prefix.OUTBOUND)]
SaisineId: TypeAlias = Annotated[UUID, *_parts(Prefix.SAISINE)]
LegalEventId: TypeAlias = Annotated[UUID, *_parts(Prefix.LEGAL_EVENT)]
EventId: TypeAlias = Annotated[UUID, *_parts(Prefix.EVENT)]
KeyId: TypeAlias = Annotated[UUID, *_parts(Prefix.API_KEY)]
LetterId: TypeAlias = Annotated[UUID, *_parts(Prefix.LETTER)]
LetterheadId: TypeAlias = Annotated[UUID, *_parts(Prefix.LETTERHEAD)]
AlertId: TypeAlias = Annotated[UUID, *_parts(Prefix.ALERT)]
RecomputationId: TypeAlias = Annotated[UUID, *_parts(Prefix.RECOMPUTATION)]
NoticeId: TypeAlias = Annotated[UUID, *_parts(Prefix.NOTICE)]
MoveId: TypeAlias = Annotated[UUID, *_parts(Prefix.MOVE)]
PersonMergeId: TypeAlias = Annotated[UUID, *_parts(Prefix.PERSON_MERGE)]
ProposalId: TypeAlias = Annotated[UUID, *_parts(Prefix.PROPOSAL)]
FormId: TypeAlias = Annotated[UUID, *_parts(Prefix.FORM)]
TeamId: TypeAlias = Annotated[UUID, *_parts(Prefix.TEAM)]
AbsenceId: TypeAlias = Annotated[UUID, *_parts(Prefix.ABSENCE)]
PasskeyId: TypeAlias = Annotated[UUID, *_parts(Prefix.PASSKEY)]
UserId: TypeAlias = Annotated[UUID, *_parts(Prefix.USER)]
WebhookId: TypeAlias = Annotated[UUID, *_parts(Prefix.WEBHOOK)]
LegalHoldId: TypeAlias = Annotated[UUID, *_parts(Prefix.LEGAL_HOLD)]
ErasureId: TypeAlias = Annotated[UUID, *_parts(Prefix.ERASURE)]
AccessExportId: TypeAlias = Annotated[UUID, *_parts(Prefix.ACCESS_EXPORT)]
EliminationListId: TypeAlias = Annotated[UUID, *_parts(Prefix.ELIMINATION_LIST)]
WebhookDeliveryId: TypeAlias = Annotated[UUID, *_parts(Prefix.WEBHOOK_DELIVERY)]
TagId: TypeAlias = Annotated[UUID, *_parts(Prefix.TAG)]
CustomFieldId: TypeAlias = Annotated[UUID, *_parts(Prefix.CUSTOM_FIELD)]
LinkId: TypeAlias = Annotated[UUID, *_parts(Prefix.LINK)]
ViewId: TypeAlias = Annotated[UUID, *_parts(Prefix.VIEW)]
NotificationId: TypeAlias = Annotated[UUID, *_parts(Prefix.NOTIFICATION)]
BulkId: TypeAlias = Annotated[UUID, *_parts(Prefix.BULK)]
CannedReplyId: TypeAlias = Annotated[UUID, *_parts(Prefix.CANNED_REPLY)]
MacroId: TypeAlias = Annotated[UUID, *_parts(Prefix.MACRO)]
AutomationId: TypeAlias = Annotated[UUID, *_parts(Prefix.AUTOMATION)]
AutomationRunId: TypeAlias = Annotated[UUID, *_parts(Prefix.AUTOMATION_RUN)]
