"""One person behind several addresses: proved, proposed with reasons, merged by an agent alone, parted exactly."""

from uuid import UUID

import pytest

from app.channels.contract import PointKind
from app.contacts import recognising, repository
from app.contacts.recognising import ProposalDecided
from app.contacts.refusals import ContactMergedElsewhere, ContactMergeUndone, OnlyPoint, PointTaken
from app.contacts.repository import Contact, Point
from app.contacts.values import PersonMerge, Proof, Proposal, ReasonCode
from app.errors import Invalid, NotFound, Stale
from app.exchanges.persons import Typed
from app.exchanges.same_person import Parted
from tests.harness.moves import AGENT, ticket
from tests.harness.towns import TownHouse, mail

ONE, TWO = "Dominique Exemple <un@example.org>", "D. Exemple <deux@example.org>"


async def wrote(town: TownHouse, name: str, sender: str, text: str = "Bonjour", **words: str) -> tuple[UUID, UUID]:
    """Receives a mail; returns its ticket and its person."""
    kept = await town.receive(mail(message_id=f"<{name}@example.org>", sender=sender, subject=name, text=text, **words))
    assert kept.ticket_id is not None, kept.reason
    contact_id = (await ticket(town, kept.ticket_id)).contact_id
    assert contact_id is not None
    return kept.ticket_id, contact_id


async def person(town: TownHouse, contact_id: UUID) -> tuple[Contact, list[Point]]:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        found = await repository.contact(session, town.tenant_id, contact_id)
        assert found is not None
        return found, await repository.points_of_contact(session, town.tenant_id, contact_id)


async def proposals(town: TownHouse, contact_id: UUID | None = None) -> list[Proposal]:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        return list(await recognising.page(session, town.tenant_id, contact_id=contact_id, after=None, limit=50))


async def merge(town: TownHouse, target: UUID, source: UUID, *, version: int | None = None) -> PersonMerge:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        present = version or (await repository.contact(session, town.tenant_id, target) or _nobody()).version
        return await town.house.same_person.merge(
            session, town.tenant_id, target, source, reason="même personne", version=present, actor=AGENT
        )


async def undo(town: TownHouse, made: PersonMerge) -> Parted:
    version = (await person(town, made.target_id))[0].version
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        return await town.house.same_person.undo(
            session, town.tenant_id, made.target_id, made.id, version=version, actor=AGENT
        )


def _nobody() -> Contact:
    raise AssertionError("nobody")


async def test_a_number_in_a_signature_proposes_whoever_writes_from_it(town: TownHouse) -> None:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        known = await town.house.persons.create(
            session,
            town.tenant_id,
            display_name="Dominique Exemple",
            typed=[Typed(kind=PointKind.PHONE, address="06 99 00 00 01")],
            actor=AGENT,
        )
    _, author = await wrote(
        town, "un", ONE, "Le lampadaire est éteint.\n\nCordialement\nDominique Exemple\n06.99.00.00.01"
    )
    (found,) = await proposals(town, author)
    assert {found.one_id, found.other_id} == {known, author}
    assert [reason.code for reason in found.reasons] == [ReasonCode.SAME_NAME, ReasonCode.PHONE_GIVEN]
    assert (found.score, found.reasons[1].value) == (90, "+33699000001")


async def test_a_name_alone_proposes_nobody(town: TownHouse) -> None:
    await wrote(town, "un", ONE)
    await wrote(town, "deux", "Dominique Exemple <deux@example.org>")
    assert await proposals(town) == []


async def test_the_same_name_at_the_same_postal_address_is_proposed(town: TownHouse) -> None:
    home = "Bonjour,\n\nDominique Exemple\n12, rue des Lilas\n99000 Villebourg"
    await wrote(town, "un", ONE, home)
    await wrote(town, "deux", "Dominique Exemple <deux@example.org>", home.replace(", rue", " bis Rue"))
    (found,) = await proposals(town)
    assert {reason.code for reason in found.reasons} == {ReasonCode.SAME_NAME, ReasonCode.SHARED_POSTAL}


async def test_a_number_many_people_give_is_nobody_s(town: TownHouse) -> None:
    for place in range(6):
        await wrote(town, f"m{place}", f"Dominique Exemple <m{place}@example.org>", "Bonjour\n01 99 00 00 09")
    assert len(await proposals(town)) <= 6  # while few gave it; the sixth proposes nobody
    before = len(await proposals(town))
    await wrote(town, "m7", "Dominique Exemple <m7@example.org>", "Bonjour\n01 99 00 00 09")
    assert len(await proposals(town)) == before


async def test_what_an_agent_dismissed_is_not_proposed_again(town: TownHouse) -> None:
    await wrote(town, "un", ONE)
    words = "Écrivez-moi plutôt à\nun@example.org"
    await wrote(town, "deux", TWO, words)
    (found,) = await proposals(town)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        await recognising.dismiss(session, town.house.book, town.tenant_id, found.id, actor=AGENT, at=town.clock())
    await wrote(town, "trois", TWO, words)
    assert await proposals(town) == []
    with pytest.raises(ProposalDecided):
        async with town.house.database.transaction(tenant=town.tenant_id) as session:
            await recognising.dismiss(session, town.house.book, town.tenant_id, found.id, actor=AGENT, at=town.clock())


