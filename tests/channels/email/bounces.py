"""Bounces as mailers write them for people: layouts that are met, with senders and recipients nobody has."""

from dataclasses import dataclass

from app.channels.contract import DeliveryStatus

OURS = "<0190-b@villebourg.example.fr>"
BOUNCED, FAILED, DELAYED = DeliveryStatus.BOUNCED, DeliveryStatus.FAILED, DeliveryStatus.ACCEPTED
HEADERS = f"""Received: from parvis.villebourg.example.fr by mx.example.org; Mon, 2 Mar 2026 10:00:00 +0100
From: Mairie de Villebourg <contact@villebourg.example.fr>
To: usager@example.org
Subject: Votre demande
Message-ID: {OURS}
Date: Mon, 2 Mar 2026 10:00:00 +0100
"""


@dataclass(frozen=True)
class Bounce:
    """`headers` are the mailer's own; `code` is what must be understood, `status` what becomes of our mail."""

    name: str
    headers: str
    text: str
    code: str | None
    status: DeliveryStatus
    recipient: str | None = "usager@example.org"
    ours: str | None = OURS

    def raw(self) -> bytes:
        head = f"{self.headers.strip()}\nTo: contact@villebourg.example.fr\nContent-Type: text/plain; charset=utf-8\n"
        return (head + "\n" + self.text).replace("\n", "\r\n").encode()


EXIM = """From: Mail Delivery System <Mailer-Daemon@mx.example.net>
X-Failed-Recipients: usager@example.org
Auto-Submitted: auto-replied
Subject: Mail delivery failed: returning message to sender"""
QMAIL = """Return-Path: <>
From: MAILER-DAEMON@mail.example.net
Subject: failure notice"""
SENDMAIL = """From: Mail Delivery Subsystem <MAILER-DAEMON@relay.example.net>
Subject: Returned mail: see transcript for details"""
EXCHANGE = """From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.net>
Subject: Non remis : Votre demande"""
WEBMAIL = """Return-Path: <>
From: Mail Delivery Subsystem <mailer-daemon@googlemail.example>
Auto-Submitted: auto-replied
References: <0190-b@villebourg.example.fr>
In-Reply-To: <0190-b@villebourg.example.fr>
Subject: Delivery Status Notification (Failure)"""

