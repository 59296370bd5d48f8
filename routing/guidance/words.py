"""Instructions in the driver's words, Vietnamese and English."""

import re
from dataclasses import dataclass

from routing.graph.kinds import RoadClass
from routing.guidance.manoeuvres import Turn

_TURNS: dict[Turn, tuple[str, str]] = {
    Turn.CONTINUE: ("đi tiếp vào", "continue onto"),
    Turn.SLIGHT_RIGHT: ("chếch phải vào", "bear right onto"),
    Turn.RIGHT: ("rẽ phải vào", "turn right into"),
    Turn.SHARP_RIGHT: ("quặt phải vào", "turn sharp right into"),
    Turn.SLIGHT_LEFT: ("chếch trái vào", "bear left onto"),
    Turn.LEFT: ("rẽ trái vào", "turn left into"),
    Turn.SHARP_LEFT: ("quặt trái vào", "turn sharp left into"),
    Turn.BACK: ("quay đầu trên", "turn back on"),
    Turn.DEPART: ("đi theo", "go along"),
}
# Said alone where the street has no name: nobody looks for "the unnamed road".
_BARE: dict[Turn, tuple[str, str]] = {
    Turn.SLIGHT_RIGHT: ("chếch phải", "bear right"),
    Turn.RIGHT: ("rẽ phải", "turn right"),
    Turn.SHARP_RIGHT: ("quặt phải", "turn sharp right"),
    Turn.SLIGHT_LEFT: ("chếch trái", "bear left"),
    Turn.LEFT: ("rẽ trái", "turn left"),
    Turn.SHARP_LEFT: ("quặt trái", "turn sharp left"),
    Turn.BACK: ("quay đầu", "turn back"),
}
_UNNAMED = {
    RoadClass.ALLEY: ("hẻm", "the alley"),
    RoadClass.SERVICE: ("đường nội bộ", "the service road"),
    RoadClass.PATH: ("lối đi", "the path"),
    RoadClass.FOOTWAY: ("lối đi bộ", "the footway"),
    RoadClass.STEPS: ("bậc thang", "the steps"),
}
_FORMER_NAME = re.compile(r"\s*\((ex|cũ|formerly)\b[^)]*\)", re.IGNORECASE)
_COMMON_NOUNS = (
    "Đường",
    "Hẻm",
    "Hẽm",
    "Cầu",
    "Hầm",
    "Quốc lộ",
    "Quốc Lộ",
    "Đại lộ",
    "Tỉnh lộ",
    "Ngõ",
    "Kiệt",
)


@dataclass(frozen=True, slots=True)
class Words:
    """One instruction."""

    vi: str
    en: str


def tell_turn(turn: Turn, name: str, road_class: RoadClass, exit_number: int = 0) -> Words:
    """What to do and into which street."""
    street_vi, street_en = name_street(name, road_class)
    if turn in _BARE and not name and road_class not in _UNNAMED:
        return Words(*_BARE[turn])
    if turn is Turn.ROUNDABOUT:
        number = max(1, exit_number)
        if not name and road_class not in _UNNAMED:
            return Words(
                f"vào vòng xoay, ra lối thứ {number}", f"at the roundabout take the {_ordinal(number)} exit"
            )
        return Words(
            f"vào vòng xoay, ra lối thứ {number}: {street_vi}",
            f"at the roundabout take the {_ordinal(number)} exit: {street_en}",
        )
    if turn is Turn.FERRY:
        crossing = name.removeprefix("Phà ")
        return Words(f"lên phà {crossing}".strip(), f"take the ferry {crossing}".strip())
    vi, en = _TURNS[turn]
    return Words(f"{vi} {street_vi}", f"{en} {street_en}")


def tell_landing(name: str, road_class: RoadClass) -> Words:
    """Off the ferry and on along a street; what bears the ferry's own name is its landing."""
    if not name or name.startswith("Phà "):
        return Words("rời phà, đi thẳng", "leave the ferry straight on")
    street_vi, street_en = name_street(name, road_class)
    return Words(f"rời phà, đi vào {street_vi}", f"leave the ferry onto {street_en}")


def tell_arrival() -> Words:
    """The vehicle stands at the door."""
    return Words("đến nơi", "you have arrived")


def tell_walk(metres: float, to_class: RoadClass | None, name: str) -> Words:
    """The vehicle gets no farther; to_class and name are of the way on foot, None where none is mapped."""
    shown = round(metres / 10) * 10 or 10
    if to_class is RoadClass.ALLEY:
        street_vi, street_en = name_street(name, to_class)
        at_vi = f"dừng ở đầu {street_vi}"
        at_en = "stop at the mouth of the alley" if not name else f"stop at the mouth of {street_en}"
    else:
        at_vi, at_en = "dừng xe", "stop here"
    return Words(f"{at_vi}, đi bộ {shown} m", f"{at_en}, walk {shown} m")


def name_street(name: str, road_class: RoadClass) -> tuple[str, str]:
    """A street inside a sentence: "Hẻm 654" becomes "hẻm 654", proper names stay."""
    if not name:
        return _UNNAMED.get(road_class, ("đường không tên", "the unnamed road"))
    name = _FORMER_NAME.sub("", name)
    for noun in _COMMON_NOUNS:
        if name.startswith(f"{noun} "):
            return name[0].lower() + name[1:], name
    return name, name


def _ordinal(number: int) -> str:
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(number % 10 if number % 100 not in (11, 12, 13) else 0, "th")
    return f"{number}{suffix}"
