"""The public page's form, without scripts: its fields → the body of a report."""

from collections.abc import Mapping
from dataclasses import dataclass

FIELDS = (
    "what", "where", "phone", "name", "line", "lon", "lat", "accuracy", "command_id", "device",
)  # fmt: skip


@dataclass
class PublicForm:
    """The fields as sent; kept when the form must be shown again."""

    what: str = ""
    where: str = ""
    phone: str = ""
    name: str = ""
    line: str = ""
    lon: str = ""
    lat: str = ""
    accuracy: str = ""
    command_id: str = ""
    device: str = ""

    @classmethod
    def read(cls, fields: Mapping[str, object]) -> "PublicForm":
        """The known fields of a sent form."""
        return cls(**{key: str(fields[key]) for key in FIELDS if key in fields})

    @property
    def is_empty(self) -> bool:
        """Whether it says neither what nor where."""
        return not (self.what.strip() or self.where.strip() or self._lon_lat is not None)

    def to_body(self) -> dict[str, object]:
        """The report exactly as the page's script sends it, so that either may repeat the other."""
        place: dict[str, object] = {"heard": self.where}
        if self._lon_lat is not None:
            place |= {"lon_lat": self._lon_lat, "radius_m": _number(self.accuracy) or None}
        # A form sends line breaks as CR LF, a script as they are.
        words = self.what.replace("\r\n", "\n")
        body: dict[str, object] = {"type": "report.receive", "channel": "web", "words": words, "place": place}
        body |= {"phone": self.phone, "name": self.name}
        return body | {"line": self.line} if self.line else body

    @property
    def _lon_lat(self) -> list[float | int] | None:
        lon, lat = _number(self.lon), _number(self.lat)
        return None if lon is None or lat is None else [lon, lat]


def _number(text: str) -> float | int | None:
    """As a script's Number() would be written in JSON: whole numbers without a point."""
    try:
        value = float(text) if text.strip() else None
        return int(value) if value is not None and value.is_integer() else value
    except ValueError:
        return None
