"""Promises that hold for every operation, read in the OpenAPI itself: a new route is tested the day it is written."""

import json
import re

import pytest

from app.ids import Prefix, new_id, parse_id, public_id
from app.main import openapi_document
from app.privacy import elimination_repository as lists
from app.privacy.retention import DEFAULT, Fate
from app.rest.openapi import operations

DOCUMENT = openapi_document()
OPERATIONS = [(where, operation) for where, operation in operations(DOCUMENT) if operation.get("security")]
NAMES = [where for where, _ in OPERATIONS]
PREFIXES = {
    "absence_id": Prefix.ABSENCE,
    "erasure_id": Prefix.ERASURE,
    "export_id": Prefix.ACCESS_EXPORT,
    "hold_id": Prefix.LEGAL_HOLD,
    "alert_id": Prefix.ALERT,
    "attachment_id": Prefix.ATTACHMENT,
    "bulk_id": Prefix.BULK,
    "notification_id": Prefix.NOTIFICATION,
    "channel_id": Prefix.CHANNEL,
    "contact_id": Prefix.CONTACT,
    "delivery_id": Prefix.WEBHOOK_DELIVERY,
    "endpoint_id": Prefix.WEBHOOK,
    "list_id": Prefix.ELIMINATION_LIST,
    "field_id": Prefix.CUSTOM_FIELD,
    "form_id": Prefix.FORM,
    "grant_id": Prefix.GRANT,
    "import_id": Prefix.IMPORT,
    "key_id": Prefix.API_KEY,
    "letter_id": Prefix.LETTER,
    "link_id": Prefix.LINK,
    "merge_id": Prefix.PERSON_MERGE,
    "message_id": Prefix.MESSAGE,
    "move_id": Prefix.MOVE,
    "outbound_id": Prefix.OUTBOUND,
    "point_id": Prefix.POINT,
    "proposal_id": Prefix.PROPOSAL,
    "receipt_id": Prefix.RECEPTION,
    "recomputation_id": Prefix.RECOMPUTATION,
    "saisine_id": Prefix.SAISINE,
    "tag_id": Prefix.TAG,
    "team_id": Prefix.TEAM,
    "tenant_export_id": Prefix.EXPORT,
    "ticket_id": Prefix.TICKET,
    "user_id": Prefix.USER,
    "view_id": Prefix.VIEW,
    "canned_reply_id": Prefix.CANNED_REPLY,
    "macro_id": Prefix.MACRO,
    "automation_id": Prefix.AUTOMATION,
}


def unknown(name):
    if name in {"code", "category"}:
        return "NOT-THERE"
    if name in {"draft_kind", "kind"}:
        return {"draft_kind": "note", "kind": "wrong_channel"}[name]
    if name == "number":
        return "1"
    return public_id(PREFIXES[name], new_id())


def filled(where, ids=None):
    method, path = where.split(" ", 1)
    return method, re.sub(r"\{(\w+)\}", lambda found: (ids or {}).get(found[1]) or unknown(found[1]), path)


def body_of(operation):
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" not in content:
        return next(((media, b"x") for media in content), (None, None))
    kind = content["application/json"]
    example = kind["example"] if "example" in kind else next(iter(kind["examples"].values()))["value"]
    return "application/json", json.dumps(example).encode()


async def ask(town, where, operation, *, ids=None, headers=None):
    method, path = filled(where, ids)
    media, content = body_of(operation)
    head = {"Idempotency-Key": new_id().hex, "If-Match": '"1"', **({"Content-Type": media} if media else {})}
    return await town.http.request(method, path, content=content, headers={**head, **(headers or {})})


def test_every_identifier_of_an_address_has_its_kind_here() -> None:
    """Without it an address is asked with nothing, here and by `make probe`."""
    named = {name for where in NAMES for name in re.findall(r"\{(\w+_id)\}", where)}
    assert named <= PREFIXES.keys()


@pytest.mark.parametrize(("where", "operation"), OPERATIONS, ids=NAMES)
async def test_nobody_enters_without_a_key(town, where, operation) -> None:
    for key in ("", "Bearer nobody"):
        answer = await ask(town, where, operation, headers={"Authorization": key})
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
        assert answer.headers["www-authenticate"].startswith("Bearer")


