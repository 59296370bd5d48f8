"""What a row shows to whom."""

import json

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from dispatch.domain.model.values import Sealed
from dispatch.live.reveal import reveal, reveal_body, subjects_in
from dispatch.live.rights import Rights
from tests.unit.live.rows import BODIES, OpenBook, row, seal

FIRE = Rights("dispatcher", frozenset({"114"}))
MEDIC = Rights("dispatcher", frozenset({"115"}))


def test_sealed_values_open_for_private_agencies_and_are_null_for_others() -> None:
    body = {"phone": seal("0903"), "words": [seal("cháy"), seal("khói", "s2")], "n": 1}
    shown = row("report", "r", 1, body)
    book = OpenBook()
    book.erased.add("s2")
    private, public = json.loads(reveal(shown, FIRE, book)), json.loads(reveal(shown, MEDIC, book))
    assert private == {"id": "r", "phone": "0903", "words": ["cháy", None], "n": 1}
    assert public == {"id": "r", "phone": None, "words": [None, None], "n": 1}


def test_limited_fields_are_null_for_others() -> None:
    shown = row("unit", "u", 1, {"assignment_id": "a", "phase": "en_route"}, limited=("assignment_id",))
    public = json.loads(reveal(shown, MEDIC, OpenBook()))
    assert public == {"id": "u", "assignment_id": None, "phase": "en_route"}
    assert json.loads(reveal(shown, FIRE, OpenBook()))["assignment_id"] == "a"


def test_a_row_is_seen_by_all_or_by_those_it_names() -> None:
    assert MEDIC.sees(row("unit", "u", 1))
    assert not MEDIC.sees(row("unit", "u", 1, visible_to=("114", "113")))
    assert FIRE.sees(row("unit", "u", 1, visible_to=("114", "113")))


def test_every_subject_of_a_body_is_found_however_deep() -> None:
    body = row("incident", "i", 1, {"notes": [{"text": seal("x", "a")}, {"text": seal("y", "b")}]}).body
    assert subjects_in(bytes(body)) == {"a", "b"}


@given(BODIES, st.booleans())
def test_whatever_a_body_holds_its_sealed_values_and_nothing_else_are_opened(
    body: dict[str, object], private: bool
) -> None:
    book = OpenBook() if private else None

    def shown(value: object) -> object:
        if isinstance(value, dict):
            if value.keys() == {"subject", "box"}:
                sealed = Sealed(subject=value["subject"], box=value["box"])
                return None if book is None else book.open(sealed)
            return {key: shown(item) for key, item in value.items()}
        return [shown(item) for item in value] if isinstance(value, list) else value

    text = msgspec.json.encode(body)
    assert json.loads(reveal_body(text, (), book)) == json.loads(msgspec.json.encode(shown(body)))
    assert subjects_in(text) == set(list_subjects(body))


def list_subjects(value: object) -> list[str]:
    """Subjects of sealed values, wherever they are."""
    if isinstance(value, dict):
        if value.keys() == {"subject", "box"}:
            return [value["subject"]]
        return [subject for item in value.values() for subject in list_subjects(item)]
    return [s for item in value for s in list_subjects(item)] if isinstance(value, list) else []
