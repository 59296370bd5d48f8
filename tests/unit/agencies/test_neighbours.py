"""Tables of neighbours: each has a name, stations of its own, and a price that can be meant."""

from math import inf, nan
from pathlib import Path
from shutil import copytree

import msgspec
import pytest

from dispatch.agencies.errors import CodeTableError
from dispatch.agencies.loader import AGENCIES, load_codebook
from dispatch.agencies.neighbours import check_neighbours
from dispatch.agencies.tables import NEIGHBOUR_PRICE_S
from dispatch.domain.codebook import Neighbour


def test_a_neighbour_is_read_with_the_usual_price_and_owns_its_stations(tmp_path: Path) -> None:
    copytree(
        AGENCIES, tmp_path / "agencies", ignore=lambda _, names: [n for n in names if n == "__pycache__"]
    )
    table = tmp_path / "agencies" / "114" / "agency.toml"
    words = table.read_text("utf-8") + '\n[[neighbours]]\nname = "Đồng Nai"\nstations = ["dn-1"]\n'
    table.write_text(words, "utf-8")
    book = load_codebook(tmp_path / "agencies")
    told = Neighbour(name="Đồng Nai", stations=("dn-1",), price_s=NEIGHBOUR_PRICE_S)
    assert book.agencies["114"].neighbours == (told,)
    assert book.find_neighbour("114", "dn-1") == told
    assert book.find_neighbour("114", "s") is book.find_neighbour("115", "dn-1") is None


@pytest.mark.parametrize(
    ("neighbours", "said"),
    [
        ([("", ["a"], 60.0)], "a name of its own"),
        ([("Đồng Nai", ["a"], 60.0), ("Đồng Nai", ["b"], 60.0)], "a name of its own"),
        ([("Đồng Nai", [], 60.0)], "names no station"),
        ([("Đồng Nai", [" "], 60.0)], "is no station, or stands twice"),
        ([("Đồng Nai", ["a"], 60.0), ("Tây Ninh", ["a"], 60.0)], "'a' is no station, or stands twice"),
        *[
            ([("Đồng Nai", ["a"], price_s)], "price_s is a number")
            for price_s in (0.0, -1.0, nan, inf, 7201.0)
        ],
    ],
)
def test_a_neighbour_that_cannot_be_meant_is_refused(
    neighbours: list[tuple[str, list[str], float]], said: str
) -> None:
    fire = msgspec.structs.replace(
        load_codebook().agencies["114"],
        neighbours=tuple(Neighbour(name=n, stations=tuple(s), price_s=p) for n, s, p in neighbours),
    )
    with pytest.raises(CodeTableError, match=said):
        check_neighbours(fire)