async def test_a_merge_gives_addresses_requests_and_refusals_and_its_undoing_gives_them_back(town: TownHouse) -> None:
    first, kept = await wrote(town, "un", ONE)
    second, gone = await wrote(town, "deux", TWO)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        (point,) = await repository.points_of_contact(session, town.tenant_id, gone)
        await repository.opt_out(session, town.tenant_id, [point.id], at=town.clock())
    before = [await person(town, one) for one in (kept, gone)]
    made = await merge(town, kept, gone)
    assert (await ticket(town, second)).contact_id == kept
    whole, points = await person(town, kept)
    assert {one.address: one.opted_out_at is not None for one in points} == {
        "un@example.org": False,
        "deux@example.org": True,
    }
    assert (await person(town, gone))[0].merged_into == kept
    parted = await undo(town, made)
    after = [await person(town, one) for one in (kept, gone)]
    assert [points for _, points in after] == [points for _, points in before]
    assert [contact.merged_into for contact, _ in after] == [None, None]
    assert [(await ticket(town, one)).contact_id for one in (first, second)] == [kept, gone]
    assert (parted.stayed, whole.version < after[0][0].version) == (0, True)


async def test_what_came_after_a_merge_stays_and_is_counted(town: TownHouse) -> None:
    _, kept = await wrote(town, "un", ONE)
    _, gone = await wrote(town, "deux", TWO)
    made = await merge(town, kept, gone)
    later, whose = await wrote(town, "trois", TWO)
    assert whose == kept
    assert (await undo(town, made)).stayed == 1
    assert (await ticket(town, later)).contact_id == kept
    _, next_one = await wrote(town, "quatre", TWO)
    assert next_one == gone


async def test_two_people_who_were_parted_are_not_proposed_again(town: TownHouse) -> None:
    _, kept = await wrote(town, "un", ONE)
    _, gone = await wrote(town, "deux", TWO, "Mon autre adresse :\nun@example.org")
    made = await merge(town, kept, gone)
    await undo(town, made)
    await wrote(town, "trois", TWO, "Mon autre adresse :\nun@example.org")
    assert await proposals(town) == []


async def test_merges_follow_one_another_and_are_undone_the_last_first(town: TownHouse) -> None:
    people = [(await wrote(town, name, f"{name} <{name}@example.org>"))[1] for name in ("a", "b", "c")]
    low = await merge(town, people[1], people[0])
    high = await merge(town, people[2], people[1])
    assert len((await person(town, people[2]))[1]) == 3
    with pytest.raises(ContactMergedElsewhere):
        await undo(town, low)
    with pytest.raises(ContactMergedElsewhere):
        await merge(town, people[1], people[2])
    await undo(town, high)
    await undo(town, low)
    assert [len((await person(town, one))[1]) for one in people] == [1, 1, 1]
    with pytest.raises(ContactMergeUndone):
        await undo(town, low)


async def test_a_merge_asks_for_two_people_of_this_town_at_the_version_read(
    town: TownHouse, other_town: TownHouse
) -> None:
    _, kept = await wrote(town, "un", ONE)
    _, gone = await wrote(town, "deux", TWO)
    _, foreign = await wrote(other_town, "un", ONE)
    with pytest.raises(Stale):
        await merge(town, kept, gone, version=99)
    with pytest.raises(Invalid):
        await merge(town, kept, kept)
    with pytest.raises(NotFound):
        await merge(town, kept, foreign)


async def test_an_answer_to_our_own_address_proves_the_mailbox_it_comes_from(town: TownHouse) -> None:
    ticket_id, contact_id = await wrote(town, "un", ONE)
    assert (await person(town, contact_id))[1][0].verified_how is None
    (sent,) = await town.sent(ticket_id)
    reply_to = str(sent.request["reply_to"])
    await wrote(town, "deux", ONE, to=reply_to)
    (point,) = (await person(town, contact_id))[1]
    assert (point.verified_how, point.verified_at) == (Proof.REPLY_TOKEN, town.clock())
    await wrote(town, "trois", TWO, to=reply_to)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        (stranger,) = await repository.points_of(session, town.tenant_id, [("email", "", "deux@example.org")])
    assert stranger.verified_how is None


async def test_an_address_that_wrote_becomes_a_person_of_its_own(town: TownHouse) -> None:
    _, kept = await wrote(town, "un", ONE)
    second, gone = await wrote(town, "deux", TWO)
    await merge(town, kept, gone)
    contact, points = await person(town, kept)
    theirs = next(point for point in points if point.address == "deux@example.org")
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        parted = await town.house.persons.remove_point(
            session, town.tenant_id, kept, theirs.id, version=contact.version, actor=AGENT
        )
    assert parted is not None
    assert (await ticket(town, second)).contact_id == parted
    contact, (left,) = await person(town, kept)
    with pytest.raises(OnlyPoint):
        async with town.house.database.transaction(tenant=town.tenant_id) as session:
            await town.house.persons.remove_point(
                session, town.tenant_id, kept, left.id, version=contact.version, actor=AGENT
            )


async def test_an_address_belongs_to_one_person(town: TownHouse) -> None:
    await wrote(town, "un", ONE)
    with pytest.raises(PointTaken):
        async with town.house.database.transaction(tenant=town.tenant_id) as session:
            await town.house.persons.create(
                session,
                town.tenant_id,
                display_name="Autre",
                typed=[Typed(kind=PointKind.EMAIL, address="un@EXAMPLE.org")],
                actor=AGENT,
            )
