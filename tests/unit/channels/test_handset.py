"""What telephones and networks send about where a caller is."""

import json
import math
import time
from datetime import UTC, datetime
from random import Random
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.channels.handset import BadLocation, HandsetMessage, read_message, widen

NOW = datetime(2026, 11, 22, 8, 0, 5, tzinfo=UTC)
_FORM = "application/x-www-form-urlencoded"
_ELS = {
    "v": "1",
    "emergency_number": "114",
    "source": "CALL",
    "time": "1795334390000",
    "location_latitude": "10.7769",
    "location_longitude": "106.7009",
    "location_time": str(int(NOW.timestamp() * 1000) - 3000),
    "location_accuracy": "20.0",
    "location_source": "gps",
    "location_confidence": "0.6827",
    "location_floor": "2",
    "device_number": "+84903000001",
    "device_model": "X",
}
_PIDF = """<?xml version="1.0" encoding="UTF-8"?>
<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:gp="urn:ietf:params:xml:ns:pidf:geopriv10"
  xmlns:gml="http://www.opengis.net/gml" xmlns:gs="http://www.opengis.net/pidflo/1.0"
  xmlns:con="urn:ietf:params:xml:ns:geopriv:conf" entity="tel:+84903000001">
 <tuple id="a"><status><gp:geopriv><gp:location-info>{shape}</gp:location-info>
 <gp:method>Wifi</gp:method></gp:geopriv></status><timestamp>2026-11-22T08:00:00Z</timestamp></tuple>
</presence>"""
_SRS = 'srsName="urn:ogc:def:crs:EPSG::4326"'
_CIRCLE = (
    f'<gs:Circle {_SRS}><gml:pos>10.7769 106.7009</gml:pos><gs:radius uom="urn:ogc:def:uom:EPSG::9001">30'
    '</gs:radius></gs:Circle><con:confidence pdf="normal">90</con:confidence>'
)


def _at(message: HandsetMessage) -> tuple[float, float]:
    return message.fix.lon_lat.lon, message.fix.lon_lat.lat


def test_a_message_of_android_is_a_position_with_its_circle_time_and_number() -> None:
    message = read_message(_FORM, urlencode(_ELS).encode(), NOW)
    assert message.number == "+84903000001"
    assert _at(message) == pytest.approx((106.7009, 10.7769))
    assert message.fix.radius_m == pytest.approx(20.0 * 1.4216, rel=0.01)
    assert (message.fix.method, message.fix.floor) == ("gps", "2")
    assert (NOW - message.fix.at).total_seconds() == pytest.approx(3.0)


def test_the_short_message_of_aml_says_the_same() -> None:
    text = 'A"ML=1;lt=+10.77690;lg=+106.70090;rd=50;top=20261122075958;lc=90;pm=W;ml=128'
    message = read_message("text/plain", text.encode(), NOW)
    assert _at(message) == pytest.approx((106.7009, 10.7769))
    assert (message.fix.radius_m, message.fix.method, message.number) == (50.0, "wifi", "")
    assert message.fix.at == datetime(2026, 11, 22, 7, 59, 58, tzinfo=UTC)


def test_json_with_numbers_is_read_too() -> None:
    body = b'{"location_latitude": 10.7769, "location_longitude": 106.7009, "location_accuracy": 8}'
    message = read_message("application/json", body, NOW)
    assert message.fix.at == NOW
    assert _at(message) == pytest.approx((106.7009, 10.7769))


