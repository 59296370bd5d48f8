"""Environment → typed settings, one class per concern. Nothing is read when this module is imported.

A setting is a field annotated with its variable; `.env.example` documents each. Paths that are not absolute
count from the project's folder, so that every command means the same wherever it is typed; $DATA_DIR in a
value stands for that setting.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, TypeVar, cast, get_args, get_type_hints

PROJECT = Path(__file__).resolve().parent.parent

Mode = Literal["demo", "training", "live"]

T = TypeVar("T")


class SettingsError(Exception):
    """A setting that cannot be understood; `name` is its variable."""

    def __init__(self, name: str, value: str, wanted: str) -> None:
        super().__init__(f"{name}={value!r}: cần / wanted {wanted}")
        self.name = name


def _path(name: str, value: str) -> Path:
    return PROJECT / Path(value).expanduser()


def _optional_path(name: str, value: str) -> Path | None:
    return _path(name, value) if value else None


def _paths(name: str, value: str) -> tuple[Path, ...]:
    return tuple(_path(name, part) for part in _list(name, value))


def _text(name: str, value: str) -> str:
    return value


def _whole(name: str, value: str) -> int:
    if not value.isascii() or not value.isdigit():
        raise SettingsError(name, value, "số nguyên ≥ 0 / a whole number ≥ 0")
    return int(value)


def _port(name: str, value: str) -> int:
    number = _whole(name, value)
    if number > 65535:
        raise SettingsError(name, value, "0 … 65535")
    return number


def _mode(name: str, value: str) -> Mode:
    if value not in get_args(Mode):
        raise SettingsError(name, value, " | ".join(get_args(Mode)))
    return cast(Mode, value)


def _traffic(name: str, value: str) -> int:
    return 0 if value == "off" else _whole(name, value)


def _identifier(name: str, value: str) -> str:
    if not value.isascii() or not value.replace("-", "").isalnum() or len(value) > 32:
        raise SettingsError(name, value, "≤ 32 chữ cái, số, gạch nối / letters, digits, hyphens")
    return value


def _list(name: str, value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


@dataclass(frozen=True)
class Variable:
    """A setting's environment variable, the text used when that is empty, and how text is read."""

    name: str
    default: str
    parse: Callable[[str, str], object]


@dataclass(frozen=True)
class DatabaseSettings:
    """Which database: one that others run, or the private cluster under `data_dir`."""

    url: Annotated[str, Variable("DATABASE_URL", "", _text)]
    data_dir: Annotated[Path, Variable("DATA_DIR", "var", _path)]


@dataclass(frozen=True)
class CitySettings:
    """Which city: an OpenStreetMap extract and what lies over it; without an extract a generated one."""

    data_dir: Annotated[Path, Variable("DATA_DIR", "var", _path)]
    osm: Annotated[Path | None, Variable("CITY_OSM", "", _optional_path)]
    wards: Annotated[Path | None, Variable("CITY_WARDS", "", _optional_path)]
    facilities: Annotated[tuple[Path, ...], Variable("CITY_FACILITIES", "", _paths)]
    addresses: Annotated[tuple[Path, ...], Variable("CITY_ADDRESSES", "", _paths)]
    seed: Annotated[int, Variable("CITY_SEED", "1", _whole)]


@dataclass(frozen=True)
class ServerSettings:
    """Where the server listens and under which address the outside sees it."""

    host: Annotated[str, Variable("SERVER_HOST", "127.0.0.1", _text)]
    port: Annotated[int, Variable("SERVER_PORT", "8080", _port)]
    public_url: Annotated[str, Variable("PUBLIC_URL", "", _text)]
    tls_certificate: Annotated[Path | None, Variable("TLS_CERTIFICATE", "", _optional_path)]
    tls_key: Annotated[Path | None, Variable("TLS_KEY", "", _optional_path)]
    trusted_proxies: Annotated[tuple[str, ...], Variable("TRUSTED_PROXIES", "", _list)]

    @property
    def address(self) -> str:
        """What a browser on this machine opens."""
        scheme = "https" if self.tls_certificate else "http"
        return self.public_url or f"{scheme}://{self.host}:{self.port}"


@dataclass(frozen=True)
class PlannerSettings:
    """The planner process, how long the server waits for it, and every how many hours speeds are learned from
    the runs that ended (0 = never)."""

    socket: Annotated[Path | None, Variable("PLANNER_SOCKET", "", _optional_path)]
    deadline_ms: Annotated[int, Variable("PLANNER_DEADLINE_MS", "250", _whole)]
    learn_every_h: Annotated[int, Variable("LEARN_SPEEDS_EVERY_H", "1", _whole)]


@dataclass(frozen=True)
class InstanceSettings:
    """Which centre this is. Its id and mode are fixed in the database when that is created. `automatic` is a
    file that says what agencies send by themselves, in place of what their own tables say."""

    centre_id: Annotated[str, Variable("CENTRE_ID", "hcmc", _identifier)]
    mode: Annotated[Mode, Variable("INSTANCE_MODE", "demo", _mode)]
    default_line: Annotated[str, Variable("DEFAULT_LINE", "113", _identifier)]
    automatic: Annotated[Path | None, Variable("AUTOMATIC_DISPATCH", "", _optional_path)]


