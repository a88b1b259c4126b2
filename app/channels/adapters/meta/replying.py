"""How an answer leaves a page or an Instagram account: to a conversation, under a comment, or in private to its author.

Sources: developers.facebook.com/docs/messenger-platform/policy/policy-overview, /discovery/private-replies,
/docs/graph-api/reference/comment/comments. Since 27 April 2026 the only tag left is HUMAN_AGENT: seven days, and only
for words a person typed.
"""

import json
import re

from app.channels.contract import Rendered, SendRequest
from app.channels.errors import Unreadable

# A comment or a post is numbered (`1_2` on a page, `17900000000000000` on Instagram); a private message never is.
_PUBLIC_ID = re.compile(r"\d{1,40}(?:_\d{1,40})?", re.ASCII)


def answers_public_words(request: SendRequest) -> bool:
    """Whether what is answered is a comment or a post, which everybody reads."""
    return request.in_reply_to is not None and _PUBLIC_ID.fullmatch(request.in_reply_to) is not None


def rendered(request: SendRequest, *, root: str, account: str, edge: str, human_agent: bool) -> Rendered:
    """Returns the call that carries an answer; `edge` is the list of replies under a comment.

    Nothing is public unless the request says so. Raises `Unreadable` when it does and nothing public is answered.
    """
    if request.public:
        if not answers_public_words(request):
            raise Unreadable("a public answer needs the comment or the post it stands under")
        body = json.dumps({"message": request.text}, ensure_ascii=False).encode()
        return Rendered("application/json", body, f"{root}/{request.in_reply_to}/{edge}")
    return Rendered(
        "application/json", _private(request, account, human_agent=human_agent), f"{root}/{account}/messages"
    )


def may_take_seven_days(request: SendRequest) -> bool:
    """Whether HUMAN_AGENT may be tried: a person's own words, in a conversation."""
    return request.human and not request.automatic and not request.public and not answers_public_words(request)


def _private(request: SendRequest, account: str, *, human_agent: bool) -> bytes:
    # The metadata comes back in the echo: by it our own message is told from a colleague's.
    message = {**_said(request), "metadata": request.ref}
    if answers_public_words(request):
        # Once within seven days of the comment: its author reads it in private, and may answer there.
        named = request.in_reply_to or ""
        of_page = named.partition("_")[0] == account  # a visitor's own post, `page_post`
        document: dict[str, object] = {"recipient": {"post_id" if of_page else "comment_id": named}}
        return json.dumps({**document, "message": message}, ensure_ascii=False).encode()
    document = {"recipient": {"id": request.to.address}, "messaging_type": "RESPONSE"}
    if human_agent and may_take_seven_days(request):
        document |= {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    return json.dumps({**document, "message": message}, ensure_ascii=False).encode()


def _said(request: SendRequest) -> dict[str, object]:
    """The words, or the piece where there are none: Meta carries each in a message of its own."""
    piece = next((attachment for attachment in request.attachments if attachment.source), None)
    if piece is None or request.text:
        return {"text": request.text}
    kind = piece.content_type.partition("/")[0]
    payload = {"url": piece.source, "is_reusable": False}
    return {"attachment": {"type": kind if kind in {"image", "video", "audio"} else "file", "payload": payload}}
