"""The identifiers that addresses hold."""

from typing import Annotated
from uuid import UUID

from app.ids import Prefix
from app.rest.public_ids import in_path

AbsenceInPath = Annotated[UUID, in_path(Prefix.ABSENCE, "absence_id", "L'absence.")]
AlertInPath = Annotated[UUID, in_path(Prefix.ALERT, "alert_id", "L'alerte.")]
AttachmentInPath = Annotated[UUID, in_path(Prefix.ATTACHMENT, "attachment_id", "La pièce.")]
BulkInPath = Annotated[UUID, in_path(Prefix.BULK, "bulk_id", "L'acte groupé.")]
ChannelInPath = Annotated[UUID, in_path(Prefix.CHANNEL, "channel_id", "Le canal.")]
ContactInPath = Annotated[UUID, in_path(Prefix.CONTACT, "contact_id", "La personne.")]
ErasureInPath = Annotated[UUID, in_path(Prefix.ERASURE, "erasure_id", "L'effacement.")]
ExportInPath = Annotated[UUID, in_path(Prefix.ACCESS_EXPORT, "export_id", "La copie des données.")]
EliminationListInPath = Annotated[UUID, in_path(Prefix.ELIMINATION_LIST, "list_id", "Le bordereau.")]
FormInPath = Annotated[UUID, in_path(Prefix.FORM, "form_id", "Le formulaire.")]
GrantInPath = Annotated[UUID, in_path(Prefix.GRANT, "grant_id", "L'accès de l'exploitant.")]
ImportInPath = Annotated[UUID, in_path(Prefix.IMPORT, "import_id", "La reprise.")]
KeyInPath = Annotated[UUID, in_path(Prefix.API_KEY, "key_id", "La clé d'accès.")]
LegalHoldInPath = Annotated[UUID, in_path(Prefix.LEGAL_HOLD, "hold_id", "La conservation légale.")]
LetterInPath = Annotated[UUID, in_path(Prefix.LETTER, "letter_id", "La lettre.")]
LinkInPath = Annotated[UUID, in_path(Prefix.LINK, "link_id", "Le lien.")]
MessageInPath = Annotated[UUID, in_path(Prefix.MESSAGE, "message_id", "Le message.")]
MoveInPath = Annotated[UUID, in_path(Prefix.MOVE, "move_id", "La fusion ou la séparation.")]
PersonMergeInPath = Annotated[UUID, in_path(Prefix.PERSON_MERGE, "merge_id", "La fusion de deux personnes.")]
PointInPath = Annotated[UUID, in_path(Prefix.POINT, "point_id", "Le moyen de contact.")]
ProposalInPath = Annotated[UUID, in_path(Prefix.PROPOSAL, "proposal_id", "Le rapprochement proposé.")]
NotificationInPath = Annotated[UUID, in_path(Prefix.NOTIFICATION, "notification_id", "La notification.")]
OutboundInPath = Annotated[UUID, in_path(Prefix.OUTBOUND, "outbound_id", "L'envoi.")]
ReceiptInPath = Annotated[UUID, in_path(Prefix.RECEPTION, "receipt_id", "Le récépissé.")]
RecomputationInPath = Annotated[UUID, in_path(Prefix.RECOMPUTATION, "recomputation_id", "Le recalcul.")]
SaisineInPath = Annotated[UUID, in_path(Prefix.SAISINE, "saisine_id", "La saisine.")]
TagInPath = Annotated[UUID, in_path(Prefix.TAG, "tag_id", "L'étiquette.")]
TeamInPath = Annotated[UUID, in_path(Prefix.TEAM, "team_id", "L'équipe.")]
TenantExportInPath = Annotated[UUID, in_path(Prefix.EXPORT, "tenant_export_id", "La copie complète.")]
TicketInPath = Annotated[UUID, in_path(Prefix.TICKET, "ticket_id", "La demande.")]
UserInPath = Annotated[UUID, in_path(Prefix.USER, "user_id", "Le compte.")]
CannedReplyInPath = Annotated[UUID, in_path(Prefix.CANNED_REPLY, "canned_reply_id", "La réponse type.")]
MacroInPath = Annotated[UUID, in_path(Prefix.MACRO, "macro_id", "La macro.")]
ViewInPath = Annotated[UUID, in_path(Prefix.VIEW, "view_id", "La vue enregistrée.")]
WebhookInPath = Annotated[UUID, in_path(Prefix.WEBHOOK, "endpoint_id", "Le webhook.")]
WebhookDeliveryInPath = Annotated[UUID, in_path(Prefix.WEBHOOK_DELIVERY, "delivery_id", "La livraison.")]
