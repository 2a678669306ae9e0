"""What can be set from outside, and is it safe?

Variables named `CLM_…`, from the environment or from a `.env` file in the working folder. Read only where the program
is put together (`app`, `worker`, `cli`); everything else is handed what it needs.
"""

import os
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit, urlunsplit

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from clm_tracker.kernel.refusals import FieldError, Invalid, Refusal

PREFIX = "CLM_"
ENV_FILE = Path(".env")
OTHERS = ("CLM_TEST_", "CLM_SHARED_DIR", "CLM_REQUIRE_POSTGRES")  # read by the tests, not by the program
DATABASES = ("sqlite:///", "postgresql+psycopg://")
SHORTEST_KEY = 32


def _in_data_dir(file: str, scheme: str) -> Callable[[dict[str, Any]], str]:
    return lambda given: f"{scheme}{(given['data_dir'] / file).as_posix()}"


class Settings(BaseSettings):
    """Every setting with its default and meaning. Frozen: a change needs a new start."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=ENV_FILE,
        env_file_encoding="utf-8",
        frozen=True,
        extra="ignore",
        validate_default=True,
    )

    environment: Literal["development", "production"] = Field(
        "development", description="`production` refuses defaults that are only safe on one's own machine."
    )
    data_dir: Path = Field(
        Path("clm-data"),
        description="The folder with database, evidence and secret key: one folder to back up.",
    )
    database_url: str = Field(
        default_factory=_in_data_dir("clm.sqlite3", "sqlite:///"),
        description="`sqlite:///…` (default: a file in the data folder) or `postgresql+psycopg://…`.",
    )
    base_url: str = Field(
        "http://127.0.0.1:8000", description="The address that people open; links in letters use it."
    )
    secret_key: SecretStr | None = Field(
        None, description="Signs links and forms. Without it a key is made in the data folder on first use."
    )
    evidence_url: str = Field(
        default_factory=_in_data_dir("evidence", "file://"),
        description="Where evidence is kept: `file:///folder` (default: in the data folder) or `s3://bucket/prefix`.",
    )
    sweep_interval: int = Field(
        60, ge=5, le=3600, description="Seconds between two sweeps of the escalation engine."
    )
    smtp_url: SecretStr | None = Field(
        None,
        description="The server for outgoing mail: `smtp://user:password@host:587` (encrypted by STARTTLS; `?starttls=no` without), `smtps://host:465`, or `file:///folder` to write letters there. Nothing means no mail.",
    )
    mail_from: str | None = Field(
        None, description="Whom letters come from: `CLM programme <clm@example.org>`. Needed for mail."
    )
    mail_bounces_to: str | None = Field(
        None, description="Where other servers report what they could not deliver; the sender by default."
    )
    reply_domain: str | None = Field(
        None,
        description="The domain whose mail comes here, such as `answers.example.org`: letters carry an address in it for answers. Nothing means no answers by mail.",
    )
    inbound_url: str | None = Field(
        None,
        description="Where a mail server brings that mail: `lmtp://127.0.0.1:8024` or `smtp://127.0.0.1:8025`. Without it, it may call `clm-tracker receive`.",
    )
    inbound_anywhere: bool = Field(
        False,
        description="Listen for mail outside the machine itself too, where a firewall keeps others out.",
    )
    mail_checked_by: str = Field(
        "",
        description="The name that this mail server puts before what it found out about a sender, such as `mx.example.org`: the first word of its `Authentication-Results` (RFC 8601); several with commas. What it found forged (`dmarc=fail`) is refused. Without it, the name in the topmost such line counts.",
    )
    sms_url: SecretStr | None = Field(
        None,
        description="The SMS gateway: `https://…`, or `apprise+…/{to}` for a service that Apprise knows. Nothing means no SMS.",
    )
    sms_style: Literal["json", "form", "africastalking", "twilio"] = Field(
        "json",
        description="What the gateway wants: one message as JSON or as a form, or one of these services.",
    )
    sms_from: str = Field("", description="The name or number that messages come from.")
    sms_user: str = Field("", description="The name of the account at the gateway; may stand in its address.")
    sms_key: SecretStr | None = Field(
        None, description="The password or key of the account; may stand in the gateway's address."
    )
    sms_country_code: str = Field(
        "", description="The country's code, such as `855`, for numbers that are written without one."
    )
    sms_fields: str = Field(
        "to=to,text=text,from=from,id=id",
        description="How a gateway of style `json` or `form` calls our fields `to`, `text`, `from`, `id` and `key`; what is not named is not sent.",
    )
    sms_reference: str = Field(
        "",
        description="Where the answer of a gateway of style `json` or `form` holds its own name of the message, such as `messages.0.id`.",
    )
    log_format: Literal["text", "json"] = Field("text", description="Log lines for people or for programs.")

    @field_validator("data_dir")
    @classmethod
    def _whole_path(cls, folder: Path) -> Path:
        return folder.expanduser().resolve()

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        if not url.startswith(DATABASES):
            raise ValueError(f"Write {' or '.join(f'{start}…' for start in DATABASES)}.")
        return url

    @field_validator("evidence_url")
    @classmethod
    def _known_store(cls, url: str) -> str:
        if not url.startswith(("file:///", "s3://")):
            raise ValueError("Write file:///folder or s3://bucket/prefix.")
        return url

    @field_validator("smtp_url")
    @classmethod
    def _known_way_of_mail(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and not url.get_secret_value().startswith(("smtp://", "smtps://", "file:///")):
            raise ValueError("Write smtp://user:password@host:587, smtps://… or file:///folder.")
        return url

    @field_validator("mail_from")
    @classmethod
    def _mail_has_a_sender(cls, sender: str | None, info: ValidationInfo) -> str | None:
        if not sender and info.data.get("smtp_url") is not None:
            raise ValueError("Write whom letters come from, such as CLM programme <clm@example.org>.")
        return sender

    @field_validator("reply_domain")
    @classmethod
    def _domain(cls, domain: str | None) -> str | None:
        if domain and not re.fullmatch(r"(?=.{1,190}$)[a-z0-9-]+(\.[a-z0-9-]+)*", domain.lower()):
            raise ValueError("Write a domain, such as answers.example.org.")
        return domain.lower() if domain else None

    @field_validator("inbound_url")
    @classmethod
    def _place_for_mail(cls, url: str | None) -> str | None:
        if not url:
            return None
        parts = urlsplit(url)
        if parts.scheme not in {"lmtp", "smtp"} or not parts.hostname or not parts.port:
            raise ValueError("Write lmtp://127.0.0.1:8024 or smtp://127.0.0.1:8025.")
        return url

    @field_validator("mail_checked_by")
    @classmethod
    def _names_of_servers(cls, names: str) -> str:
        if not all(
            re.fullmatch(r"[!-~]{1,255}", one) and ";" not in one for one in names.replace(",", " ").split()
        ):
            raise ValueError("Write the name of a server, such as mx.example.org; several with commas.")
        return names.lower()

    @field_validator("sms_url")
    @classmethod
    def _known_way_of_sms(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and not url.get_secret_value().startswith(("https://", "http://", "apprise+")):
            raise ValueError("Write the address of the gateway, such as https://sms.example.org/send.")
        return url

    @field_validator("base_url")
    @classmethod
    def _web_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("Write an address like https://clm.example.org.")
        return url.rstrip("/")

    @field_validator("secret_key")
    @classmethod
    def _long_key(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None and len(set(key.get_secret_value())) < SHORTEST_KEY // 3:
            raise ValueError(
                "This key is easy to guess; leave it out, and a good one is made in the data folder."
            )
        if key is not None and len(key.get_secret_value()) < SHORTEST_KEY:
            raise ValueError(f"Use at least {SHORTEST_KEY} characters, or leave it out.")
        return key

    @model_validator(mode="after")
    def _safe_outside_development(self) -> Self:
        if self.environment == "production" and not self.base_url.startswith("https://"):
            raise ValueError(
                "CLM_BASE_URL must begin with https:// in production, or sign-in could be overheard."
            )
        if self.inbound_url and not self.reply_domain:
            raise ValueError(
                "CLM_INBOUND_URL needs CLM_REPLY_DOMAIN, the domain whose mail is brought there."
            )
        host = urlsplit(self.inbound_url).hostname if self.inbound_url else None
        if host not in {None, "127.0.0.1", "::1", "localhost"} and not (
            self.inbound_anywhere or self.environment == "development"
        ):
            raise ValueError(
                "CLM_INBOUND_URL listens outside this machine, without encryption; CLM_INBOUND_ANYWHERE=true allows it."
            )
        return self

    def key(self) -> bytes:
        """The secret key, made in the data folder (readable by its owner only) when none is set."""
        if self.secret_key is not None:
            return self.secret_key.get_secret_value().encode()
        self.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = self.data_dir / "secret-key"
        if not file.exists():
            # Written aside and linked, so that two first starts agree on one whole key.
            aside = self.data_dir / f"secret-key.{os.getpid()}"
            handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as out:
                out.write(secrets.token_hex(SHORTEST_KEY))
            try:
                os.link(aside, file)
            except FileExistsError:
                pass
            finally:
                aside.unlink()
        return file.read_text(encoding="ascii").strip().encode()


@dataclass(frozen=True, slots=True)
class Row:
    """One line of `clm-tracker settings`."""

    name: str
    meaning: str
    value: str
    source: str


def load(**fixed: Any) -> Settings:
    """The settings of this process; `fixed` (field names) win over the environment, the environment over the file.

    Raises `Invalid`, one error for each variable that is unknown or wrong.
    """
    known = [f"{PREFIX}{name.upper()}" for name in Settings.model_fields]
    unknown = [name for name in _given() if name not in known and not name.startswith(OTHERS)]
    if unknown:
        raise _invalid([(name, _no_such_setting(name, known)) for name in unknown])
    try:
        return Settings(**fixed)
    except ValidationError as wrong:
        raise _invalid([_problem(error) for error in wrong.errors()]) from None


def describe(settings: Settings) -> list[Row]:
    """Each setting by its variable's name, with meaning, value (secrets hidden) and where the value came from."""
    given = _given()
    rows = []
    for name, field in Settings.model_fields.items():
        variable = f"{PREFIX}{name.upper()}"
        source = given[variable][1] if variable in given else "default"
        rows.append(Row(variable, field.description or "", _shown(getattr(settings, name)), source))
    return rows


