"""The formats of data: JSON, CSV and GeoJSON."""

import csv
import io
from datetime import datetime, timedelta
from itertools import accumulate

import msgspec

from dispatch.replay.export.facts import Facts, Json
from dispatch.replay.export.lines import Describer
from dispatch.replay.export.people import People
from dispatch.replay.export.redact import DECIMALS, MASK, redact
from dispatch.replay.export.words import Words, iso_local
from dispatch.replay.tracks import Track

BOM = "\ufeff"
"""Spreadsheets take a file for UTF-8 only with it."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def make_json(facts: Facts, about: Json, people: People) -> bytes:
    """Everything: rows, log, clocks. `about` tells what the file is and who made it."""
    rows = [{"kind": kind, "id": id_, "body": body} for (kind, id_), body in facts.bodies.items()]
    log = [_line_json(msgspec.to_builtins(line)) for line in facts.lines]
    content: Json = {"rows": rows, "log": log, "clocks": msgspec.to_builtins(facts.clocks)}
    if facts.redacted:
        content = {name: redact(value, name) for name, value in content.items()}
    for line, told in zip(facts.lines, content["log"], strict=True):  # type: ignore[call-overload]
        told["actor"] = people.name(line.actor)
    return msgspec.json.format(msgspec.json.encode({"about": about, **content}), indent=2)


def _line_json(line: Json) -> Json:
    return {**line, "about": list(line["about"])}  # type: ignore[call-overload]


def make_csv(facts: Facts, people: People, words: Words) -> bytes:
    """The log as a table. A cell that a spreadsheet would take for a formula is quoted with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(
        (
            "seq",
            "happened_at",
            "recorded_at",
            "actor",
            "agency",
            "incident",
            "unit",
            "event",
            "what",
            "detail",
        )
    )
    describer = Describer(facts, people, words)
    for line in facts.lines:
        cells = (
            str(line.seq), iso_local(line.at), iso_local(line.recorded_at), people.name(line.actor),
            line.agency, describer.number(line), describer.unit(line), line.type, describer.what(line),
            describer.detail(line),
        )  # fmt: skip
        writer.writerow([harmless_cell(cell) for cell in cells])
    return (BOM + out.getvalue()).encode()


def harmless_cell(text: str) -> str:
    """A cell that no spreadsheet computes (OWASP, CSV injection)."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) or text.startswith(_FORMULA) else text


def make_geojson(facts: Facts, about: Json, words: Words) -> bytes:
    """Incidents, reports and the ways of units on assignments as features (RFC 7946); of a stretch of the
    city the ways of all units. Coordinates of a redacted file have three decimals."""
    features = [*_incidents(facts, words), *_reports(facts), *_ways(facts)]
    return msgspec.json.encode({"type": "FeatureCollection", "about": about, "features": features})


def _feature(geometry: Json, properties: Json) -> Json:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _point(facts: Facts, place: object) -> Json | None:
    lon_lat = place.get("lon_lat") if isinstance(place, dict) else None
    if not isinstance(lon_lat, list):
        return None
    digits = DECIMALS if facts.redacted else 6
    return {"type": "Point", "coordinates": [round(value, digits) for value in lon_lat]}


def _incidents(facts: Facts, words: Words) -> list[Json]:
    found = []
    for incident in facts.list_kind("incident"):
        point = _point(facts, incident["place"])
        if point is None:
            continue
        properties: Json = {"kind": "incident", "type": words.type(str(incident["type_code"]))}
        for name in ("number", "type_code", "priority", "state", "level", "opened_at", "closed_at"):
            properties[name] = incident[name]
        if not facts.redacted:
            properties["place"] = incident["place"]
        found.append(_feature(point, properties))
    return found


def _reports(facts: Facts) -> list[Json]:
    found = []
    for report in facts.list_kind("report"):
        point = _point(facts, report["place"])
        if point is None:
            continue
        properties: Json = {"kind": "report"}
        for name in ("channel", "received_at", "status", "incident_id"):
            properties[name] = report[name]
        properties["words"] = MASK if facts.redacted else report["words"]
        found.append(_feature(point, properties))
    return found


def _ways(facts: Facts) -> list[Json]:
    tracks = {track.unit_id: track for track in facts.tracks.tracks}
    if facts.incident_id is None:
        return [way for track in tracks.values() if (way := _way(facts, track, facts.start, facts.end, {}))]
    ways = []
    for assignment in facts.list_kind("assignment"):
        track = tracks.get(str(assignment["unit_id"]))
        begun = assignment.get("dispatched_at")
        if track is None or not isinstance(begun, str):
            continue
        ended = assignment.get("ended_at")
        end = datetime.fromisoformat(ended) if isinstance(ended, str) else facts.end
        own: Json = {"assignment_id": assignment["id"]}
        way = _way(facts, track, datetime.fromisoformat(begun), end, own)
        ways += [way] if way else []
    return ways


def _way(facts: Facts, track: Track, start: datetime, end: datetime, more: Json) -> Json | None:
    """A unit's fixes received within [start, end], with their times; None with fewer than two."""
    digits = DECIMALS if facts.redacted else 6
    coordinates, times = [], []
    for t, lon, lat in zip(accumulate(track.t), accumulate(track.lon), accumulate(track.lat), strict=True):
        at = facts.tracks.start + timedelta(milliseconds=t)
        if start <= at <= end:
            coordinates.append([round(lon / 1e6, digits), round(lat / 1e6, digits)])
            times.append(iso_local(at))
    if len(coordinates) < 2:
        return None
    unit = facts.find("unit", track.unit_id) or {}
    properties: Json = {
        "kind": "way", "unit_id": track.unit_id, "call_sign": unit.get("call_sign"), **more, "times": times,
    }  # fmt: skip
    return _feature({"type": "LineString", "coordinates": coordinates}, properties)
