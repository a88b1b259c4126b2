"""How a decision, or a silence, is contested: before whom, and within what time."""

from collections.abc import Sequence

from app.sve.law.notices import Mention
from app.sve.law.procedure import Family
from app.sve.law.regimes.mandatory import APPEALS
from app.sve.letters.french import day, fr
from app.sve.letters.ground import Ground
from app.sve.letters.parts import Paragraph

_ONLINE = "l'application Télérecours citoyens (www.telerecours.fr)"


def cada(ground: Ground) -> bool:
    """Whether the CADA must be referred to before a court. Source: CRPA L342-1, L412-3; CE 11 July 2016 n°391899."""
    return ground.family is Family.CADA


def mandatory(ground: Ground) -> bool:
    """Whether an administrative appeal must come first: the procedure says so, or the agent."""
    return ground.family in APPEALS or bool(ground.fields.mandatory_appeal)


def unnamed(ground: Ground) -> bool:
    """Whether an appeal must come first and nobody has said before whom, or within what time."""
    return mandatory(ground) and not cada(ground) and not (ground.fields.mandatory_appeal and _lodge(ground))


def against_silence(ground: Ground) -> list[Paragraph]:
    """Routes and periods against an implicit rejection. Source: CRPA R112-5, R112-11-1; CJA R421-2."""
    dated = ground.day("tacit_decision_dated", "term_date", "reply_due_date")
    since = day(dated) if dated else fr("la naissance de cette décision implicite")
    since = fr("du {on}", on=since) if dated else fr("de {it}", it=since)
    return _remedies(ground, "cette décision implicite de rejet", since)


def against_decision(ground: Ground) -> list[Paragraph]:
    """Routes and periods against an express decision. Source: CJA R421-1, R421-5; CRPA L412-3, R343-1."""
    return _remedies(ground, "cette décision", fr("de sa notification"))


def _remedies(ground: Ground, what: str, since: str) -> list[Paragraph]:
    if cada(ground):
        return _documents(ground, what, since)
    if mandatory(ground):
        return _first_an_appeal(ground, what, since)
    court, bears = _court(ground), _court_bears(ground)
    return [
        Paragraph(
            text=fr(
                "Vous pouvez contester {what} dans un délai de deux mois à compter {since} (articles R. 421-1 et "
                "R. 421-5 du code de justice administrative) :",
                what=what,
                since=since,
            ),
            items=[
                *_regulator(ground),
                _gracious(ground),
                fr("par un recours contentieux devant le juge : {court}.", court=court),
            ],
            bears=bears,
            short=fr("Recours sous deux mois à compter {since} : {court}.", since=since, court=_short_court(ground)),
        ),
        _distance(),
    ]


def _gracious(ground: Ground) -> str:
    if ground.family is Family.URBANISME:
        return fr(
            "par un recours gracieux adressé à l'auteur de la décision ({office}), dans le délai d'un mois seulement ; il ne prolonge pas le délai "
            "du recours contentieux (article L. 600-12-2 du code de l'urbanisme) ;",
            office=ground.office.name,
        )
    return fr(
        "par un recours gracieux adressé à l'auteur de la décision ({office}) ; formé dans ce délai, il l'interrompt, et un nouveau délai de deux "
        "mois court à compter de la réponse, ou de son rejet tacite au bout de deux mois de silence (articles L. 411-2 et "
        "L. 411-7 du CRPA) ;",
        office=ground.office.name,
    )


def _regulator(ground: Ground) -> list[str]:
    """Source: RGPD art. 12(4): the refusal tells of the complaint to the supervisory authority."""
    if ground.family not in (Family.RGPD, Family.DATA_AND_DOCUMENT):
        return []
    return [
        fr("par une réclamation auprès de la Commission nationale de l'informatique et des libertés (www.cnil.fr) ;")
    ]


