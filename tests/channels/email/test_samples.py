"""Deliveries of public suites, when their folder lies beside the repository: run against, never copied."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.channels.adapters.email import EmailAdapter
from app.channels.contract import Delivery, EventType

FOLDER = Path(__file__).parents[4] / "shared" / "payloads"
FOUND = sorted(path for pattern in ("eml-*.json", "mta-in-*.json") for path in FOLDER.glob(pattern))
KINDS = {
    "message": EventType.MESSAGE_RECEIVED,
    "auto_reply": EventType.MESSAGE_RECEIVED,
    "bounce": EventType.DELIVERY_UPDATE,
}


def samples() -> list[dict[str, Any]]:
    return [json.loads(path.read_text(encoding="utf-8")) for path in FOUND]


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample["id"])
def test_a_sample_is_read_as_expected(sample: dict[str, Any]):
    adapter, wanted = EmailAdapter(), sample["expected"]
    config = adapter.config_for(sample.get("secret"))
    delivery = Delivery(body=sample["body"].encode(), headers=list(sample["headers"].items()), url=sample["url"] or "")
    verdict = adapter.verify(delivery, config, now=datetime(2026, 1, 5, tzinfo=UTC))
    assert verdict.verified is (sample["verify"]["valid"] if sample.get("verify") else None)
    if verdict.verified is False:
        return
    (event,) = adapter.parse(delivery, config)
    assert event.type is KINDS[sample["kind"]]
    assert event.external_id == wanted["external_id"]
    assert (event.sender.address if event.sender else None) == wanted["sender"]
    assert (event.subject or None) == wanted.get("subject", event.subject)
    if wanted["text"] is not None:
        assert (event.text or "").split() == wanted["text"].split()
    if wanted.get("timestamp"):
        assert event.occurred_at == datetime.fromisoformat(wanted["timestamp"])
    if wanted.get("in_reply_to"):
        assert wanted["in_reply_to"] in event.in_reply_to
    joined = [piece for piece in event.attachments if not piece.embedded]
    assert len(joined) == len(wanted["attachments"])
    assert event.automatic or not wanted.get("auto")