@pytest.mark.parametrize(
    ("shape", "radius_m"),
    [
        (_CIRCLE, 30.0),
        (f"<gml:Point {_SRS}><gml:pos>10.7769 106.7009</gml:pos></gml:Point>", 100.0 * 0.877),
        (
            '<gs:Sphere srsName="urn:ogc:def:crs:EPSG::4979"><gml:pos>10.7769 106.7009 12</gml:pos>'
            "<gs:radius>40</gs:radius></gs:Sphere>",
            40.0 * 0.877,
        ),
        (
            f"<gs:Ellipse {_SRS}><gml:pos>10.7769 106.7009</gml:pos><gs:semiMajorAxis>70</gs:semiMajorAxis>"
            "<gs:semiMinorAxis>20</gs:semiMinorAxis></gs:Ellipse>",
            70.0 * 0.877,
        ),
        (
            f"<gml:Polygon {_SRS}><gml:exterior><gml:LinearRing><gml:posList>10.7768 106.7008 "
            "10.7768 106.7010 10.7770 106.7010 10.7770 106.7008 10.7768 106.7008</gml:posList>"
            "</gml:LinearRing></gml:exterior></gml:Polygon>",
            15.6 * 0.877,
        ),
        (
            f"<gml:Polygon {_SRS}><gml:exterior><gml:LinearRing><gml:pos>10.7768 106.7008</gml:pos>"
            "<gml:pos>10.7768 106.7010</gml:pos><gml:pos>10.7770 106.7010</gml:pos>"
            "<gml:pos>10.7770 106.7008</gml:pos><gml:pos>10.7768 106.7008</gml:pos>"
            "</gml:LinearRing></gml:exterior></gml:Polygon>",
            15.6 * 0.877,
        ),
        (
            '<gs:Prism srsName="urn:ogc:def:crs:EPSG::4979"><gs:base><gml:Polygon><gml:exterior>'
            "<gml:LinearRing><gml:posList>10.7768 106.7008 6 10.7768 106.7010 6 10.7770 106.7010 6 "
            "10.7770 106.7008 6 10.7769 106.7008 6 10.7768 106.7008 6</gml:posList></gml:LinearRing>"
            "</gml:exterior></gml:Polygon></gs:base><gs:height>3</gs:height></gs:Prism>",
            15.6 * 0.877,
        ),
        (
            f"<gs:ArcBand {_SRS}><gml:pos>10.7769 106.7009</gml:pos><gs:innerRadius>0</gs:innerRadius>"
            "<gs:outerRadius>300</gs:outerRadius><gs:startAngle>0</gs:startAngle>"
            "<gs:openingAngle>360</gs:openingAngle></gs:ArcBand>",
            300 * 0.877,
        ),
        (
            f"<gml:Polygon {_SRS}><gml:exterior><gml:LinearRing><gml:posList>10.7768 106.7008 "
            "10.7768 106.7010 10.7770 106.7010 10.7770 106.7008 10.7768 106.7008</gml:posList>"
            "</gml:LinearRing></gml:exterior></gml:Polygon>"
            f"<gml:Point {_SRS}><gml:pos>10.9 106.9</gml:pos></gml:Point>",
            15.6 * 0.877,
        ),
    ],
    ids=[
        *("circle", "point", "sphere", "ellipse", "polygon", "corners one by one", "prism", "arc band"),
        "the first of two",
    ],
)
def test_each_shape_of_a_location_document_is_a_circle_around_it(shape: str, radius_m: float) -> None:
    message = read_message("application/pidf+xml", _PIDF.format(shape=shape).encode(), NOW)
    assert message.number == "+84903000001"
    assert _at(message) == pytest.approx((106.7009, 10.7769))
    assert message.fix.radius_m == pytest.approx(radius_m, rel=0.02)
    assert (message.fix.method, message.fix.at) == ("wifi", datetime(2026, 11, 22, 8, 0, tzinfo=UTC))


def test_an_arc_band_is_where_the_mast_looks_and_not_the_mast() -> None:
    shape = (
        f"<gs:ArcBand {_SRS}><gml:pos>10.7769 106.7009</gml:pos><gs:innerRadius>800</gs:innerRadius>"
        "<gs:outerRadius>1000</gs:outerRadius><gs:startAngle>60</gs:startAngle>"
        "<gs:openingAngle>60</gs:openingAngle></gs:ArcBand>"
    )
    message = read_message("application/pidf+xml", _PIDF.format(shape=shape).encode(), NOW)
    lon, lat = _at(message)
    assert lat == pytest.approx(10.7769, abs=1e-4)
    assert 700 < (lon - 106.7009) * 109_360 < 900
    assert 420 < message.fix.radius_m < 460


def test_the_circle_kept_holds_the_telephone_nine_times_in_ten() -> None:
    random = Random(6)
    for confidence in (0.39, 0.6827, 0.95):
        told_m = math.sqrt(-2 * math.log(1 - confidence)) * 25.0
        kept_m = widen(told_m, confidence)
        inside = sum(
            math.hypot(random.gauss(0, 25.0), random.gauss(0, 25.0)) <= kept_m for _ in range(20_000)
        )
        assert inside / 20_000 == pytest.approx(0.9, abs=0.01)


