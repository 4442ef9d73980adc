"""The settings of every program: read from `XIEZHI_*` here and nowhere else.

Each field says its unit, an example and its meaning once; docs/settings.md is printed from them. A secret never shows
in `repr`, and no error text repeats a value.
"""
# ruff: noqa: RUF009 (`setting` makes a dataclass field)

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, TypeVar, get_type_hints

from api.delegation_settings import DelegationSettings, EscalationSettings
from api.document_policy import DocumentPolicy
from api.setting_field import PREFIX, setting
from enforcement.rules.fee import WITHOUT_AMOUNT
from enforcement.rules.interest import InterestStart
from enforcement.rules.money import not_negative
from enforcement.rules.refusals import Malformed
from federation.http_client.client import Implementation


class BadSetting(ValueError):
    """A setting is missing or cannot be read. The text names the variable, never its value."""


@dataclass(frozen=True, kw_only=True)
class ServerSettings:
    """What every listening program has."""

    host: str = setting(
        "Address to listen on. Anything but loopback needs TLS.", example="10.20.0.8", unit="host", default="127.0.0.1"
    )
    port: int = setting("Port to listen on.", example="8401", unit="port")
    public_url: str = setting(
        "Address under which others reach this program, and the audience of its tokens; empty: made of host and port.",
        example="https://xiezhi.kaihua.example",
        unit="URL",
        default="",
    )
    tls_cert: Path | None = setting("Certificate chain.", example="/etc/xiezhi/tls.pem", unit="file", default=None)
    tls_key: Path | None = setting(
        "Key of the certificate.", example="/etc/xiezhi/tls.key", unit="file", default=None, secret=True
    )
    tls_ca: Path | None = setting(
        "Authorities whose client certificates are required.", example="/etc/xiezhi/ca.pem", unit="file", default=None
    )
    drain_s: float = setting(
        "Time given to running requests after SIGTERM; closing takes up to 2 more.",
        example="8",
        unit="seconds",
        default=8.0,
    )
    head_s: float = setting(
        "Time in which the head of a request must come; a connection on which none comes is closed after it.",
        example="10",
        unit="seconds",
        default=10.0,
    )
    body_s: float = setting(
        "Time in which the body of a request must come; the GraphQL door waits 10 at most.",
        example="30",
        unit="seconds",
        default=30.0,
    )
    read_s: float = setting(
        "Time for a peer to read what waits for it, or each 256 KiB of a long answer; then the connection is cut.",
        example="60",
        unit="seconds",
        default=60.0,
    )
    connections: int = setting(
        "Connections that one process holds, at most 128 fewer than the files it may open; "
        "above, the one that has waited longest for a request is closed.",
        example="4000",
        unit="connections",
        default=4000,
    )
    log_level: str = setting(
        "Least level that is logged.", example="info", unit="debug, info, warning, error", default="info"
    )

    @property
    def url(self) -> str:
        """The public base URL, without a slash at the end."""
        scheme = "https" if self.tls_cert else "http"
        return (self.public_url or f"{scheme}://{self.host}:{self.port}").rstrip("/")


