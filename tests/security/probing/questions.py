"""Requests that name what another administration has: the answer must be that of a name nobody has.

Addresses, query and body are filled with one's own identifiers, then one of them is replaced: once by the other's, once by
one that is nobody's. Where only words can be asked (searches, filters, cursors), none of the other's may come back.
"""

import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import httpx

from app.ids import new_id
from tests.api.test_every_operation import OPERATIONS, body_of, filled, unknown
from tests.security.probing.statements import Told

_ID = re.compile(r"[a-z]{2,5}_[0-9a-z]{26}")
_OPERATION = dict(OPERATIONS)
# Streams are followed for as long as the client stays; the sandbox's questions name nothing.
ASKED = [where for where in _OPERATION if not where.endswith("/stream")]
# Their body narrows a list, or is judged thing by thing: what nobody has here narrows it to nothing.
_FILTERS = {
    "POST /api/v1/outbound/replays",
    "POST /api/v1/bulk-acts",
    "POST /api/v1/views",
    "PATCH /api/v1/views/{view_id}",
}
# The conditions of a rule are such a list too; what its acts name must be one's own.
_RULES = {"POST /api/v1/automations", "PATCH /api/v1/automations/{automation_id}", "POST /api/v1/automations/dry-runs"}
_STRANGE = ("%", "*", "_", "' OR 1=1 --", "a' UNION SELECT", "\\", "🙂", "x" * 200)


def _narrows(where: str, place: Sequence[object]) -> bool:
    """Whether what is named there only narrows what is looked at."""
    of_rule = where in _RULES and any("filter" in str(part) for part in place)
    return where in _FILTERS or of_rule or where.endswith("/previews")


class Questions:
    """Asks as `own`, the client of one administration, for what `ids` and `words` of another one name."""

    def __init__(
        self, own: httpx.AsyncClient, *, mine: Mapping[str, str], theirs: Mapping[str, str], words: list[str], seed: int
    ) -> None:
        self._http, self._mine, self._theirs, self._words = own, mine, theirs, words
        self._chance = random.Random(seed)
        self._named = [(where, place) for where in ASKED for place in _places(where) if place[-1] in theirs]
        self._worded = [(where, name) for where in ASKED for name in _worded(where)]
        self.told = Told()

    async def name(self, number: int) -> Told:
        """Names something of the other's `number` times, in places that take an identifier."""
        for _ in range(number):
            where, place = self._chance.choice(self._named)
            kind, name = place[0], place[-1]
            self.told.tried[f"by {kind}"] += 1
            foreign, nobodys = self._theirs[name], unknown(name)
            version = await self._version(where) if kind == "body" else '"1"'
            first = await self._ask(where, place, nobodys, version)
            second = await self._ask(where, place, foreign, version)
            if second.is_success and kind == "body" and "If-Match" in str(_OPERATION[where].get("parameters")):
                second = await self._ask(where, place, foreign, await self._version(where))
            self.told.refused[f"by {kind} {second.status_code}"] += 1
            if kind == "path" and second.is_success:
                self.told.refused[f"given: {where}"] += 1
            if second.is_success and kind == "body" and not _narrows(where, place):
                self._leak(where, place, "is taken", second)
            if _said(first, nobodys) != _said(second, foreign):
                self._leak(where, place, f"{first.status_code} {first.text[:300]} | {second.status_code}", second)
            self._silent(where, place, second, sent=foreign)
            if where == "POST /api/v1/automations":
                await self._removed(first, second)
        return self.told

    async def _removed(self, *made: httpx.Response) -> None:
        """Takes rules away again: past a hundred, the second of two is refused for being one too many."""
        for one in made:
            if one.status_code == httpx.codes.CREATED:
                address = f"/api/v1/automations/{one.json()['id']}"
                assert (await self._http.delete(address, headers={"If-Match": '"1"'})).is_success

    async def word(self, number: int) -> Told:
        """Asks lists, searches, counts and exports with the other's words, identifiers and cursors.

        A reason given is kept in the asker's own journal, and told again in its own evidence: it is nobody's secret.
        """
        asked = [(where, name) for where, name in self._worded if name != "reason"]
        for _ in range(number):
            where, name = self._chance.choice(asked)
            word = self._chance.choice([*self._words, *self._theirs.values(), *_STRANGE])
            self.told.tried["by word"] += 1
            method, path = filled(where, self._mine)
            answer = await self._http.request(method, path, params={name: word})
            self.told.refused[f"by word {answer.status_code}"] += 1
            if answer.status_code >= 500:
                self._leak(where, ("query", name), f"{word!r} fails", answer)
            self._silent(where, ("query", name), answer, sent=word)
        return self.told

    async def _ask(self, where: str, place: tuple[str, ...], value: str, version: str) -> httpx.Response:
        kind, name = place[0], place[1]
        ids = {**self._mine, name: value} if kind == "path" else self._mine
        method, path = filled(where, ids)
        media, content = body_of(_OPERATION[where])
        if media == "application/json":
            content = json.dumps(
                _with(json.loads(content), self._mine, place if kind == "body" else (), value)
            ).encode()
        head = {"Idempotency-Key": new_id().hex, "If-Match": version, **({"Content-Type": media} if media else {})}
        params = {name: value} if kind == "query" else None
        return await self._http.request(method, path, content=content, headers=head, params=params)

    async def _version(self, where: str) -> str:
        path = filled(where, self._mine)[1]
        while path.count("/") > 3:
            answer = await self._http.get(path)
            if "etag" in answer.headers:
                return answer.headers["etag"]
            path = path.rpartition("/")[0]
        return '"1"'

    def _silent(self, where: str, place: tuple[str, ...], answer: httpx.Response, *, sent: str) -> None:
        heard = [word for word in (*self._words, *self._theirs.values()) if word != sent and word in answer.text]
        # The catalogue's own words are everybody's.
        if heard := [word for word in heard if word != self._theirs.get("code")]:
            self._leak(where, place, f"tells {heard}", answer)

    def _leak(self, where: str, place: tuple[str, ...], why: str, answer: httpx.Response) -> None:
        self.told.leaks.append(f"{where} {'/'.join(place)}: {why}: {answer.text[:300]}")