SCOPED = [(where, operation) for where, operation in OPERATIONS if operation["x-required-scopes"]]


def test_only_the_own_administration_and_oneself_are_reached_without_a_right() -> None:
    assert [where for where, operation in OPERATIONS if not operation["x-required-scopes"]] == [
        "GET /api/v1/me",
        "GET /api/v1/me/preferences",
        "PATCH /api/v1/me/preferences",
        "GET /api/v1/tenant",
        "GET /api/v1/status",
    ]


@pytest.mark.parametrize(("where", "operation"), SCOPED, ids=[where for where, _ in SCOPED])
async def test_a_key_does_what_its_scopes_say_and_nothing_else(town, where, operation) -> None:
    needed = set(operation["x-required-scopes"])
    from app.identity.scopes import Scope

    for missing in needed:
        head = await town.key(*({scope.value for scope in Scope} - {missing}))
        answer = await ask(town, where, operation, headers=head)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
        assert missing in answer.json()["detail"]


async def rich(town):
    """Makes one of everything, and returns the identifier of each."""
    piece = {"name": "a.txt", "content_type": "text/plain", "content": "Ym9uam91cg=="}
    ticket = await town.a_ticket(attachments=[piece])
    messages = (await town.http.get(f"/api/v1/tickets/{ticket['id']}/messages")).json()["data"]
    message = next(one for one in messages if one["direction"] == "in")
    qualified = await town.http.post(
        f"/api/v1/saisines/{ticket['saisines'][0]['id']}/qualifications",
        json={"regime": "SVA", "reason": "Essai."},
        headers={"If-Match": (await town.http.get(f"/api/v1/saisines/{ticket['saisines'][0]['id']}")).headers["etag"]},
    )
    assert qualified.status_code == 201
    town.clock.move(days=58)
    await town.house.watch.sweep(town.id)
    again = await town.a_ticket()
    merged = await town.http.post(
        f"/api/v1/tickets/{ticket['id']}/merges",
        json={"source_ids": [again["id"]], "reason": "Essai."},
        headers={
            "If-Match": (await town.http.get(f"/api/v1/tickets/{ticket['id']}")).headers["etag"],
            "Idempotency-Key": new_id().hex,
        },
    )
    assert merged.status_code == 201, merged.text
    (alert, *_) = (await town.http.get("/api/v1/sve/alerts")).json()["data"]
    head = {"Idempotency-Key": new_id().hex}
    recomputation = await town.http.post("/api/v1/sve/recomputations", json={"reason": "Essai."}, headers=head)
    assert recomputation.status_code == 202
    fields = {"recipient": "Département", "agent_name": "Camille Exemple", "agent_title": "Agent"}
    fields["addressee_address"] = "1 rue de l'Exemple, 00000 Villebourg"
    letter = await town.http.post(
        f"/api/v1/saisines/{ticket['saisines'][0]['id']}/letters",
        json={"kind": "transmission", "way": "post", "fields": fields},
        headers={"Idempotency-Key": new_id().hex},
    )
    assert letter.status_code == 201, letter.text
    delivery = f"/api/v1/letters/{letter.json()['id']}/delivery"
    slip = await town.http.put(
        f"{delivery}/slip",
        content=b"%PDF-1.7\n%%EOF",
        headers={"If-Match": (await town.http.get(delivery)).headers["etag"], "Content-Type": "application/pdf"},
    )
    assert slip.status_code == 200, slip.text
    schema = {"type": "object", "properties": {"message": {"type": "string", "title": "Message"}}}
    form = await town.http.post(
        "/api/v1/forms",
        json={"slug": f"f-{new_id().hex}", "title": "Essai", "definition": schema},
        headers={"Idempotency-Key": new_id().hex},
    )
    assert form.status_code == 201, form.text
    people = await _people(town, ticket["contact"]["id"])
    user = await town.http.post(
        "/api/v1/users", json={"email": f"{new_id().hex}@example.fr", "name": "Camille Exemple", "role": "agent"}
    )
    team = await town.http.post("/api/v1/teams", json={"name": "Accueil"}, headers={"Idempotency-Key": new_id().hex})
    assert (user.status_code, team.status_code) == (201, 201), user.text
    tag = await town.http.post("/api/v1/tags", json={"name": "Éclairage"}, headers=_named())
    field = await town.http.post(
        "/api/v1/custom-fields", json={"key": "quartier", "kind": "text", "label": "Quartier"}, headers=_named()
    )
    assert field.status_code == 201, field.text
    sequel = {"kind": "follows", "ticket_id": ticket["id"]}
    link = await town.http.post(f"/api/v1/tickets/{(await town.a_ticket())['id']}/links", json=sequel, headers=_named())
    assert (tag.status_code, link.status_code) == (201, 201), tag.text + link.text
    listed = {"name": "Nouvelles", "owner": "administration", "filter": {"status": "new"}}
    view = await town.http.post("/api/v1/views", json=listed, headers=_named())
    assert view.status_code == 201, view.text
    canned = await _canned(town)
    bulk = await town.http.post(
        "/api/v1/bulk-acts", json={"act": {"kind": "status", "status": "open"}, "ids": [ticket["id"]]}, headers=_named()
    )
    assert bulk.status_code == 202, bulk.text
    first = {
        name: (await town.http.get(f"/api/v1/{name}")).json()["data"][0] for name in ("outbound", "intake", "keys")
    }
    return {
        **people,
        **canned,
        **await _webhook(town),
        "alert_id": alert["id"],
        "bulk_id": bulk.json()["id"],
        "code": "URB-DP",
        "attachment_id": message["attachments"][0]["id"],
        "channel_id": ticket["channel_id"],
        "contact_id": ticket["contact"]["id"],
        "field_id": field.json()["id"],
        "form_id": form.json()["id"],
        "key_id": first["keys"]["id"],
        "kind": "wrong_channel",
        "letter_id": letter.json()["id"],
        "link_id": link.json()["id"],
        "message_id": message["id"],
        "move_id": merged.json()["merges"][0]["id"],
        "outbound_id": first["outbound"]["id"],
        "receipt_id": first["intake"]["receipt_id"],
        "recomputation_id": recomputation.json()["id"],
        "saisine_id": ticket["saisines"][0]["id"],
        "tag_id": tag.json()["id"],
        "team_id": team.json()["id"],
        "ticket_id": ticket["id"],
        "user_id": user.json()["id"],
        "view_id": view.json()["id"],
        **await _life(town),
        **await _privacy(town, ticket["contact"]["id"]),
        **await _office(town, user.json()["id"]),
    }