@dataclass(frozen=True, kw_only=True)
class DoorSettings(ServerSettings):
    """What the two GraphQL doors, node and gateway, share."""

    dsn: str = setting(
        "The program's own PostgreSQL database.", example="postgresql://xiezhi@db/node", unit="DSN", secret=True
    )
    pool_size: int = setting("Most database connections.", example="8", unit="connections", default=8)
    key_file: Path = setting("The program's keys, mode 0600.", example="/etc/xiezhi/keys.json", unit="file")
    state_dir: Path = setting(
        "Folder for what must outlive the database: the epoch's mark.", example="/var/lib/xiezhi", unit="folder"
    )
    disk_free_percent: float = setting(
        "What must be free of the disks of the state folder and of the database, or the program is not ready.",
        example="10",
        unit="percent",
        default=5.0,
    )
    database_folder: Path | None = setting(
        "The database's data folder, if it is on this machine; empty: asked of a database behind a Unix socket.",
        example="/var/lib/postgresql/18/main",
        unit="folder",
        default=None,
    )
    directory_file: Path = setting(
        "The signed directory of the zone, as a bundle.", example="/etc/xiezhi/directory.signed", unit="file"
    )
    directory_root: str = setting(
        "Fingerprint of a root document of the zone, from which trust starts: the SHA-256 of its body.",
        example="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        unit="64 hex digits",
    )
    issuer: str = setting(
        "OpenID provider of this program's own people.", example="https://id.kaihua.example", unit="URL"
    )
    client_id: str = setting(
        "Public OpenID client of the pages.", example="xiezhi-page", unit="text", default="xiezhi-page"
    )
    allowed_origins: tuple[str, ...] = setting(
        "Origins whose pages may call this program.",
        example="https://desk.kaihua.example,https://gateway.example",
        unit="list of origins",
        default=(),
    )
    introspection: str = setting(
        "Who may introspect the schema.", example="everyone", unit="developer, everyone", default="developer"
    )
    documents: DocumentPolicy = setting(
        "Which GraphQL documents are executed: any; any, remembering those that clients register by their hash; "
        "trusted ones only.",
        example="trusted",
        unit=", ".join(DocumentPolicy),
        default=DocumentPolicy.ANY,
    )
    compiled_answers: bool = setting(
        "Whether parts and answers are written and checked by what is compiled from the selection; "
        "if not, they are the same, and cost more.",
        example="0",
        unit="0, 1",
        default=True,
    )
    requests_per_minute_caller: int = setting(
        "GraphQL requests of one officer, or without a token of one address; 0: no limit.",
        example="600",
        unit="per minute",
        default=3000,
    )
    requests_per_minute_court: int = setting(
        "GraphQL requests of one court's officers together; 0: no limit.",
        example="12000",
        unit="per minute",
        default=30_000,
    )
    connections_per_caller: int = setting(
        "WebSockets and event streams that one officer may hold in one process.",
        example="20",
        unit="connections",
        default=20,
    )
    clock_file: Path | None = setting(
        "Shared offset of the civil clock; only the demo sets it.",
        example="/run/xiezhi/clock",
        unit="file",
        default=None,
    )
    demo: bool = setting("Whether the pages say that this is a demonstration.", example="1", unit="0, 1", default=False)


@dataclass(frozen=True, kw_only=True)
class NodeSettings(DelegationSettings, DoorSettings):
    """One court's node."""

    court: str = setting("The court's code (法院代字).", example="浙0824", unit="text")
    division: str = setting("The court's county code.", example="330824", unit="6 digits")
    gateway_url: str = setting("The zone's gateway.", example="https://gateway.example", unit="URL")
    registries_file: Path | None = setting(
        "Base URLs of the registries, by assisting unit.",
        example="/etc/xiezhi/registries.json",
        unit="file",
        default=None,
    )
    file_units: tuple[str, ...] = setting(
        "Ids of the assisting units that are asked by file (`xiezhi search`).",
        example="u-330824-bank-1,u-330824-fund",
        unit="ids, commas",
        default=(),
    )
    looks_per_hour_officer: int = setting("Look-ups of one officer.", example="200", unit="per hour", default=200)
    feedback_rejections: int = setting(
        "How often a handler may send a feedback back; then a superior court decides.",
        example="1",
        unit="times",
        default=1,
    )
    deferral_years: int = setting("The longest deferral asked for.", example="1", unit="years", default=1)
    renew_warn_days: int = setting("With fewer days left a renewal is late.", example="7", unit="days", default=7)
    party_delay_days: int = setting(
        "After which a party may read that they were looked up.", example="90", unit="days", default=90
    )
    clue_days: int = setting("For verifying a specific clue.", example="7", unit="days", default=7)
    urgent_clue_days: int = setting("For verifying a clue where it is urgent.", example="3", unit="days", default=3)
    sweep_seconds: float = setting(
        "How often the court looks through what is due: warnings, terms that end; "
        "0: this process leaves it to another one of the court.",
        example="30",
        unit="seconds",
        default=30.0,
    )
    anomaly_subjects: int = setting(
        "Persons about whom one officer asks within the window, from which on it is a warning; 0: never.",
        example="50",
        unit="persons",
        default=50,
    )
    anomaly_window_min: int = setting("That window.", example="60", unit="minutes", default=60)
    night_from: int = setting(
        "Hour in China from which on a look-up is at night, which is a warning.", example="22", unit="hour", default=22
    )
    night_until: int = setting(
        "Hour in China at which the night ends; the same as its beginning: no hour is at night.",
        example="6",
        unit="hour",
        default=6,
    )
    fee_without_amount: Decimal = setting(
        "Application fee where nothing is counted in money; the law leaves 50 to 500.",
        example="100.00",
        unit="CNY",
        default=WITHOUT_AMOUNT,
    )
    interest_year_days: int = setting(
        "Days on which a yearly rate of interest counts.", example="360", unit="days", default=365
    )
    grace_days: int = setting(
        "After an instalment's day, before a breach of the settlement is suspected; 0 to 15.",
        example="5",
        unit="days",
        default=3,
    )
    two_person_payout: Decimal = setting(
        "A distribution of more than this is released by a second person too.",
        example="100000.00",
        unit="CNY",
        default=Decimal("500000.00"),
    )
    payout_days: int = setting(
        "After money to be distributed arrived, before its payout is overdue.", example="5", unit="days", default=30
    )
    payout_after_deferral_days: int = setting(
        "After the day until which a payout was put off, before it is overdue.", example="5", unit="days", default=10
    )
    interest_start: InterestStart = setting(
        "First day of the doubled interest: the law leaves it open.",
        example="EXPIRY_DAY",
        unit=", ".join(InterestStart),
        default=InterestStart.DAY_AFTER_EXPIRY,
    )


