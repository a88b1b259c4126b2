"""The copy of a person's data as a page they can read, without a script and without anything fetched from elsewhere."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

_HEADINGS = {
    "names": "Noms",
    "addresses": "Adresses, et ce que vous y avez refusé de recevoir",
    "clues": "Coordonnées lues dans vos messages",
    "merges": "Fiches réunies",
    "restrictions": "Limitations du traitement",
    "corrections": "Rectifications",
    "calls": "Appels",
    "accesses": "Accès à vos données et changements journalisés",
}
_STYLE = (
    "body{font:1rem/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}pre{white-space:pre-wrap;"
    "font:inherit}table{border-collapse:collapse}th,td{border:1px solid #888;padding:.2rem .5rem;text-align:left;"
    "vertical-align:top}article{border-top:2px solid #333;margin-top:2rem}section.m{margin:1rem 0 1rem 1rem}"
)


def page_of(document: Mapping[str, Any]) -> str:
    """Returns the page, in French; every word of anybody's is escaped."""
    left, person = document["left_out"], document["person"]
    told = [
        "<!doctype html><html lang='fr'><head><meta charset='utf-8'><title>Vos données</title>",
        "<meta http-equiv='Content-Security-Policy' content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        f"<style>{_STYLE}</style></head><body><h1>Vos données personnelles</h1>",
        (
            f"<p>{escape(document['administration'])} vous remet ce qu’elle conserve à votre sujet (RGPD, article 15), "
            f"tel que le {escape(str(document['made_at'])[:10])}. Le fichier <a href='donnees.json'>donnees.json</a> dit "
            "la même chose pour une machine ; vos pièces sont dans le dossier <i>pieces</i>.</p>"
        ),
    ]
    if not document["complete"]:
        told.append(
            f"<p role='alert'><b>Copie incomplète.</b> {left['hidden_requests']} demande(s) d’accès réservé n’y figurent "
            "pas : la personne qui a préparé cette copie ne peut pas les voir. L’administration doit vous les remettre "
            "à part.</p>"
        )
    if left["other_peoples_messages"]:
        told.append(
            f"<p>{left['other_peoples_messages']} message(s) d’autres personnes, dans des demandes communes, ne sont pas "
            "reproduits : leurs droits s’y opposent (RGPD, article 15, paragraphe 4).</p>"
        )
    told += [_table(title, person[name]) for name, title in _HEADINGS.items() if person[name]]
    told += [_request(one) for one in document["requests"]]
    return "".join([*told, "</body></html>"])


def _request(request: Mapping[str, Any]) -> str:
    head = f"Demande {request['reference']} : {request['subject'] or '(objet non reproduit)'}"
    told = [f"<article><h2>{escape(head)}</h2><p>Reçue le {escape(str(request['received_at'])[:10])}.</p>"]
    if request["custom_fields"]:
        told.append(f"<p>{escape(' ; '.join(request['custom_fields']))}.</p>")
    for turn in request["custom_field_changes"]:
        was, now = (", ".join(turn[name]) or "(vide)" for name in ("was", "now"))
        told.append(f"<p>{escape(str(turn['at'])[:16])}, {escape(turn['field'])} : {escape(f'{was} → {now}')}.</p>")
    if request["tags"]:
        told.append(f"<p>Étiquettes : {escape(', '.join(request['tags']))}.</p>")
    for message in request["messages"]:
        by = "Vous" if message["by"] == "the person" else "L’administration"
        if message["direction"] == "note":
            by = "Note interne de l’administration"
        told.append(f"<section class='m'><h3>{by}, le {escape(str(message['received_at'])[:16])}</h3>")
        told.append(f"<p><b>{escape(message['subject'])}</b></p>" if message["subject"] else "")
        told.append(f"<pre>{escape(message['text'])}</pre>")
        for piece in message["pieces"]:
            where = f"<a href='{escape(piece['file'])}'>" if piece["file"] else "<a>"
            told.append(f"<p>Pièce : {where}{escape(piece['name'])}</a></p>")
        told.append("</section>")
    dates = [{k: v for k, v in (one["dates"] or {}).items() if v is not None} for one in request["legal_dates"]]
    told += [_table("Dates légales", [one]) for one in dates]
    for letter in request["letters"]:
        where = f"<a href='{escape(letter['file'])}'>" if letter["file"] else "<a>"
        told.append(f"<h3>Lettre : {where}{escape(letter['title'])}</a></h3><pre>{escape(letter['text'])}</pre>")
    for draft in request["drafts"]:
        what = "Brouillon de réponse" if draft["kind"] == "reply" else "Brouillon de note interne"
        told.append(f"<h3>{what}, le {escape(str(draft['changed_at'])[:16])}</h3><pre>{escape(draft['text'])}</pre>")
    told += [_table("Satisfaction", [one]) for one in request["satisfaction"]]
    for piece in request["draft_pieces"]:
        where = f"<a href='{escape(piece['file'])}'>" if piece["file"] else "<a>"
        told.append(f"<p>Pièce d’un brouillon : {where}{escape(piece['name'])}</a></p>")
    return "".join([*told, "</article>"])


def _table(title: str, rows: Sequence[Mapping[str, Any]]) -> str:
    if not rows or not rows[0]:
        return ""
    head = "".join(f"<th scope='col'>{escape(str(name))}</th>" for name in rows[0])
    body = "".join(
        "<tr>" + "".join(f"<td>{escape('' if one is None else str(one))}</td>" for one in row.values()) + "</tr>"
        for row in rows
    )
    return f"<h2>{escape(title)}</h2><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
