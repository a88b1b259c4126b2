"""What a form's door asks of a submission before it is read: where it came from, what work was done for it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from uuid import UUID

from app.channels.adapters.webform_questions import ProofDemand
from app.db.transaction import Database
from app.forms import arrivals, doubts, proof
from app.forms.doubts import Doubt
from app.forms.proof import Standing
from app.sealing import KeyRing

WINDOW = timedelta(minutes=10)
# Behind these stands a relay of our own, and behind it anybody: nothing can be counted there.
_OURS: tuple[IPv4Network | IPv6Network, ...] = tuple(
    ip_network(one)
    for one in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10",
                "::1/128", "fc00::/7", "fe80::/10")
)  # fmt: skip


class Guarding:
    """Weighs what a submission looks like; it judges, and keeps nothing but counts."""

    def __init__(self, database: Database, ring: KeyRing) -> None:
        self._database, self._ring = database, ring

    def challenge(self, channel_id: UUID, submission_id: str, *, now: datetime) -> dict[str, object]:
        """Returns an ALTCHA challenge for one form."""
        return proof.challenge(self._ring, channel_id, submission_id, now=now)

    async def weigh(
        self,
        tenant_id: UUID,
        channel_id: UUID,
        found: Iterable[Doubt],
        *,
        texts: Iterable[str],
        submission: str,
        answer: str,
        demand: ProofDemand,
        remote: str | None,
        now: datetime,
    ) -> list[Doubt]:
        """Returns every doubt about a submission that is about to be kept, and counts it. Raises `Unavailable`."""
        doubted = list(found)
        if doubts.too_many_links(texts):
            doubted.append(Doubt.LINKS)
        judged = proof.judge(self._ring, channel_id, submission, answer, now=now)
        standing, network = judged.standing, network_of(remote)
        looked_at = demand is not ProofDemand.OFF and standing is Standing.SOLVED
        if network is not None or looked_at:
            async with self._database.transaction(tenant=tenant_id) as session:
                if network is not None:
                    word = self._ring.token(f"{tenant_id}|{network}".encode(), purpose="form-network")
                    sent = await arrivals.count(session, tenant_id, word, since=_window(now))
                    doubted += [Doubt.FLOOD] if sent > doubts.MOST_FROM_A_NETWORK else []
                if looked_at and judged.expires_at is not None:
                    good = await arrivals.spend(session, tenant_id, judged.nonce, submission, until=judged.expires_at)
                    standing = standing if good else Standing.EXPIRED
        return list(doubts.weighed(doubted, demand=demand, standing=standing))

    async def forget(self, tenant_id: UUID, *, now: datetime) -> None:
        """Drops what is no longer of use: the nightly round's part."""
        async with self._database.transaction(tenant=tenant_id) as session:
            await arrivals.forget(session, tenant_id, before=now - WINDOW)


def network_of(remote: str | None) -> str | None:
    """Returns whose line an address stands for: itself, or its /64 in IPv6; None where nobody can be told apart."""
    try:
        address = ip_address(remote or "")
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if any(address in network for network in _OURS if network.version == address.version):
        return None
    return str(ip_network((address, 64), strict=False) if address.version == 6 else address)


def _window(now: datetime) -> datetime:
    return now - timedelta(seconds=now.timestamp() % WINDOW.total_seconds())
