"""Which ways out are there, by what the operator set?"""

from collections.abc import Callable
from typing import Protocol, TypeVar

from pydantic import SecretStr

from clm_tracker.delivery import apprise, mail, sms
from clm_tracker.delivery.channels import Carrier
from clm_tracker.delivery.mail_messages import Sender
from clm_tracker.delivery.sms_gateways import Account, Style
from clm_tracker.delivery.webhooks import Webhooks
from clm_tracker.domain.words import Channel
from clm_tracker.kernel.clock import Clock
from clm_tracker.kernel.refusals import Invalid, invalid

C = TypeVar("C")


class Ways(Protocol):
    """What has to be known of the ways out; the program's settings are such a thing."""

    @property
    def environment(self) -> str: ...
    @property
    def smtp_url(self) -> SecretStr | None: ...
    @property
    def mail_from(self) -> str | None: ...
    @property
    def mail_bounces_to(self) -> str | None: ...
    @property
    def sms_url(self) -> SecretStr | None: ...
    @property
    def sms_style(self) -> str: ...
    @property
    def sms_from(self) -> str: ...
    @property
    def sms_user(self) -> str: ...
    @property
    def sms_key(self) -> SecretStr | None: ...
    @property
    def sms_country_code(self) -> str: ...
    @property
    def sms_fields(self) -> str: ...
    @property
    def sms_reference(self) -> str: ...


def made(ways: Ways, clock: Clock) -> dict[Channel, Carrier]:
    """A carrier for each way out that is set; webhooks are always there. Raises Invalid, which names the setting."""
    carriers: dict[Channel, Carrier] = {
        Channel.WEBHOOK: Webhooks(clock, development=ways.environment == "development")
    }
    if ways.smtp_url is not None:
        carriers[Channel.MAIL] = _mail(ways, ways.smtp_url.get_secret_value())
    if ways.sms_url is not None:
        carriers[Channel.SMS] = _sms(ways, ways.sms_url.get_secret_value())
    return carriers


def _mail(ways: Ways, url: str) -> Carrier:
    if not ways.mail_from:
        raise _wrong(
            "CLM_MAIL_FROM", "Write whom letters come from, such as CLM programme <clm@example.org>."
        )
    written = ways.mail_from
    sender = _asked("CLM_MAIL_FROM", lambda: Sender.of(written))
    if ways.mail_bounces_to:
        bounces = ways.mail_bounces_to
        sender = _asked("CLM_MAIL_BOUNCES_TO", lambda: Sender.of(written, bounces))
    return _asked("CLM_SMTP_URL", lambda: mail.carrier(url, sender))


def _sms(ways: Ways, url: str) -> Carrier:
    if url.startswith(apprise.PREFIX):
        return _asked("CLM_SMS_URL", lambda: apprise.carrier(url, country_code=ways.sms_country_code))
    account = Account(
        user=ways.sms_user,
        key=ways.sms_key.get_secret_value() if ways.sms_key is not None else "",
        sender=ways.sms_from,
    )
    _asked("CLM_SMS_FIELDS", lambda: sms.fields(ways.sms_fields))
    _asked("CLM_SMS_COUNTRY_CODE", lambda: sms.code(ways.sms_country_code))
    return _asked(
        "CLM_SMS_URL",
        lambda: sms.carrier(
            url,
            Style(ways.sms_style),
            account,
            country_code=ways.sms_country_code,
            names=ways.sms_fields,
            reference=ways.sms_reference,
        ),
    )


def _asked(setting: str, make: Callable[[], C]) -> C:
    try:
        return make()
    except ValueError as no:
        raise _wrong(setting, str(no)) from None


def _wrong(setting: str, sentence: str) -> Invalid:
    return invalid(setting, f"{setting}: {sentence}")