async def _canned(town):
    """Keeps ready-made words, and acts to do at once."""
    words = {"name": "Vu", "owner": "administration"}
    texts = [{"language": "fr", "text": "Bonjour."}]
    canned = await town.http.post(
        "/api/v1/canned-replies", json={**words, "shortcut": "vu", "texts": texts}, headers=_named()
    )
    acts = [{"kind": "status", "status": "open"}]
    macro = await town.http.post("/api/v1/macros", json={**words, "acts": acts}, headers=_named())
    assert (canned.status_code, macro.status_code) == (201, 201), canned.text + macro.text
    rule = {"name": "Vu", "trigger": "opened", "filter": {}, "acts": acts}
    automation = await town.http.post("/api/v1/automations", json=rule, headers=_named())
    assert automation.status_code == 201, automation.text
    made = {"canned_reply_id": canned, "macro_id": macro, "automation_id": automation}
    return {name: one.json()["id"] for name, one in made.items()}


async def _privacy(town, contact_id):
    """Has a person's data copied, and their erasure planned."""
    path, ids = f"/api/v1/contacts/{contact_id}", {}
    for name, words in (("exports", {"reason": "Essai."}), ("erasures", {"ground": "objection", "reason": "Essai."})):
        made = await town.http.post(f"{path}/{name}", json=words, headers={"Idempotency-Key": new_id().hex})
        assert made.status_code == 202, made.text
        ids[name] = made.json()["id"]
    await town.house.exporting.make(str(town.id), str(parse_id(Prefix.ACCESS_EXPORT, ids["exports"])))
    return {"export_id": ids["exports"], "erasure_id": ids["erasures"]}


