"""Messages hurried, misspelt, without accents, some long, all invented; several codes: any of them is right.

`LABELLED` was written first and measured, then the catalogue was given more of people's words: what it measures now is
partly learnt. `FRESH` was written after that, and nothing was changed for it. `NOTHING` speaks of no procedure.
"""

LABELLED = [
    # As a telephone writes.
    ("slt cmt on fait pr avoir 1 place a la creche svp bb né en mars", "LOC-CRECHE"),
    ("bjr g perdu mon livret de famille cmt fair pr en avoir 1 autre", "EC-LIVRET"),
    ("ya un gro trou dan la route rue du moulin ca va finir par un accident", "VOI-SIGN"),
    ("svp je veu reserver la salle des fetes le 12 juin pr un anniversaire asso", "DOM-SALLE"),
    ("c koi les papier pr se pacser a la mairie", "EC-PACS"),
    ("mon fils rentre au cp en septembre kel dossier pr linscription", "SCO-ELEM"),
    ("jai pa payé la cantine je peu payer en plusieur foi ??", "FIN-DDR"),
    ("ma poubelle jaune a plus de roue vous pouvez en livrer 1 autre", "DEC-BAC"),
    ("bonjour on demenage samedi il nous faudrai 15 m de place devant chez nous pr le camion", "DOM-DEMEN"),
    ("g recu un pv de stationement mais javai le ticket sur le pare brise", "STA-RAPO"),
    ("carte electorale tjrs pas recu suis je bien inscrit ds la commune", "CIT-LISTE"),
    ("vs ramassez kan les encombrant jai 1 frigo a jeter", "DEC-ENCOMB"),
    # Without accents, and in capitals.
    ("JE DESIRE OUVRIR UN GITE ET LE DECLARER EN MAIRIE QUEL FORMULAIRE", "HAB-MEUBLE HAB-CHAMBRE"),
    ("NOUS SOUHAITONS CLOTURER NOTRE TERRAIN PAR UN MURET DE 1M60 SURMONTE D UN GRILLAGE", "URB-DP"),
    ("demande d autorisation pour poser une benne a gravats sur la chaussee pendant trois jours", "DOM-ECHAF DOM-PS"),
    (
        "pourriez vous me dire si ma parcelle section C 482 est en zone constructible au plu",
        "URB-PLU-RENS URB-CUB URB-CUA",
    ),
    ("demande de derogation pour que mon fils reste dans son ecole malgre notre demenagement", "SCO-DEROG SCO-HORSCOM"),
    ("je vous demande le remboursement d une roue abimee par un nid de poule", "TRV-INDEM"),
    ("acte de deces de mon grand pere mort en 1987 dans votre commune, pour la succession", "EC-ACTE"),
    ("transfert des restes de ma mere dans le caveau de mon pere", "FUN-EXHUM"),
    ("renouvelement de la concession trentenaire de mes parents carre 4", "FUN-RENOUV"),
    ("suppression du compteur d eau au 3 impasse des lilas suite depart", "EAU-RESIL"),
    # Misspelt.
    ("Madame, je voudrai declaré la construcion d'une veranda de 18 metre caré", "URB-DP URB-PCMI"),
    ("je conteste le permi de construir acorder a mon voisain, il cache ma vue", "URB-RG"),
    ("mon mari a plus droi a son permis de construir il expire bientot, peut on alongé", "URB-PROROG"),
    ("Je souhaitte otorisation d'ouvrire un bar a vin avec lisence 3", "COM-DEBIT"),
    ("on veu organisé un vide greniers le dernier dimenche de mai", "MAN-VIDE COM-DEBALL"),
    ("demande d'un anplacement au marcher du mercredi pour vandre des legume bio", "DOM-MARCHE"),
    ("vous pouvé me fair une atestation daccueil pour ma soeur dalgerie", "CIT-ACCUEIL"),
    ("je suis alergique mon fils aussi, a la cantine il lui faut un repas spécial", "SCO-PAI"),
    ("demende de subvansion pour le club de judau saison prochaine", "TRV-SUBV"),
    ("je veut changé le prenom de ma fille sur son acte", "EC-PRENOM"),
    # As letters are written.
    (
        (
            "Madame la Maire, propriétaire du 14 rue Haute, j'ai l'intention de remplacer la couverture de ma toiture par "
            "des tuiles de terre cuite d'une autre teinte et de créer deux châssis. Je vous saurais gré de m'indiquer la "
            "marche à suivre. Veuillez agréer, Madame la Maire, l'expression de ma considération distinguée."
        ),
        "URB-DP",
    ),
    (
        (
            "Monsieur le Maire, nous exploitons un salon de thé au rez-de-chaussée du 5 place du Marché. Aux beaux jours "
            "nous aimerions disposer quatre guéridons et huit chaises devant notre vitrine. Respectueusement."
        ),
        "DOM-TERR",
    ),
    (
        (
            "Maître Exemple, notaire. Dans le cadre de la vente de l'immeuble cadastré AC 118, je vous adresse la "
            "déclaration prévue par le code de l'urbanisme et vous prie de me faire connaître si la commune entend préempter."
        ),
        "URB-DIA",
    ),
    (
        (
            "En ma qualité de conseiller syndical, je sollicite la communication des rapports d'analyse des offres relatifs "
            "au marché de réfection de la toiture de l'école, sur le fondement du livre III du code des relations entre le "
            "public et l'administration."
        ),
        "TRV-CADA",
    ),
    (
        (
            "Notre société n'a pas été retenue pour le lot 3 de votre consultation. Nous vous prions de nous indiquer les "
            "raisons pour lesquelles notre proposition a été écartée."
        ),
        "MAR-MOTIFS",
    ),
    (
        (
            "Conformément au règlement européen, je vous demande de me transmettre l'ensemble des informations me "
            "concernant que détient la collectivité, puis de les supprimer."
        ),
        "TRV-RGPD",
    ),
    (
        (
            "Locataire depuis deux ans d'un deux-pièces, je constate des champignons noirs sur les murs de la chambre et "
            "l'électricité disjoncte à chaque averse. Le bailleur refuse d'intervenir."
        ),
        "HAB-INDIGNE",
    ),
    (
        (
            "Dirigeant d'une société de transport de personnes, je souhaite figurer sur la liste des candidats à une "
            "autorisation de stationner pour exercer comme chauffeur de taxi dans la commune."
        ),
        "STA-TAXI",
    ),
    # Neighbours, streets, town halls.
    ("Le coq d'à côté chante dès 4 heures et le maire doit faire cesser ce vacarme", "VOI-POLICE"),
    ("Pouvez-vous peindre un passage piétons devant l'arrêt de bus ? Les enfants traversent n'importe où", "VOI-AMEN"),
    ("Les trois réverbères de notre impasse ne marchent plus", "VOI-SIGN"),
    ("Il faudrait fermer la rue à la circulation une journée pour livrer une charpente à la grue", "DOM-ARRETE-CIRC"),
    ("nous voulons abaisser la bordure du trottoir pour rentrer la voiture dans la cour", "DOM-ACCES"),
    (
        "je voudrais connaître la limite exacte entre mon jardin et la voie communale avant de bâtir mon mur",
        "DOM-ALIGN",
    ),
    ("mon chien est un american staffordshire de 2e catégorie, quelles démarches ?", "ANI-CHIEN"),
    ("Un bateau de 7 mètres : reste-t-il un anneau libre pour la saison ?", "DOM-PORT"),
    ("Je suis artisan, comment avoir un badge pour la déchèterie avec ma camionnette", "DEC-CARTE"),
    (
        "mon voisin du dessous tient un commerce, il a posé une enseigne clignotante : a-t-il le droit ? et moi pour la mienne ?",
        "ENS-AUT",
    ),
    # Families, the elderly, the dead.
    ("Nous nous marions le 5 septembre, quand déposer le dossier ?", "EC-MARIAGE"),
    ("Je ne suis pas marié avec la maman, je voudrais reconnaître mon futur enfant avant la naissance", "EC-RECO"),
    ("baptême républicain pour notre fille, est-ce possible un samedi ?", "EC-PARRAIN"),
    ("Mon fils vient d'avoir 16 ans, doit-il passer en mairie pour la journée défense ?", "CIT-RECENS"),
    ("garderie du matin et du soir pour ma fille de CE1", "SCO-PERI"),
    ("inscription à l'école de musique, cours de violon enfant", "LOC-CONS"),
    ("Papa tombe souvent, il vit seul : proposez-vous un bracelet d'alerte ?", "SOC-TELEAL"),
    ("canicule : comment signaler que ma tante âgée est isolée pour qu'on l'appelle", "SOC-VACC"),
    ("nous voulons faire incinérer notre mère jeudi, quelles autorisations ?", "FUN-CREM"),
    ("où disperser les cendres de mon frère au cimetière", "FUN-URNE FUN-DISPNAT"),
    ("acheter un emplacement au cimetière pour plus tard, pour deux personnes", "FUN-CONC"),
    # Associations and shops.
    ("kermesse de l'école : autorisation de vendre de la bière et du cidre", "COM-BUVETTE COM-BUVSPORT"),
    ("défilé du carnaval dans les rues le 14 février, quelle déclaration", "MAN-VOIE"),
    ("notre trail de 12 km traversera la commune, 300 coureurs attendus", "MAN-SPORT"),
    ("Nous avons besoin de barrières et d'une estrade pour le concours de pétanque", "LOC-MATERIEL"),
    ("je ferme mon magasin de chaussures et veux liquider le stock", "COM-LIQUID"),
    ("ouvrir exceptionnellement nos magasins les dimanches de décembre", "COM-DIMANCHE"),
    ("je reprends une boutique et change la vitrine et l'accès pour les fauteuils roulants", "ERP-AT URB-DP"),
]
FRESH = [
    ("slt je vx construire un garage en bois a coté de ma maison faut kel papier", "URB-DP URB-PCMI"),
    ("on a acheté une ancienne école on veut en faire 4 appart il faut un permis ?", "URB-PC HAB-DIVISER URB-DP"),
    ("le lampadère devant chez moi clignote tt le tps", "VOI-SIGN"),
    ("bonjour est ce que je peux mettre une antenne parabolique en facade", "URB-DP"),
    ("Ma fille aura 3 ans en novembre, peut-elle entrer à la maternelle dès septembre ?", "SCO-MATER SCO-ELEM"),
    ("demande d extrait de naissance pour ma retraite", "EC-ACTE"),
    ("mon passport arive a sa fin comment prendre rdv", "CIT-PASS"),
    ("Je souhaite qu'on m'envoie le compte rendu du conseil municipal de décembre", "CIT-DOSSIER-CM TRV-CADA"),
    ("je veux plus que vous m'envoyiez la newsletter, effacez mon adresse mail de vos fichiers", "TRV-RGPD"),
    ("Comment installer une caravane snack le midi sur le parking de la gare ?", "DOM-FOOD"),
    ("le caniveau est bouché et l'eau déborde devant l'école", "VOI-SIGN"),
    ("nous fêtons les voisins samedi, peut-on fermer notre impasse aux voitures", "DOM-ARRETE-CIRC"),
    ("peut on avoir une aide pour payer la cantine, mon mari est au chomage", "SCO-TARIF SCO-BOURSE FIN-DDR"),
    ("Je suis tombée dans les escaliers de la mairie, qui prend en charge mes frais médicaux ?", "TRV-INDEM"),
    ("notre association de quartier cherche un local pour ses réunions du mardi", "DOM-SALLE"),
    ("on ve faire un feu dartifisse pour le mariage de ma soeur", "MAN-PYRO"),
    ("votre refus de mon permis du 3 mars me paraît infondé, je vous demande de le revoir", "URB-RG TRV-RG"),
    ("la facture d'eau a triplé, un tuyau avait cassé dans la cave", "EAU-FUITE"),
    ("faut il déclarer la location de ma chambre a des vacanciers", "HAB-CHAMBRE HAB-MEUBLE"),
    ("le logement de mes parents est plein d'humidité et le proprietaire s'en fiche", "HAB-INDIGNE"),
    ("Je vends mon fonds de boulangerie, la mairie doit-elle donner son accord ?", "URB-DIA-COM"),
    ("Mon père voudrait être enterré dans la commune où il est né, est-ce autorisé ?", "FUN-INHUM FUN-CONC"),
    ("inscription de ma maman de 88 ans sur la liste des personnes fragiles", "SOC-VACC"),
    ("bjr ou en est ma place en halte garderi pr 2 jours semaine", "LOC-CRECHE"),
    ("je voudrai abattre un vieux hangar", "URB-PD"),
    ("demande de raccordement aux égouts pour une maison en construction", "EAU-BRANCH"),
    ("un arbre de la place menace de tomber sur ma voiture", "VOI-POLICE VOI-SIGN"),
    ("l'arrêt de bus scolaire est trop dangereux, on peut le déplacer ?", "SCO-TRANS VOI-AMEN"),
    ("Quand ouvre la période d'inscription aux activités du mercredi ?", "LOC-CENTRE"),
    ("mon nom est mal orthographié sur l'acte de mariage", "EC-RECTIF"),
    ("je quitte mon appartement le 30, merci d'arrêter l'abonnement d'eau", "EAU-RESIL"),
    ("le club de tennis demande une subvention de fonctionnement", "TRV-SUBV"),
]
NOTHING = [
    "Bonjour, merci pour tout ce que vous faites.",
    "Je vous confirme ma présence mardi.",
    "Bien reçu, bonne journée à toute l'équipe.",
    "ok merci",
    "Voir pièce jointe.",
    "Je suis absent du 3 au 17 août et répondrai à mon retour.",
    "Quel temps magnifique hier soir sur la place !",
    "Envoyé de mon téléphone",
    "Re: Re: Tr: suite",
    "Joyeuses fêtes et meilleurs vœux",
    "Découvrez nos nouvelles cartouches d'imprimante à prix cassés",
    "Augmentez vos ventes grâce à notre agence, premier mois offert",
]
