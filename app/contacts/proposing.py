"""Every SQL statement about clues and proposals: what people share, and what an agent said of it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from app.contacts.tables import ContactClueRecord
from app.contacts.values import Clue, ClueKind, ClueSource, Proposal, ProposalState, Reason
from app.contacts.weighing import Likeness, Shared
from app.db.bulk import insert_rows
from app.db.transaction import Session
from app.ids import new_id

MOST_SHARED = 500

# A number of WhatsApp is that of a telephone, without its plus sign. What stands in more people's words than a few is an
# organisation's: the inner limit lets the weighing see it without reading a crowd. A young house has no statistics yet: each step
# looks up what the one before found, whatever the planner believes of empty tables.
_SHARED = text(
    """
    WITH mine AS MATERIALIZED (
      SELECT c.contact_id, c.kind, c.value, c.place FROM contact_clues c
      WHERE c.tenant_id = :tenant AND c.contact_id = ANY(:ids)
      UNION ALL
      SELECT p.contact_id, CASE p.kind WHEN 'email' THEN 'email' ELSE 'phone' END,
             CASE p.kind WHEN 'whatsapp' THEN '+' || ltrim(p.address, '+') ELSE p.address END, NULL
      FROM contact_points p
      WHERE p.tenant_id = :tenant AND p.contact_id = ANY(:ids) AND p.kind IN ('email', 'phone', 'whatsapp')
    )
    SELECT mine.contact_id AS mine, theirs.contact_id AS theirs, mine.kind, mine.value, mine.place AS my_place,
           theirs.place AS their_place, a.name_key = b.name_key AND position(' ' IN a.name_key) > 0 AS same_name
    FROM mine
    JOIN LATERAL (SELECT c.name_key FROM contacts c WHERE c.tenant_id = :tenant AND c.id = mine.contact_id
      AND c.merged_into IS NULL AND c.restricted_at IS NULL OFFSET 0) a ON true
    JOIN LATERAL (
      (SELECT c.contact_id, c.place FROM contact_clues c
       WHERE c.tenant_id = :tenant AND c.kind = mine.kind AND c.value = mine.value LIMIT 10)
      UNION ALL
      (SELECT p.contact_id, NULL FROM contact_points p
       WHERE p.tenant_id = :tenant AND p.scope = '' AND p.kind = mine.kind AND p.address = mine.value)
      UNION ALL
      (SELECT p.contact_id, NULL FROM contact_points p
       WHERE mine.kind = 'phone' AND p.tenant_id = :tenant AND p.scope = '' AND p.kind = 'whatsapp'
         AND p.address IN (mine.value, ltrim(mine.value, '+')))
    ) theirs ON theirs.contact_id <> mine.contact_id
    JOIN LATERAL (SELECT c.name_key FROM contacts c WHERE c.tenant_id = :tenant AND c.id = theirs.contact_id
      AND c.merged_into IS NULL AND c.restricted_at IS NULL OFFSET 0) b ON true
    LIMIT :most
    """
)
# A person is also those who were merged into them: what an agent said of one of them was said of all.
_DISMISSED = text(
    """
    WITH RECURSIVE kin AS (
      SELECT c.id AS living, c.id FROM contacts c WHERE c.tenant_id = :tenant AND c.id = ANY(:ids)
      UNION SELECT kin.living, c.id FROM kin JOIN contacts c ON c.tenant_id = :tenant AND c.merged_into = kin.id
    )
    SELECT least(one.living, other.living) AS one, greatest(one.living, other.living) AS other
    FROM contact_proposals p JOIN kin one ON one.id = p.one_id JOIN kin other ON other.id = p.other_id
    WHERE p.tenant_id = :tenant AND p.state = 'dismissed'
    """
)
# What a provider told stands in nobody's words: it is weighed once, and what words say is weighed again beside it.
_PROPOSE = text(
    """
    WITH told AS (
      SELECT r FROM contact_proposals p, jsonb_array_elements(p.reasons) r
      WHERE p.tenant_id = :tenant AND p.one_id = :one AND p.other_id = :other AND r ->> 'code' = 'provider_told'
    ), said AS (
      SELECT CAST(:reasons AS jsonb) || coalesce((SELECT jsonb_agg(r) FROM told), '[]') AS reasons,
             least(100, :score + coalesce((SELECT sum((r ->> 'weight')::bigint) FROM told), 0)) AS score
    )
    INSERT INTO contact_proposals (tenant_id, id, one_id, other_id, score, reasons, state, at)
    SELECT :tenant, :id, :one, :other, said.score, said.reasons, 'open', :at FROM said
    ON CONFLICT (tenant_id, one_id, other_id) DO UPDATE SET score = excluded.score, reasons = excluded.reasons
    WHERE contact_proposals.state = 'open' AND contact_proposals.reasons <> excluded.reasons
    RETURNING id, xmax = 0 AS fresh
    """
)
_PROPOSE_TOLD = text(
    """
    INSERT INTO contact_proposals (tenant_id, id, one_id, other_id, score, reasons, state, at)
    VALUES (:tenant, :id, :one, :other, :score, CAST(:reasons AS jsonb), 'open', :at)
    ON CONFLICT (tenant_id, one_id, other_id) DO UPDATE
    SET score = least(100, contact_proposals.score + excluded.score),
        reasons = contact_proposals.reasons || excluded.reasons
    WHERE contact_proposals.state = 'open' AND NOT contact_proposals.reasons @> excluded.reasons
    RETURNING id, xmax = 0 AS fresh
    """
)
_COLUMNS = """
    SELECT p.id, p.one_id, a.display_name AS one_name, p.other_id, b.display_name AS other_name, p.score, p.reasons,
           p.state, p.at, p.decided_at, p.decided_by
    FROM contact_proposals p
    JOIN contacts a ON a.tenant_id = p.tenant_id AND a.id = p.one_id
    JOIN contacts b ON b.tenant_id = p.tenant_id AND b.id = p.other_id
