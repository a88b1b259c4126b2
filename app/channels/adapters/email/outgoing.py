"""From a frozen request to the mail that leaves: headers of a case answer, or of an automatic one."""

from app.channels.adapters.email.config import EmailConfig
from app.channels.contract import Rendered, SendRequest
from app.channels.kit.addresses import plus_address, unrepliable
from app.channels.kit.compose import File, Outgoing, Unsendable, compose, page, refuse_controls
from app.channels.kit.html import sanitise
from app.channels.kit.mime.names import made_up_name, safe_name

SUBJECT_MAX = 500


def render(request: SendRequest, config: EmailConfig) -> Rendered:
    """Returns the whole message but for its Date. The same request always gives the same bytes.

    Raises `Unsendable` with a sentence for the agent.
    """
    reason = unrepliable(request.to.address, ours=config.ours)
    if reason is not None:
        raise Unsendable(f"on n'écrit pas à cette adresse ({reason})")
    assert request.to.address is not None
    html = None
    if request.html:
        html = sanitise(request.html).html
    mail = Outgoing(
        sender=config.address,
        sender_name=config.from_name,
        recipient=request.to.address,
        # Nobody read the name before a machine uses it: whoever forged the address chose it too.
        recipient_name="" if request.automatic else request.to.display_name or "",
        subject=(request.subject or "Votre message")[:SUBJECT_MAX],
        message_id=request.message_id or stable_message_id(request, config),
        text=request.text,
        html=page(html) if html else None,
        reply_to=request.reply_to,
        in_reply_to=request.in_reply_to,
        references=request.references,
        headers=_automatic_headers(request),
        files=tuple(_files(request)),
    )
    return Rendered("message/rfc822", compose(mail))


def stable_message_id(request: SendRequest, config: EmailConfig) -> str:
    """Returns the Message-ID of a request that brings none: the same at every attempt, so that receivers dedupe."""
    kept = "".join(char for char in request.ref if char.isascii() and (char.isalnum() or char in "-_."))
    if not kept:
        raise Unsendable("la référence de l'envoi est vide")
    return f"<{kept}@{config.address.rpartition('@')[2]}>"


def envelope_sender(request: SendRequest, config: EmailConfig) -> str:
    """Returns MAIL FROM: null for an automatic answer (RFC 3834 § 3.3), else where its bounce will name it."""
    if request.automatic:
        return ""
    if config.bounce_address is None:
        return config.address
    try:
        return plus_address(config.bounce_address, token=request.ref)
    except ValueError:
        return config.bounce_address


def _automatic_headers(request: SendRequest) -> tuple[tuple[str, str], ...]:
    """RFC 3834 § 5: other robots are told that a robot wrote."""
    if not request.automatic:
        return ()
    word = "auto-replied" if request.in_reply_to else "auto-generated"
    return (("Auto-Submitted", word), ("X-Auto-Response-Suppress", "All"), ("Precedence", "auto_reply"))


def _files(request: SendRequest) -> list[File]:
    out: list[File] = []
    for number, piece in enumerate(request.attachments, 1):
        if piece.content is None:
            raise Unsendable("une pièce à joindre n'a pas été chargée")
        refuse_controls(piece.name or "")
        name = safe_name(piece.name or "") or made_up_name(piece.content_type, number=number)
        out.append(File(name=name, content_type=piece.content_type, content=piece.content))
    return out
