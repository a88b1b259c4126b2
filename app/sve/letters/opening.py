"""The sentences letters share: what was received, who is in charge, who answers for it."""

from app.sve.law.notices import Mention
from app.sve.letters.french import day, fr
from app.sve.letters.ground import Ground
from app.sve.letters.parts import Paragraph


def received(ground: Ground, *, what: str) -> Paragraph:
    """Says when the sending was received. Source: CRPA R112-5 1°, R112-11-1 1°."""
    on = ground.day("reception_date")
    values = {"what": what, "reference": ground.reference, "on": day(on) if on else ""}
    if on is None:
        return Paragraph(text=fr("{what} est enregistrée sous le numéro {reference}.", **values))
    return Paragraph(
        text=fr(
            "Nous avons reçu votre {what} le {on}. Son numéro d'enregistrement est {reference} : rappelez-le dans vos "
            "échanges avec nous.",
            **values,
        ),
        bears=(Mention.DATE_RECEPTION,),
        short=fr("Votre {what} du {on}, n° {reference}.", **values),
    )


def service(ground: Ground, *, postal: bool) -> Paragraph:
    """Names the service in charge and how to reach it.

    An ARE gives the electronic or the postal address, an AR the postal one; both give the telephone (`postal`).
    Source: CRPA R112-11-1 2°, R112-5 2°.
    """
    office = ground.office
    lines = [
        (fr("Adresse postale : {it}", it=on_a_line(office.postal_address)), office.postal_address),
        (fr("Adresse électronique : {it}", it=office.email), office.email),
        (fr("Téléphone : {it}", it=office.phone), office.phone),
    ]
    reachable = bool(office.phone) and bool(office.postal_address or (office.email and not postal))
    bears = (*((Mention.SERVICE,) if office.service else ()), *((Mention.CONTACT,) if reachable else ()))
    shown = [on_a_line(office.postal_address)] if postal or not office.email else [office.email]
    return Paragraph(
        text=fr("Service chargé de votre dossier : {service}.", service=office.service),
        items=[line for line, value in lines if value],
        bears=bears,
        short=", ".join(part for part in (office.service, *shown, office.phone) if part) + ".",
    )


def agent(ground: Ground) -> Paragraph:
    """Names the agent, their quality and their service address. Source: CRPA L111-2."""
    office = ground.office
    address = on_a_line(office.postal_address) or office.email
    known = bool(ground.agent_name and ground.agent_title and address)
    who = ", ".join(part for part in (ground.agent_name, ground.agent_title, office.service, address) if part)
    return Paragraph(
        text=fr("Agent chargé de votre dossier : {who}.", who=who) if ground.agent_name else "",
        bears=(Mention.AGENT,) if known else (),
        short=fr("Agent : {name}, {title}.", name=ground.agent_name, title=ground.agent_title) if known else "",
    )


def note(ground: Ground) -> list[Paragraph]:
    """What the agent adds in their own words."""
    return [Paragraph(text=ground.fields.note)] if ground.fields.note else []


def signed(ground: Ground) -> bool:
    """Whether the signatory is named with their quality. Source: CRPA L212-1."""
    return bool(ground.head.signatory_name and ground.head.signatory_title)


def on_a_line(address: str) -> str:
    """An address as one line of words."""
    return ", ".join(line.strip() for line in address.splitlines() if line.strip())
