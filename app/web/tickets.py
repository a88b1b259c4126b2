"""The page of one request: its thread, its legal face, what to do next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app import sensitive
from app.audit.readings import Door, ReadKind
from app.clock import civil_day
from app.contacts import service as contacts
from app.contacts.repository import Point
from app.db.transaction import Session
from app.errors import NotFound
from app.exchanges import outbox
from app.exchanges.outbox import Outbound
from app.files.ocr import State
from app.identity.identified import Identified
from app.identity.scopes import Scope
from app.ids import IdError, Prefix, is_reference, parse_id, public_id
from app.sve.law.regime import Regime
from app.sve.letters.values import Letter
from app.sve.values import Saisine, Timeline
from app.sve.warning import reply_windows
from app.tenants.values import Tenant
from app.tickets.moves import Move, MoveKind
from app.tickets.quarantine import MAY_TAKE
from app.tickets.values import MachineText, Message, Piece, Ticket
from app.web import legal_words, procedure_words, timelines
from app.web.agents import Agent, need
from app.web.house import WebHouse, house_of
from app.web.lives import Around, Life, around, life
from app.web.owners import owners_of
from app.web.pages import page, see
from app.web.proposals import Proposals, proposals
from app.web.rail import rail_of
from app.web.refusals import PageRoute
from app.web.replying import freshen, offer
from app.web.report_panel import STATUSES, report_panel
from app.web.talk import talk_of
from app.web.terms import Term, term
from app.web.timelines import Ground, Mark

router = APIRouter(route_class=PageRoute, include_in_schema=False)
# A warning reads as far as the search does.
_READ_FOR_WARNING = 100_000


@dataclass(frozen=True, slots=True)
class Carried:
    """A piece, what a machine read in it, and whether one may ask for that."""

    id: str
    piece: Piece
    read: MachineText | None
    may_be_read: bool


@dataclass(frozen=True, slots=True)
class Said:
    """A message with what the page needs beside it."""

    message: Message
    id: str
    folded: bool
    sent: Outbound | None
    pieces: Sequence[Carried]
    saisines: int
    sensitive: str  # what it holds that should not be there, in words; empty when nothing


@dataclass(frozen=True, slots=True)
class Face:
    """A saisine with its timeline."""

    saisine: Saisine
    id: str
    term: Term
    state: str
    marks: Sequence[Mark]
    grounds: Sequence[Ground]
    steps: Sequence[str]
    proposals: Proposals
    letters: Sequence[tuple[str, Letter]]
    life: Life


@dataclass(frozen=True, slots=True)
class Notice:
    """What to say at the top of the page; `typed` is put back in the fields, `faults` are said beside theirs."""

    title: str
    text: str
    tone: str = "warn"
    typed: Mapping[str, str] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Moved:
    """A merge or a split of this request; `here` is where it may be undone."""

    move: Move
    id: str
    source: str
    target: str
    here: bool


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything the page shows, read in one transaction."""

    tenant: Tenant
    ticket: Ticket
    thread: Sequence[Message]
    read: Mapping[str, MachineText]
    timeline: Timeline
    sent: Sequence[Outbound]
    points: Sequence[Point]
    # Those of other people who wrote here, as after a merge.
    others: Sequence[Point]
    moves: Sequence[Move]
    letters: Sequence[Letter]
    around: Around


@router.get("/demandes/{ticket}")
async def show_ticket(request: Request, agent: Agent, ticket: str) -> Response:
    """Shows a request; the reference of one that was merged leads to where it lives now, with a word."""
    need(agent, Scope.TICKETS_READ)
    wanted, house, asked = ticket_id(ticket), house_of(request), request.query_params
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        present = await house.tickets.present(session, agent.tenant_id, wanted)
        if present.id != wanted:
            old = await house.tickets.get(session, agent.tenant_id, wanted)
            return see(f"/demandes/{public_id(Prefix.TICKET, present.id)}?vient-de={old.reference}")
    await freshen(house, agent, wanted)
    came = asked.get("vient-de", "")
    notice = _merged_here(came) if is_reference(came) else _done(asked.get("fait", ""))
    return await ticket_page(request, agent, wanted, notice=notice)


def ticket_id(text: str) -> UUID:
    """Raises `NotFound` for what is not the name of a ticket."""
    try:
        return parse_id(Prefix.TICKET, text)
    except IdError:
        raise NotFound from None


