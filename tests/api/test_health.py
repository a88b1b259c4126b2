"""Health: honest at each question, quick even when something hangs, and silent about the house."""

import asyncio
from dataclasses import dataclass, field

import httpx
import pytest
from fastapi import FastAPI

from app.api import health
from app.rest.problems import install_problems


@dataclass
class Organ:
    name: str
    well: bool = True
    hangs: bool = False
    vital: bool = True

    async def passes(self) -> bool:
        if self.hangs:
            await asyncio.sleep(60)
        return self.well


class Broken(Organ):
    async def passes(self) -> bool:
        raise ConnectionError("10.0.0.3 refused parvis_app")


@dataclass
class House:
    checks: list[Organ] = field(default_factory=list)


@pytest.fixture
async def http():
    app = FastAPI()
    app.state.house = House([Organ("database"), Organ("worker")])
    app.include_router(health.router)
    app.include_router(health.metrics_router)
    install_problems(app, base_url="https://parvis.example.fr")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="https://x") as opened:
        opened.house = app.state.house
        yield opened


async def test_a_living_process_says_so_whatever_the_database_does(http):
    http.house.checks = [Broken("database")]
    assert (await http.get("/health/live")).json() == {"status": "ok", "checks": {}}


async def test_ready_means_that_every_check_passes(http):
    answer = await http.get("/health/ready")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "checks": {"database": True, "worker": True}})


@pytest.mark.parametrize("organ", [Organ("database", well=False), Broken("database")])
async def test_one_failing_check_makes_it_unavailable_and_named(http, organ):
    http.house.checks[0] = organ
    answer = await http.get("/health/ready")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert answer.json() == {"status": "unavailable", "checks": {"database": False, "worker": True}}


async def test_a_check_that_hangs_is_a_failure_in_two_seconds(http, monkeypatch):
    monkeypatch.setattr(health, "_PATIENCE_S", 0.05)
    http.house.checks = [Organ("database", hangs=True)]
    assert (await http.get("/health/ready")).json()["checks"] == {"database": False}


async def test_recovery_is_seen_at_the_next_question(http):
    http.house.checks[0].well = False
    assert (await http.get("/health/ready")).status_code == 503
    http.house.checks[0].well = True
    assert (await http.get("/health/ready")).status_code == 200


async def test_metrics_are_prometheus_text_and_tell_no_version(http):
    await http.get("/health/ready")
    answer = await http.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    assert 'parvis_ready{check="database"} 1.0' in answer.text
    for name in (
        "parvis_receptions",
        "parvis_refused_deliveries",
        "parvis_outbound_attempts",
        "parvis_request_seconds",
    ):
        assert f"# TYPE {name}" in answer.text
    assert "python_info" not in answer.text
