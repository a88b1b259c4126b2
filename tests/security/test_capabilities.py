"""A word that opens one thing opens that thing: it is no key, no session, and no other word (T11, T50; RT, osTicket)."""

import re
import secrets

import httpx

from app.exchanges import outbox
from app.ids import Prefix, new_id, parse_id
from app.rest.access import SESSION_COOKIE
from app.sealing import KeyRing
from tests.api.conftest import BASE_URL, Town
from tests.security.test_forged_identity import Box, Post, a_mailbox

OURS = {"Sec-Fetch-Site": "same-origin"}


async def words_of(town: Town) -> dict[str, str]:
    """One of each word the house hands out to open one thing, as its holder has it."""
    box = Box(town, await a_mailbox(town), Post())
    kept, reply_to, _ = await box.answered()
    body = {"email": f"{secrets.token_hex(6)}@agents.example.fr", "name": "Camille Exemple", "role": "administrator"}
    invited = (await town.http.post("/api/v1/users", json=body)).json()["invitation_url"]
    hook = {"name": "SI", "url": "http://127.0.0.1:9/"}
    made = await town.http.post("/api/v1/webhook-endpoints", json=hook, headers={"Idempotency-Key": new_id().hex})
    assert made.status_code == 201, made.text
    ring = KeyRing(["a secret key of tests, long enough to be one"])  # the house's own
    return {
        "the address an answer goes to": reply_to.partition("+")[2].partition("@")[0],
        "an invitation": invited.rsplit("/", 1)[1],
        "a webhook's secret": re.findall(r"whsec_[A-Za-z0-9+/=]+", made.text)[0],
        "a channel's address": box.channel.key,
        "a receipt": kept["receipt_id"],
        "a signature of another purpose": ring.token(b"x", purpose="reply"),
    }


async def test_a_word_that_opens_one_thing_is_no_key_and_no_session(town: Town) -> None:
    """T11: the only links for citizens are those that confirm a form and those of the chat; the same holds of them."""
    opened = await words_of(town)
    async with httpx.AsyncClient(transport=town.http._transport, base_url=BASE_URL) as http:
        for what, word in opened.items():
            for path in ("/api/v1/tickets", "/api/v1/me", "/api/v1/users"):
                bearer = await http.get(path, headers={"Authorization": f"Bearer {word}"})
                cookie = await http.get(path, headers={"Cookie": f"{SESSION_COOKIE}={word}", **OURS})
                assert (bearer.status_code, cookie.status_code) == (401, 401), (what, path)
                assert word not in bearer.text + cookie.text
            page = await http.get("/boite", headers={"Cookie": f"{SESSION_COOKIE}={word}", "Accept": "text/html"})
            assert page.status_code in {303, 401}, (what, page.status_code)
            assert "no-referrer" in page.headers["referrer-policy"] or page.headers["referrer-policy"] == "same-origin"


async def test_what_we_send_asks_a_reader_for_nothing_and_tells_us_of_no_reading(town: Town) -> None:
    """T50: no pixel, no picture, no link that counts, no receipt asked for; an answer is words and takes no markup."""
    post = Post()
    town.house.deliverer._carrier = post
    box = Box(town, await a_mailbox(town), post)
    kept, _, _ = await box.answered()
    pasted = '<p>Bonjour</p><img src="https://compteur.example/1.gif">'
    path = f"/api/v1/tickets/{kept['ticket_id']}/replies"
    head = {"Idempotency-Key": new_id().hex}
    refused = await town.http.post(path, json={"text": "Bonjour", "html": pasted}, headers=head)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/html")
    assert (await town.http.post(path, json={"text": "Bonjour"}, headers=head)).status_code == 202
    left = await box.leave()
    assert len(left) == 2
    for _, body in left:
        assert not re.search(rb"(?i)<img|<link|url\(|compteur\.example|disposition-notification-to", body)


async def test_a_recipient_nobody_shows_is_shown_nowhere(town: Town) -> None:
    """T86: a Bcc that came stays in the original; what leaves goes to one address and names no other."""
    hidden = f"cache.{secrets.token_hex(4)}@example.net"
    post = Post()
    town.house.deliverer._carrier = post
    box = Box(town, await a_mailbox(town), post)
    raw = (
        f"From: usager@example.org\r\nTo: {box.address}\r\nBcc: {hidden}\r\nResent-Bcc: {hidden}\r\nSubject: Demande\r\n"
        f"Message-ID: <{new_id().hex}@example.org>\r\n\r\nBonjour\r\n"
    )
    kept = await box.receive(raw.encode())
    head = {"Idempotency-Key": new_id().hex}
    path = f"/api/v1/tickets/{kept['ticket_id']}"
    await town.http.post(f"{path}/replies", json={"text": "Bonjour"}, headers=head)
    left = await box.leave()
    assert {address for address, _ in left} == {"usager@example.org"}
    told = [body.decode("ascii", "replace") for _, body in left]
    places = (path, f"{path}/messages", f"{path}/timeline", "/api/v1/outbound", "/api/v1/contacts")
    told += [(await town.http.get(place)).text for place in places]
    told.append(str(await town.facts()))
    # Whole words: an id may hold these three letters by chance.
    assert not [one for one in told if hidden in one or re.search(r"(?i)\bbcc\b", one)]
    async with town.house.database.transaction(tenant=town.id) as session:
        frozen = await outbox.of_ticket(session, town.id, parse_id(Prefix.TICKET, kept["ticket_id"]))
    assert [hidden in str(one.request) + str(one.recipient) for one in frozen] == [False, False]
