"""What a choice of hospital comes to in a line of words, from what was weighed alone."""

from collections.abc import Mapping

from dispatch.domain.codebook import Label
from routing.hospitals.choice import Weighed
from routing.hospitals.weighing import HospitalThoughts, HospitalWeighing, think_of_hospitals


def say_choice(weighing: HospitalWeighing, hospital_id: str, labels: Mapping[str, Label]) -> Label | None:
    """The chosen hospital's way and what speaks against it; whether it was the first proposed, and what is
    next best and would take its place when; or what was proposed in its place. None where it was not
    weighed."""
    thoughts = think_of_hospitals(weighing)
    chosen = next((w for w in thoughts.ranked if w.hospital_id == hospital_id), None)
    if chosen is None:
        return None
    names = {row.hospital_id: row.name for row in weighing.hospitals}
    against, stands = _say_against(chosen, labels), _say_standing(thoughts, chosen, names, weighing.first)
    parts = [Label(names[hospital_id], names[hospital_id]), *against, *stands]
    return Label(vi=" · ".join(part.vi for part in parts), en=" · ".join(part.en for part in parts))


def _say_against(chosen: Weighed, labels: Mapping[str, Label]) -> list[Label]:
    said = [
        Label("không rõ đường đi", "no way known")
        if chosen.travel_s is None
        else Label(_time(chosen.travel_s), _time(chosen.travel_s))
    ]
    for need in chosen.missing:
        label = labels.get(need, Label(need, need))
        said.append(Label(f"thiếu {label.vi}", f"lacks {label.en}"))
    if chosen.diverted:
        said.append(Label("đang ngừng nhận", "takes no patients"))
    if chosen.full:
        said.append(Label("hết giường", "no beds left"))
    return said


def _say_standing(
    thoughts: HospitalThoughts, chosen: Weighed, names: Mapping[str, str], first: str
) -> list[Label]:
    best = thoughts.ranked[0]
    if chosen.hospital_id != best.hospital_id:
        name, better = names[best.hospital_id], _time(max(0.0, chosen.price_s - best.price_s))
        return [
            Label(f"đề xuất đầu là {name}, hơn {better}", f"{name} was proposed first, better by {better}")
        ]
    if first:
        return [Label("theo phân bổ nhiều nạn nhân", "as the spread of many patients gave it")]
    if not thoughts.beside or thoughts.holds_s is None:
        return [Label("không có nơi khác", "there is no other")]
    name, later = names[thoughts.beside[0].weighed.hospital_id], _time(thoughts.holds_s)
    return [
        Label(f"đề xuất đầu; kế tiếp {name}, nếu chậm hơn {later}",
              f"proposed first; next {name}, if this came later by {later}")
    ]  # fmt: skip


def _time(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60}:{whole % 60:02d}"
