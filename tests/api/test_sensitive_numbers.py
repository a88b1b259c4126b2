"""Numbers that should not be there: taken in like anything, masked in lists, and sent out on a second word only."""

from app.ids import new_id
from tests.api.conftest import Town

NIR, IBAN = "2 85 05 78 006 084 41", "FR14 2004 1010 0505 0001 3M02 606"


async def test_it_is_kept_whole_shown_whole_and_masked_in_lists(town: Town) -> None:
    ticket = await town.a_ticket(subject=f"Mon numéro {NIR}", text=f"Virez sur {IBAN}.")
    assert NIR in ticket["subject"]
    listed = (await town.http.get("/api/v1/tickets")).json()["data"]
    assert [one["subject"] for one in listed] == ["Mon numéro [numéro de sécurité sociale]"]
    messages = (await town.http.get(f"/api/v1/tickets/{ticket['id']}/messages")).json()["data"]
    assert IBAN in messages[0]["text"]


async def test_an_answer_that_holds_one_leaves_on_a_second_word(town: Town) -> None:
    ticket = await town.a_ticket()
    url = f"/api/v1/tickets/{ticket['id']}/replies"
    body = {"text": f"Votre numéro {NIR} est enregistré."}
    refused = await town.http.post(url, json=body, headers={"Idempotency-Key": new_id().hex})
    assert (refused.status_code, refused.json()["code"]) == (409, "sensitive-content")
    assert NIR not in refused.text
    sent = await town.http.post(
        url, json={**body, "confirm_sensitive": True}, headers={"Idempotency-Key": new_id().hex}
    )
    assert sent.status_code == 202, sent.text