async def _office(town, user_id):
    """Has somebody away, a request of nobody's kept whatever is asked, and a list for the archives opened."""
    days = {"from_on": "2030-07-01", "until_on": "2030-07-30"}
    head = {"Idempotency-Key": new_id().hex}
    absence = await town.http.post("/api/v1/absences", json={"user_id": user_id, **days}, headers=head)
    person = await town.http.post("/api/v1/contacts", json={"display_name": "D. Exemple"}, headers=head)
    held = {"contact_id": person.json()["id"], "reason": "Essai."}
    hold = await town.http.post("/api/v1/legal-holds", json=held, headers=head)
    assert {one.status_code for one in (absence, person, hold)} == {201}, absence.text + person.text + hold.text
    async with town.house.database.transaction(tenant=town.id) as session:
        made = await lists.open_list(session, town.id, Fate.DESTROY, salt=b"0" * 32, year=2030, at=town.clock())
    return {
        "absence_id": absence.json()["id"],
        "hold_id": hold.json()["id"],
        "list_id": public_id(Prefix.ELIMINATION_LIST, made),
        "category": DEFAULT,
    }


async def _life(town):
    """Has the administration copied whole, and an operator ask to see it."""
    copy = await town.http.post("/api/v1/tenant/exports", headers={"Idempotency-Key": new_id().hex})
    assert copy.status_code == 202, copy.text
    await town.house.exports.work(str(town.id))
    _, operator = await town.house.operators.add(email=f"{new_id().hex}@example.fr", name="Sacha Exemple")
    async with town.house.database.transaction(tenant=town.id) as session:
        await town.house.operators.request(session, town.id, operator, reason="Essai", hours=1)
    (grant,) = (await town.http.get("/api/v1/tenant/operator-accesses")).json()["data"]
    mailbox = public_id(Prefix.CHANNEL, (await town.connect("email")).id)
    taken = await town.http.post("/api/v1/imports", json={"source": "csv", "channel_id": mailbox}, headers=_named())
    assert taken.status_code == 201, taken.text
    return {"tenant_export_id": copy.json()["id"], "grant_id": grant["id"], "import_id": taken.json()["id"]}


def _named():
    return {"Idempotency-Key": new_id().hex}


async def _webhook(town):
    """Has an address told what happens, and tries it: nobody answers there."""
    path = "/api/v1/webhook-endpoints"
    made = await town.http.post(path, json={"name": "Essai", "url": "http://127.0.0.1:9/", "types": []})
    assert made.status_code == 201, made.text
    tried = await town.http.post(f"{path}/{made.json()['id']}/tests")
    assert (tried.status_code, tried.json()["state"]) == (200, "failed"), tried.text
    return {"endpoint_id": made.json()["id"], "delivery_id": tried.json()["id"]}


async def _people(town, contact_id):
    """Merges somebody into a person, and has two others proposed as one."""
    path = f"/api/v1/contacts/{contact_id}"

    async def written(name, *points):
        body = {"display_name": name, "points": [{"kind": "email", "address": point} for point in points]}
        made = await town.http.post("/api/v1/contacts", json=body, headers={"Idempotency-Key": new_id().hex})
        assert made.status_code == 201, made.text
        return made.json()

    gone = await written("U. Exemple", "autre@example.org")
    merged = await town.http.post(
        f"{path}/merges",
        json={"source_id": gone["id"], "reason": "Essai."},
        headers={"If-Match": (await town.http.get(path)).headers["etag"], "Idempotency-Key": new_id().hex},
    )
    assert merged.status_code == 201, merged.text
    await written("Claude Exemple", "claude@example.org")
    await town.a_ticket(text="Mon adresse :\nclaude@example.org")
    (proposal,) = (await town.http.get("/api/v1/contact-proposals")).json()["data"]
    return {
        "merge_id": merged.json()["merge"]["id"],
        "point_id": merged.json()["contact"]["points"][0]["id"],
        "proposal_id": proposal["id"],
    }


