"""Every SQL statement that empties requests of what people said in them: a statement a table, for a whole batch.

What remains is a tombstone: numbers, days, kinds, the law's own reading. Rows that arrived or left are emptied by functions
of the schema's owner, which can do nothing else (migration 0033, ADR 0017).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text

from app.db.transaction import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What hangs on some messages, by identifier."""

    messages: Sequence[UUID]
    receptions: Sequence[UUID]
    outbound: Sequence[UUID]
    conversations: Sequence[UUID]


_MESSAGES_OF = text("SELECT id FROM messages WHERE tenant_id = :tenant AND ticket_id = ANY(:tickets)")
_OUTBOUND_OF = text("SELECT id FROM outbound WHERE tenant_id = :tenant AND message_id = ANY(:messages)")
# A delivery that also brought somebody else's message stays until that one goes too: it is their proof.
_RECEPTIONS_OF = text(
    """
    SELECT r.id FROM receptions r WHERE r.tenant_id = :tenant AND r.id IN (
        SELECT m.reception_id FROM messages m WHERE m.tenant_id = :tenant AND m.id = ANY(:messages)
        UNION SELECT r.id FROM receptions r WHERE r.tenant_id = :tenant AND r.message_id = ANY(:messages)
        UNION SELECT r.id FROM receptions r WHERE r.tenant_id = :tenant AND r.ticket_id = ANY(:tickets)
        UNION SELECT u.reception_id FROM delivery_updates u
              WHERE u.tenant_id = :tenant AND u.outbound_id = ANY(:outbound)
        UNION SELECT p.reception_id FROM message_parts p WHERE p.tenant_id = :tenant AND p.message_id = ANY(:messages)
        UNION SELECT k.reception_id FROM event_keys k WHERE k.tenant_id = :tenant AND k.message_id = ANY(:messages)
        UNION SELECT c.reception_id FROM calls c WHERE c.tenant_id = :tenant AND c.ticket_id = ANY(:tickets)
        UNION SELECT l.reception_id FROM chat_lines l WHERE l.tenant_id = :tenant AND l.message_id = ANY(:messages))
    AND NOT EXISTS (SELECT FROM messages m WHERE m.tenant_id = r.tenant_id AND m.reception_id = r.id
                    AND NOT m.id = ANY(:messages) AND m.erased_at IS NULL)
    """
)
# The same bytes delivered twice, and put aside as such.
_TWICE = text(
    "SELECT d.id FROM receptions d JOIN receptions r ON r.tenant_id = d.tenant_id AND r.channel_id = d.channel_id "
    "AND r.sha256 = d.sha256 AND r.id <> d.id WHERE r.tenant_id = :tenant AND r.id = ANY(:receptions) "
    "AND d.state = 'duplicate'"
)
_CONVERSATIONS_OF = text(
    "SELECT DISTINCT conversation_id FROM chat_lines WHERE tenant_id = :tenant "
    "AND (message_id = ANY(:messages) OR reception_id = ANY(:receptions))"
)
_CONTENTS_OF = text(
    """
    SELECT a.sha256 FROM attachments a WHERE a.tenant_id = :tenant AND a.message_id = ANY(:messages)
      AND a.sha256 IS NOT NULL
    UNION SELECT d.sha256 FROM draft_pieces d WHERE d.tenant_id = :tenant AND (d.ticket_id = ANY(:tickets)
      OR d.ticket_id IN (SELECT ticket_id FROM messages WHERE tenant_id = :tenant AND id = ANY(:messages)))
    UNION SELECT l.pdf_sha256 FROM letters l WHERE l.tenant_id = :tenant AND l.ticket_id = ANY(:tickets)
      AND l.pdf_sha256 <> ''
    UNION SELECT d.slip_sha256 FROM letter_deliveries d JOIN letters l
      ON l.tenant_id = d.tenant_id AND l.id = d.letter_id
      WHERE d.tenant_id = :tenant AND l.ticket_id = ANY(:tickets) AND d.slip_sha256 IS NOT NULL
    UNION SELECT unnest(p.photos) FROM report_publications p WHERE p.tenant_id = :tenant AND p.ticket_id = ANY(:tickets)
    UNION SELECT e ->> 'sha256' FROM outbound o CROSS JOIN LATERAL jsonb_array_elements(
      CASE WHEN jsonb_typeof(o.request -> 'enclosed') = 'array' THEN o.request -> 'enclosed' ELSE '[]' END) e
      WHERE o.tenant_id = :tenant AND o.id = ANY(:outbound) AND e ->> 'sha256' IS NOT NULL
    """
)
_OF_MESSAGES: Mapping[str, TextClause] = {
    "attachments": text("DELETE FROM attachments WHERE tenant_id = :tenant AND message_id = ANY(:messages)"),
    "outbound": text("SELECT empty_outbound(CAST(:outbound AS uuid[]))"),
    "attempts": text(
        "UPDATE outbound_attempts SET detail = NULL WHERE tenant_id = :tenant AND outbound_id = ANY(:outbound)"
    ),
    "updates": text(
        "SELECT empty_delivery_updates(ARRAY(SELECT id FROM delivery_updates WHERE tenant_id = :tenant "
        "AND outbound_id = ANY(:outbound)))"
    ),
    "receptions": text("SELECT empty_receptions(CAST(:receptions AS uuid[]))"),
    "confirmations": text(
        "DELETE FROM submission_confirmations WHERE tenant_id = :tenant AND (reception_id = ANY(:receptions) OR same_as IN "
        "(SELECT id FROM submission_confirmations WHERE tenant_id = :tenant AND reception_id = ANY(:receptions)))"
    ),
    "parts": text(
        "UPDATE message_parts SET event = '{}', group_key = '', event_key = '' WHERE tenant_id = :tenant "
        "AND (message_id = ANY(:messages) OR reception_id = ANY(:receptions))"
    ),
    "lines": text(
        "DELETE FROM chat_lines WHERE tenant_id = :tenant "
        "AND (message_id = ANY(:messages) OR reception_id = ANY(:receptions))"
    ),
    # What a page was let in with carries its visitor's name; it was worth a minute.
    "entries": text(
        "DELETE FROM chat_entries e USING chat_conversations c WHERE c.tenant_id = :tenant "
        "AND c.id = ANY(:conversations) AND e.tenant_id = c.tenant_id AND e.channel_id = c.channel_id "
        "AND (e.identifier = c.identifier OR e.name = c.name)"
    ),
    "conversations": text(
        "DELETE FROM chat_conversations c WHERE c.tenant_id = :tenant AND c.id = ANY(:conversations) "
        "AND NOT EXISTS (SELECT FROM chat_lines l WHERE l.tenant_id = c.tenant_id AND l.conversation_id = c.id "
        "AND (l.message_id IS NOT NULL OR l.reception_id IS NOT NULL))"
    ),
    # What agents began to answer repeats what they were told.
    "drafts": text(
        "DELETE FROM drafts WHERE tenant_id = :tenant AND ticket_id IN "
        "(SELECT ticket_id FROM messages WHERE tenant_id = :tenant AND id = ANY(:messages))"
    ),
    # What their form filled, and whatever stood or stands instead of it.
    "fields": text(
        "DELETE FROM ticket_fields f WHERE f.tenant_id = :tenant AND EXISTS (SELECT FROM ticket_field_changes h "
        "WHERE h.tenant_id = f.tenant_id AND h.ticket_id = f.ticket_id AND h.actor = 'citizen' AND h.turns @> "
        "jsonb_build_array(jsonb_build_object('key', (SELECT c.key FROM custom_fields c WHERE c.tenant_id = f.tenant_id "
        "AND c.id = f.field_id)))) AND f.ticket_id IN (SELECT ticket_id FROM messages WHERE tenant_id = :tenant "
        "AND id = ANY(:messages) AND fields -> 'form' ? 'fills')"
    ),
    "field_changes": text(
        "DELETE FROM ticket_field_changes WHERE tenant_id = :tenant AND ticket_id IN (SELECT ticket_id FROM messages "
        "WHERE tenant_id = :tenant AND id = ANY(:messages) AND fields -> 'form' ? 'fills')"
    ),
    "draft_pieces": text(
        "DELETE FROM draft_pieces WHERE tenant_id = :tenant AND ticket_id IN "
        "(SELECT ticket_id FROM messages WHERE tenant_id = :tenant AND id = ANY(:messages))"
    ),
    "messages": text(
        "UPDATE messages SET subject = '', text = '', text_new = NULL, html = NULL, author_name = '', "
        "author_address = NULL, recipients = '[]', fields = '{}', geo = NULL, warnings = '{}', history = '[]', "
        "claimed_raw = NULL, external_id = NULL, point_id = NULL, erased_at = :at "
        "WHERE tenant_id = :tenant AND id = ANY(:messages)"
    ),
}
_OF_TICKETS: Mapping[str, TextClause] = {
    "letters": text(
        "SELECT empty_letters(ARRAY(SELECT id FROM letters WHERE tenant_id = :tenant AND ticket_id = ANY(:tickets)))"
    ),
    "slips": text(
        "DELETE FROM letter_deliveries WHERE tenant_id = :tenant AND letter_id IN "
        "(SELECT id FROM letters WHERE tenant_id = :tenant AND ticket_id = ANY(:tickets))"
    ),
    "events": text(
        "SELECT empty_legal_events(ARRAY(SELECT e.id FROM legal_events e JOIN saisines s ON s.tenant_id = e.tenant_id "
        "AND s.id = e.saisine_id WHERE e.tenant_id = :tenant AND s.ticket_id = ANY(:tickets)))"
    ),
    "saisines": text(
        "UPDATE saisines SET qualified_reason = CASE WHEN qualified_reason IS NULL THEN NULL ELSE '' END, "
        "reading = reading - 'asks' - 'dismissed', version = version + 1 "
        "WHERE tenant_id = :tenant AND ticket_id = ANY(:tickets)"
    ),
    "duties": text(
        "UPDATE duties SET waived_reason = '' WHERE tenant_id = :tenant AND ticket_id = ANY(:tickets) "
        "AND waived_reason IS NOT NULL"
    ),
    "calls": text(
        "UPDATE calls SET caller = NULL, called = NULL WHERE tenant_id = :tenant AND ticket_id = ANY(:tickets)"
    ),
    "holds": text(
        "SELECT empty_legal_holds(ARRAY(SELECT id FROM legal_holds WHERE tenant_id = :tenant "
        "AND ticket_id = ANY(:tickets)))"
    ),
    "publications": text("DELETE FROM report_publications WHERE tenant_id = :tenant AND ticket_id = ANY(:tickets)"),
    "forwards": text("UPDATE report_forwards SET notes = NULL WHERE tenant_id = :tenant AND ticket_id = ANY(:tickets)"),
    "tokens": text("DELETE FROM reply_tokens WHERE tenant_id = :tenant AND ticket_id = ANY(:tickets)"),
    "windows": text("UPDATE reply_windows SET warn_at = NULL WHERE tenant_id = :tenant AND ticket_id = ANY(:tickets)"),
    # Its name elsewhere stays, so that the same export does not bring it back; the number people knew goes.
    "origins": text("UPDATE ticket_origins SET number = NULL WHERE tenant_id = :tenant AND ticket_id = ANY(:tickets)"),
    # What agents filed it under may say who somebody is.
    "tags": text("DELETE FROM ticket_tags WHERE tenant_id = :tenant AND ticket_id = ANY(:tickets)"),
    "fields": text("DELETE FROM ticket_fields WHERE tenant_id = :tenant AND ticket_id = ANY(:tickets)"),
    "field_changes": text("DELETE FROM ticket_field_changes WHERE tenant_id = :tenant AND ticket_id = ANY(:tickets)"),
    "links": text(
        "DELETE FROM ticket_links WHERE tenant_id = :tenant "
        "AND (source_id = ANY(:tickets) OR target_id = ANY(:tickets))"
    ),
    "drafts": text("DELETE FROM drafts WHERE tenant_id = :tenant AND ticket_id = ANY(:tickets)"),
    "draft_pieces": text("DELETE FROM draft_pieces WHERE tenant_id = :tenant AND ticket_id = ANY(:tickets)"),
    "followers": text("DELETE FROM ticket_followers WHERE tenant_id = :tenant AND ticket_id = ANY(:tickets)"),
    "notifications": text("DELETE FROM notifications WHERE tenant_id = :tenant AND ticket_id = ANY(:tickets)"),
    # The grade stays, which says who nobody is; what was added to it, and who was asked, go.
    "satisfaction": text(
        "UPDATE satisfaction_questions SET comment = '', point_id = NULL WHERE tenant_id = :tenant "
        "AND ticket_id = ANY(:tickets)"
    ),
    "moves": text(
        "UPDATE ticket_moves SET reason = '' WHERE tenant_id = :tenant "
        "AND (source_id = ANY(:tickets) OR target_id = ANY(:tickets))"
    ),
    "tickets": text(
        "UPDATE tickets SET subject = '', thread_key = NULL, contact_id = NULL, point_id = NULL, snoozed_at = NULL, "
        "snoozed_until_at = NULL, erased_at = :at, "
        "version = version + 1 WHERE tenant_id = :tenant AND id = ANY(:tickets)"
    ),
}
# Answers kept for a week, so that a repeated request is not done again, may repeat what they were about.
_ANSWERS = text(
    "DELETE FROM idempotency_keys WHERE tenant_id = :tenant AND EXISTS "
    "(SELECT FROM unnest(CAST(:names AS text[])) name WHERE position(convert_to(name, 'UTF8') IN body) > 0)"
)
_LET_GO = text(
    "INSERT INTO erased_pieces (tenant_id, sha256, since_at) SELECT :tenant, one, :at FROM unnest(CAST(:contents AS text[])) "
    "one ON CONFLICT DO NOTHING"
)
_READ_BY_MACHINE = text(
    "DELETE FROM machine_texts x WHERE x.tenant_id = :tenant AND x.sha256 = ANY(:contents) AND NOT EXISTS "
    "(SELECT FROM attachments a WHERE a.tenant_id = x.tenant_id AND a.sha256 = x.sha256)"
)
# Without the piece, what an antivirus said of it would only keep its digest: proof of what somebody sent.
_EXAMINED = text(
    "DELETE FROM scans s WHERE s.tenant_id = :tenant AND s.sha256 = ANY(:contents) AND NOT EXISTS "
    "(SELECT FROM attachments a WHERE a.tenant_id = s.tenant_id AND a.sha256 = s.sha256) AND NOT EXISTS "
    "(SELECT FROM draft_pieces d WHERE d.tenant_id = s.tenant_id AND d.sha256 = s.sha256)"
)


