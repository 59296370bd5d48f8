"""The one error table: code → HTTP status, closing code of a socket, and what to tell a person.

Texts stand in `errors.toml`. `{name}` in a text is filled from the error's data; what is missing there is
shown as a dash, so that a text never fails.
"""

import string
import tomllib
from datetime import datetime
from functools import cache
from importlib import resources

import msgspec

from dispatch.domain.ids import LOCAL_TIME

_VI, _EN = 0, 1
_ENDS = {
    "cleared": ("đã xong", "done"),
    "out_of_service": ("xe ngừng trực", "unit out of service"),
    "stood_down": ("bàn trực đã hủy điều động", "stood down by the desk"),
    "withdrawn": ("bàn trực đã rút lệnh", "withdrawn by the desk"),
    "declined": ("kíp đã từ chối", "declined by the crew"),
    "reassigned": ("đã chuyển vụ khác", "moved to another incident"),
    "incident_cancelled": ("vụ việc đã hủy", "incident cancelled"),
    "arrived": ("đã đến nơi", "arrived"),
    "assigned": ("đã nhận vụ việc", "sent to an incident"),
    "refused": ("bàn trực không đồng ý", "turned down by the desk"),
    "lapsed": ("không còn cần", "no longer worth it"),
    "own_station": ("đã về đơn vị", "back at its station"),
    "not_free": ("xe không còn rảnh", "unit no longer free"),
    "crew_changed": ("đã đổi kíp", "crew changed"),
    "proposed": ("bàn trực chưa đồng ý", "not agreed by the desk yet"),
    "queued": ("còn trong hàng chờ", "still in the queue"),
}
"""How an assignment, or an order to wait elsewhere, stands for a crew that comes too late or too soon."""

_FIELDS = {
    "priority": ("mức ưu tiên", "the priority"),
    "type_code": ("loại vụ việc", "the type"),
    "place": ("vị trí", "the place"),
    "level": ("mức điều động", "the level"),
}
"""What of an incident somebody changed, where a text has the gap `changed`; its data is `field`."""


_TIMES = {"at": "%H:%M:%S", "until": "%H:%M %d/%m/%Y", "begins": "%H:%M %d/%m/%Y"}
"""Names of instants in the data, and how they are read; what may be on another day has its date."""


class ErrorRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`close` ends the connection with that code; without it the connection goes on. `retry_s` says that
    nothing was decided and the same may be sent again after so many seconds."""

    vi: str
    en: str
    http: int = 409
    close: int | None = None
    retry_s: float | None = None


class ErrorBody(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the error table, filled: what happened, where, and what to do."""

    code: str
    vi: str
    en: str
    data: dict[str, object] = msgspec.field(default_factory=dict)


class ApiError(Exception):
    """A request or frame that the edge turns down; `code` is a row of the table."""

    def __init__(self, code: str, /, **data: object) -> None:
        super().__init__(code)
        self.code = code
        self.data = data

    @property
    def retry_s(self) -> float | None:
        """After how long the same may be tried again, when waiting helps."""
        wait_s = self.data.get("wait_s")
        return wait_s if isinstance(wait_s, int | float) else find_row(self.code).retry_s


@cache
def load_errors() -> dict[str, ErrorRow]:
    """The whole table."""
    text = resources.files("dispatch.api").joinpath("errors.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, ErrorRow])


def find_row(code: str) -> ErrorRow:
    """The row of a code; that of `internal` for a code nobody wrote down."""
    table = load_errors()
    return table.get(code) or table["internal"]


def fill_error(code: str, data: dict[str, object]) -> ErrorBody:
    """The error as a frame or an answer carries it."""
    row = find_row(code)
    return ErrorBody(code=code, vi=_fill(row.vi, data, _VI), en=_fill(row.en, data, _EN), data=data)


class _Gaps(string.Formatter):
    """Fills names only; attributes and indexes of values are not reachable from a text."""

    def __init__(self, language: int) -> None:
        self._language = language

    def get_field(self, field_name: str, args: object, kwargs: object) -> tuple[object, str]:
        data = kwargs if isinstance(kwargs, dict) else {}
        if field_name == "changed" and data.get("field") in _FIELDS:
            return _FIELDS[str(data["field"])][self._language], field_name
        value = data.get("field" if field_name == "changed" else field_name)
        if value is None or value == "":
            return "—", field_name
        if field_name == "how" and value in _ENDS:
            return _ENDS[str(value)][self._language], field_name
        form = _TIMES.get(field_name)
        return (_say(value) if form is None else _say_time(value, form)), field_name


def _fill(text: str, data: dict[str, object], language: int) -> str:
    return _Gaps(language).vformat(text, (), data)


def _say_time(value: object, form: str) -> str:
    """An instant as the clock on the wall shows it."""
    try:
        at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        return at.astimezone(LOCAL_TIME).strftime(form)
    except (ValueError, OverflowError):  # no time at all, or the last day that can be written
        return _say(value)


def _say(value: object) -> str:
    """A value as a sentence shows it: lists by commas, units by call sign, long text cut."""
    if isinstance(value, dict) and "call_sign" in value:
        return str(value["call_sign"])
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(_say(item) for item in value)[:300]
    return str(value)[:300]
