"""Every SQL statement that reads what is held about one person, as the documents of their copy (RGPD art. 15, 20).

Only their own words and those said to them: what somebody else wrote in the same request is left out, and counted
(art. 15.4, rights of others). Row policies hide requests from who may not see them; the caller counts those.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text

from app.db.transaction import Session
from app.privacy.belongings import Person

_VISIBLE = text(
    "SELECT id FROM tickets WHERE tenant_id = :tenant AND erased_at IS NULL AND (contact_id = ANY(:people) OR id IN "
    "(SELECT ticket_id FROM messages WHERE tenant_id = :tenant AND point_id = ANY(:points))) ORDER BY received_at, id"
)
# A message is theirs when it came from one of their addresses, or when nobody else's address is known of it in a request
# that is theirs alone: a call without a number, a letter.
_MINE = """(m.point_id = ANY(:points) OR (m.point_id IS NULL AND t.contact_id = ANY(:people)
    AND m.direction = 'in') OR (m.direction = 'note' AND t.contact_id = ANY(:people))
  OR (m.direction = 'out' AND NOT EXISTS (SELECT FROM outbound o WHERE o.tenant_id = m.tenant_id AND o.message_id = m.id
      AND (o.recipient ->> 'point_id' = ANY(:names)) IS NOT TRUE)
    AND (t.contact_id = ANY(:people) OR EXISTS (SELECT FROM outbound o WHERE o.tenant_id = m.tenant_id
      AND o.message_id = m.id))))"""
_PERSON: Mapping[str, TextClause] = {
    "names": text(
        "SELECT display_name AS name, created_at AS since FROM contacts WHERE tenant_id = :tenant AND id = ANY(:people)"
    ),
    "addresses": text(
        "SELECT kind, address, display_name AS shown_as, verified_at, verified_how, opted_out_at, created_at AS since "
        "FROM contact_points WHERE tenant_id = :tenant AND id = ANY(:points) ORDER BY id"
    ),
    "clues": text(
        "SELECT kind, value, place AS read_in, at FROM contact_clues WHERE tenant_id = :tenant "
        "AND contact_id = ANY(:people) ORDER BY id"
    ),
    "merges": text(
        "SELECT at, undone_at FROM contact_merges WHERE tenant_id = :tenant "
        "AND (source_id = ANY(:people) OR target_id = ANY(:people)) ORDER BY id"
    ),
    "restrictions": text(
        "SELECT ground, reason, since_at, lifted_at, lifted_reason FROM contact_restrictions WHERE tenant_id = :tenant "
        "AND contact_id = ANY(:people) ORDER BY id"
    ),
    "corrections": text(
        "SELECT field, reason, at FROM contact_corrections WHERE tenant_id = :tenant AND contact_id = ANY(:people) ORDER BY id"
    ),
    "calls": text(
        "SELECT caller, outcome, incoming, began_at, duration_s, received_at FROM calls WHERE tenant_id = :tenant "
        "AND (caller = ANY(:addresses) OR called = ANY(:addresses) OR (caller IS NULL AND ticket_id IN "
        "(SELECT id FROM tickets WHERE tenant_id = :tenant AND id = ANY(:tickets) AND contact_id = ANY(:people)))) ORDER BY id"
    ),
    # Who looked at their data and when, by kind of actor: an agent's name is not theirs to have.
    "accesses": text(
        "SELECT at, action, split_part(actor, ':', 1) AS by FROM audit_entries WHERE tenant_id = :tenant "
        "AND (object_id = ANY(:people) OR object_id = ANY(:tickets)) ORDER BY id"
    ),
}
_REQUESTS = text(
    "SELECT id, reference, subject, status, channel_type AS channel, received_at, last_activity_at, "
    "confidential_at IS NOT NULL AS confidential, contact_id = ANY(:people) AS theirs, "
    # What they were filed under is said of them, as their words are.
    "ARRAY(SELECT g.name FROM ticket_tags h JOIN tags g ON g.tenant_id = h.tenant_id AND g.id = h.tag_id "
    "WHERE h.tenant_id = tickets.tenant_id AND h.ticket_id = tickets.id ORDER BY g.name_key) AS tags, "
    "ARRAY(SELECT f.label || ' : ' || string_agg(v.value, ', ' ORDER BY v.place) FROM ticket_fields v "
    "JOIN custom_fields f ON f.tenant_id = v.tenant_id AND f.id = v.field_id WHERE v.tenant_id = tickets.tenant_id "
    "AND v.ticket_id = tickets.id GROUP BY f.rank, f.id, f.label ORDER BY f.rank, f.id) AS custom_fields FROM tickets "
    "WHERE tenant_id = :tenant AND id = ANY(:tickets) ORDER BY received_at, id"
)
_MESSAGES = text(
    f"SELECT m.id, m.ticket_id, m.direction, m.author_kind, {_MINE} AS mine, "  # noqa: S608 — constants
    "m.subject, m.text, m.html, m.recipients, m.fields, m.geo, m.received_at, m.public, m.history "
    "FROM messages m JOIN tickets t ON t.tenant_id = m.tenant_id AND t.id = m.ticket_id "
    "WHERE m.tenant_id = :tenant AND m.ticket_id = ANY(:tickets) ORDER BY m.ticket_id, m.received_at, m.id"
)
_PIECES = text(
    "SELECT a.message_id, a.name, a.content_type, a.size, a.sha256, x.text AS read_by_machine, "
    "coalesce(s.state = 'infected', false) AS set_aside FROM attachments a "
    "LEFT JOIN scans s ON s.tenant_id = a.tenant_id AND s.sha256 = a.sha256 "
    "LEFT JOIN machine_texts x ON x.tenant_id = a.tenant_id AND x.sha256 = a.sha256 AND x.state = 'read' "
    "WHERE a.tenant_id = :tenant AND a.message_id = ANY(:messages) ORDER BY a.message_id, a.position"
)
_LAW = text(
    "SELECT ticket_id, id, procedure, regime, qualified_reason, received_on, term_on, closed_at, "
    "reading -> 'values' AS dates, reading -> 'reasons' AS reasons FROM saisines "
    "WHERE tenant_id = :tenant AND ticket_id = ANY(:tickets) ORDER BY ticket_id, id"
)
_EVENTS = text(
    "SELECT e.saisine_id, e.type, e.at, e.payload FROM legal_events e JOIN saisines s ON s.tenant_id = e.tenant_id "
    "AND s.id = e.saisine_id WHERE e.tenant_id = :tenant AND s.ticket_id = ANY(:tickets) ORDER BY e.saisine_id, e.at, e.id"
)
# What agents began to say of them, sent or not.
_DRAFTS = text(
    "SELECT ticket_id, kind, text, changed_at FROM drafts WHERE tenant_id = :tenant "
    "AND ticket_id = ANY(:tickets) ORDER BY ticket_id, id"
)
_DRAFT_PIECES = text(
    "SELECT d.ticket_id, d.name, d.content_type, d.size, d.sha256, NULL::text AS read_by_machine, "
    "coalesce(s.state = 'infected', false) AS set_aside FROM draft_pieces d "
    "LEFT JOIN scans s ON s.tenant_id = d.tenant_id AND s.sha256 = d.sha256 "
    "WHERE d.tenant_id = :tenant AND d.ticket_id = ANY(:tickets) ORDER BY d.ticket_id, d.id"
)
_LETTERS = text(
    "SELECT ticket_id, title, text, way, composed_at, pdf_sha256 FROM letters WHERE tenant_id = :tenant "
    "AND ticket_id = ANY(:tickets) ORDER BY ticket_id, id"
)
# What its fields held before; what they hold stands with the request itself.
_FIELD_CHANGES = text(
    "SELECT h.ticket_id, h.at, f.label AS field, t.one -> 'was' AS was, t.one -> 'now' AS now FROM ticket_field_changes h "
    "CROSS JOIN LATERAL jsonb_array_elements(h.turns) WITH ORDINALITY AS t(one, place) "
    "JOIN custom_fields f ON f.tenant_id = h.tenant_id AND f.key = t.one ->> 'key' "
    "WHERE h.tenant_id = :tenant AND h.ticket_id = ANY(:tickets) ORDER BY h.ticket_id, h.at, h.id, t.place"
)
# What they thought of the service; somebody else's opinion of the same request is not theirs.
_SATISFACTION = text(
    "SELECT ticket_id, asked_at, grade, comment, answered_at, changed_at, refused_at FROM satisfaction_questions "
    "WHERE tenant_id = :tenant AND ticket_id = ANY(:tickets) AND point_id = ANY(:points) ORDER BY ticket_id, id"
)

Row = dict[str, Any]


async def visible(session: Session, tenant_id: UUID, who: Person) -> list[UUID]:
    """Returns the requests a person wrote in that whoever looks may see."""
    return list((await session.execute(_VISIBLE, _asked(tenant_id, who, ()))).scalars())


async def about(session: Session, tenant_id: UUID, who: Person, tickets: Sequence[UUID]) -> dict[str, list[Row]]:
    """Returns what is known of the person themselves, by heading."""
    asked = _asked(tenant_id, who, tickets)
    return {name: await _rows(session, statement, asked) for name, statement in _PERSON.items()}


async def requests(session: Session, tenant_id: UUID, who: Person, tickets: Sequence[UUID]) -> dict[str, list[Row]]:
    """Returns requests with all that hangs on them, a table each; the caller puts them together."""
    asked = _asked(tenant_id, who, tickets)
    messages = await _rows(session, _MESSAGES, asked)
    asked["messages"] = [row["id"] for row in messages if row["mine"]]
    return {
        "requests": await _rows(session, _REQUESTS, asked),
        "messages": messages,
        "pieces": await _rows(session, _PIECES, asked),
        "law": await _rows(session, _LAW, asked),
        "events": await _rows(session, _EVENTS, asked),
        "letters": await _rows(session, _LETTERS, asked),
        "drafts": await _rows(session, _DRAFTS, asked),
        "satisfaction": await _rows(session, _SATISFACTION, asked),
        "field_changes": await _rows(session, _FIELD_CHANGES, asked),
        "draft_pieces": await _rows(session, _DRAFT_PIECES, asked),
    }


async def _rows(session: Session, statement: TextClause, asked: Mapping[str, Any]) -> list[Row]:
    return [dict(row) for row in (await session.execute(statement, asked)).mappings()]


def _asked(tenant_id: UUID, who: Person, tickets: Sequence[UUID]) -> dict[str, Any]:
    return {
        "tenant": tenant_id,
        "people": list(who.contact_ids),
        "points": list(who.point_ids),
        "names": [str(one) for one in who.point_ids],
        "addresses": list(who.addresses),
        "tickets": list(tickets),
    }