async def test_what_belongs_to_another_town_is_unknown_here(new_town) -> None:
    """For every operation on something named: the same answer for what another town has and for what nobody has."""
    here, there = await new_town(), await new_town()
    ids = await rich(there)
    for where, operation in OPERATIONS:
        # The catalogue of procedures is that of the whole installation, as are the categories of what is kept and the
        # kinds of letters.
        if "{" not in where or any(one in where for one in ("{code}", "{category}", "{kind}")):
            continue
        theirs = await ask(here, where, operation, ids=ids)
        nobodys = await ask(here, where, operation)
        # What people alone may do, a key is refused before anything is looked for.
        person = theirs.json()["code"] == "not-a-person"
        assert theirs.status_code == (403 if person else 404), (where, theirs.text)
        assert _said(theirs) == _said(nobodys), where
    for where, operation in OPERATIONS:
        # Words are there once a machine read the piece, texts approved in advance where a provider keeps some.
        if where.startswith("GET") and "{" in where and not where.endswith(("/text", "/templates")):
            assert (await ask(there, where, operation, ids=ids)).status_code == 200, where


def _said(answer):
    return {name: value for name, value in answer.json().items() if name not in {"instance", "request_id"}}


@pytest.mark.parametrize("malformed", ["x", "tkt_", "tkt_" + "u" * 26, "msg_" + "0" * 26, "' OR 1=1", "%00", "é" * 40])
async def test_what_is_no_identifier_names_nothing(town, malformed) -> None:
    answer = await town.http.get(f"/api/v1/tickets/{malformed}")
    assert answer.status_code in {404, 400}


LISTS = [
    where
    for where, operation in OPERATIONS
    if where.startswith("GET")
    and "next_cursor" in str(operation["responses"]["200"]["content"])
    # Closed lists, given whole.
    and where
    not in {
        "GET /api/v1/channel-types",
        "GET /api/v1/presence",
        "GET /api/v1/channels/{channel_id}/templates",
        "GET /api/v1/retention-policies",
        "GET /api/v1/roles",
        "GET /api/v1/users/{user_id}/sessions",
    }
]


@pytest.mark.parametrize("where", LISTS)
async def test_every_list_is_paged_by_cursor(town, where) -> None:
    operation = dict(OPERATIONS)[where]
    names = {parameter["name"] for parameter in operation.get("parameters", ())}
    assert {"cursor", "limit"} <= names
    if "{" in where:
        return
    for limit in ("0", "201"):
        assert (await town.http.get(filled(where)[1], params={"limit": limit})).status_code == 422
    assert (await town.http.get(filled(where)[1], params={"cursor": "x"})).json()["code"] == "cursor-refused"


JSON = [(where, o) for where, o in OPERATIONS if "application/json" in o.get("requestBody", {}).get("content", {})]
MALFORMED = [b'{"a": 1, "a": 2}', b'{"a": NaN}', b'{"a": "\\u0000"}', b'{"a": "\\udc00"}', b"[" * 100_000]


@pytest.mark.parametrize(("where", "operation"), JSON, ids=[where for where, _ in JSON])
async def test_no_operation_reads_what_is_not_json(town, where, operation) -> None:
    method, path = filled(where)
    head = {"Idempotency-Key": new_id().hex, "If-Match": '"1"', "Content-Type": "application/json"}
    for content in MALFORMED:
        answer = await town.http.request(method, path, content=content, headers=head)
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed"), answer.text
    form = await town.http.request(
        method, path, content=b"a=1", headers={**head, "Content-Type": "application/x-www-form-urlencoded"}
    )
    assert form.status_code == 415
    large = await town.http.request(method, path, content=b"", headers={**head, "Content-Length": str(2**40)})
    assert large.status_code == 413


# The vocabulary of legal cases is open; every other body is closed.
CLOSED = [one for one in JSON if not one[0].endswith(("/sve/simulations", "/saisines/{saisine_id}/events"))]


@pytest.mark.parametrize(("where", "operation"), CLOSED, ids=[where for where, _ in CLOSED])
async def test_no_operation_takes_a_field_it_does_not_know(town, where, operation) -> None:
    method, path = filled(where)
    content = {**json.loads(body_of(operation)[1] or b"{}"), "tenant_id": "x"}
    head = {"Idempotency-Key": new_id().hex, "If-Match": '"1"'}
    answer = await town.http.request(method, path, json=content, headers=head)
    assert answer.status_code in {404, 422}
    if answer.status_code == 422:
        assert "/tenant_id" in {flaw["pointer"] for flaw in answer.json()["errors"]}