async def ticket_page(
    request: Request, agent: Identified, wanted: UUID, *, notice: Notice | None = None, status: int = 200
) -> HTMLResponse:
    """Writes the page, after a refusal too: the notice says what happened and gives back what was typed."""
    need(agent, Scope.TICKETS_READ)
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        whole = await _read(session, house, agent.tenant_id, wanted)
        await house.eyewitness.saw(agent, ReadKind.TICKET, wanted, door=Door.WEB, ticket_id=wanted)
        proposed = await proposals(session, house, whole.tenant, whole.timeline.saisines, whole.thread)
        rail = await rail_of(session, agent.tenant_id)
        windows = await reply_windows.of_tickets(session, agent.tenant_id, [whole.ticket.id])
        talk = await talk_of(session, house, agent.tenant_id, whole.ticket)
        offered = await offer(session, house, agent, whole.ticket)
        owners = await owners_of(session, house, agent.tenant_id, whole.ticket)
        report = await report_panel(session, house, agent.tenant_id, wanted, whole.thread)
    today = civil_day(house.clock(), whole.tenant.time_zone)
    faces = [_face(one, whole, today, proposed.get(one.id, Proposals())) for one in whole.timeline.saisines]
    duties = whole.timeline.duties
    return page(
        request,
        "agents/ticket.html",
        status=status,
        scripted=talk is not None,
        talk=talk,
        me=agent,
        rail=rail,
        tenant=whole.tenant,
        today=today,
        now=house.clock(),
        closes_at=windows.get(whole.ticket.id),
        offer=offered,
        notice=notice,
        typed=notice.typed if notice else {},
        faults=notice.faults if notice else {},
        ticket=whole.ticket,
        owners=owners,
        id=public_id(Prefix.TICKET, whole.ticket.id),
        person_id=public_id(Prefix.CONTACT, whole.ticket.contact_id) if whole.ticket.contact_id else None,
        thread=_thread(whole, house),
        faces=faces,
        duties=duties,
        unqualified={face.saisine.message_id for face in faces if face.saisine.regime is Regime.UNKNOWN},
        words=legal_words,
        certainties=procedure_words.CERTAINTIES,
        points=whole.points,
        doors=[(public_id(Prefix.POINT, point.id), point) for point in (*whole.points, *whole.others)],
        several=bool(whole.others),
        others=whole.others,
        moved=[_moved(move, whole.ticket) for move in whole.moves],
        report=report,
        report_statuses=STATUSES,
        kinds=_KINDS,
        may_write=Scope.TICKETS_WRITE.value in agent.scopes,
        may_take_aside=MAY_TAKE.value in agent.scopes,
        may_qualify=Scope.SVE_WRITE.value in agent.scopes,
    )


async def _read(session: Session, house: WebHouse, tenant_id: UUID, wanted: UUID) -> Whole:
    ticket = await house.tickets.get(session, tenant_id, wanted)
    points: Sequence[Point] = ()
    if ticket.contact_id is not None:
        _, points = await contacts.contact(session, tenant_id, ticket.contact_id)
    thread = await house.tickets.thread(session, tenant_id, wanted)
    authors = await contacts.points(session, tenant_id, {one.point_id for one in thread if one.point_id is not None})
    timeline = await house.legal.timeline(session, tenant_id, wanted)
    return Whole(
        tenant=await house.tenants.get(session, tenant_id),
        ticket=ticket,
        thread=thread,
        read=await house.tickets.machine_texts(session, tenant_id, _read_pieces(thread)),
        timeline=timeline,
        sent=await outbox.of_ticket(session, tenant_id, wanted),
        points=points,
        others=[point for point in authors.values() if point.contact_id != ticket.contact_id],
        moves=await house.moves.history(session, tenant_id, wanted),
        letters=await house.letters.of_ticket(session, tenant_id, wanted),
        around=await around(session, tenant_id, wanted, timeline.saisines),
    )


def _moved(move: Move, ticket: Ticket) -> Moved:
    return Moved(
        move,
        public_id(Prefix.MOVE, move.id),
        public_id(Prefix.TICKET, move.source_id),
        public_id(Prefix.TICKET, move.target_id),
        ticket.id == (move.target_id if move.kind is MoveKind.MERGE else move.source_id),
    )


def _read_pieces(thread: Sequence[Message]) -> Sequence[Piece]:
    return [piece for message in thread for _, piece in message.pieces if piece.machine is State.READ]


def _carried(piece_id: UUID, piece: Piece, whole: Whole, house: WebHouse) -> Carried:
    read = whole.read.get(piece.sha256) if piece.sha256 else None
    return Carried(public_id(Prefix.ATTACHMENT, piece_id), piece, read, house.deciphering.may_read(piece))


def _thread(whole: Whole, house: WebHouse) -> list[Said]:
    sent = {one.message_id: one for one in whole.sent}
    return [
        Said(
            message,
            public_id(Prefix.MESSAGE, message.id),
            bool(message.text_new and message.text_new.strip() != message.text.strip()),
            sent.get(message.id),
            [_carried(piece_id, piece, whole, house) for piece_id, piece in message.pieces],
            sum(1 for saisine in whole.timeline.saisines if saisine.message_id == message.id),
            _sensitive(message),
        )
        for message in whole.thread
    ]


def _sensitive(message: Message) -> str:
    present = sensitive.kinds(message.subject, message.text[:_READ_FOR_WARNING])
    return sensitive.listed(present) if present else ""