@dataclass(frozen=True)
class DemoSettings:
    """Calls and reports an hour of simulated people in a demo centre; 0 = nobody is played."""

    per_hour: Annotated[int, Variable("DEMO_TRAFFIC", "240", _traffic)]


@dataclass(frozen=True)
class NotifySettings:
    """The gateway that sends texts to callers; without one they are sent by hand, and the screen says so."""

    text_gateway_url: Annotated[str, Variable("TEXT_GATEWAY_URL", "", _text)]
    text_gateway_token: Annotated[str, Variable("TEXT_GATEWAY_TOKEN", "", _text)]


@dataclass(frozen=True)
class SecuritySettings:
    """Sessions, and the file outside the database into which the log's head is signed."""

    session_hours: Annotated[int, Variable("SESSION_HOURS", "13", _whole)]
    keys_dir: Annotated[Path, Variable("KEYS_DIR", "$DATA_DIR/keys", _path)]
    anchors_file: Annotated[Path, Variable("ANCHORS_FILE", "$DATA_DIR/anchors.log", _path)]


@dataclass(frozen=True)
class PhotoSettings:
    """Where the sealed files of pictures lie."""

    folder: Annotated[Path, Variable("PHOTOS_DIR", "$DATA_DIR/photos", _path)]


@dataclass(frozen=True)
class ComparisonSettings:
    """Where comparisons of policies lie. They can be made again."""

    folder: Annotated[Path, Variable("COMPARISONS_DIR", "$DATA_DIR/comparisons", _path)]


@dataclass(frozen=True)
class TourSettings:
    """Where tours that planners asked for lie: names of jobs and where they are."""

    folder: Annotated[Path, Variable("TOURS_DIR", "$DATA_DIR/tours", _path)]


@dataclass(frozen=True)
class PositionSettings:
    """Days before today whose positions are kept; 0 = all of them, for ever."""

    keep_days: Annotated[int, Variable("POSITIONS_KEEP_DAYS", "0", _whole)]


@dataclass(frozen=True)
class Settings:
    """Everything the centre can be told from outside."""

    database: DatabaseSettings
    city: CitySettings
    server: ServerSettings
    planner: PlannerSettings
    instance: InstanceSettings
    demo: DemoSettings
    notify: NotifySettings
    security: SecuritySettings
    photos: PhotoSettings
    comparisons: ComparisonSettings
    tours: TourSettings
    positions: PositionSettings


def load_settings(
    environ: Mapping[str, str] | None = None, dotenv: Path | None = PROJECT / ".env"
) -> Settings:
    """Settings from the environment, and beneath it from the file `dotenv` where that exists.

    Raises SettingsError for a value that cannot be understood.
    """
    values: dict[str, str] = {}
    if dotenv is not None and dotenv.exists():
        values.update(parse_dotenv(dotenv.read_text(encoding="utf-8")))
    values.update(os.environ if environ is None else environ)
    return Settings(
        database=_build(DatabaseSettings, values),
        city=_build(CitySettings, values),
        server=_build(ServerSettings, values),
        planner=_build(PlannerSettings, values),
        instance=_build(InstanceSettings, values),
        demo=_build(DemoSettings, values),
        notify=_build(NotifySettings, values),
        security=_build(SecuritySettings, values),
        photos=_build(PhotoSettings, values),
        comparisons=_build(ComparisonSettings, values),
        tours=_build(TourSettings, values),
        positions=_build(PositionSettings, values),
    )


def list_variables() -> dict[str, str]:
    """Every variable the settings read, with its default."""
    concerns = get_type_hints(Settings).values()
    return {item.name: item.default for concern in concerns for item in _variables(concern).values()}


def parse_dotenv(text: str) -> dict[str, str]:
    """NAME=value lines; empty lines and # lines are passed over, quotes around a value are dropped."""
    values: dict[str, str] = {}
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        name, separator, value = line.partition("=")
        if not separator:
            raise SettingsError(f".env:{number}", raw, "NAME=value")
        value = value.strip()
        if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        values[name.strip()] = value
    return values


def _variables(concern: type) -> dict[str, Variable]:
    """Variable of each field of a settings class."""
    hints = get_type_hints(concern, include_extras=True)
    return {field: get_args(hint)[1] for field, hint in hints.items()}


def _build(concern: type[T], values: Mapping[str, str]) -> T:
    data_dir = values.get("DATA_DIR", "").strip() or "var"
    arguments = {}
    for field, variable in _variables(concern).items():
        text = values.get(variable.name, "").strip() or variable.default
        arguments[field] = variable.parse(variable.name, text.replace("$DATA_DIR", data_dir))
    return concern(**arguments)
