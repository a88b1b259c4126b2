"""What the conversation itself says to whoever is in it."""

from collections.abc import Mapping
from types import MappingProxyType

from app.chat.values import NoticeCode
from app.rest.languages import Said

NOTICES: Mapping[NoticeCode, Said] = MappingProxyType(
    {
        NoticeCode.ADDRESS_LEFT: Said(
            "Adresse enregistrée : si vous quittez cette page, la réponse y partira par courriel.",
            en="Address recorded: if you leave this page, the answer goes there by e-mail.",
        ),
        NoticeCode.TRANSCRIPT_SENT: Said(
            "Le relevé de la discussion part par courriel.", en="The transcript leaves by e-mail."
        ),
        NoticeCode.ENDED_BY_AGENT: Said(
            "L’agent a terminé la discussion. Votre demande, elle, reste enregistrée ; vous pouvez écrire encore.",
            en="The agent ended the conversation. Your request remains recorded; you may write again.",
        ),
        NoticeCode.ENDED_BY_VISITOR: Said(
            "L’usager a terminé la discussion ; la demande reste enregistrée.",
            en="The visitor ended the conversation; the request remains recorded.",
        ),
        NoticeCode.ENDED_IDLE: Said(
            "Sans nouveau message, la discussion s’est terminée. Votre demande reste enregistrée ; vous pouvez écrire encore.",
            en="With no new message the conversation ended. Your request remains recorded; you may write again.",
        ),
    }
)
EMPTY = Said("écrivez votre message avant de l’envoyer", en="write your message before sending it")
TOO_LONG = Said(
    "ce message est trop long : 4 000 caractères au plus, envoyez-le en plusieurs fois",
    en="this message is too long: 4,000 characters at most, send it in several times",
)
BAD_ADDRESS = Said(
    "cette adresse n’est pas complète : exemple, nom@exemple.fr",
    en="this address is not complete: for example nom@exemple.fr",
)
OTHER_WORDS = Said(
    "un autre message porte déjà ce nom : rechargez la page et renvoyez le vôtre",
    en="another message already bears that name: reload the page and send yours again",
)
SLOWER = Said(
    "vous écrivez trop vite pour être lu : attendez un instant et renvoyez, rien de ce qui précède n’est perdu",
    en="you write faster than anybody can read: wait a moment and send again, nothing before is lost",
)
FOREIGN = Said(
    "cette page n’est pas montrée par un site de l’administration",
    en="this page is not shown by a site of the administration",
)
NOT_VOUCHED = Said(
    "connectez-vous d’abord au site qui montre cette discussion",
    en="sign in first on the site that shows this conversation",
)
NOBODY_YET = Said(
    "le relevé s’envoie une fois qu’un agent vous a répondu", en="the transcript is sent once an agent has answered you"
)
SENT_BEFORE = Said(
    "un relevé a déjà été envoyé : un par heure à une même adresse, trois par jour pour une discussion ; demandez-le à l’agent",
    en="a transcript has already been sent: one an hour to an address, three a day for a conversation; ask the agent for it",
)
NO_MAIL = Said(
    "le relevé ne peut pas partir d’ici : imprimez cette page, ou demandez-le à l’agent",
    en="the transcript cannot leave from here: print this page, or ask the agent for it",
)
MANY_PAGES = Said(
    "cette discussion est ouverte dans trop de pages à la fois : fermez-en, celle-ci suivra ensuite d’elle-même",
    en="this conversation is open in too many pages at once: close some, this one then follows by itself",
)
