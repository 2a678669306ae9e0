"""Is there a carrier for each way out that an operator set, and a sentence for what cannot be one?"""

from pathlib import Path
from typing import Any

import pytest

from clm_tracker.delivery import carriers
from clm_tracker.delivery.mail import Folder, Mail
from clm_tracker.delivery.sms import Sms
from clm_tracker.delivery.webhooks import Webhooks
from clm_tracker.domain.words import Channel
from clm_tracker.kernel.clock import SystemClock
from clm_tracker.kernel.refusals import Invalid
from clm_tracker.settings import Settings

FROM = "CLM <clm@example.org>"


def made(**values: Any) -> dict[Channel, Any]:
    return dict(carriers.made(Settings(_env_file=None, **values), SystemClock()))


def test_without_settings_there_are_webhooks_alone() -> None:
    assert {channel: type(one) for channel, one in made().items()} == {Channel.WEBHOOK: Webhooks}


def test_what_is_set_is_there(tmp_path: Path) -> None:
    found = made(smtp_url="smtp://mail.example.org", mail_from=FROM, sms_url="https://sms.example.org/send")
    assert {channel: type(one) for channel, one in found.items()} == {
        Channel.WEBHOOK: Webhooks,
        Channel.MAIL: Mail,
        Channel.SMS: Sms,
    }
    assert all(one.channel is channel for channel, one in found.items())
    assert type(made(smtp_url=tmp_path.as_uri(), mail_from=FROM)[Channel.MAIL]) is Folder


@pytest.mark.parametrize(
    ("values", "setting"),
    [
        ({"smtp_url": "smtp://h:99999", "mail_from": FROM}, "CLM_SMTP_URL"),
        ({"smtp_url": "smtp://h", "mail_from": "CLM"}, "CLM_MAIL_FROM"),
        ({"smtp_url": "smtp://h", "mail_from": FROM, "mail_bounces_to": "x"}, "CLM_MAIL_BOUNCES_TO"),
        ({"sms_url": "https://h", "sms_style": "twilio"}, "CLM_SMS_URL"),
        ({"sms_url": "https://h", "sms_fields": "x"}, "CLM_SMS_FIELDS"),
        ({"sms_url": "https://h", "sms_country_code": "KH"}, "CLM_SMS_COUNTRY_CODE"),
        ({"sms_url": "apprise+json://h/"}, "CLM_SMS_URL"),
    ],
)
def test_what_cannot_be_a_way_out_names_its_setting(values: dict[str, str], setting: str) -> None:
    with pytest.raises(Invalid) as no:
        made(**values)
    assert [error.field for error in no.value.errors] == [setting]
    assert no.value.sentence.startswith(f"{setting}: ")
