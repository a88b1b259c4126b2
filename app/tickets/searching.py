"""Every SQL statement that looks for words in requests, and which of two ways is taken.

A list walked in its order, its requests asked whether they say the words, answers at once where words are common. The
index of words answers at once where they are rare. PostgreSQL cannot know which they are, since nobody may read the
words; so the list is walked a little, and what was found there says how far to walk on, or the index is worth following.
Functions of the schema's owner look at the words and return numbers of requests (migration 0041); the statements here
join those to `tickets`, whose policies say what the person sees.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.dialects.postgresql import TSQUERY

from app.db.transaction import Session
from app.tickets import word_tables  # noqa: F401 — mapped here; only functions of the schema's owner read it
from app.tickets.tables import TicketRecord

# Requests of the list that are looked at first, whatever the words: few for common ones, then enough to judge by.
FEW, SAMPLE = 250, 2_000
# Messages the index is followed to. What that costs grows with them; what the walk costs falls as words are common.
MOST_FOLLOWED, WORTH = 10_000, 40_000
# Of a page, the share the sample must have filled for the walk to be sure to end soon.
_SOON = 6
Rows = list[dict[str, Any]]


async def page(session: Session, listed: Select[*tuple[Any, ...]], *, words: str, limit: int) -> Rows:
    """Returns the first rows of a list of requests, in its order, that say the words."""
    asked = func.websearch_to_tsquery("french", func.folded(words), type_=TSQUERY)
    found: Rows = []
    for most in (FEW, SAMPLE):
        found = await _rows(session, _among(listed, asked, most=most, limit=limit))
        if len(found) == limit:
            return found
    if len(found) * _SOON >= limit:
        onward = SAMPLE * limit * 3 // (2 * len(found))
        found = await _rows(session, _among(listed, asked, most=onward, limit=limit))
        if len(found) == limit:
            return found
    most = min(MOST_FOLLOWED, int(WORTH / (len(found) + 0.5)))
    said, rows = await _followed(session, listed, asked, most=most, limit=limit)
    return rows if said < most else await _rows(session, _walked(listed, asked, limit=limit))


def _among(
    listed: Select[*tuple[Any, ...]], asked: ColumnElement[Any], *, most: int, limit: int
) -> Select[*tuple[Any, ...]]:
    """The first `most` requests of the list, all asked at once."""
    walked = listed.with_only_columns(TicketRecord.id).limit(most).subquery("walked")
    ids = select(func.array_agg(walked.c.id)).scalar_subquery()
    saying = select(func.tickets_among(ids, asked).column_valued("ticket_id").label("id")).subquery("saying")
    return listed.where(TicketRecord.id.in_(select(saying.c.id))).limit(limit)


def _walked(listed: Select[*tuple[Any, ...]], asked: ColumnElement[Any], *, limit: int) -> Select[*tuple[Any, ...]]:
    """The list in its order, one request after the other asked, until enough have said the words."""
    walked = listed.with_only_columns(TicketRecord.id).subquery("walked")
    saying = select(walked.c.id).where(func.ticket_says(walked.c.id, asked)).limit(limit).subquery("saying")
    return listed.where(TicketRecord.id.in_(select(saying.c.id))).limit(limit)


async def _followed(
    session: Session, listed: Select[*tuple[Any, ...]], asked: ColumnElement[Any], *, most: int, limit: int
) -> tuple[int, Rows]:
    """Returns how many messages say the words, and the list of their requests; beyond `most`, no list."""
    saying = select(func.tickets_saying(asked, most).column_valued("ticket_id").label("ticket_id")).cte("saying")
    counted = select(func.count().label("said")).select_from(saying).subquery("counted")
    among = TicketRecord.id.in_(select(saying.c.ticket_id))
    found = listed.where(among, counted.c.said < most).limit(limit).correlate(counted).lateral("found")
    statement = select(counted.c.said, *found.c).select_from(counted.outerjoin(found, true()))
    rows = await _rows(session, statement)
    said = int(rows[0]["said"])
    return said, [{name: row[name] for name in row if name != "said"} for row in rows if row["id"] is not None]


async def _rows(session: Session, statement: Select[*tuple[Any, ...]]) -> Rows:
    return [row._asdict() for row in (await session.execute(statement)).all()]
