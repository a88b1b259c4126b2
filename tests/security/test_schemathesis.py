"""Every operation of the published OpenAPI, asked what its schema allows and what it forbids, on a real house.

`PARVIS_FUZZ=long` asks some 20,000 times; ordinarily enough to notice what a change broke. The questions derive from a
seed (`PARVIS_FUZZ_SEED`, 1 unless told), so that a failure comes again. Seed 1 found that a piece is served under its
own type where the document promised bytes alone.
"""

import asyncio
import contextlib
import os
import warnings
from collections import Counter
from typing import Any

import httpx
import hypothesis
import schemathesis
from hypothesis import HealthCheck, Phase
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.errors import SerializationNotPossible
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.ids import Prefix, new_id, public_id
from app.main import openapi_document
from tests.api.test_every_operation import rich

LONG = os.environ.get("PARVIS_FUZZ") == "long"
SEED = int(os.environ.get("PARVIS_FUZZ_SEED", "1"))
EXAMPLES = int(os.environ.get("PARVIS_FUZZ_EXAMPLES", "90" if LONG else "1"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# Streams are followed for as long as the client stays; tests/api/test_events.py follows them.
UNASKED = {"GET /api/v1/events/stream", "GET /api/v1/tickets/{ticket_id}/conversation/stream"}


@schemathesis.serializer("message/rfc822", "application/xml", "text/plain")
def as_bytes(context: Any, value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")


class Asked:
    """Asks from a thread what the loop of the house answers, and keeps what was wrong."""

    def __init__(self, http: httpx.AsyncClient, ids: dict[str, str]) -> None:
        self._http, self._ids, self._loop = http, ids, asyncio.get_running_loop()
        self.faults: dict[tuple[str, str], str] = {}
        self.statuses: Counter[int] = Counter()

    def ask(self, case: Any) -> httpx.Response:
        sent = case.as_transport_kwargs(base_url=str(self._http.base_url))
        for name in ("timeout", "cookies"):
            sent.pop(name, None)
        if isinstance(sent.get("data"), bytes | str):
            sent["content"] = sent.pop("data")
        coming = asyncio.run_coroutine_threadsafe(self._http.request(**sent), self._loop)
        answer = coming.result(timeout=60)
        self.statuses[answer.status_code] += 1
        return answer

    def version(self, path: str) -> str:
        """Returns the version of the thing nearest above an address; asked as a client would, by reading it."""
        while path.count("/") > 3:
            coming = asyncio.run_coroutine_threadsafe(self._http.get(path), self._loop)
            answer = coming.result(timeout=60)
            if "etag" in answer.headers:
                return answer.headers["etag"]
            path = path.rpartition("/")[0]
        return '"1"'

    def aim(self, case: Any) -> None:
        """Gives a question the identifiers, the version and the fresh key with which it reaches what it is about."""
        known = {name: self._ids[name] for name in case.path_parameters or {} if name in self._ids}
        case.path_parameters = {**(case.path_parameters or {}), **known}
        named = {one["name"]: one for one in case.operation.definition.raw.get("parameters", ())}
        if "Idempotency-Key" in named:
            case.headers = {**(case.headers or {}), "Idempotency-Key": new_id().hex}
        if "If-Match" in named:
            case.headers = {**(case.headers or {}), "If-Match": self.version(case.formatted_path)}

    def judge(self, where: str, case: Any, *, aimed: bool) -> None:
        if aimed:
            self.aim(case)
        case.headers = {**(case.headers or {}), "Authorization": self._http.headers["Authorization"]}
        try:
            answer = self.ask(case)
        except (httpx.InvalidURL, httpx.LocalProtocolError, UnicodeEncodeError, SerializationNotPossible):
            return  # what no client can write
        try:
            case.validate_response(answer, checks=CHECKS)
        except FailureGroup as group:
            kinds = {f"{type(one).__name__}: {one.message[:200]}" for one in group.exceptions}
            sent = answer.request
            told = f"{sent.method} {sent.url}\n{sent.content[:600]!r}\n{answer.status_code} {answer.text[:600]}"
            self.faults.setdefault((where, "; ".join(sorted(kinds))), told)


async def test_no_question_the_document_allows_or_forbids_is_answered_otherwise_than_it_says(town) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the generator about itself
        schema = schemathesis.openapi.from_dict(openapi_document())
        _, spare = await town.house.access.create(town.id, name="Essai", scopes=("tickets:read",))
        asked = Asked(town.http, {**await rich(town), "key_id": public_id(Prefix.API_KEY, spare.id)})
        await asyncio.to_thread(everything, schema, asked)
    assert not asked.faults, "\n\n".join(f"{where}\n{kind}\n{told}" for (where, kind), told in asked.faults.items())
    # Questions that are all refused prove little: a good part went through.
    assert asked.statuses[200] + asked.statuses[201] > 50, asked.statuses


def everything(schema: Any, asked: Asked) -> None:
    gentle_first = {"get": 0, "post": 1, "put": 2, "patch": 3, "delete": 4}
    asked_of = [found.ok() for found in schema.get_all_operations()]
    for operation in sorted(asked_of, key=lambda one: gentle_first[one.method]):
        if operation.label in UNASKED:
            continue
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            some(operation, mode, asked)


def some(operation: Any, mode: GenerationMode, asked: Asked) -> None:
    turn = iter(range(10**6))

    @hypothesis.seed(SEED)
    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[*HealthCheck],
    )
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    def question(case: Any) -> None:
        asked.judge(operation.label, case, aimed=next(turn) % 4 != 3)

    with contextlib.suppress(hypothesis.errors.Unsatisfiable):
        question()
