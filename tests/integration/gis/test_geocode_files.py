"""A file of texts is answered row by row; what cannot be read is named with its line."""

import csv
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from gis.errors import NotWritten, SourceBroken, SourceMissing
from gis.geocode import Geocoder
from gis.geocode.candidate import Candidate
from gis.geocode.files import ANSWER, geocode_file

Rows = list[dict[str, str]]


async def answer(city: asyncpg.Connection, folder: Path, text: str) -> Rows:
    asked, answered = folder / "asked.csv", folder / "answered.csv"
    asked.write_text(text, encoding="utf-8")
    await geocode_file(Geocoder(city), asked, answered, lambda _: None)
    with answered.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


async def test_every_row_is_answered_in_its_order_and_what_is_not_found_stays_empty(
    hcmc: asyncpg.Connection, tmp_path: Path
) -> None:
    rows = await answer(
        hcmc, tmp_path, 'id,text\na,"654 Lạc Long Quân, Tân Bình"\nb,\nc,"10.7769, 106.7009"\nd,Привет мир\n'
    )
    assert [row["id"] for row in rows] == ["a", "b", "c", "d"]
    assert set(rows[0]) == set(ANSWER)
    assert float(rows[0]["lon"]) == pytest.approx(106.65, abs=0.02)
    assert float(rows[0]["radius_m"]) > 0
    assert rows[0]["ward_code"]
    assert rows[1]["lon"] == rows[1]["lat"] == rows[3]["lon"] == ""
    assert (float(rows[2]["lon"]), float(rows[2]["lat"])) == (106.7009, 10.7769)
    assert all(float(row["ms"]) >= 0 for row in rows)


async def test_a_handsets_position_chooses_among_streets_of_one_name(
    hcmc: asyncpg.Connection, tmp_path: Path
) -> None:
    rows = await answer(
        hcmc,
        tmp_path,
        "id,text,lon,lat,radius_m\na,Đường số 7,106.75,10.79,100\nb,Đường số 7,106.60,10.74,100\n",
    )
    east, west = rows
    assert float(east["lon"]) > 106.70 > float(west["lon"])


async def test_commas_in_a_text_that_stands_last_need_no_quotes(
    generated: asyncpg.Connection, tmp_path: Path
) -> None:
    one, other = await answer(generated, tmp_path, 'id,text,,\na,"10.7769, 106.7009"\nb,10.7769, 106.7009,\n')
    assert [one["lon"], one["lat"], one["level"]] == [other["lon"], other["lat"], other["level"]]
    assert one["level"] == "coordinates"
    wards = await generated.fetch("SELECT name FROM gis.wards ORDER BY code LIMIT 2")
    quoted, bare = await answer(
        generated, tmp_path, f'id,text\na,"so 1, {wards[1]["name"]}"\nb,so 1, {wards[1]["name"]}\n'
    )
    assert quoted["ward"] == bare["ward"] == wards[1]["name"]


