"""Instructions in the driver's words, Vietnamese and English."""

from dataclasses import dataclass

from routing.graph.kinds import EdgeFlag, RoadClass
from routing.guidance.manoeuvres import Manoeuvre, Turn
from routing.guidance.street_names import clean_spoken

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
    "Tuyến",
    "Hương lộ",
    "Cao tốc",
)
_DIRECTIONS = (
    ("đông", "east"), ("đông bắc", "north-east"), ("bắc", "north"), ("tây bắc", "north-west"),
    ("tây", "west"), ("tây nam", "south-west"), ("nam", "south"), ("đông nam", "south-east"),
)  # fmt: skip
_TUNNEL_NAMES = ("hầm ", "đường hầm ")
_FLYOVER = "cầu vượt "


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


def tell_step(step: Manoeuvre) -> Words:
    """What to do at the beginning of a step; bridges are driven onto and tunnels into."""
    plain = tell_turn(step.turn, step.name, step.road_class, step.exit_number)
    if step.turn in (Turn.DEPART, Turn.BACK, Turn.ROUNDABOUT, Turn.FERRY):
        return _add(plain, step.also if step.name else ("", ""))
    bare_vi, bare_en = _BARE.get(step.turn, ("", ""))
    if step.over & EdgeFlag.TUNNEL:
        vi, en = _name_tunnel(step.name, step.road_class)
        if step.turn is Turn.CONTINUE:
            return Words(f"vào {vi}", f"enter {en}")
        return Words(f"{bare_vi} vào {vi}", f"{bare_en} into {en}")
    if step.over & EdgeFlag.BRIDGE and step.name.casefold().startswith("cầu "):
        vi, en = name_street(step.name, step.road_class)
        if step.turn is not Turn.CONTINUE:
            return Words(f"{bare_vi} lên {vi}", f"{bare_en} onto {en}")
        if vi.casefold().startswith(_FLYOVER):
            return Words(f"lên {vi}", f"take the flyover {en}")
        return Words(f"qua {vi}", f"cross {en}")
    return _add(plain, step.also)


def tell_departure(step: Manoeuvre, towards_deg: float) -> Words:
    """Where to and along which street; degrees counter-clockwise from east."""
    to_vi, to_en = _DIRECTIONS[round(towards_deg / 45.0) % 8]
    if not step.name and step.road_class not in _UNNAMED:
        return Words(f"đi về hướng {to_vi}", f"head {to_en}")
    street_vi, street_en = name_street(step.name, step.road_class)
    also_vi, also_en = step.also if step.name else ("", "")
    return Words(f"đi theo {street_vi}{also_vi} về hướng {to_vi}", f"head {to_en} along {street_en}{also_en}")


def tell_at_once(words: Words) -> Words:
    """An instruction that follows the one before within a few metres."""
    return Words(f"ngay sau đó {words.vi}", f"then at once {words.en}")


def _name_tunnel(name: str, road_class: RoadClass) -> tuple[str, str]:
    if not name:
        return "hầm", "the tunnel"
    street_vi, street_en = name_street(name, road_class)
    if street_vi.casefold().startswith(_TUNNEL_NAMES):
        return street_vi, street_en
    return f"hầm chui {street_vi}", f"the underpass of {street_en}"


def _add(words: Words, also: tuple[str, str]) -> Words:
    return Words(words.vi + also[0], words.en + also[1])


def tell_landing(name: str, road_class: RoadClass) -> Words:
    """Off the ferry and on along a street; what bears the ferry's own name is its landing."""
    if not name or name.startswith("Phà "):
        return Words("rời phà, đi thẳng", "leave the ferry straight on")
    street_vi, street_en = name_street(name, road_class)
    return Words(f"rời phà, đi vào {street_vi}", f"leave the ferry onto {street_en}")


def tell_arrival(side: str = "") -> Words:
    """The vehicle stands at the door, which is on its left or right where that can be told."""
    if not side:
        return Words("đến nơi", "you have arrived")
    return Words(f"đến nơi, bên {'trái' if side == 'left' else 'phải'}", f"you have arrived, on the {side}")


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
    name = clean_spoken(name)
    for noun in _COMMON_NOUNS:
        if name.startswith(f"{noun} "):
            return name[0].lower() + name[1:], name
    return name, name


def _ordinal(number: int) -> str:
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(number % 10 if number % 100 not in (11, 12, 13) else 0, "th")
    return f"{number}{suffix}"
