"""The grammar on addresses of real clinics and pharmacies, as their owners write them.

300 of 18,004 rows, drawn by `random.Random(2026).sample`, were labelled by reading them before the grammar
was run on them. Kept are row numbers and the spans of each field, not the addresses; a row's number counts
through the clinics' file and then the pharmacies'. A number of two spans is an alley's and a door's in it, of
a row of doors the first counts, of one numbered anew the new number; "đường 817A Tạ Quang Bửu" is alley 817A.
"""

import csv
from pathlib import Path

import pytest

from gis.geocode.fold import fold, street_key, ward_key
from gis.geocode.grammar import Query, parse

_LABELS = Path(__file__).parent / "data" / "labelled_addresses.csv"
_LEAST_RIGHT = 0.97


def _texts(folder: Path) -> list[str]:
    texts: list[str] = []
    with (folder / "clinics_hcmc_dev.csv").open(encoding="utf-8-sig", newline="") as file:
        texts += [row["address"] for row in csv.DictReader(file)]
    with (folder / "pharmacies_hcmc_dev.csv").open(encoding="utf-8-sig", newline="") as file:
        texts += [
            ", ".join((row["street_line"], row["ward"], row["district"])) for row in csv.DictReader(file)
        ]
    return texts


@pytest.fixture(scope="module")
def texts(hcmc_data: Path) -> list[str]:
    """All addresses, in the order of the row numbers."""
    return _texts(hcmc_data)


def _labels() -> list[dict[str, str]]:
    with _LABELS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _cut(text: str, spans: str) -> list[str]:
    return [text[int(start) : int(end)] for start, end in (span.split("-") for span in spans.split())]


def _number(parts: list[str]) -> str:
    """A labelled number as it is painted: the first of a row of doors, no leading zeros, capitals."""
    firsts = [part.replace(".", "").replace(" ", "").split("-")[0].split("–")[0] for part in parts]
    return "/".join(bit.lstrip("0") or "0" for first in firsts for bit in first.upper().split("/"))


def _read(query: Query) -> dict[str, str]:
    own = [name for name in query.names if name not in query.parts]
    found = {
        "number": "/".join(query.path),
        "street": street_key(f"đường {own[0]}") if own and not fold(own[0]).startswith(_NO_STREET) else "",
    }
    for kind in ("ward", "district"):
        found[kind] = " | ".join(ward_key(area.name) for area in query.areas if area.kind == kind)
    return found


_NO_STREET = ("cu xa", "khu dan cu", "kdc", "toa nha", "cong vien", "khu do thi")


def _wanted(text: str, label: dict[str, str]) -> dict[str, str]:
    return {
        "number": _number(_cut(text, label["number"])),
        "street": street_key(f"đường {''.join(_cut(text, label['street']))}") if label["street"] else "",
        "ward": ward_key("".join(_cut(text, label["ward"]))),
        "district": ward_key("".join(_cut(text, label["district"]))),
    }


@pytest.mark.parametrize("field", ["number", "street", "ward", "district"])
def test_each_field_of_real_addresses_is_right_in_97_of_100(texts: list[str], field: str) -> None:
    labels = _labels()
    assert len(labels) == 300
    wrong = []
    for label in labels:
        text = texts[int(label["row"])]
        read, wanted = _read(parse(text))[field], _wanted(text, label)[field]
        if read != wanted:
            wrong.append((label["row"], read, wanted))
    assert len(wrong) <= (1 - _LEAST_RIGHT) * len(labels), wrong
