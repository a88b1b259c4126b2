"""Operations one after the other, with the identifiers that came out of each going into the next, on a real house.

`test_schemathesis.py` asks one operation at a time. Here what was made is read, changed, taken away and asked for again:
a pool of identifiers grows with every answer, and the next question takes from it, the newest first. `PARVIS_FUZZ=long`
asks 20,000 times; the walk derives from `PARVIS_FUZZ_SEED` (1 unless told).
"""

import asyncio
import contextlib
import os
import random
import re
import warnings
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import httpx
import hypothesis
import schemathesis
from hypothesis import HealthCheck, Phase
from schemathesis import GenerationMode

from app.ids import Prefix, public_id
from app.main import openapi_document
from tests.api.conftest import Town
from tests.api.test_every_operation import PREFIXES, rich
from tests.security.test_schemathesis import LONG, SEED, UNASKED, Asked

STEPS = int(os.environ.get("PARVIS_FUZZ_STEPS", "20000" if LONG else "80"))
# How many questions are written for an operation before they are asked again of other things.
WRITTEN = 25 if LONG else 1
_ID = re.compile(r"\b([a-z]{3})_[0-9a-z]{26}\b")
_NAMES = {prefix.value: name for name, prefix in PREFIXES.items()}
_REMEMBERED = 30


class Walk(Asked):
    """Asks what can be asked of what is known by now."""

    def __init__(self, http: httpx.AsyncClient, ids: dict[str, str], schema: Any) -> None:
        super().__init__(http, dict(ids))
        self._chance = random.Random(SEED)
        self._pool: defaultdict[str, list[str]] = defaultdict(list)
        for name, value in ids.items():
            self._pool[name].append(value)
        found = [one.ok() for one in schema.get_all_operations()]
        self._operations = {one.label: one for one in found if one.label not in UNASKED}
        self._cases: dict[str, Sequence[Any]] = {}
        self._turns: defaultdict[str, int] = defaultdict(int)
        self._newest: list[str] = []

    def go(self, steps: int) -> None:
        """Takes so many steps; what is made is asked for at once, what is taken away too."""
        for _ in range(steps):
            label = self._next()
            if (case := self._case(label)) is None:
                continue
            self._ids = {name: self._one(known) for name, known in self._pool.items()}
            case.body = self._tied(case.body)
            self.judge(label, case, aimed=True)

    def ask(self, case: Any) -> httpx.Response:
        answer = super().ask(case)
        if answer.is_success:
            self._learn(case, answer)
        return answer

    def _next(self) -> str:
        """Chooses among what can be asked, half of the time of the kind of thing that was named last."""
        able = [one for one in self._operations if set(_parameters(one)) <= self._pool.keys()]
        near = [one for one in able if set(_parameters(one)) & set(self._newest)]
        return self._chance.choice(near if near and self._chance.random() < 0.5 else able)

    def _case(self, label: str) -> Any:
        if label not in self._cases:
            self._cases[label] = written(self._operations[label])
        turn, self._turns[label] = self._turns[label], self._turns[label] + 1
        cases = self._cases[label]
        return cases[turn % len(cases)] if cases else None

    def _one(self, known: Sequence[str]) -> str:
        return known[-1] if self._chance.random() < 0.7 else self._chance.choice(known)

    def _tied(self, body: Any) -> Any:
        """Puts what is known where a body names something."""
        if isinstance(body, dict):
            return {name: self._tied(value) for name, value in body.items()}
        if isinstance(body, list):
            return [self._tied(value) for value in body]
        named = _ID.fullmatch(body) if isinstance(body, str) else None
        return self._ids.get(_NAMES.get(named[1], ""), body) if named else body

    def _learn(self, case: Any, answer: httpx.Response) -> None:
        if "json" not in answer.headers.get("content-type", ""):
            return
        made = answer.request.method == "POST"
        for found in _ID.finditer(answer.text):
            name = _NAMES.get(found[1])
            # The key that asks is not to be taken away.
            if name is None or (name == "key_id" and not made):
                continue
            known = self._pool[name]
            if found[0] in known:
                known.remove(found[0])
            known.append(found[0])
            del known[:-_REMEMBERED]
            self._newest = [*self._newest[-3:], name]
        if answer.status_code == 201 and isinstance(told := answer.json(), dict) and "id" in told:
            self._is_there(case, f"{answer.request.url.path}/{told['id']}")

    def _is_there(self, case: Any, path: str) -> None:
        """What was made has its own address where the document gives it one."""
        label = f"{case.operation.path}/{{}}"
        if not any(re.sub(r"\{\w+\}$", "{}", one) == f"GET {label}" for one in self._operations):
            return
        coming = asyncio.run_coroutine_threadsafe(self._http.get(path), self._loop)
        answer = coming.result(timeout=60)
        self.statuses[answer.status_code] += 1
        if answer.status_code != 200:
            self.faults.setdefault((case.operation.label, "what was made is not there"), answer.text[:600])


def _parameters(label: str) -> list[str]:
    return re.findall(r"\{(\w+)\}", label)


def written(operation: Any) -> list[Any]:
    """Writes questions an operation allows, the simplest one of them first."""
    kept: list[Any] = []

    @hypothesis.seed(SEED)
    @hypothesis.settings(
        max_examples=WRITTEN,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[*HealthCheck],
    )
    @hypothesis.given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
    def keep(case: Any) -> None:
        kept.append(case)

    with contextlib.suppress(hypothesis.errors.Unsatisfiable):
        keep()
    return kept


async def test_what_one_operation_made_is_read_changed_and_taken_away_by_the_next_as_the_document_says(
    town: Town,
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the generator about itself
        schema = schemathesis.openapi.from_dict(openapi_document())
        _, spare = await town.house.access.create(town.id, name="Essai", scopes=("tickets:read",))
        ids = {**await rich(town), "number": "1", "key_id": public_id(Prefix.API_KEY, spare.id)}
        walk = Walk(town.http, ids, schema)
        await asyncio.to_thread(walk.go, STEPS)
    assert not walk.faults, "\n\n".join(f"{where}\n{kind}\n{told}" for (where, kind), told in walk.faults.items())
    # A walk that is refused everywhere proves little.
    assert walk.statuses[200] + walk.statuses[201] > STEPS // 8, walk.statuses
