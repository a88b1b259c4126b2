"""How a message leaves by Bluesky: in the private chat, or in public under a post.

Source: docs.bsky.app, chat.bsky.convo.*, com.atproto.repo.putRecord. What is asked before the message itself says nothing
to anybody: when its answer is lost, the attempt may be made again.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote, urlencode

from app.channels.adapters.bluesky_records import POST, PUBLIC_MAX, is_post, made_at, message_of, record_key, record_of
from app.channels.adapters.bluesky_session import CHAT, Account, Sessions, certain, error_of, read, refusal
from app.channels.contract import Context, Outcome, Receipt, SendRequest, Sent, TextUnit
from app.channels.kit.json import member, objects, text
from app.channels.kit.segments import measure
from app.channels.kit.sending import Answer, accepted, by_status

# The person's own settings, told in words alone.
_REFUSED_BY_PERSON = ("disabled incoming", "requires incoming", "block between", "is blocked", "not available for chat")


async def send_private(request: SendRequest, account: Account, sessions: Sessions, context: Context) -> Sent:
    """Sends one private message, in the conversation with that person, which is accepted first where it was asked for."""
    convo = await _convo(request.to.address or "", account, sessions, context)
    if isinstance(convo, Sent):
        return convo
    identifier, status = convo
    if status == "request":
        body = json.dumps({"convoId": identifier}).encode()
        path = "chat.bsky.convo.acceptConvo"
        taken = await sessions.call(account, context, method="POST", path=path, body=body, proxy=CHAT)
        if isinstance(taken, Sent):
            return certain(taken)
        if taken.status != 200:
            return _chat_refusal(taken, now=context.now())
    body = json.dumps({"convoId": identifier, "message": message_of(request)}, ensure_ascii=False).encode()
    path = "chat.bsky.convo.sendMessage"
    answer = await sessions.call(account, context, method="POST", path=path, body=body, proxy=CHAT)
    if isinstance(answer, Sent):
        return answer
    return accepted(text(read(answer), "id")) if answer.status == 200 else _chat_refusal(answer, now=context.now())


async def send_public(request: SendRequest, account: Account, sessions: Sessions, context: Context) -> Sent:
    """Posts one answer under a post. What cannot be answered in public is refused before anything leaves."""
    if not is_post(request.in_reply_to):
        return Sent(outcome=Outcome.PERMANENT, detail="une réponse publique doit répondre à une publication")
    if measure(request.text, TextUnit.GRAPHEMES) > PUBLIC_MAX:
        return Sent(outcome=Outcome.PERMANENT, detail=f"une réponse publique porte {PUBLIC_MAX} signes au plus")
    reply = await _thread(request.in_reply_to or "", account, sessions, context)
    if isinstance(reply, Sent):
        return reply
    at = made_at(request.ref) or context.now()
    document = {
        "repo": account.did,
        "collection": POST,
        "rkey": record_key(request.ref),
        "record": record_of(request, reply=reply, at=at),
    }
    body = json.dumps(document, ensure_ascii=False).encode()
    sent = await _put(body, account, sessions, context)
    if sent.outcome is Outcome.UNKNOWN:
        # The same record under the same key: asking again cannot post a second one.
        again = await _put(body, account, sessions, context)
        sent = again if again.outcome is Outcome.OK else sent
    return sent


async def receipt(request: SendRequest, account: Account, sessions: Sessions, context: Context) -> Receipt:
    """Asks whether our post stands under its key; a private message has no name of ours to ask by."""
    if not request.public:
        return Receipt(known=None, detail="Bluesky ne dit pas ce qu'est devenu un message privé")
    asked = urlencode({"repo": account.did, "collection": POST, "rkey": record_key(request.ref)})
    answer = await sessions.call(account, context, method="GET", path=f"com.atproto.repo.getRecord?{asked}")
    if isinstance(answer, Sent):
        return Receipt(known=None, detail=answer.detail)
    if answer.status == 200 and (uri := text(read(answer), "uri")):
        return Receipt(known=True, external_ids=[uri])
    return Receipt(known=False if error_of(answer)[0] == "RecordNotFound" else None)


async def _convo(did: str, account: Account, sessions: Sessions, context: Context) -> tuple[str, str | None] | Sent:
    path = f"chat.bsky.convo.getConvoForMembers?{urlencode({'members': did})}"
    answer = await sessions.call(account, context, method="GET", path=path, proxy=CHAT)
    if isinstance(answer, Sent):
        return certain(answer)
    if answer.status != 200:
        return _chat_refusal(answer, now=context.now())
    document = read(answer)
    identifier = text(document, "convo", "id")
    if identifier is None:
        return Sent(outcome=Outcome.RETRY, detail="Bluesky n'a pas nommé la conversation")
    return identifier, text(document, "convo", "status")


async def _thread(uri: str, account: Account, sessions: Sessions, context: Context) -> Mapping[str, object] | Sent:
    """Returns the root and the parent a reply must name, each with the digest of the version answered."""
    answer = await sessions.call(
        account, context, method="GET", path=f"app.bsky.feed.getPosts?uris={quote(uri, safe='')}"
    )
    if isinstance(answer, Sent):
        return certain(answer)
    if answer.status != 200:
        return refusal(answer, now=context.now())
    post = next(objects(read(answer), "posts"), None)
    cid = text(post, "cid")
    if post is None or cid is None:
        return Sent(outcome=Outcome.PERMANENT, detail="la publication à laquelle on répond n'existe plus")
    parent = {"uri": uri, "cid": cid}
    root = member(post, "record", "reply", "root")
    named = {"uri": text(root, "uri"), "cid": text(root, "cid")}
    return {"root": named if all(named.values()) else parent, "parent": parent}


async def _put(body: bytes, account: Account, sessions: Sessions, context: Context) -> Sent:
    answer = await sessions.call(account, context, method="POST", path="com.atproto.repo.putRecord", body=body)
    if isinstance(answer, Sent):
        return answer
    if answer.status == 200:
        return accepted(text(read(answer), "uri"))
    return refusal(answer, now=context.now())


def _chat_refusal(answer: Answer, *, now: datetime) -> Sent:
    words = error_of(answer)[1].lower()
    if any(one in words for one in _REFUSED_BY_PERSON):
        return Sent(outcome=Outcome.OPTED_OUT, detail="la personne n'accepte pas nos messages privés")
    if 200 <= answer.status < 300:
        return by_status(answer, now=now)
    return refusal(answer, now=now)
