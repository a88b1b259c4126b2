"""Every SQL statement that forgets a person themselves: name, addresses, what proved them, what they may have been.

Their requests are erased before (`app.privacy.erasing`); a number without a name stays for the journal.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.db.transaction import Session
from app.ids import Prefix, public_id
from app.privacy import emptying
from app.privacy.belongings import Person

_EXPORTED = text(
    "UPDATE access_exports SET sha256 = NULL, reason = '', state = 'expired', next_attempt_at = NULL "
    "WHERE tenant_id = :tenant AND contact_id = ANY(:people) RETURNING id"
)
_EXPORTS = text(
    "SELECT sha256 FROM access_exports WHERE tenant_id = :tenant AND contact_id = ANY(:people) AND sha256 IS NOT NULL"
)
# Deliveries that became no message may hold their address all the same: receipts, opt-outs, frames, refusals. What waits
# for somebody to read it is not touched, and an address within a longer one is somebody else's.
_UNREAD = text(
    "SELECT empty_receptions(ARRAY(SELECT r.id FROM receptions r WHERE r.tenant_id = :tenant AND r.ticket_id IS NULL "
    "AND r.state NOT IN ('queued', 'held') AND NOT EXISTS (SELECT FROM messages m WHERE m.tenant_id = r.tenant_id "
    "AND m.reception_id = r.id AND m.erased_at IS NULL) AND EXISTS (SELECT FROM unnest(CAST(:addresses AS text[])) a "
    "WHERE length(a) > 5 AND (encode(r.raw, 'escape') || ' ' || r.url ~* ('(^|[^A-Za-z0-9._%+-])' || "
    r"regexp_replace(a, '([^A-Za-z0-9])', '\\\1', 'g') || '($|[^A-Za-z0-9_-])') "
    "OR (a ~ '[^ -~]' AND position(convert_to(a, 'UTF8') IN r.raw) > 0)))))"
)
# A list of one person's requests, or of those that hold their address, names them; so does the answer that was kept of it.
_NAMING = (
    "DELETE FROM {table} WHERE tenant_id = :tenant AND (filter ->> 'contact_id' = ANY(:names) OR EXISTS "
    "(SELECT FROM unnest(CAST(:addresses AS text[])) a WHERE length(a) > 5 "
    "AND position(lower(a) IN lower(concat(filter ->> 'q', ' ', filter ->> 'custom_field'))) > 0)) RETURNING id"
)
# An automation that acts on them alone has nothing left to act on.
_KEPT_FILTERS = (
    (Prefix.VIEW, text(_NAMING.format(table="saved_views"))),
    (Prefix.AUTOMATION, text(_NAMING.format(table="automations"))),
)
_STATEMENTS = (
    text("DELETE FROM contact_clues WHERE tenant_id = :tenant AND contact_id = ANY(:people)"),
    text(
        "DELETE FROM contact_proposals WHERE tenant_id = :tenant AND (one_id = ANY(:people) OR other_id = ANY(:people))"
    ),
    text(
        "UPDATE contact_merges SET reason = '' WHERE tenant_id = :tenant "
        "AND (source_id = ANY(:people) OR target_id = ANY(:people))"
    ),
    text("DELETE FROM contact_corrections WHERE tenant_id = :tenant AND contact_id = ANY(:people)"),
    text(
        "UPDATE contact_restrictions SET reason = '', lifted_reason = NULL WHERE tenant_id = :tenant "
        "AND contact_id = ANY(:people)"
    ),
    text(
        "SELECT empty_legal_holds(ARRAY(SELECT id FROM legal_holds WHERE tenant_id = :tenant "
        "AND contact_id = ANY(:people)))"
    ),
    text("UPDATE erasures SET reason = '' WHERE tenant_id = :tenant AND contact_id = ANY(:people)"),
    text("UPDATE calls SET caller = NULL WHERE tenant_id = :tenant AND caller = ANY(:addresses)"),
    text("UPDATE calls SET called = NULL WHERE tenant_id = :tenant AND called = ANY(:addresses)"),
    text(
        "UPDATE chat_conversations SET email_point_id = NULL, email = NULL WHERE tenant_id = :tenant "
        "AND email_point_id = ANY(:points)"
    ),
    text("DELETE FROM reply_tokens WHERE tenant_id = :tenant AND point_id = ANY(:points)"),
    text(
        "UPDATE satisfaction_questions SET comment = '', point_id = NULL WHERE tenant_id = :tenant "
        "AND point_id = ANY(:points)"
    ),
    text("UPDATE messages SET point_id = NULL WHERE tenant_id = :tenant AND point_id = ANY(:points)"),
    text(
        "UPDATE tickets SET subject = '', contact_id = NULL, point_id = NULL, version = version + 1 "
        "WHERE tenant_id = :tenant AND contact_id = ANY(:people)"
    ),
    text("UPDATE tickets SET point_id = NULL WHERE tenant_id = :tenant AND point_id = ANY(:points)"),
    text("DELETE FROM contact_points WHERE tenant_id = :tenant AND id = ANY(:points)"),
    text(
        "UPDATE contacts SET display_name = '', restricted_at = NULL, erased_at = :at, version = version + 1 "
        "WHERE tenant_id = :tenant AND id = ANY(:people)"
    ),
)


async def forget_person(session: Session, tenant_id: UUID, who: Person, *, at: datetime) -> Sequence[str]:
    """Forgets a person and those merged into them; returns the contents that only their exports held."""
    asked: dict[str, Any] = {
        "tenant": tenant_id,
        "people": list(who.contact_ids),
        "points": list(who.point_ids),
        "addresses": list(who.addresses),
        "names": [public_id(Prefix.CONTACT, one) for one in who.contact_ids],
        "at": at,
    }
    contents = list((await session.execute(_EXPORTS, asked)).scalars())
    await session.execute(_EXPORTED, asked)
    await session.execute(_UNREAD, asked)
    for prefix, naming in _KEPT_FILTERS:
        gone = (await session.execute(naming, asked)).scalars()
        await emptying.forget_answers(session, tenant_id, [public_id(prefix, one) for one in gone])
    for statement in _STATEMENTS:
        await session.execute(statement, asked)
    return contents
