"""What leaves, through the API: seen before it does, held back in sight, sent again together with a reason."""

from typing import Any

from app.channels.contract import Outcome, Sender, SendRequest, Sent
from app.channels.values import Channel
from app.exchanges import outbox
from app.ids import new_id

ONCE = {"Idempotency-Key": "renvoi-1"}


class Down:
    """A provider that refuses everything."""

    def can(self, channel: Channel, adapter: Sender) -> bool:
        return True

    async def carry(self, channel: Channel, adapter: Sender, request: SendRequest) -> Sent:
        return Sent(outcome=Outcome.PERMANENT, detail="550")


async def test_an_answer_is_shown_as_it_would_leave_and_nothing_does(town: Any) -> None:
    ticket = await town.a_ticket()
    before = (await town.http.get("/api/v1/outbound")).json()["data"]
    answer = await town.http.post(
        f"/api/v1/tickets/{ticket['id']}/replies/previews", json={"text": "Bonjour, c'est fait."}
    )
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert [part["text"] for part in shown["parts"]] == ["Bonjour, c'est fait."]
    assert (shown["lost"], shown["window_closes_at"], shown["sms"]) == ([], None, None)
    assert (await town.http.get("/api/v1/outbound")).json()["data"] == before


async def test_failures_leave_again_together_once_somebody_says_why(town: Any) -> None:
    ticket = await town.a_ticket()
    head = {"Idempotency-Key": new_id().hex}
    sent = await town.http.post(f"/api/v1/tickets/{ticket['id']}/replies", json={"text": "Bonjour"}, headers=head)
    outbound = sent.json()["id"]
    town.house.deliverer._carrier = Down()
    await town.house.dispatcher.sweep(town.id)
    async with town.house.database.transaction(tenant=town.id) as session:
        due = await outbox.due(session, town.id, now=town.clock(), limit=100)
    await town.house.dispatcher.dispatch(str(town.id), [str(one) for one in due])
    failed = (await town.http.get("/api/v1/outbound?state=failed")).json()["data"]
    assert outbound in {one["id"] for one in failed}

    looked = (await town.http.post("/api/v1/outbound/replays/previews", json={"states": ["failed"]})).json()
    assert all(line["leaves"] for line in looked["data"])
    assert (await town.http.get(f"/api/v1/outbound/{outbound}")).json()["state"] == "failed"

    body = {"states": ["failed", "unknown"], "reason": "Le relais est réparé."}
    again = await town.http.post("/api/v1/outbound/replays", json=body, headers=ONCE)
    assert again.status_code == 202, again.text
    twice = await town.http.post("/api/v1/outbound/replays", json=body, headers=ONCE)
    assert twice.json() == again.json()
    assert (await town.http.get(f"/api/v1/outbound/{outbound}")).json()["state"] == "frozen"
    lanes = (await town.http.get("/api/v1/outbound/lanes")).json()["data"]
    assert [(lane["state"], lane["waiting"] >= 1) for lane in lanes] == [("flowing", True)]
