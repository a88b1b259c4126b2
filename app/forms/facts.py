"""What happens to forms, as facts: identifiers and versions, no words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from app.facts import Fact
from app.ids import Prefix, public_id


@dataclass(frozen=True, slots=True, kw_only=True)
class FormEdited(Fact):
    """A form has a new version, or a new address; citizens see what is published."""

    type: ClassVar[str] = "form.edited"
    number: int

    def payload(self) -> Mapping[str, object]:
        return {"form_id": public_id(Prefix.FORM, self.subject_id), "version": self.number}


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPublished(FormEdited):
    """A version of a form is what citizens see from now on."""

    type: ClassVar[str] = "form.published"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormUnpublished(FormEdited):
    """A form is closed; what a page shown before still sends is kept."""

    type: ClassVar[str] = "form.unpublished"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormArchived(FormEdited):
    """A form is closed for good; publishing it would bring it back."""

    type: ClassVar[str] = "form.archived"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPublished(Fact):
    """An agent published words for a report: everybody may read them."""

    type: ClassVar[str] = "report.published"

    def payload(self) -> Mapping[str, object]:
        return {"ticket_id": public_id(Prefix.TICKET, self.subject_id)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportWithdrawn(ReportPublished):
    """The words published for a report were taken back."""

    type: ClassVar[str] = "report.withdrawn"
