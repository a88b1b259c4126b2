"""A worker's counters are served where settings say, and nowhere else."""

import httpx
import pytest

from app.cli.counters import served
from app.cli.serving import bound
from app.errors import Misconfigured
from app.rest.metrics import OUTBOUND


def test_a_worker_tells_what_it_counted():
    with bound("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    OUTBOUND.labels("sms.http", "ok").inc()
    with served(f"127.0.0.1:{port}"):
        told = httpx.get(f"http://127.0.0.1:{port}/metrics").text
    assert 'parvis_outbound_attempts_total{channel="sms.http",outcome="ok"}' in told
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{port}/metrics")


@pytest.mark.parametrize("listen", ["9101", "127.0.0.1:", ":9101", "127.0.0.1:http", "127.0.0.1:70000"])
def test_what_is_not_a_place_is_refused_by_the_name_of_its_setting(listen):
    with pytest.raises(Misconfigured, match="PARVIS_WORKER_METRICS_LISTEN"), served(listen):
        pass


def test_a_place_that_is_taken_is_refused():
    with bound("127.0.0.1", 0) as taken:
        taken.listen()
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(Misconfigured, match="cannot be listened on"), served(place):
            pass