BOUNCES = (
    Bounce("exim, unknown", EXIM, f"""This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  usager@example.org
    host mx.example.org [192.0.2.25]
    SMTP error from remote mail server after RCPT TO:<usager@example.org>:
    550 5.1.1 <usager@example.org>: Recipient address rejected: User unknown

------ This is a copy of the message's headers. ------

{HEADERS}""", "5.1.1", BOUNCED),
    Bounce("exim, no code at all", EXIM, f"""A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  usager@example.org
    Unrouteable address

------ This is a copy of the message, including all the headers. ------

{HEADERS}
Bonjour, votre dossier 5.2.2 n'est pas complet.
""", "5.1.2", BOUNCED),
    Bounce("exim, retry timeout", EXIM, f"""The following address(es) failed:

  usager@example.org
    host mx.example.org [192.0.2.25]: 451 4.7.1 Greylisted, try again
    retry timeout exceeded

------ This is a copy of the message's headers. ------

{HEADERS}""", "4.7.1", FAILED),
    Bounce("exim, warning", EXIM.replace("Mail delivery failed: returning message to sender", "Warning: message 1tX-0 delayed 24 hours"),
           f"""This message was created automatically by mail delivery software.
A message that you sent has not yet been delivered to one or more of its
recipients after more than 24 hours on the queue on mx.example.net.

The address to which the message has not yet been delivered is:

  usager@example.org
    Delay reason: host mx.example.org [192.0.2.25]: Connection timed out

No action is required on your part. Delivery attempts will continue for
some time, and this warning may be repeated at intervals.

------ This is a copy of the message's headers. ------

{HEADERS}""", "4.4.1", DELAYED),
    Bounce("qmail, unknown", QMAIL, f"""Hi. This is the qmail-send program at mail.example.net.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<usager@example.org>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <contact@villebourg.example.fr>
{HEADERS}""", "5.1.1", BOUNCED),
    Bounce("qmail, given up after a week", QMAIL, f"""Hi. This is the qmail-send program at mail.example.net.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<usager@example.org>:
192.0.2.25 does not like recipient.
Remote host said: 452 4.2.2 Mailbox full
Giving up on 192.0.2.25.
I'm not going to try again; this message has been in the queue too long.

--- Below this line is a copy of the message.

{HEADERS}""", "4.2.2", FAILED),
    Bounce("sendmail, unknown", SENDMAIL, f"""The original message was received at Mon, 2 Mar 2026 10:00:02 +0100
from parvis.villebourg.example.fr [192.0.2.4]

   ----- The following addresses had permanent fatal errors -----
<usager@example.org>
    (reason: 550 5.1.1 <usager@example.org>... User unknown)

   ----- Transcript of session follows -----
... while talking to mx.example.org.:
>>> RCPT To:<usager@example.org>
<<< 550 5.1.1 <usager@example.org>... User unknown
550 5.1.1 <usager@example.org>... User unknown

{HEADERS}""", "5.1.1", BOUNCED),
    Bounce("sendmail, still trying", SENDMAIL.replace("Returned mail: see transcript for details", "Warning: could not send message for past 4 hours"),
           f"""    **********************************************
    **      THIS IS A WARNING MESSAGE ONLY      **
    **  YOU DO NOT NEED TO RESEND YOUR MESSAGE  **
    **********************************************

   ----- Transcript of session follows -----
<usager@example.org>... Deferred: Connection refused by mx.example.org.
Warning: message still undelivered after 4 hours
Will keep trying until message is 5 days old

{HEADERS}""", "4.4.1", DELAYED),
    Bounce("exchange, french", EXCHANGE, f"""Échec de la remise pour ces destinataires ou groupes :

usager@example.org
L'adresse de courrier que vous avez entrée est introuvable. Vérifiez l'adresse de messagerie du destinataire.

Informations de diagnostic pour les administrateurs :
Serveur de génération : mx.example.org
usager@example.org
#550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup ##

En-têtes des messages d'origine :
{HEADERS}""", "5.1.10", BOUNCED),
    Bounce("exchange of old", EXCHANGE.replace("Non remis : Votre demande", "Undeliverable: Votre demande"), f"""Your message did not reach some or all of the intended recipients.

      Subject:  Votre demande
      Sent:     02/03/2026 10:00

The following recipient(s) could not be reached:

      usager@example.org on 02/03/2026 10:01
            The e-mail account does not exist at the organization this message was sent to.
            <mx.example.org #5.1.1>

{HEADERS}""", "5.1.1", BOUNCED),
    Bounce("exchange, too large", EXCHANGE, f"""Échec de la remise pour ces destinataires :

usager@example.org
Ce message est trop volumineux pour être remis. La taille maximale autorisée est de 10 Mo.

{HEADERS}""", "5.3.4", BOUNCED),
    Bounce("a large webmail, not found", WEBMAIL, """** Address not found **

Your message wasn't delivered to usager@example.org because the address couldn't be found, or is unable to receive mail.

The response from the remote server was:
550 5.1.1 The email account that you tried to reach does not exist. Please try double-checking the address.
""", "5.1.1", BOUNCED, recipient=None),
    Bounce("a large webmail, full", WEBMAIL, """** Recipient inbox full **

Your message couldn't be delivered to usager@example.org. Their inbox is full, or it's getting too much mail right now.

The response was:
552-5.2.2 The email account that you tried to reach is over quota. Please direct
552-5.2.2 the recipient to free some room.
""", "5.2.2", BOUNCED, recipient=None),
    Bounce("a large webmail, trying", WEBMAIL.replace("(Failure)", "(Delay)"), """** Delivery incomplete **

There was a temporary problem delivering your message to usager@example.org. Delivery will be retried for 46 more hours.
You'll be notified if the delivery fails permanently.

The response was:
The recipient server did not accept our requests to connect. [mx.example.org 192.0.2.25: timed out]
""", "4.4.1", DELAYED, recipient=None),
    Bounce("a large webmail, blocked", WEBMAIL, """** Message blocked **

Your message to usager@example.org has been blocked. See technical details below for more information.

The response was:
550 5.7.26 This mail has been blocked because the sender is unauthenticated.
""", "5.7.26", BOUNCED, recipient=None),
    Bounce("a french provider", """Return-Path: <>
From: postmaster@courrier.example.net
Subject: Message non distribué""", f"""Bonjour,

Votre message n'a pas pu être distribué au destinataire suivant :

<usager@example.org> : la boîte aux lettres est pleine

----- Message d'origine -----
{HEADERS}""", "5.2.2", BOUNCED),
    Bounce("a french provider, later", """Return-Path: <>
From: MAILER-DAEMON@courrier.example.net
Subject: Message retardé""", f"""Votre message n'a pas encore été remis à son destinataire :

<usager@example.org> : le serveur distant est injoignable

De nouvelles tentatives auront lieu pendant 3 jours. Vous n'avez rien à faire.

----- Message d'origine -----
{HEADERS}""", "4.4.1", DELAYED),
    Bounce("a gateway that filters", """Return-Path: <>
From: Mail Filter <postmaster@gate.example.net>
Subject: Message rejeté""", f"""Your message to usager@example.org was rejected by our policy: the sending server is on a blacklist.

--- original message headers ---
{HEADERS}""", "5.7.1", BOUNCED, recipient=None),
    Bounce("a groupware server", """From: Mailer <mailer-daemon@groupware.example.net>
Subject: DELIVERY FAILURE: User usager (usager@example.org) not listed in public Name & Address Book""",
           f"""Your message

  Subject: Votre demande

was not delivered to:

  usager@example.org

because:

  User usager (usager@example.org) not listed in public Name & Address Book

{HEADERS}""", "5.1.1", BOUNCED),
    Bounce("from an unusual name, to nobody", """Return-Path: <>
From: Mail Service <mail-service@example.net>
Subject: Undelivered mail""", f"""<usager@example.org>: account has been disabled

{HEADERS}""", "5.2.1", BOUNCED),
    Bounce("an address of figures is no code", QMAIL, f"""I'm afraid I wasn't able to deliver your message.

<usager@example.org>:
Connected to 5.1.1.25 but connection died. Version 4.96.2 of the mailer. (#4.4.2)
I'm not going to try again; this message has been in the queue too long.

--- Below this line is a copy of the message.

{HEADERS}""", "4.4.2", FAILED),
    Bounce("nothing but words", SENDMAIL, f"""Sorry.

{HEADERS}""", None, BOUNCED, recipient=None),
)  # fmt: skip

# What people's own robots write: kept as messages, never believed as reports, never answered.
AWAY = (
    """Return-Path: <>
From: Usager <usager@example.org>
Auto-Submitted: auto-replied
In-Reply-To: <0190-b@villebourg.example.fr>
Subject: Réponse automatique : Votre demande

Je suis absent jusqu'au 9 mars. En cas d'urgence, écrivez à collegue@example.org.""",
    """Return-Path: <>
From: Usager <usager@example.org>
X-Autoreply: yes
Subject: Out of office Re: Undelivered Mail Returned to Sender

I am away until Monday. Error 550 5.1.1 is not my business.""",
    """Return-Path: <>
From: Usager <usager@example.org>
Precedence: bulk
X-Auto-Response-Suppress: All
Subject: Absence du bureau

Ma boîte est pleine de messages, je réponds lundi.""",
)
