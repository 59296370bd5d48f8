"""What people say and write, read as it is meant: a corpus of sentences by hand."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from gis.geocode.fold import fold, street_key, ward_key
from gis.geocode.grammar import Query, parse
from gis.geocode.tokens import KnownAreas

_CORPUS = Path(__file__).parent / "data" / "utterances.txt"
_KINDS = {
    "corner": "corner",
    "km": "kilometre",
    "point": "coordinates",
    "code": "plus_code",
    "none": "nothing",
}
_KNOWN = KnownAreas(
    wards=frozenset(
        map(
            ward_key,
            (
                *(
                    "Linh Chiểu",
                    "Thảo Điền",
                    "Bình Trị Đông",
                    "Bình Trị Đông B",
                    "Tăng Nhơn Phú A",
                    "Bến Nghé",
                ),
                *(
                    "Hiệp Bình Chánh",
                    "Bàn Cờ",
                    "Tân Bình",
                    "Bình Thạnh",
                    "Thủ Đức",
                    "Gia Định",
                    "Phú Lâm",
                    "Chợ Quán",
                ),
                *("Bình Hưng", "Bình Hưng Hòa", "Bình Hưng Hòa A", "Tân Tạo", "Linh Xuân", "Tân An Hội"),
            ),
        )
    ),
    districts=frozenset(
        map(
            ward_key,
            (
                *(
                    "Bình Thạnh",
                    "Bình Tân",
                    "Tân Bình",
                    "Tân Phú",
                    "Gò Vấp",
                    "Phú Nhuận",
                    "Thủ Đức",
                    "Hóc Môn",
                ),
                *("Bình Chánh", "Củ Chi", "Nhà Bè", "Cần Giờ"),
            ),
        )
    ),
)


class Wanted(NamedTuple):
    """One line of the corpus."""

    text: str
    kind: str
    path: str = ""
    name: str = ""
    ward: str = ""
    district: str = ""
    relation: str = ""
    extra: str = ""


def _read() -> Iterator[Wanted]:
    for line in _CORPUS.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith(("# ", "##")):
            yield Wanted(*(field.strip() for field in line.split("|")))


CORPUS = list(_read())


def _areas(query: Query, kind: str) -> set[str]:
    return {ward_key(area.name) for area in query.areas if area.kind == kind}


def _keys(names: str) -> set[str]:
    return {ward_key(name) for name in names.split(";") if name.strip()}


def _said(query: Query) -> tuple[str, str]:
    """The number (or position, or code) and the name, comparable with the corpus."""
    if query.coordinates is not None:
        return "", "point"
    if query.plus_code is not None:
        return "", street_key(query.plus_code)
    if query.corner is not None:
        return "", " × ".join(street_key(street) for street in query.corner)
    own = [name for name in query.names if name not in query.parts]
    return "/".join(query.path), street_key(own[0]) if own else ""


def _extras(query: Query) -> dict[str, str]:
    told = {"in": "; ".join(query.inner), "part": "; ".join(query.parts)}
    if query.kilometre is not None:
        told["km"] = f"{query.kilometre:g}"
    return {key: fold(value) if key != "km" else value for key, value in told.items() if value}


def test_the_corpus_is_large_and_says_nothing_twice() -> None:
    assert len(CORPUS) >= 400
    assert len({wanted.text for wanted in CORPUS}) >= len(CORPUS) - 5


@pytest.mark.parametrize("wanted", CORPUS, ids=lambda wanted: wanted.text[:60])
def test_an_utterance_is_read_as_it_is_meant(wanted: Wanted) -> None:
    query = parse(wanted.text, _KNOWN)
    assert query.kind == _KINDS.get(wanted.kind, wanted.kind)
    if wanted.kind == "point":
        assert query.coordinates == pytest.approx([float(part) for part in wanted.name.split(",")], abs=1e-5)
        return
    path, name = _said(query)
    assert path == wanted.path
    assert name == " × ".join(street_key(part) for part in wanted.name.split("×") if part.strip())
    assert (_areas(query, "ward"), _areas(query, "district")) == (_keys(wanted.ward), _keys(wanted.district))
    assert query.relation == wanted.relation
    extra = dict(part.split("=", 1) for part in [wanted.extra] if part)
    assert _extras(query) == {key: fold(value) if key != "km" else value for key, value in extra.items()}
