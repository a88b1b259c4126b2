"""The administrations of a run, founded before anything goes wrong."""

from dataclasses import dataclass
from uuid import UUID

from app.bootstrap import House
from app.ids import Prefix, public_id
from tests.harness.houses import a_town

WEBHOOK_SECRET = "whsec_YSBzZWNyZXQgb2YgdGVzdHMgYW5kIG9mIG5vYm9keSBlbHNl"
_SCOPES = ("intake:write", "intake:read", "tickets:read", "tickets:write", "sve:read", "sve:write", "events:read")


@dataclass(frozen=True, slots=True)
class Town:
    """One administration as its clients know it: its doors, a key."""

    number: int
    tenant_id: UUID
    address: str
    mails: str
    messages: str
    hook: str
    key: str


async def found(house: House, number: int, *, sink_port: int) -> Town:
    """Founds a town with a mailbox and a signed door."""
    tenant_id = await a_town(house, slug=f"bourg-{number}")
    address = f"contact@bourg-{number}.example.fr"
    mailbox = {"address": address, "smtp_host": "127.0.0.1", "smtp_port": sink_port, "smtp_security": "none"}
    async with house.database.transaction(tenant=tenant_id) as session:
        mail = await house.channels.connect(
            session, tenant_id, type="email", name="Courriel", address=address, config=mailbox
        )
        hook = await house.channels.connect(
            session, tenant_id, type="http", name="Porte signée", address=None, config={"secrets": [WEBHOOK_SECRET]}
        )
    key, _ = await house.access.create(tenant_id, name="soak", scopes=_SCOPES)
    return Town(
        number=number,
        tenant_id=tenant_id,
        address=address,
        mails=f"/api/v1/channels/{public_id(Prefix.CHANNEL, mail.id)}/raw",
        messages=f"/api/v1/channels/{public_id(Prefix.CHANNEL, hook.id)}/messages",
        hook=f"/hooks/{hook.type}/{hook.key}",
        key=key,
    )
