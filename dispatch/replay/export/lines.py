"""A log line in words: what happened to what, as far as the redaction lets it be said."""

from dispatch.live.wire import LogLine
from dispatch.replay.export.facts import Facts, Json
from dispatch.replay.export.people import People
from dispatch.replay.export.redact import mask_place
from dispatch.replay.export.words import Words


class Describer:
    """Words for the lines of one export."""

    def __init__(self, facts: Facts, people: People, words: Words) -> None:
        self._facts = facts
        self._people = people
        self._words = words

    def what(self, line: LogLine) -> str:
        """The event's name."""
        return self._words.find("event", line.type)

    def number(self, line: LogLine) -> str:
        """The number of the line's incident."""
        incident = self._facts.find("incident", line.incident_id)
        return "" if incident is None else str(incident["number"])

    def unit(self, line: LogLine) -> str:
        """The call sign of the line's unit."""
        unit_id = line.data.get("unit_id")
        if unit_id is None:
            assignment = self._facts.find("assignment", line.data.get("assignment_id"))
            unit_id = None if assignment is None else assignment["unit_id"]
        return "" if unit_id is None else self._people.unit(unit_id)

    def place(self, place: object) -> str:
        """An address; without its number when redacted."""
        if not isinstance(place, dict):
            return ""
        if self._facts.redacted:
            return mask_place(place)
        parts = [str(place.get("label") or place.get("heard") or "")]
        if place.get("ward") and str(place["ward"]) not in parts[0]:
            parts.append(str(place["ward"]))
        return ", ".join(part for part in parts if part)

    def detail(self, line: LogLine) -> str:
        """The one thing a reader looks for beyond the event's name."""
        parts = [*self._codes(line), self.place(line.data.get("place"))]
        if not self._facts.redacted:
            parts += [_text(line.data.get(key)) for key in ("words", "text", "reason", "phone", "name")]
        return " · ".join(part for part in parts if part)

    def _codes(self, line: LogLine) -> list[str]:
        """What is said by codes alone."""
        data, words = line.data, self._words
        said: list[str] = []
        if data.get("type_code"):
            said.append(words.type(_text(data["type_code"])))
        if "phase" in data:
            agency = self._agency(data)
            said.append(words.status(agency, _text(data.get("status_code")), _text(data["phase"])))
        if line.type == "incident.priority_changed":
            said.append(f"P{data.get('was')} → P{data.get('priority')}")
        elif line.type == "incident.opened":
            said.append(f"P{data.get('priority')}")
        if line.type == "incident.level_raised":
            said.append(str(data.get("level")))
        if line.type == "alert.raised":
            said.append(f"{data.get('level')} {words.find('alert', _text(data.get('kind')))}")
        if data.get("outcome"):
            said.append(words.outcome(_text(data["outcome"])))
        if line.type.startswith("leg."):
            leg = self._facts.find("leg", data.get("leg_id"))
            said.append(words.agency(str(leg["agency_id"])) if leg else "")
        return said

    def _agency(self, data: Json) -> str:
        assignment = self._facts.find("assignment", data.get("assignment_id"))
        unit = self._facts.find("unit", data.get("unit_id"))
        return str((assignment or unit or {}).get("agency_id", ""))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