def _given() -> dict[str, tuple[str, str]]:
    """Each `CLM_` variable with its value and source; the environment wins over the file."""
    of_file = dotenv_values(ENV_FILE) if ENV_FILE.is_file() else {}
    found = {name.upper(): (value or "", ENV_FILE.name) for name, value in of_file.items()}
    found |= {name.upper(): (value, "environment") for name, value in os.environ.items()}
    return {name: pair for name, pair in found.items() if name.startswith(PREFIX)}


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, SecretStr):
        # Of an address one sees where it leads; all the rest of it may be a key.
        parts = urlsplit(value.get_secret_value())
        known = parts.scheme in {"smtp", "smtps", "http", "https"} and parts.hostname
        return f"{parts.scheme}://{parts.hostname}/…" if known else str(value)
    text = str(value)
    parts = urlsplit(text)
    if parts.password:
        return urlunsplit(parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", ":…@")))
    return text


def _no_such_setting(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"There is no setting {name}" + (f"; did you mean {near[0]}?" if near else ".")


def _problem(error: ErrorDetails) -> tuple[str, str]:
    sentence = error["msg"].removeprefix("Value error, ")
    if not error["loc"]:
        return f"{PREFIX}ENVIRONMENT", sentence
    name = f"{PREFIX}{str(error['loc'][0]).upper()}"
    return name, f"{name}: {sentence}"


def _invalid(problems: list[tuple[str, str]]) -> Refusal:
    return Invalid(
        tuple(FieldError(*problem) for problem in problems), "\n".join(text for _, text in problems)
    )
