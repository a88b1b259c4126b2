"""The page on this channel names each warning, each setting, each field and each reason."""

import re
from pathlib import Path

from app.channels.adapters.email import EmailConfig
from app.channels.kit.mime.defects import Defect
from tests.channels.email.conftest import Read
from tests.channels.email.made import mail

PAGE = (Path(__file__).parents[3] / "docs" / "channels" / "email.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`([^`]+)`", PAGE))


def test_each_warning_is_on_the_page():
    assert {defect.value for defect in Defect} <= NAMED


def test_each_setting_is_on_the_page():
    assert set(EmailConfig.model_fields) <= NAMED


def test_each_field_is_on_the_page(read: Read):
    assert set(read(mail()).fields) <= NAMED
