"""Texts that are no address, or are meant to do harm, are read in no time and nothing of them is run."""

import time

import pytest

from gis.geocode.fold import street_key
from gis.geocode.grammar import parse

_LEAST_OF = 5
_BOUND_S = 0.1

HOSTILE = {
    "empty": "",
    "only breaks": ",;\n" * 3000,
    "ten thousand letters": "a" * 10_000,
    "ten thousand digits": "1" * 10_000,
    "slashes": "1/" * 5000,
    "spaced slashes": "1 / " * 2500,
    "hyphens": "12 - " * 2000,
    "brackets": "(" * 5000 + ")" * 5000,
    "number words": "hai " * 2500,
    "telex": "uwowngf " * 1250,
    "vni": "d9u7o7ng2 " * 1000,
    "areas": "P.3 Q.5 " * 1250,
    "alleys": "hẻm 1 " * 1600,
    "decimals": "10.7 " * 2000,
    "degrees": "10°46'" * 1600,
    "commas in figures": "10,777;" * 1400,
    "plus codes": "7P28+" * 2000,
    "percent signs": "%F0%9F" * 1600,
    "regex": "^(a+)+$ (?:.*)*[\\d]{1,}" * 400,
    "sql": "'; DROP TABLE gis.streets; -- " * 300,
    "fire": "🔥" * 10_000,
    "cyrillic": "Привет мир " * 900,
    "han": "胡志明市第一郡" * 1400,
    "arabic": "شارع " * 2000,
    "combining marks": "a" + "\u0301" * 10_000,
    "zero bytes": "12\x00 Lê Lợi\x00" * 800,
    "right to left": "\u202e12 Lê Lợi" * 900,
    "zero width": "số 1\u200b2\u2060 Lê\ufeff Lợi " * 400,
    "both directions": "\u2066\u202e 45 Nguyễn Trãi \u202c\u2069" * 400,
    "flags": "🇻🇳" * 4000,
    "astral letters": "𝟙𝟚/𝟜 𝕹𝖌𝖚𝖞𝖊𝖓 " * 600,
    "arabic digits": "١٢٣/٤٥ " * 1200,
    "piled marks": ("N" + "\u0303\u0301\u0323" * 60) * 50,
    "alleys in alleys": "hẻm 1 rồi vô trong hẻm 2 của hẻm 3 nhánh 4 " * 230,
    "houses of houses": "nhà số " * 1400,
    "ranges": "từ số 1 đến số 2 " * 550,
    "wards that became others": "P.3 cũ nay là " * 700,
    "streets within streets": "x đường y " * 1000,
    "half a pair of degrees": "lat 10.1 long 106." * 500,
    "degrees in words": "10 độ 46 phút " * 700,
    "kilometres": "km 12+" * 1600,
    "glued slashes": "1xẹt" * 2500,
    "labels": "số:đường:phường:" * 600,
    "new numbers": "1 (số mới: " + "(" * 9000,
    "ways": "/dir/" + "10.7,106.7/" * 900,
    "half a surrogate": "\ud800 12 Lê Lợi",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_text_is_read_within_a_tenth_of_a_second_of_the_processor(text: str) -> None:
    spent = []
    for attempt in range(_LEAST_OF):
        started = time.process_time()
        query = parse(f"{text[:-1]}{attempt}" if text else text)
        spent.append(time.process_time() - started)
        assert len(query.text) <= 400
    assert min(spent) < _BOUND_S


def test_a_position_of_another_city_is_read_as_what_it_is() -> None:
    assert parse("21.0278, 105.8342").coordinates == pytest.approx((105.8342, 21.0278))


@pytest.mark.parametrize(
    "text",
    [
        "\u202e45/6 Phan Văn Trị\u202c",
        "4\u200b5/\u20606 Phan\u00ad Văn\ufeff Trị",
        "４５／６　Ｐｈａｎ Văn Trị",
        "٤٥/٦ Phan Văn Trị",
        "𝟒𝟓/𝟔 Phan Văn Trị",
        "🔥45/6 Phan Văn Trị🆘🆘",
        "<p>Địa chỉ: <b>45/6</b> Phan Văn Trị</p>",
        "45/6&nbsp;Phan&#32;V&#259;n Tr&#7883;",
        "45/6 Phan Văn Trị'); DELETE FROM call; --",
        "“45/6 Phan Văn Trị”",
        "45/6 Phan Va\u0306n Tri\u0323",
    ],
)
def test_characters_that_are_no_words_do_not_hide_an_address(text: str) -> None:
    query = parse(text)
    assert (query.path, street_key(query.names[0])) == (("45", "6"), "phan van tri")


def test_a_position_is_read_in_full_width_figures_and_with_marks_without_width() -> None:
    for text in (
        "１０．７７６９，１０６．７００９",
        "10.77\u200b69,\u00a0106.70\u206009",
        "<i>10.7769</i>, 106.7009",
    ):
        assert parse(text).coordinates == pytest.approx((106.7009, 10.7769))
