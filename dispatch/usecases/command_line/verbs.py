"""The verbs of the command line. Shipped verbs survive Telex and VNI, see `input_methods`."""

import msgspec

from dispatch.domain.codebook import Label
from dispatch.domain.model.values import Phase


class Verb(msgspec.Struct, frozen=True, kw_only=True):
    """`word` is what is typed, `usage` what follows it, `label` what it does.

    `phase` is set for verbs that report a unit's status. `text` says that the rest of the line belongs to
    the verb as free words, so that nothing in them is read as another word of the language; `whole`, that all
    of it does, from the first word on.
    """

    word: str
    usage: str
    label: Label
    phase: Phase | None = None
    text: bool = False
    whole: bool = False
    backdates: bool = True


def _verb(
    word: str,
    usage: str,
    vi: str,
    en: str,
    *,
    phase: Phase | None = None,
    text: bool = False,
    ui: bool = False,
    whole: bool = False,
) -> Verb:
    label = Label(vi=vi, en=en)
    return Verb(
        word=word, usage=usage, label=label, phase=phase, text=text or whole, whole=whole, backdates=not ui
    )


VERBS: dict[str, Verb] = {
    verb.word: verb
    for verb in (
        _verb("D", "0457 CC-12 …", "điều động", "dispatch"),
        _verb("K", "CC-12", "đã nhận lệnh qua bộ đàm", "accepted by radio"),
        _verb("R", "CC-12", "xuất phát", "rolling", phase=Phase.EN_ROUTE),
        _verb("O", "CC-12", "đã đến hiện trường", "on scene", phase=Phase.ON_SCENE),
        _verb("B", "CC-12", "đã tiếp cận nạn nhân", "at patient", phase=Phase.AT_PATIENT),
        _verb("G", "CC-12", "chờ ở điểm tập kết", "staged", phase=Phase.STAGED),
        _verb("T", "CC-12", "đang đưa đi", "transporting", phase=Phase.TRANSPORTING),
        _verb("H", "CC-12", "tại bệnh viện", "at hospital", phase=Phase.AT_HOSPITAL),
        _verb("A", "CC-12 3", "sẵn sàng", "available", phase=Phase.AVAILABLE),
        _verb("Q", "0457 CC-12", "xếp hàng chờ", "queue"),
        _verb("RP", "0457 CC-12", "chuyển sang", "reassign"),
        _verb("X", "CC-12 lý do", "hủy điều động", "stand down", text=True),
        _verb("RUT", "0457 115 lý do", "gọi tất cả về", "recall all units", text=True, ui=True),
        _verb("HUY", "0457 lý do", "hủy vụ việc", "cancel the incident", text=True, ui=True),
        _verb("W", "CC-12 CC-14", "thay", "swap"),
        _verb("CHO", "CC-12", "đến đứng chờ nơi được đề xuất", "wait where proposed"),
        _verb("THOI", "0457", "thôi, không tự điều", "stop what goes automatically"),
        _verb("TY", "0457 loại", "đổi loại vụ việc", "change type", text=True),
        _verb("M", "0457 địa chỉ", "đổi vị trí", "move place", text=True, ui=True),
        _verb("HO", "0457 10 lý do", "giữ lại", "hold", text=True, ui=True),
        _verb("C", "0457", "gọi lại", "call back", ui=True),
        _verb("N", "lời báo", "tin báo mới", "new report", text=True, ui=True),
        _verb("LK", "CC-12 tên, tên", "lên ca / xuống ca", "sign on / off", text=True),
        _verb(".", "0457 ghi chú", "ghi chú", "note", text=True),
        _verb("?", "lệnh", "trợ giúp", "help", text=True, ui=True),
        _verb("!", "CC-12", "khẩn cấp của đơn vị", "mayday"),
        _verb("U", "", "hoàn tác", "undo"),
        _verb("WHO", "địa chỉ", "ai đến được", "who could be there", text=True, ui=True),
        _verb("DONG", "0457 lý do | tên đường", "đóng đường", "close a street", text=True),
        _verb("NGAP", "0457 40 lý do | tên đường", "đường ngập", "street under water", text=True),
        _verb("CHAM", "0457 3 lý do | tên đường", "đường chậm", "slow street", text=True),
        _verb("MO", "3 lý do", "gỡ tình trạng đường", "lift a road condition", text=True),
        _verb("DUONG", "", "tình trạng đường", "road conditions", ui=True),
        _verb("BV", "HS-3 chợ rẫy", "chọn bệnh viện", "choose hospital", text=True),
        _verb("BVN", "chợ rẫy 60 lý do", "bệnh viện ngừng nhận", "hospital takes no patients", whole=True),
        _verb("BVM", "chợ rẫy", "bệnh viện nhận lại", "hospital takes patients again", whole=True),
        _verb("BVG", "chợ rẫy 5", "bệnh viện báo giường trống", "free beds of a hospital", whole=True),
        _verb(
            "CHIA", "0457 3 5 10", "chia nạn nhân đỏ, vàng, xanh", "spread patients over hospitals", text=True
        ),
        _verb("VUNG", "CC-12 | 0457", "vùng đến kịp", "reach on the map", ui=True),
        *(_verb(f"L{n}", "0457", f"nâng lên mức {n}", f"raise to level {n}") for n in range(2, 10)),
        *(_verb(f"P{n}", "0457", f"ưu tiên {n}", f"priority {n}") for n in range(1, 5)),
    )
}
"""By the word typed, in the order in which help lists them."""

GLUED = (".", "?", "!")
"""Verbs that may stand against the next word without a space."""