def _documents(ground: Ground, what: str, since: str) -> list[Paragraph]:
    bears = (*_court_bears(ground), Mention.CADA_REFERRAL)
    return [
        Paragraph(
            text=fr(
                "Vous pouvez contester {what}. Avant tout recours devant le juge, et dans un délai de deux mois à compter "
                "{since}, vous devez saisir la Commission d'accès aux documents administratifs (CADA, www.cada.fr) "
                "(articles L. 342-1, L. 412-3 et R. 343-1 du CRPA).",
                what=what,
                since=since,
            ),
            bears=bears,
            short=fr(
                "Recours : CADA (www.cada.fr) sous deux mois à compter {since}, puis {court} sous deux mois.",
                since=since,
                court=_short_court(ground),
            ),
        ),
        Paragraph(
            text=fr(
                "Si l'administration maintient son refus, ou garde le silence pendant deux mois à compter de "
                "l'enregistrement de votre demande par la CADA (articles R. 343-4 et R. 343-5 du CRPA), vous pourrez "
                "saisir le juge, dans un délai de deux mois : {court}.",
                court=_court(ground),
            ),
            short="",
        ),
    ]


def _first_an_appeal(ground: Ground, what: str, since: str) -> list[Paragraph]:
    """Source: CRPA L412-3: the duty, its routes and periods, and on what facts the administration will rule."""
    fields = ground.fields
    if unnamed(ground):
        return []
    values = {
        "what": what,
        "since": since,
        "to": fields.mandatory_appeal,
        "delay": _lodge(ground),
        "court": _court(ground),
        "short": _short_court(ground),
    }
    return [
        Paragraph(
            text=fr(
                "Vous pouvez contester {what}. Avant tout recours devant le juge, à peine d'irrecevabilité, vous devez "
                "former un recours administratif préalable obligatoire auprès de l'autorité suivante : {to}, dans un délai de {delay} à compter "
                "{since} (article L. 412-3 du CRPA). L'administration statuera sur le fondement de la situation de fait "
                "et de droit à la date de sa décision.",
                **values,
            ),
            bears=(Mention.MANDATORY_APPEAL, *_court_bears(ground)),
            short=fr(
                "Recours préalable obligatoire (CRPA L. 412-3) : {to}, sous {delay} à compter {since} ; il sera jugé sur "
                "la situation au jour de la réponse. Puis {short} sous deux mois.",
                **values,
            ),
        ),
        Paragraph(
            text=fr(
                "La décision prise sur ce recours pourra être contestée, dans un délai de deux mois à compter de sa "
                "notification, devant le juge : {court}.",
                **values,
            ),
            short="",
        ),
    ]


def _lodge(ground: Ground) -> str:
    """The time to lodge the mandatory appeal: the agent's word, else that of the procedure's own text."""
    rule = APPEALS.get(ground.family)
    return ground.fields.mandatory_appeal_delay or (rule.lodge.in_french if rule else "")


def _court_bears(ground: Ground) -> Sequence[Mention]:
    if ground.head.court and ground.head.court_address:
        return (Mention.APPEAL_ROUTES, Mention.APPEAL_PERIODS)
    return (Mention.APPEAL_PERIODS,)


def _court(ground: Ground) -> str:
    head = ground.head
    if not (head.court and head.court_address):
        return fr("le tribunal compétent")
    address = ", ".join(line.strip() for line in head.court_address.splitlines() if line.strip())
    return fr("{court} ({address}), ou par " + _ONLINE, court=head.court, address=address)


def _short_court(ground: Ground) -> str:
    head = ground.head
    return ", ".join(part for part in (head.court, " ".join(head.court_address.split()), "telerecours.fr") if part)


def _distance() -> Paragraph:
    return Paragraph(
        text=fr(
            "Le délai du recours contentieux est augmenté d'un mois si vous demeurez outre-mer et que le tribunal a son "
            "siège en France métropolitaine, ou l'inverse, et de deux mois si vous demeurez à l'étranger (article "
            "R. 421-7 du code de justice administrative)."
        ),
        short="",
    )
