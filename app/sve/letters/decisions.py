"""Letters that carry a decision: its notification, its withdrawal, and the hearing that comes before."""

from app.sve.law.notices import Mention
from app.sve.law.procedure import Family
from app.sve.letters import opening
from app.sve.letters.french import day, fr
from app.sve.letters.ground import Ground, Sense
from app.sve.letters.parts import Paragraph
from app.sve.letters.remedies import against_decision


def decision(ground: Ground) -> list[Paragraph]:
    """Notifies an express decision. Source: CRPA L211-2, L211-5, L212-1, L221-8; CJA R421-5."""
    fields, granted = ground.fields, ground.fields.sense is Sense.ACCEPTANCE
    signed_on = fields.signed_on or ground.on
    told = fr("Par décision du {on}, nous y répondons ainsi :", on=day(signed_on)) if fields.decision else ""
    parts = [
        opening.received(ground, what="demande"),
        Paragraph(text=told, bears=(Mention.DECISION,) if fields.decision and fields.sense else ()),
        *([Paragraph(text=fields.decision)] if fields.decision else []),
    ]
    if fields.reasons:
        parts += [
            _reasons(fr("Cette décision est fondée sur les motifs de droit et de fait suivants :")),
            _told(ground),
        ]
    return parts if granted else [*parts, *against_decision(ground)]


def hearing(ground: Ground) -> list[Paragraph]:
    """Invites observations before a withdrawal. Source: CRPA L121-1, L122-1, L242-1; C. urb. L424-5."""
    fields, last = ground.fields, ground.day("withdrawal_last_date")
    months, article = _window(ground)
    parts = [_accepted(ground)]
    if fields.reasons:
        parts += [_reasons(fr("Cette décision nous paraît illégale pour les motifs suivants :")), _told(ground)]
    if last is not None:
        parts.append(
            Paragraph(
                text=fr(
                    "Nous envisageons donc de la retirer. La loi ne le permet que dans les {months} qui suivent cette "
                    "décision, soit au plus tard le {last} (article {article}).",
                    months=months,
                    last=day(last),
                    article=article,
                ),
                bears=(Mention.WITHDRAWAL_LIMIT,),
            )
        )
    by = fr("au plus tard le {by}", by=day(fields.deadline_on)) if fields.deadline_on else fr("dès que possible")
    parts.append(
        Paragraph(
            text=fr(
                "Avant toute décision, vous pouvez présenter, {by}, des observations écrites et, si vous le demandez, des "
                "observations orales. Vous pouvez vous faire assister par un conseil ou représenter par un mandataire de "
                "votre choix (articles L. 121-1 et L. 122-1 du CRPA).",
                by=by,
            ),
            bears=(Mention.OBSERVATIONS, Mention.DEADLINE) if fields.deadline_on else (Mention.OBSERVATIONS,),
        )
    )
    return parts


def withdrawal(ground: Ground) -> list[Paragraph]:
    """Notifies the withdrawal of a tacit acceptance. Source: CRPA L242-1, L211-2 4°, L211-5, L121-1; CJA R421-5."""
    fields = ground.fields
    _, article = _window(ground)
    parts = [_accepted(ground)]
    if fields.heard_on is not None:
        parts.append(
            Paragraph(
                text=fr(
                    "Par lettre du {on}, nous vous avons invité à présenter vos observations (articles L. 121-1 et "
                    "L. 122-1 du CRPA).",
                    on=day(fields.heard_on),
                ),
                bears=(Mention.OBSERVATIONS,),
            )
        )
    parts.append(
        Paragraph(
            text=fr(
                "Par décision du {on}, nous retirons cette acceptation, illégale (article {article}).",
                on=day(fields.signed_on or ground.on),
                article=article,
            )
        )
    )
    if fields.reasons:
        parts += [_reasons(fr("Ce retrait est fondé sur les motifs de droit et de fait suivants :")), _told(ground)]
    return [*parts, *against_decision(ground)]


def _accepted(ground: Ground) -> Paragraph:
    dated, received = ground.day("tacit_decision_dated"), ground.day("reception_date")
    about = fr(" ({object})", object=ground.fields.object) if ground.fields.object else ""
    return Paragraph(
        text=fr(
            "Votre demande n° {reference}{about}, reçue le {received}, est réputée acceptée depuis le {dated}.",
            reference=ground.reference,
            about=about,
            received=day(received) if received else "…",
            dated=day(dated) if dated else "…",
        ),
        bears=(Mention.TACIT_DATE,) if dated and ground.accepted else (),
    )


def _window(ground: Ground) -> tuple[str, str]:
    if ground.family is Family.URBANISME:
        return fr("trois mois"), fr("L. 424-5 du code de l'urbanisme")
    return fr("quatre mois"), fr("L. 242-1 du CRPA")


def _reasons(lead: str) -> Paragraph:
    return Paragraph(text=lead)


def _told(ground: Ground) -> Paragraph:
    return Paragraph(text=ground.fields.reasons, bears=(Mention.REASONS,))