"""
_OPEN = text(
    _COLUMNS + "WHERE p.tenant_id = :tenant AND p.state = 'open' AND a.merged_into IS NULL AND b.merged_into IS NULL "
    "AND (CAST(:contact AS uuid) IS NULL OR p.one_id = :contact OR p.other_id = :contact) "
    "AND (CAST(:after AS uuid) IS NULL OR p.id < :after) ORDER BY p.id DESC LIMIT :limit"
)
_ONE = text(_COLUMNS + "WHERE p.tenant_id = :tenant AND p.id = :id FOR UPDATE OF p")
_DECIDE = text(
    "UPDATE contact_proposals SET state = :state, decided_at = :at, decided_by = :by "
    "WHERE tenant_id = :tenant AND id = :id"
)
_DECIDE_PAIR = text(
    "INSERT INTO contact_proposals (tenant_id, id, one_id, other_id, score, reasons, state, at, decided_at, decided_by) "
    "VALUES (:tenant, :id, :one, :other, 0, '[]', :state, :at, :at, :by) "
    "ON CONFLICT (tenant_id, one_id, other_id) DO UPDATE "
    "SET state = excluded.state, decided_at = excluded.decided_at, decided_by = excluded.decided_by"
)
_CLUES = text(
    "SELECT kind, value, place FROM contact_clues WHERE tenant_id = :tenant AND contact_id = :contact "
    "ORDER BY id LIMIT 50"
)


async def add_clues(session: Session, tenant_id: UUID, clues: Collection[tuple[UUID, Clue]], *, at: datetime) -> None:
    """Keeps what people wrote; what they had written before is kept once."""
    rows = [
        {
            "tenant_id": tenant_id,
            "id": new_id(),
            "contact_id": contact_id,
            "kind": clue.kind.value,
            "value": clue.value,
            "place": clue.place.value,
            "at": at,
        }
        for contact_id, clue in clues
    ]
    await insert_rows(session, ContactClueRecord, rows, skip_conflicts=True)


async def clues_of(session: Session, tenant_id: UUID, contact_id: UUID) -> list[Clue]:
    rows = await session.execute(_CLUES, {"tenant": tenant_id, "contact": contact_id})
    return [Clue(ClueKind(row.kind), row.value, ClueSource(row.place)) for row in rows]


async def shared_with(session: Session, tenant_id: UUID, contact_ids: Collection[UUID]) -> list[Shared]:
    """Returns what these people have in common with others, in one statement."""
    asked = {"tenant": tenant_id, "ids": list(contact_ids), "most": MOST_SHARED}
    return [
        Shared(
            mine=row.mine,
            theirs=row.theirs,
            kind=ClueKind(row.kind),
            value=row.value,
            my_place=ClueSource(row.my_place) if row.my_place else None,
            their_place=ClueSource(row.their_place) if row.their_place else None,
            same_name=row.same_name,
        )
        for row in await session.execute(_SHARED, asked)
    ]


async def dismissed(session: Session, tenant_id: UUID, contact_ids: Collection[UUID]) -> set[tuple[UUID, UUID]]:
    """Returns the pairs, among these people, of which an agent said that they are not one."""
    rows = await session.execute(_DISMISSED, {"tenant": tenant_id, "ids": list(contact_ids)})
    return {(row.one, row.other) for row in rows}


async def propose(
    session: Session, tenant_id: UUID, pair: Likeness, *, reasons: str, at: datetime, told: bool = False
) -> UUID | None:
    """Proposes a pair, or says more of one that waits; returns its id when it is proposed for the first time.

    What a provider `told` is added to what is known; what words say takes the place of what they said.
    """
    asked = {"tenant": tenant_id, "id": new_id(), "one": pair.one_id, "other": pair.other_id, "score": pair.score}
    row = (await session.execute(_PROPOSE_TOLD if told else _PROPOSE, {**asked, "reasons": reasons, "at": at})).first()
    return row.id if row and row.fresh else None


async def page(
    session: Session, tenant_id: UUID, *, contact_id: UUID | None, after: UUID | None, limit: int
) -> list[Proposal]:
    """Returns the proposals that wait, the last first; of one person when one is named."""
    asked = {"tenant": tenant_id, "contact": contact_id, "after": after, "limit": limit}
    return [_read(row) for row in await session.execute(_OPEN, asked)]


async def proposal(session: Session, tenant_id: UUID, proposal_id: UUID) -> Proposal | None:
    row = (await session.execute(_ONE, {"tenant": tenant_id, "id": proposal_id})).first()
    return _read(row) if row else None


async def decide(
    session: Session, tenant_id: UUID, proposal_id: UUID, state: ProposalState, *, by: str, at: datetime
) -> None:
    asked = {"tenant": tenant_id, "id": proposal_id, "state": state.value, "by": by, "at": at}
    await session.execute(_DECIDE, asked)


async def decide_pair(
    session: Session, tenant_id: UUID, pair: tuple[UUID, UUID], state: ProposalState, *, by: str, at: datetime
) -> None:
    """Notes what was decided of two people, proposed or not."""
    one, other = sorted(pair)
    asked = {"tenant": tenant_id, "id": new_id(), "one": one, "other": other, "state": state.value, "by": by, "at": at}
    await session.execute(_DECIDE_PAIR, asked)


def _read(row: Row[Any]) -> Proposal:
    return Proposal(
        id=row.id,
        one_id=row.one_id,
        one_name=row.one_name,
        other_id=row.other_id,
        other_name=row.other_name,
        score=row.score,
        reasons=_reasons(row.reasons),
        state=ProposalState(row.state),
        at=row.at,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
    )


def _reasons(stored: Sequence[Any]) -> list[Reason]:
    return [Reason.read(one) for one in stored]
