"""How mail readers lay an answer over what it answers, in five languages, and words that only look like it.

Written for Parvis: every history says ANCIEN, and nothing above it does.
"""

from collections.abc import Mapping, Sequence

HISTORIES: Mapping[str, str] = {
    "outlook, new": "________________________________\nDe: Mairie <contact@example.org>\nEnvoyé: lundi 3 novembre 2025 10:12\nÀ: Usager <u@example.fr>\nObjet: RE: Demande\n \nANCIEN\n",
    "outlook, mobile": "Obtenir Outlook pour iOS\n________________________________\nDe : Mairie <contact@example.org>\nEnvoyé : Monday, November 3, 2025 10:12:13 AM\nÀ : Usager\nObjet : RE\n\nANCIEN\n",
    "outlook, on the web": "De : Mairie\nDate : lundi, 3 novembre 2025 à 10:12\nÀ : Usager\nCc : Voirie\nObjet : Demande\n\nANCIEN\n",
    "outlook, sender on two lines": "De : Mairie de Villebourg, service de la voirie et des espaces publics\n<contact@example.org>\nEnvoyé : lundi 3 novembre 2025 10:12\nÀ : Usager\nObjet : RE\n\nANCIEN\n",
    "outlook, german": "Von: Mairie <contact@example.org>\nGesendet: Montag, 3. November 2025 10:12\nAn: Usager\nBetreff: RE: Demande\n\nANCIEN\n",
    "outlook, spanish": "De: Mairie <contact@example.org>\nEnviado: lunes, 3 de noviembre de 2025 10:12\nPara: Usager\nAsunto: RE: Demande\n\nANCIEN\n",
    "outlook, italian": "Da: Mairie <contact@example.org>\nInviato: lunedì 3 novembre 2025 10:12\nA: Usager\nOggetto: RE: Demande\n\nANCIEN\n",
    "outlook, portuguese": "De: Mairie <contact@example.org>\nEnviado: segunda-feira, 3 de novembro de 2025 10:12\nPara: Usager\nAssunto: RE: Demande\n\nANCIEN\n",
    "gmail, german": "Am Mo., 3. Nov. 2025 um 10:12 Uhr schrieb Mairie <contact@example.org>:\n\n> ANCIEN\n",
    "gmail, spanish": "El lun, 3 nov 2025 a las 10:12, Mairie (<contact@example.org>) escribió:\n\n> ANCIEN\n",
    "gmail, italian": "Il giorno lun 3 nov 2025 alle ore 10:12 Mairie <contact@example.org> ha scritto:\n\n> ANCIEN\n",
    "gmail, portuguese": "Em seg., 3 de nov. de 2025 às 10:12, Mairie <contact@example.org> escreveu:\n\n> ANCIEN\n",
    "gmail, dutch": "Op ma 3 nov 2025 om 10:12 schreef Mairie <contact@example.org>:\n\n> ANCIEN\n",
    "gmail, wrapped twice": "Le lun. 3 nov. 2025 à 10:12, Mairie de Villebourg - Accueil et\nservice à la population <\ncontact@example.org> a\nécrit :\n\n> ANCIEN\n",
    "gmail, year first": "2025-11-03 10:12 GMT+01:00 Mairie <contact@example.org>:\n\n> ANCIEN\n",
    "thunderbird, english": "On 03/11/2025 10:12, Mairie wrote:\n> ANCIEN\n",
    "thunderbird, german": "Am 03.11.2025 um 10:12 schrieb Mairie:\n> ANCIEN\n",
    "thunderbird, forwarded": "-------- Message transféré --------\nSujet :\tDemande\nDate :\tMon, 3 Nov 2025 10:12:13 +0100\nDe :\tMairie <contact@example.org>\nPour :\tUsager\n\nANCIEN\n",
    "roundcube": "Le 03-11-2025 10:12, Mairie a écrit :\n\n> ANCIEN\n",
    "roundcube, english": "On 2025-11-03 10:12, Mairie wrote:\n\n> ANCIEN\n",
    "yahoo, mobile": "Envoyé depuis Yahoo Mail pour iPhone\n\nLe lundi 3 novembre 2025, 10:12 AM, Mairie <contact@example.org> a écrit :\n\nANCIEN\n",
    "samsung": "-------- Message d'origine --------De : Mairie <contact@example.org> Date : 03/11/2025 10:12 (GMT+01:00) À : Usager Objet : RE \nANCIEN\n",
    "huawei": "-------- Message d’origine --------\nDe : Mairie\nDate : lun. 3 nov. 2025 à 10:12\nÀ : Usager\nObjet : RE\n\nANCIEN\n",
    "sms to mail": "----- Message d'origine -----\nDe: Mairie\nEnvoyé: lundi 3 novembre 2025\n\nANCIEN\n",
    "free, zimbra": 'De: "Mairie" <contact@example.org>\nÀ: "Usager" <u@example.fr>\nEnvoyé: Lundi 3 Novembre 2025 10:12:13\nObjet: Re: Demande\n\nANCIEN\n',
    "zimbra, forwarded": '----- Mail transféré -----\nDe: "Mairie"\nÀ: "Usager"\nANCIEN\n',
    "bouygues": "> ----------------------------------------\n> De : Mairie <contact@example.org>\n> Envoyé le : lundi 3 novembre 2025 10:12\n> À : Usager\n> Objet : RE\n> \n> ANCIEN\n",
    "proton, english": "------- Original Message -------\nOn Monday, November 3rd, 2025 at 10:12 AM, Mairie <contact@example.org> wrote:\n\n> ANCIEN\n",
    "proton, recent": "Le lundi 3 novembre 2025 à 10:12, Mairie <contact@example.org> a écrit :\n\n> ANCIEN\n",
    "tutanota": "3 nov. 2025, 10:12 de contact@example.org :\n\n> ANCIEN\n",
    "lotus": "De :\tMairie/Villebourg\nA :\tUsager\nDate :\t03/11/2025 10:12\nObjet :\tRE: Demande\n\nANCIEN\n",
    "apple, forwarded english": "Begin forwarded message:\n\nFrom: Mairie\nSubject: x\n\nANCIEN\n",
    "apple, german": "Am 03.11.2025 um 10:12 schrieb Mairie <contact@example.org>:\n\n> ANCIEN\n",
    "original, german": "-----Ursprüngliche Nachricht-----\nVon: Mairie\nANCIEN\n",
    "original, spanish": "-----Mensaje original-----\nDe: Mairie\nANCIEN\n",
    "original, italian": "-----Messaggio originale-----\nDa: Mairie\nANCIEN\n",
    "forwarded, german": "---------- Weitergeleitete Nachricht ---------\nVon: Mairie\nANCIEN\n",
    "forwarded, italian": "---------- Messaggio inoltrato ---------\nDa: Mairie\nANCIEN\n",
    "quoted twice": "> > ANCIEN\n> \n> ANCIEN aussi\n",
    "our own mark": "-- Répondre au-dessus de cette ligne --\n\nANCIEN\n",
}
# Whole as they stand: nothing in them is history.
GENUINE: Sequence[str] = (
    "Von meinem Fenster sehe ich: nichts.\nAn: niemand.\nKEEP\n",
    "Da: un an.\nOggetto: nulla KEEP\n",
    "El 3 de noviembre de 2025 fui al ayuntamiento.\nKEEP\n",
    "Am 3. November 2025 war ich da.\nKEEP\n",
    "Le maire a écrit :\nKEEP\n",
    "Date : 3 novembre\nLieu : place du marché\nKEEP\n",
    "- message d'origine inconnue\nKEEP\n",
    "3 nov. 2025, 10:12 : panne de lampadaire\nKEEP\n",
    "2025-11-03 10:12 panne constatée\nKEEP\n",
    "Envoyé de mon iPhone\nKEEP\n",
    "De : 3 à 5 rue des Lilas\nKEEP\n",
    "-- \nUsager Exemple\n06 99 00 00 01 KEEP\n",
)
