"""The page of a form, as citizens and those who try it out see it."""

from collections.abc import Sequence

from fastapi import Request
from fastapi.responses import HTMLResponse

from app.channels.adapters.webform import WebformConfig
from app.channels.adapters.webform_questions import Kind, asked
from app.rest.languages import say
from app.tenants.values import Tenant
from app.web.answers import Checked
from app.web.form_tokens import FormToken
from app.web.house import house_of
from app.web.pages import page


def form_page(
    request: Request,
    config: WebformConfig,
    tenant: Tenant,
    checked: Checked,
    *,
    action: str,
    token: FormToken,
    framed: bool,
    frame_ancestors: Sequence[str] = (),
    challenge: str = "",
) -> HTMLResponse:
    """Writes the form, with what was typed and what is wrong. With a `challenge`, our script works it out."""
    questions = checked.questions or config.fields
    return page(
        request,
        "citizens/form.html",
        status=422 if checked.faults else 200,
        frame_ancestors=frame_ancestors,
        scripted=bool(challenge),
        challenge=challenge,
        base="citizens/framed.html" if framed else "citizens/base.html",
        tenant=tenant,
        form=config,
        action=action,
        questions=questions,
        version=checked.version or config.version,
        put=asked(questions, checked.answers),
        labels={field.name: field for field in questions},
        easy="simple" in request.query_params,
        has_easy=any(field.simple for field in questions),
        token=token,
        checked=checked,
        faults={fault.name: fault.sentence for fault in checked.faults},
        say=say,
        has_files=any(field.kind is Kind.FILE for field in questions),
        max_bytes=house_of(request).settings.max_form_bytes,
    )