async def messages_of(session: Session, tenant_id: UUID, ticket_ids: Sequence[UUID]) -> list[UUID]:
    """Returns all messages of requests."""
    return list((await session.execute(_MESSAGES_OF, {"tenant": tenant_id, "tickets": list(ticket_ids)})).scalars())


async def empty_tickets(session: Session, tenant_id: UUID, ticket_ids: Sequence[UUID], *, at: datetime) -> Held:
    """Empties requests and all their messages; returns what hung on them."""
    messages = await messages_of(session, tenant_id, ticket_ids)
    held, contents = await _held(session, tenant_id, messages, ticket_ids)
    asked = {"tenant": tenant_id, "tickets": list(ticket_ids), "at": at}
    for statement in _OF_TICKETS.values():
        await session.execute(statement, asked)
    await _empty(session, tenant_id, held, contents, at=at)
    return held


async def empty_messages(session: Session, tenant_id: UUID, message_ids: Sequence[UUID], *, at: datetime) -> Held:
    """Empties messages of requests that others take part in, and nothing else of these."""
    held, contents = await _held(session, tenant_id, message_ids, ())
    await _empty(session, tenant_id, held, contents, at=at)
    return held


async def forget_answers(session: Session, tenant_id: UUID, names: Sequence[str]) -> None:
    """Forgets the kept answers that name any of these public identifiers."""
    await session.execute(_ANSWERS, {"tenant": tenant_id, "names": list(names)})