def _said(answer: httpx.Response, name: str) -> tuple[int, str]:
    """Returns what an answer says, without what differs between any two and the name that was asked for."""
    text = answer.text
    if "json" in answer.headers.get("content-type", "") and answer.status_code >= 400:
        text = json.dumps({k: v for k, v in answer.json().items() if k not in {"instance", "request_id"}})
    whole = answer.status_code >= 400 or answer.request.method == "GET"
    return answer.status_code, text.replace(name, "?") if whole else ""


def _places(where: str) -> Iterator[tuple[str, ...]]:
    """Yields where an operation takes an identifier: path, query, or a path of members in the body."""
    operation = _OPERATION[where]
    for name in re.findall(r"\{(\w+_id)\}", where):
        yield "path", name, name
    for one in operation.get("parameters", ()):
        if one["in"] == "query" and one["name"].endswith("_id"):
            yield "query", one["name"], {"assignee_id": "user_id"}.get(one["name"], one["name"])
    media, content = body_of(operation)
    if media == "application/json" and content:
        yield from (("body", *found) for found in _members(json.loads(content)))


def _members(tree: Any, *above: str) -> Iterator[tuple[str, ...]]:
    pairs = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for name, value in pairs:
        if isinstance(value, str) and _ID.fullmatch(value) and (known := _name_of(value)):
            yield (*above, str(name), known)
        else:
            yield from _members(value, *above, str(name))


def _name_of(value: str) -> str | None:
    """Returns what an identifier names, by its prefix."""
    from tests.api.test_every_operation import PREFIXES

    return next((name for name, prefix in PREFIXES.items() if value.startswith(f"{prefix}_")), None)


def _with(tree: Any, mine: Mapping[str, str], place: tuple[str, ...], value: str, *above: str) -> Any:
    """Returns a body with one's own identifiers, and `value` at the place."""
    if isinstance(tree, dict):
        return {name: _with(one, mine, place, value, *above, str(name)) for name, one in tree.items()}
    if isinstance(tree, list):
        return [_with(one, mine, place, value, *above, str(at)) for at, one in enumerate(tree)]
    if place and above == place[1:-1]:
        return value
    if isinstance(tree, str) and _ID.fullmatch(tree) and (known := _name_of(tree)):
        return mine.get(known, tree)
    return tree


def _worded(where: str) -> Iterator[str]:
    """Yields the query parameters of a reading that take words."""
    if not where.startswith("GET"):
        return
    for one in _OPERATION[where].get("parameters", ()):
        shape = str(one["schema"])
        if (
            one["in"] == "query"
            and "string" in shape
            and not any(word in shape for word in ("enum", "format", "pattern"))
        ):
            yield one["name"]


def places() -> Counter[str]:
    """Counts the places where an identifier is taken, by kind."""
    return Counter(place[0] for where in ASKED for place in _places(where))
