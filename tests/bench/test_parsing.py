"""What the parsing scenario measures is every JSON channel, with the slowest before its budget."""

from bench.scenarios import parsing


async def test_every_json_channel_is_measured_and_the_slowest_has_the_budget() -> None:
    shown = await parsing.run(None, quick=True)  # type: ignore[arg-type]
    rates = dict(shown["parsed_per_s"])  # type: ignore[call-overload]
    assert rates.keys() >= {"http", "meta.messenger", "meta.whatsapp", "telegram", "x", "mastodon", "bluesky"}
    assert shown["slowest"] == min(rates, key=rates.__getitem__)
    assert dict(shown["budgets"])["parsed_per_s"]["found"] == min(rates.values())  # type: ignore[call-overload]
