"""The words of the demonstration's citizens, and the door each takes."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from app.demo.clock import DemoClock
from app.demo.senders import Senders
from app.demo.story import CONTACT
from app.demo.town import Town

# Smallest files a reader opens: a one-page PDF and a one-pixel PNG.
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
TWILIO, OVH, META = "demonstration-twilio", "demonstration-ovh", "demonstration-meta"
STANDARD = "whsec_ZGVtb25zdHJhdGlvbi1kZW1vbnN0cmF0aW9uLTAx"


class Script:
    """One method a scene; `at` is when it was sent."""

    def __init__(self, senders: Senders, town: Town, clock: DemoClock) -> None:
        self._send, self._town, self._clock = senders, town, clock

    async def facebook_canteen(self, at: datetime) -> None:
        await self._meta(
            "meta.messenger",
            at,
            "Bonjour, je souhaite inscrire ma fille à la cantine de l'école des Tilleuls à partir de la rentrée. "
            "Usagère Exemple, 4 allée des Essais, 00000 Villebourg, usagere@example.org. Merci !",
            sender="24000000000000017",
        )

    async def instagram_market(self, at: datetime) -> None:
        await self._meta(
            "meta.instagram",
            at,
            "Bonjour, comment obtenir un emplacement au marché de Noël pour mon stand de bougies ?",
            sender="17800000000000031",
        )

    async def form_rental(self, at: datetime) -> None:
        await self._form(
            at,
            {
                "prenom": "Usager",
                "nom": "Exemple",
                "courriel": "bailleur@example.org",
                "objet": "Demande d'autorisation de mise en location",
                "message": "Bonjour, je demande l'autorisation préalable de mettre en location mon logement du "
                "12 rue de la Démonstration. Vous trouverez mon dossier complet à l'accueil.",
            },
        )

    async def form_nursery(self, at: datetime) -> None:
        await self._form(
            at,
            {
                "prenom": "Parent",
                "nom": "Exemple",
                "courriel": "parent@example.org",
                "objet": "Place en crèche",
                "message": "Bonjour, nous demandons une place en crèche pour notre fils à partir de janvier.",
            },
        )

    async def mail_erp(self, at: datetime) -> None:
        await self._mail(
            at,
            "commerce@example.org",
            "Travaux d'aménagement de ma boutique",
            "Madame, Monsieur,\n\nJe demande l'autorisation d'aménager ma boutique, établissement recevant du public "
            "de 5e catégorie. Le dossier est joint.\n\nCordialement,\nCommerce Exemple\n",
            name="erp",
            charset="iso-8859-1",
            attachment=("dossier-accessibilité.pdf", "application/pdf", PDF),
        )

    async def mail_terrace(self, at: datetime) -> None:
        await self._mail(
            at,
            "cafe@example.org",
            "Terrasse d'été place du Parvis",
            "Bonjour,\n\nNous demandons le renouvellement de notre autorisation de terrasse – 12 m² – pour l'été.\n"
            "Le Café Exemple\n",
            name="terrasse",
            charset="windows-1252",
        )

    async def mail_sign(self, at: datetime) -> None:
        await self._mail(
            at,
            "boutique@example.org",
            "Pose d'une enseigne",
            "Bonjour,\n\nJe souhaite poser une enseigne au-dessus de ma vitrine, 3 rue des Modèles.\n",
            name="enseigne",
        )

    async def mail_trees(self, at: datetime) -> None:
        await self._mail(
            at,
            "riverain@example.org",
            "Platane menaçant rue du Moulin",
            "Bonjour,\n\nUn platane penche dangereusement au-dessus du trottoir, rue du Moulin. Pouvez-vous l'élaguer ?\n",
            name="platane",
        )

    async def mail_trees_again(self, at: datetime) -> None:
        await self._mail(
            at,
            "riverain@example.org",
            "Re: Platane menaçant rue du Moulin",
            "Bonjour, une branche est tombée cette nuit.\n\nLe 9, la mairie a écrit :\n> Nous avons bien reçu…\n",
            name="platane-suite",
            in_reply_to="<platane@example.org>",
        )

    async def mail_records(self, at: datetime) -> None:
        await self._mail(
            at,
            "association@example.org",
            "Communication du budget des associations",
            "Bonjour,\n\nNotre association demande la copie du budget des subventions de l'an dernier.\n",
            name="cada",
        )

    async def mail_thanks(self, at: datetime) -> None:
        await self._mail(
            at, "usager@example.org", "Merci !", "Un grand merci aux équipes pour la fête.\n", name="merci"
        )

    async def mail_absence(self, at: datetime) -> None:
        await self._mail(
            at,
            "absent@example.org",
            "Réponse automatique : absence",
            "Je suis absent jusqu'à lundi.\n",
            name="absence",
            automatic=True,
        )

    async def sms_lamp(self, at: datetime) -> None:  # noqa: ARG002 — every scene has the same shape
        values = {
            "MessageSid": "SM00000000000000000000000000000001",
            "AccountSid": "ACdemonstration",
            "From": "+33639980001",
            "To": "+33199000001",
            "Body": "Bonjour le lampadaire devant le 8 rue du Test est éteint depuis lundi",
            "NumMedia": "0",
        }
        await self._send.twilio(self._town.channels["sms.twilio"], TWILIO, values)

    async def sms_waste(self, at: datetime) -> None:
        values = {
            "id": "900001",
            "sender": "+33639980002",
            "receiver": "+33199000002",
            "message": "Bac jaune pas ramassé rue des Essais, merci",
            "date": at.strftime("%Y-%m-%dT%H:%M:%S+00:00"),
        }
        await self._send.ovh(self._town.channels["sms.ovh"], OVH, values)

    async def app_pothole(self, at: datetime) -> None:
        document = {
            "external_id": "signalement-1",
            "occurred_at": at.isoformat(),
            "sender": {"kind": "http", "address": "appareil-7", "display_name": "Application « Ma rue »"},
            "subject": "Nid-de-poule",
            "text": "Nid-de-poule profond à l'angle de la rue du Test et de l'allée des Essais.",
            "location": {"lat": 48.0001, "lon": 2.0001},
        }
        await self._send.signed(self._town.channels["http"], STANDARD, document, name="msg_demo_1", at=at)

    async def _mail(
        self,
        at: datetime,
        address: str,
        subject: str,
        text: str,
        *,
        name: str,
        charset: str = "utf-8",
        in_reply_to: str | None = None,
        attachment: tuple[str, str, bytes] | None = None,
        automatic: bool = False,
    ) -> None:
        await self._send.mail(
            CONTACT,
            sender=f"{address.partition('@')[0].capitalize()} Exemple <{address}>",
            subject=subject,
            text=text,
            at=at,
            message_id=f"<{name}@example.org>",
            charset=charset,
            in_reply_to=in_reply_to,
            attachment=attachment,
            automatic=automatic,
        )

    async def _form(self, at: datetime, answers: Mapping[str, str]) -> None:
        await self._send.form("contact", answers, filled_in=lambda: self._clock.stand_at(at + timedelta(minutes=4)))

    async def _meta(self, kind: str, at: datetime, text: str, *, sender: str) -> None:
        channel = self._town.channels[kind]
        account = "100000000000001" if kind == "meta.messenger" else "100000000000002"
        stamp = int(at.timestamp() * 1000)
        message = {"mid": f"m_demo_{sender}_{stamp}", "text": text}
        messaging = {"sender": {"id": sender}, "recipient": {"id": account}, "timestamp": stamp, "message": message}
        envelope = {
            "object": "page" if kind == "meta.messenger" else "instagram",
            "entry": [{"id": account, "time": stamp, "messaging": [messaging]}],
        }
        await self._send.meta(channel, META, envelope)
