"""Exports of an imaginary town hall, in the shapes the tools themselves write; nobody in them exists."""

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def zammad(
    number: int = 1, *, state: str = "open", articles: Iterable[Mapping[str, Any]] | None = None, **ticket: Any
) -> dict[str, Any]:
    """One line: a ticket as `GET /api/v1/tickets/{id}?expand=true`, its articles as `…/by_ticket/{id}?expand=true`."""
    told = {
        "id": number,
        "group": "Urbanisme",
        "priority": "2 normal",
        "state": state,
        "organization": None,
        "number": f"{67000 + number}",
        "title": "Clôture de jardin",
        "owner": "agent@villebourg.example.fr",
        "customer": "usager@example.org",
        "created_at": "2026-02-10T08:30:00.119Z",
        "updated_at": "2026-02-12T09:00:00.000Z",
        "close_at": "2026-02-12T09:00:00.000Z" if state == "closed" else None,
        **ticket,
    }
    return {"ticket": told, "articles": list(articles) if articles is not None else [asked(number)], "tags": ["voirie"]}


def asked(ticket: int = 1, **changed: Any) -> dict[str, Any]:
    return {
        "id": ticket * 10,
        "ticket_id": ticket,
        "from": "Usager Exemple <usager@example.org>",
        "to": "contact@villebourg.example.fr",
        "cc": None,
        "subject": "Clôture de jardin",
        "body": "<p>Bonjour, puis-je <b>clore</b> mon jardin ?</p>",
        "content_type": "text/html",
        "message_id": f"<demande-{ticket}@example.org>",
        "type": "email",
        "sender": "Customer",
        "internal": False,
        "attachments": [],
        "created_at": "2026-02-10T08:30:00.119Z",
        **changed,
    }


def answered(ticket: int = 1, **changed: Any) -> dict[str, Any]:
    return asked(
        ticket,
        id=ticket * 10 + 1,
        **{
            "from": "Accueil <contact@villebourg.example.fr>",
            "to": "Usager Exemple <usager@example.org>",
            "body": "Nous étudions votre demande.",
            "content_type": "text/plain",
            "message_id": f"<reponse-{ticket}@villebourg.example.fr>",
            "sender": "Agent",
            "created_at": "2026-02-11T10:00:00.000Z",
            **changed,
        },
    )


def chatwoot(number: int = 7, *, status: str = "resolved") -> dict[str, Any]:
    """One line: a conversation of `GET /conversations`, its messages as `GET /conversations/{id}/messages`."""
    person = {"id": 3, "name": "Camille Exemple", "email": "camille@example.org", "phone_number": "+33199000001"}
    return {
        "conversation": {
            "id": number,
            "uuid": "0b0f1a52-1111-4222-8333-944445555666",
            "inbox_id": 2,
            "status": status,
            "created_at": 1770710400,
            "last_activity_at": 1770800400,
            "labels": ["etat-civil"],
            "additional_attributes": {"mail_subject": "Acte de naissance"},
            "meta": {
                "sender": person,
                "channel": "Channel::Email",
                "assignee": {"id": 4, "name": "Agent Exemple", "email": "absent@villebourg.example.fr"},
                "team": {"name": "État civil"},
            },
        },
        "messages": [
            {
                "id": 71,
                "content": "Bonjour",
                "message_type": 0,
                "content_type": "incoming_email",
                "private": False,
                "source_id": "<acte@example.org>",
                "created_at": 1770710400,
                "sender": {**person, "type": "contact"},
                "content_attributes": {
                    "email": {
                        "subject": "Acte de naissance",
                        "to": ["contact@villebourg.example.fr"],
                        "message_id": "acte@example.org",
                        "text_content": {"full": "Bonjour,\nje voudrais un acte de naissance.\nMerci"},
                    }
                },
                "attachments": [
                    {
                        "id": 9,
                        "file_type": "image",
                        "file_size": 48,
                        "data_url": "https://chat.example.fr/r/pi%C3%A8ce.png",
                    }
                ],
            },
            {
                "id": 72,
                "content": "À vérifier avec l’état civil",
                "message_type": 1,
                "private": True,
                "created_at": 1770714000,
                "sender": {"name": "Agent Exemple", "type": "user"},
            },
            {
                "id": 73,
                "content": "Votre acte est prêt.",
                "message_type": 1,
                "private": False,
                "created_at": 1770800000,
                "sender": {"name": "Agent Exemple", "type": "user"},
            },
            {
                "id": 74,
                "content": "Conversation résolue",
                "message_type": 2,
                "private": False,
                "created_at": 1770800400,
            },
        ],
    }


