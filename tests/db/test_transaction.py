"""Transactions: committed once, before anyone answers; closed to whoever names no tenant."""

from app.db.transaction import Database
from sqlalchemy import text


async def test_x(database: Database, redis_url: str):
    async with database.transaction() as s:
        assert (await s.execute(text("select current_user"))).scalar() == "parvis_app"