async def let_go(session: Session, tenant_id: UUID, contents: Sequence[str], *, at: datetime) -> None:
    """Notes contents for removal, and forgets what machines said of those that no message carries any more."""
    if contents:
        asked = {"tenant": tenant_id, "contents": list(contents), "at": at}
        await session.execute(_LET_GO, asked)
        await session.execute(_READ_BY_MACHINE, asked)
        await session.execute(_EXAMINED, asked)


async def _held(
    session: Session, tenant_id: UUID, messages: Sequence[UUID], tickets: Sequence[UUID]
) -> tuple[Held, list[str]]:
    asked: dict[str, Any] = {"tenant": tenant_id, "messages": list(messages), "tickets": list(tickets)}
    asked["outbound"] = list((await session.execute(_OUTBOUND_OF, asked)).scalars())
    receptions = list((await session.execute(_RECEPTIONS_OF, asked)).scalars())
    asked["receptions"] = receptions
    receptions += (await session.execute(_TWICE, asked)).scalars()
    conversations = list((await session.execute(_CONVERSATIONS_OF, asked)).scalars())
    contents = list((await session.execute(_CONTENTS_OF, asked)).scalars())
    held = Held(messages=list(messages), receptions=receptions, outbound=asked["outbound"], conversations=conversations)
    return held, contents


async def _empty(session: Session, tenant_id: UUID, held: Held, contents: Sequence[str], *, at: datetime) -> None:
    asked = {
        "tenant": tenant_id,
        "at": at,
        "messages": held.messages,
        "receptions": held.receptions,
        "outbound": held.outbound,
        "conversations": held.conversations,
    }
    for statement in _OF_MESSAGES.values():
        await session.execute(statement, asked)
    await let_go(session, tenant_id, contents, at=at)