def freescout(number: int = 12, *, status: str = "active", state: str = "published") -> dict[str, Any]:
    """One line: a conversation of `GET /api/conversations/{id}`, its threads the last first."""
    customer = {
        "id": 5,
        "type": "customer",
        "firstName": "Dominique",
        "lastName": "Exemple",
        "email": "dominique@example.org",
    }
    return {
        "id": number + 1000,
        "number": number,
        "type": "email",
        "status": status,
        "state": state,
        "subject": "Lampadaire éteint",
        "mailboxId": 1,
        "assignee": {
            "id": 1,
            "type": "user",
            "firstName": "Agent",
            "lastName": "Exemple",
            "email": "agent@villebourg.example.fr",
        },
        "createdAt": "2026-02-16T09:00:00Z",
        "closedAt": None,
        "customer": customer,
        "_embedded": {
            "threads": [
                {
                    "id": 33,
                    "type": "lineitem",
                    "state": "published",
                    "action": {"type": "changed-ticket-assignee", "text": "Confiée à Agent Exemple"},
                    "createdAt": "2026-02-17T08:00:00Z",
                    "_embedded": {"attachments": []},
                },
                {
                    "id": 32,
                    "type": "message",
                    "state": "draft",
                    "body": "jamais parti",
                    "createdAt": "2026-02-17T07:00:00Z",
                    "createdBy": {"firstName": "Agent", "lastName": "Exemple", "email": "agent@villebourg.example.fr"},
                },
                {
                    "id": 31,
                    "type": "customer",
                    "state": "published",
                    "body": "<div>Le lampadaire de la <i>place</i> est éteint.</div>",
                    "customer": customer,
                    "to": ["contact@villebourg.example.fr"],
                    "cc": [],
                    "createdAt": "2026-02-16T09:00:00Z",
                    "_embedded": {
                        "attachments": [{"id": 8, "fileName": "photo.png", "mimeType": "image/png", "size": 48}]
                    },
                },
            ],
            "tags": [{"id": 1, "name": "éclairage"}],
        },
    }


CSV = (
    "ticket_id;objet;statut;date;sens;nom;courriel;texte;agent\r\n"
    "A-1;Poubelle;ouvert;16/02/2026 09:30;reçu;Usager Exemple;usager@example.org;"
    '"La poubelle; de la rue\nn’est pas vidée";agent@villebourg.example.fr\r\n'
    "A-1;Poubelle;ouvert;17/02/2026 10:00;interne;Agent;;à voir avec la régie;\r\n"
    "A-2;Banc;clos;12/01/2025;reçu;;camille@example.org;Le banc est cassé;\r\n"
    "A-2;Banc;clos;pas une date;reçu;;camille@example.org;perdu;\r\n"
)


def lines(*documents: Mapping[str, Any]) -> bytes:
    return b"".join(json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in documents)


def archive(content: bytes, pieces: Mapping[str, bytes] | None = None, *, name: str = "tickets.ndjson") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, content)
        for member, piece in (pieces or {}).items():
            file.writestr(f"attachments/{member}", piece)
    return out.getvalue()


def written(folder: Path, content: bytes, *, name: str = "export") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path