_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BROKEN = {
    "empty": (_FORM, b""),
    "no position": (_FORM, b"v=1&device_number=0903"),
    "no number": (_FORM, urlencode(_ELS | {"location_latitude": "here"}).encode()),
    "not a number": (_FORM, urlencode(_ELS | {"location_accuracy": "nan"}).encode()),
    "beyond the pole": (_FORM, urlencode(_ELS | {"location_latitude": "106.7"}).encode()),
    "a circle of the whole country": (_FORM, urlencode(_ELS | {"location_accuracy": "1e9"}).encode()),
    "a negative circle": (_FORM, urlencode(_ELS | {"location_accuracy": "-5"}).encode()),
    "a time beyond all calendars": (_FORM, urlencode(_ELS | {"location_time": "1e300"}).encode()),
    "a thousand fields": (_FORM, "&".join(f"a{n}=1" for n in range(10_000)).encode()),
    "not utf-8": (_FORM, b"\xff\xfe\x00"),
    "a picture": ("image/png", b"\x89PNG"),
    "broken json": ("application/json", b'{"location_latitude": '),
    "deep json": ("application/json", b"[" * 60_000),
    "broken xml": ("application/pidf+xml", b"<presence>"),
    "no xml": ("application/pidf+xml", b"hello"),
    "no location": ("application/pidf+xml", _PIDF.format(shape="").encode()),
    "an entity bomb": (
        "application/pidf+xml",
        f'<!DOCTYPE p [<!ENTITY l0 "lol">{_LAUGHS}]><presence>&l9;</presence>'.encode(),
    ),
    "a file": (
        "application/pidf+xml",
        b'<!DOCTYPE p [<!ENTITY f SYSTEM "file:///etc/passwd">]><presence><pos>&f;</pos></presence>',
    ),
    "a network address": (
        "text/xml",
        b'<!DOCTYPE p SYSTEM "http://127.0.0.1:9/evil.dtd"><presence><pos>10.7 106.7</pos></presence>',
    ),
    "deep xml": ("application/pidf+xml", b"<a>" * 20_000),
    "long text": ("application/pidf+xml", b"<presence><pos>" + b"1 " * 30_000 + b"</pos></presence>"),
    "a script": ("application/pidf+xml", _PIDF.format(shape="<gml:pos>'; DROP TABLE 1</gml:pos>").encode()),
}


@pytest.mark.parametrize(("content_type", "body"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_or_hostile_message_is_told_so_within_a_tenth_of_a_second_of_the_processor(
    content_type: str, body: bytes
) -> None:
    spent = []
    for _ in range(3):
        started = time.process_time()
        with pytest.raises(BadLocation):
            read_message(content_type, body, NOW)
        spent.append(time.process_time() - started)
    assert min(spent) < 0.1


@pytest.mark.parametrize("named", ["UTF-7", "UTF-16", "no-such-coding", "ISO-8859-1"])
def test_a_document_is_read_as_utf_8_whatever_coding_it_names(named: str) -> None:
    document = _PIDF.format(shape=_CIRCLE).replace('"UTF-8"', f'"{named}"')
    assert _at(read_message("application/pidf+xml", document.encode(), NOW)) == pytest.approx(
        (106.7009, 10.7769)
    )


_MESSAGES = [
    ("application/pidf+xml", _PIDF.format(shape=_CIRCLE).encode()),
    (_FORM, urlencode(_ELS).encode()),
    ("application/json", json.dumps(_ELS).encode()),
    ("text/plain", b'A"ML=1;lt=+10.77690;lg=+106.70090;rd=50;top=20261122075958;lc=90;pm=W;ml=128'),
]


@given(st.sampled_from(_MESSAGES), st.integers(0, 900), st.integers(0, 12), st.binary(max_size=12))
def test_a_message_that_was_damaged_on_its_way_is_read_or_refused_and_breaks_nothing(
    message: tuple[str, bytes], at: int, lost: int, put: bytes
) -> None:
    content_type, body = message
    try:
        read = read_message(content_type, body[:at] + put + body[at + lost :], NOW)
    except BadLocation:
        return
    assert math.isfinite(read.fix.radius_m)
    assert read.fix.radius_m >= 0
    assert read.fix.at <= NOW
