"""Requests that were answered and closed, and what is asked of their people."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from app.channels.contract import Outcome, Sender, SendRequest, Sent
from app.channels.values import Channel
from app.exchanges.satisfaction.links import PATH
from app.ids import Prefix, new_id, parse_id
from tests.api.conftest import Town
from tests.api.test_service_figures import answered

SETTINGS = "/api/v1/satisfaction-settings"
ANSWERS = "/api/v1/satisfaction-answers"
FIGURES = "/api/v1/figures/satisfaction"
ASKED = {"asked": True, "delay_hours": 48, "ways": ["mail", "sms"], "rest_days": 30}
OURS = {"Sec-Fetch-Site": "same-origin"}
MONDAY_MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass
class Post:
    """Carries everything, and keeps what people would read."""

    carried: list[SendRequest] = field(default_factory=list)

    def can(self, channel: Channel, adapter: Sender) -> bool:
        return True

    async def carry(self, channel: Channel, adapter: Sender, request: SendRequest) -> Sent:
        self.carried.append(request)
        return Sent(outcome=Outcome.OK)

    @property
    def questions(self) -> list[SendRequest]:
        return [one for one in self.carried if f"{PATH}/" in one.text]


@dataclass
class Survey:
    """A town that asks, its post, and what its people do."""

    town: Town
    post: Post

    async def choose(self, **words: Any) -> None:
        tag = (await self.town.http.get(SETTINGS)).headers["etag"]
        chosen = await self.town.http.put(SETTINGS, json={**ASKED, **words}, headers={"If-Match": tag})
        assert chosen.status_code == 200, chosen.text

    async def leave(self) -> None:
        """Lets all that may leave now."""
        for one in (await self.town.http.get("/api/v1/channels")).json()["data"]:
            while (await self.town.house.dispatcher.depart(self.town.id, parse_id(Prefix.CHANNEL, one["id"]))).count:
                pass

    async def closed(self, *, reply: bool = True, reason: str = "thanks", **message: Any) -> dict[str, Any]:
        """Makes a request that is answered, then closed."""
        ticket = await self.town.a_ticket(**message)
        return await self.close(ticket, reply=reply, reason=reason)

    async def close(self, ticket: dict[str, Any], *, reply: bool = True, reason: str = "thanks") -> dict[str, Any]:
        if reply:
            await answered(self.town, ticket["id"])
        await self.leave()
        http = self.town.http
        for saisine in ticket["saisines"]:
            path = f"/api/v1/saisines/{saisine['id']}"
            done = await http.post(
                f"{path}/events",
                json={"type": "dismissed", "reason": reason},
                headers={"If-Match": (await http.get(path)).headers["etag"], **once()},
            )
            assert done.status_code < 300, done.text
        return await self.given(ticket, status="resolved")

    async def given(self, ticket: dict[str, Any], **changes: Any) -> dict[str, Any]:
        path = f"/api/v1/tickets/{ticket['id']}"
        tag = (await self.town.http.get(path)).headers["etag"]
        changed = await self.town.http.patch(path, json=changes, headers={"If-Match": tag})
        assert changed.status_code == 200, changed.text
        return dict(changed.json())

    async def later(self, **delta: float) -> list[SendRequest]:
        """Lets time pass, then does what a worker would; returns every question that has left."""
        self.town.clock.move(**delta)
        await self.town.house.asking_satisfaction.round(self.town.id)
        await self.leave()
        return self.post.questions

    async def link(self, **message: Any) -> str:
        """Returns the link one person was sent about one closed request."""
        await self.closed(**message)
        known, found = len(self.post.questions), await self.later(hours=48)
        while len(found) == known:  # a Sunday, a holiday
            found = await self.later(hours=24)
        return link_in(found[-1])

    async def say(self, link: str, grade: str, comment: str = "") -> Any:
        return await self.town.http.post(link, data={"degre": grade, "commentaire": comment}, headers=OURS)


def once() -> dict[str, str]:
    return {"Idempotency-Key": new_id().hex}


def link_in(request: SendRequest) -> str:
    found = re.search(rf"({PATH}/[A-Za-z0-9_-]{{64}})(?!\S)", request.text)
    assert found, request.text
    return found[1]