@dataclass(frozen=True, kw_only=True)
class GatewaySettings(EscalationSettings, DoorSettings):
    """The zone's gateway."""

    examiner_file: Path | None = setting(
        "The examiner's keys, mode 0600, with which conformance runs ask applicants' nodes; without them none is made.",
        example="/etc/xiezhi/examiner.keys",
        unit="file",
        default=None,
    )
    court_client: Implementation = setting(
        "What asks the courts over HTTP: the program's own client, or the aiohttp library.",
        example="aiohttp",
        unit=", ".join(Implementation),
        default=Implementation.OWN,
    )
    conformance_days: int = setting(
        "How long a green conformance run of an applicant is good for.", example="7", unit="days", default=7
    )


@dataclass(frozen=True, kw_only=True)
class ProviderSettings(ServerSettings):
    """The demo's identity provider. It listens on loopback only."""

    people_file: Path = setting("Issuers and their officers.", example="/run/xiezhi/people.json", unit="file")
    signing_keys_file: Path = setting(
        "Signing keys by issuer, mode 0600; made if absent.", example="/run/xiezhi/provider-keys.json", unit="file"
    )
    redirect_origins: tuple[str, ...] = setting(
        "Loopback origins to which a sign-in may return.",
        example="http://127.0.0.1:8400,http://127.0.0.1:8401",
        unit="list of origins",
    )
    token_ttl_s: int = setting("Life of a token.", example="28800", unit="seconds", default=28_800)


@dataclass(frozen=True, kw_only=True)
class DemoSettings:
    """`xiezhi demo`."""

    demo_port: int = setting(
        "First of the demo's twelve ports, the gateway's.", example="9400", unit="port", default=8400
    )
    demo_origins: tuple[str, ...] = setting(
        "Loopback origins of front ends in development, that may call the demo's doors and sign in there.",
        example="http://localhost:5173",
        unit="list of origins",
        default=(),
    )
    lang: str = setting("Language of the output; empty: by LANG.", example="zh", unit="zh, en", default="")


_S = TypeVar("_S")


def read(program: type[_S], environment: Mapping[str, str]) -> _S:
    """The settings of `program` as `environment` gives them.

    Raises:
        BadSetting: a required variable is missing, or one cannot be read.
    """
    kinds = get_type_hints(program)
    values = {}
    for item in fields(program):  # type: ignore[arg-type]  # every program is a dataclass
        text = environment.get(variable(item))
        if text is not None and text != "":
            values[item.name] = _value(variable(item), kinds[item.name], text)
        elif item.default is MISSING:
            raise BadSetting(f"{variable(item)} is required")
    return program(**values)


def variable(item: Field[Any]) -> str:
    """The environment variable of a field."""
    return variable_of(item.name)


def variable_of(name: str) -> str:
    """The environment variable of the setting of that name."""
    return PREFIX + name.upper()


def _flag(text: str) -> bool:
    return {"0": False, "1": True}[text]


def _amount(text: str) -> Decimal:
    return not_negative(text)


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


_READERS: Final[Mapping[Any, Callable[[str], Any]]] = {
    str: str,
    int: int,
    float: float,
    bool: _flag,
    Decimal: _amount,
    Path: Path,
    Path | None: Path,
    tuple[str, ...]: _list,
    InterestStart: InterestStart,
    DocumentPolicy: DocumentPolicy,
    Implementation: Implementation,
}


def _value(name: str, kind: Any, text: str) -> Any:
    try:
        return _READERS[kind](text)
    except (ValueError, KeyError, ArithmeticError, Malformed):
        raise BadSetting(f"{name} cannot be read") from None