def _face(saisine: Saisine, whole: Whole, today: date, proposed: Proposals) -> Face:
    zone = whole.tenant.time_zone
    duties = [duty for duty in whole.timeline.duties if duty.message_id == saisine.message_id]
    events = whole.timeline.events.get(saisine.id, ())
    return Face(
        saisine,
        public_id(Prefix.SAISINE, saisine.id),
        term(saisine.risk.value, term_on=saisine.term_on, alert_on=saisine.alert_on, today=today),
        legal_words.STATES.get(str(saisine.reading.get("state")), ""),
        timelines.marks(saisine, events, zone=zone, today=today),
        timelines.grounds(saisine),
        timelines.next_steps(saisine, duties, today=today),
        proposed,
        [(public_id(Prefix.LETTER, one.id), one) for one in whole.letters if one.saisine_id == saisine.id],
        life(saisine, events, whole.around, zone=zone),
    )


_KINDS = {
    "email": "courriel",
    "phone": "téléphone",
    "sender_name": "expéditeur sans numéro",
    "messenger": "Messenger",
    "instagram": "Instagram",
    "whatsapp": "WhatsApp",
    "whatsapp_user": "WhatsApp",
    "telegram": "Telegram",
    "mastodon": "Mastodon",
    "bluesky": "Bluesky",
    "x": "X",
    "chat": "tchat",
    "web": "formulaire sans adresse",
    "http": "autre service",
}
_DONE = {
    "reponse": Notice(
        "Réponse enregistrée", "Elle part par la file d’envoi ; son état s’affiche sous le message.", "ok"
    ),
    "ecrite": Notice("Demande enregistrée", "Son délai court depuis le jour de réception, ci-dessous.", "ok"),
    "enregistree": Notice("Courrier enregistré", "Son délai court du jour du tampon.", "ok"),
    "courrier": Notice("Courrier parti", "Son exact double est gardé ; la chronologie dit ce qu’il change.", "ok"),
    "attribution": Notice("C’est enregistré", "La demande est à qui vous l’avez confiée, dès maintenant.", "ok"),
    "attribution-absent": Notice(
        "Cette personne est absente",
        "La demande est allée à qui la remplace, ou à l’équipe : voyez « Confiée à » ci-dessous.",
        "warn",
    ),
    "note": Notice("Note enregistrée", "Elle reste interne : elle n’est jamais envoyée à l’usager.", "ok"),
    "qualification": Notice("Qualification enregistrée", "Les dates ci-dessous ont été relues avec elle.", "ok"),
    "evenement": Notice("Événement consigné", "Les dates ci-dessous en tiennent compte.", "ok"),
    "saisine": Notice("Saisine ouverte", "Elle a son propre délai, à la date du message : qualifiez-la.", "ok"),
    "reunion": Notice("Saisines réunies", "Le délai de la première réception est gardé.", "ok"),
    "reunion-a-verifier": Notice(
        "Saisines réunies, à vérifier", "Les deux demandes ne viennent pas de la même personne.", "warn"
    ),
    "separation-saisine": Notice("Saisines séparées", "Chaque délai court de nouveau par lui-même.", "ok"),
    "decision": Notice("Décision enregistrée", "Les dates ci-dessous en tiennent compte.", "ok"),
    "lecture": Notice("Lecture demandée", "Une machine lit la pièce ; son texte paraît ici dès qu’il est lu.", "ok"),
    "recuperation": Notice("Pièce redemandée", "Elle arrive, ou dit pourquoi, dans un instant.", "ok"),
    "discussion": Notice("Discussion terminée", "La demande, elle, continue avec ses délais.", "ok"),
    "cloture": Notice("Demande close", "Un nouveau message de l’usager la rouvrira.", "ok"),
    "reouverture": Notice("Demande rouverte", "Elle est de nouveau en cours.", "ok"),
    "publication": Notice(
        "Publié", "Ces mots s’affichent à qui signale la même chose près d’ici, et par Open311.", "ok"
    ),
    "retrait": Notice("Retiré", "Le public n’en lit plus rien.", "ok"),
    "transmission": Notice(
        "Transmission enregistrée",
        "Elle part par la file d’envoi ; le numéro et l’état du partenaire s’affichent ici.",
        "ok",
    ),
    "fusion": Notice(
        "Demandes fusionnées", "Tout est ici, aucun délai n’a changé. La fusion peut se défaire, sous « Légal ».", "ok"
    ),
    "separation": Notice("Messages séparés", "Voici la nouvelle demande ; les délais courent des mêmes jours.", "ok"),
    "annulation": Notice("C’est défait", "Chaque demande a retrouvé ce qui était à elle.", "ok"),
    "annulation-reste": Notice(
        "C’est défait", "Chaque demande a retrouvé ce qui était à elle ; ce qui est arrivé depuis n’a pas bougé.", "ok"
    ),
}


def _merged_here(reference: str) -> Notice:
    return Notice(
        f"La demande {reference} vit ici désormais", "Elle a été fusionnée dans celle-ci, avec ses délais.", "ok"
    )


def _done(word: str) -> Notice | None:
    return _DONE.get(word)
