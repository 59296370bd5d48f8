"""Words typed with an input method that was off are read as they were meant."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.geocode.fold import fold, street_key
from gis.geocode.grammar import parse
from gis.geocode.typed import undo_typing

_TELEX_TONES = {"\u0301": "s", "\u0300": "f", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
_VNI_TONES = {"\u0301": "1", "\u0300": "2", "\u0309": "3", "\u0303": "4", "\u0323": "5"}
_TELEX_LETTERS = {"â": "aa", "ê": "ee", "ô": "oo", "ă": "aw", "ơ": "ow", "ư": "uw", "đ": "dd"}
_VNI_LETTERS = {"â": "a6", "ê": "e6", "ô": "o6", "ă": "a8", "ơ": "o7", "ư": "u7", "đ": "d9"}
_STREETS = (
    *("Nguyễn Trãi", "Lạc Long Quân", "Điện Biên Phủ", "Võ Thị Sáu", "Cống Quỳnh", "Nguyễn Tri Phương"),
    *("Trường Chinh", "Lũy Bán Bích", "Âu Cơ", "Thoại Ngọc Hầu", "Kênh Tân Hóa", "Đặng Văn Bi", "Hậu Giang"),
    *(
        "Nguyễn Thị Định",
        "Xô Viết Nghệ Tĩnh",
        "Bạch Đằng",
        "Phạm Thế Hiển",
        "Dương Bá Trạc",
        "Lý Thường Kiệt",
    ),
    *("Huỳnh Tấn Phát", "Tô Hiến Thành", "Kha Vạn Cân", "Sư Vạn Hạnh", "Trần Xuân Soạn", "Hoàng Diệu"),
)


def _typed(text: str, letters: dict[str, str], tones: dict[str, str]) -> str:
    """What the keyboard gives when its method is off; the tone's key comes at the end of each word."""
    words = []
    for word in text.lower().split():
        tone, out = "", ""
        for letter in word:
            parts = unicodedata.normalize("NFD", letter)
            tone = next((tones[c] for c in parts if c in tones), tone)
            bare = unicodedata.normalize("NFC", "".join(c for c in parts if c not in tones))
            out += letters.get(bare, bare)
        words.append(out + tone)
    return " ".join(words)


@given(st.sampled_from(_STREETS), st.integers(1, 1999), st.integers(1, 30))
def test_an_address_typed_in_telex_or_vni_by_mistake_is_the_same_address(
    street: str, number: int, ward: int
) -> None:
    written = parse(f"{number} đường {street}, phường {ward}")
    for letters, tones in ((_TELEX_LETTERS, _TELEX_TONES), (_VNI_LETTERS, _VNI_TONES)):
        text = (
            f"{number} {_typed('đường ' + street, letters, tones)}, {_typed('phường', letters, tones)} {ward}"
        )
        said = parse(text)
        assert (said.path, said.areas) == (written.path, written.areas), text
        assert street_key(said.names[0]) == street_key(street), text


@given(st.sampled_from(_STREETS))
def test_a_name_written_right_or_without_diacritics_stays_as_it_is(street: str) -> None:
    for text in (street, fold(street), street.upper()):
        assert undo_typing(text) == text


@pytest.mark.parametrize(
    "text",
    [
        *("Pasteur", "Rex Hotel", "12A Le Loi", "C5/22 Hung Nhon", "Landmark 81 Tower", "corner of Le Loi"),
        *("Vinhomes Central Park block B", "TTN17 HT43 D4", "House 6 alley 654", "near Ben Thanh market"),
    ],
)
def test_foreign_names_and_marks_of_streets_stay_as_they_are(text: str) -> None:
    assert undo_typing(text) == text
