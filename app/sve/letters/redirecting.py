"""Sending somebody to the right place: another authority, or the right channel."""

from typing import assert_never

from app.sve.law.notices import Mention
from app.sve.law.regime import Regime
from app.sve.letters import opening
from app.sve.letters.french import day, fr
from app.sve.letters.ground import Ground
from app.sve.letters.parts import Paragraph


def transmission(ground: Ground) -> list[Paragraph]:
    """Tells that the request was handed to whoever is competent. Source: CRPA L114-2, L114-3, L114-4."""
    fields = ground.fields
    known = bool(fields.recipient)
    address = ", ".join(line.strip() for line in fields.recipient_address.splitlines() if line.strip())
    to = fields.recipient + (f" ({address})" if address else "")
    if fields.received_on is None:
        told = (
            "Elle ne relève pas de notre compétence. Nous l'avons transmise le {on} à l'administration compétente : {to}. "
            "Il lui revient d'y répondre ; nous vous en informons (article L. 114-2 du CRPA)."
        )
    else:
        told = (
            "Elle ne relève pas de notre compétence. Nous l'avons transmise à l'administration compétente, qui l'a reçue "
            "le {on} : {to}. Il lui revient d'y répondre ; nous vous en informons (article L. 114-2 du CRPA)."
        )
    on = day(fields.received_on or ground.on)
    short = "Elle ne relève pas de nous : transmise le {on} à l'administration compétente, {to} (CRPA L. 114-2)."
    return [
        opening.received(ground, what="demande"),
        Paragraph(
            text=fr(told, on=on, to=to or "…"),
            bears=(Mention.RECIPIENT,) if known else (),
            short=fr(short, on=on, to=to or "…"),
        ),
        Paragraph(
            text=fr("L'accusé de réception vous sera délivré par cette administration (article L. 114-4 du CRPA)."),
            short="",
        ),
        _delays(ground),
    ]


def _delays(ground: Ground) -> Paragraph:
    """From whom the silence is counted, without saying what nobody has qualified. Source: CRPA L114-3."""
    rejects = "le délai au terme duquel le silence vaut rejet court depuis que nous avons reçu votre demande"
    accepts = "le délai au terme duquel le silence vaut acceptation ne court qu'à compter de la réception par cette administration"
    match ground.regime:
        case Regime.SVR:
            text = rejects
        case Regime.SVA | Regime.LUMP_SUM | Regime.RENUNCIATION:
            text = accepts
        case Regime.UNKNOWN:
            text = f"{rejects} ; {accepts}"
        case Regime.NONE:
            return Paragraph(text="", short="")
        case _:
            assert_never(ground.regime)
    sentence = text[0].upper() + text[1:] + " (article L. 114-3 du CRPA)."
    return Paragraph(text=fr(sentence), short="")


def wrong_channel(ground: Ground) -> list[Paragraph]:
    """Says that this channel seizes nobody, and which one does. Source: CRPA L112-9 al.2-3, R112-9-2."""
    published, fields = ground.published, ground.fields
    way = fields.channel or (fr("le téléservice publié") if published and _address(ground) else "")
    address = fields.channel_address or _address(ground)
    since = fr(", publiées le {on},", on=day(published.on)) if published else ""
    because = (
        "Ce message nous est parvenu par un canal ({channel}) qui ne permet pas de saisir l'administration : les modalités "
        "de la saisine par voie électronique{since} s'imposent au public (articles L. 112-9 et R. 112-9-2 du CRPA). "
        "Aucun délai ne court à compter de cet envoi."
    )
    known = bool(way and address)
    return [
        opening.received(ground, what="message"),
        Paragraph(
            text=fr(because, channel=ground.channel, since=since),
            short=fr("Ce canal ne nous saisit pas (CRPA L. 112-9)."),
        ),
        Paragraph(
            text=fr(
                "Pour que votre demande soit enregistrée, adressez-la par {way} : {address}.", way=way, address=address
            )
            if known
            else "",
            bears=(Mention.RIGHT_CHANNEL,) if known else (),
            short=fr("Adressez-la par {way} : {address}.", way=way, address=address) if known else "",
        ),
        Paragraph(
            text=fr(
                "Vous pouvez aussi l'adresser par courrier, ou la déposer au guichet : {service}{address}.",
                service=ground.office.service,
                address=", ".join(["", *(line.strip() for line in ground.office.postal_address.splitlines())]),
            ),
            short="",
        ),
    ]


def _address(ground: Ground) -> str:
    published = ground.published
    if published is None:
        return ""
    return next(iter(published.dedicated), "") or published.url or ""