async def test_a_run_that_ends_early_leaves_no_half_answer(
    generated: asyncpg.Connection, tmp_path: Path
) -> None:
    asked, answered = tmp_path / "asked.csv", tmp_path / "answered.csv"
    asked.write_text("id,text\na,x\nb,y\n", encoding="utf-8")

    def stop(done: float) -> None:
        assert not answered.exists()
        if done < 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await geocode_file(Geocoder(generated), asked, answered, stop)
    assert not answered.exists()
    assert not answered.with_name("answered.csv.part").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,text,lon,lat\na,12 Lê Lợi, quận 1,106.7,10.7\n", "line 2"),
        ("id,text,lon,lat\na,12 Lê Lợi,106.7,10.7,quận 1\n", "line 2: more cells than columns"),
        ("1,12 Lê Lợi\n2,Pasteur\n", "no column id, text in the first line: '1, 12 lê lợi'"),
        ("id,text,lon,lat\na,b,here,there\n", "line 2"),
        ("id,text,lon,lat\na,b,10.77,106.70\n", "line 2"),
        ("id,text,lon,lat\na,b,nan,10.7\n", "line 2.*not_finite"),
        ("id,text,lon,lat,radius_m\na,b,106.7,10.7,5\nc,d,106.7,10.7,-50\n", "line 3: radius_m -50"),
        ("id,text,lon,lat,radius_m\na,b,106.7,10.7,inf\n", "line 2: radius_m inf"),
        (f'id,text\na,"{"x" * 200_000}"\n', "field larger"),
    ],
)
async def test_a_file_that_cannot_be_read_is_refused_with_its_line(
    generated: asyncpg.Connection, tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(SourceBroken, match=said):
        await answer(generated, tmp_path, text)


async def test_a_quote_that_is_not_closed_is_told_with_its_line_and_swallows_no_other(
    generated: asyncpg.Connection, tmp_path: Path
) -> None:
    asked, answered = tmp_path / "asked.csv", tmp_path / "answered.csv"
    asked.write_text('id,text\na,phường\nb,"12 Lê Lợi\nc,"12 Lê Lợi, quận 1"\nd,\n', encoding="utf-8")
    told: list[int] = []
    rows, _found = await geocode_file(
        Geocoder(generated), asked, answered, lambda _: None, lambda line, _why: told.append(line)
    )
    assert (rows, told) == (4, [3])
    with answered.open(encoding="utf-8", newline="") as file:
        assert [row["id"] for row in csv.DictReader(file)] == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    "content",
    [
        "\ufeffid,text\r\na,654 Lạc Long Quân\r\n".encode(),
        "ID;Text;lon;lat\na;654 Lạc Long Quân;;\n".encode(),
        "id\ttext\na\t654 Lạc Long Quân\n".encode("utf-16"),
        "id,text\na,654 Lạc Long Quân,quận 11,x\n\n".encode(),
    ],
    ids=["byte order mark", "semicolons", "UTF-16 with tabs", "too many columns"],
)
async def test_a_file_as_spreadsheets_write_it_is_read(
    hcmc: asyncpg.Connection, tmp_path: Path, content: bytes
) -> None:
    asked, answered = tmp_path / "asked.csv", tmp_path / "answered.csv"
    asked.write_bytes(content)
    assert await geocode_file(Geocoder(hcmc), asked, answered, lambda _: None) == (1, 1)


@pytest.mark.parametrize("content", [bytes(range(256)), b"id,text\na,L\xea L\xf4i\n"], ids=["bytes", "latin"])
async def test_a_file_of_another_coding_is_refused_by_name(
    generated: asyncpg.Connection, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "asked.csv").write_bytes(content)
    with pytest.raises(SourceBroken, match="neither UTF-8 nor UTF-16"):
        await geocode_file(Geocoder(generated), tmp_path / "asked.csv", tmp_path / "out.csv", lambda _: None)


async def test_a_missing_file_is_named_and_one_that_cannot_be_written(
    generated: asyncpg.Connection, tmp_path: Path
) -> None:
    with pytest.raises(SourceMissing):
        await geocode_file(Geocoder(generated), tmp_path / "none.csv", tmp_path / "out.csv", lambda _: None)
    (tmp_path / "asked.csv").write_text("id,text\na,x\n", encoding="utf-8")
    for target in (tmp_path / "nowhere" / "out.csv", tmp_path):
        with pytest.raises(NotWritten, match="cannot be written"):
            await geocode_file(Geocoder(generated), tmp_path / "asked.csv", target, lambda _: None)


async def test_hostile_texts_are_answered_and_nothing_of_them_is_run(
    generated: asyncpg.Connection, tmp_path: Path
) -> None:
    texts = [
        "'; DROP TABLE gis.streets; --",
        "(" * 5000,
        "a+" * 2000 + "$",
        "\U0001f525" * 1000,
        "x" * 10_000,
    ]
    path = tmp_path / "hostile.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("id", "text"), *enumerate(texts)])
    rows = await answer(generated, tmp_path, path.read_text(encoding="utf-8"))
    assert len(rows) == len(texts)
    assert await generated.fetchval("SELECT count(*) FROM gis.streets") > 0


async def test_reading_the_city_counts_into_no_rows_milliseconds(
    generated: asyncpg.Connection, tmp_path: Path
) -> None:
    """No row is the one that reads wards and names: they are there before the first one's time begins."""

    class Watched(Geocoder):
        done: list[str] = []

        async def reload(self) -> None:
            self.done.append("read")
            await super().reload()

        async def geocode(self, text: str, **near: Any) -> list[Candidate]:
            self.done.append(text)
            return await super().geocode(text, **near)

    asked = tmp_path / "asked.csv"
    asked.write_text("id,text\na,x\nb,y\n", encoding="utf-8")
    geocoder = Watched(generated)
    await geocode_file(geocoder, asked, tmp_path / "answered.csv", lambda _: None)
    assert geocoder.done == ["read", "x", "y"]
