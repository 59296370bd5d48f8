"""Why a line cannot be read: one table of codes and texts, both languages."""

from dispatch.domain.codebook import Label
from dispatch.usecases.command_line.reading import LineError

_TEXTS: dict[str, Label] = {
    "line_too_long": Label(
        vi="dòng lệnh dài quá {word} ký tự", en="the line is longer than {word} characters"
    ),
    "unknown_word": Label(vi="không hiểu «{word}»", en="unknown word “{word}”"),
    "unexpected_word": Label(
        vi="«{word}» thừa trong lệnh này", en="“{word}” does not belong to this command"
    ),
    "no_verb": Label(vi="thiếu lệnh: D, O, A …", en="no verb: D, O, A …"),
    "missing_unit": Label(vi="thiếu tên gọi của tổ", en="no unit named"),
    "missing_incident": Label(
        vi="thiếu vụ việc: ghi bốn số hoặc chọn trên màn hình",
        en="no incident: type four digits or select one",
    ),
    "missing_text": Label(vi="thiếu nội dung", en="no text"),
    "two_incidents": Label(vi="hai vụ việc trong một lệnh", en="two incidents in one command"),
    "unknown_incident": Label(vi="không có vụ việc đang mở số {word}", en="no open incident {word}"),
    "unknown_leg": Label(vi="vụ việc không có phần việc {word}", en="the incident has no leg {word}"),
    "unknown_type": Label(vi="không có loại vụ việc «{word}»", en="no incident type “{word}”"),
    "unknown_outcome": Label(vi="không có kết quả số {word}", en="no outcome {word}"),
    "unknown_verb": Label(vi="không có lệnh «{word}»", en="no verb “{word}”"),
    "no_recommendation": Label(
        vi="chưa có đề xuất; hãy gõ tên gọi của tổ", en="no recommendation yet; name the units"
    ),
    "no_assignment": Label(vi="{word} không có nhiệm vụ", en="{word} has no assignment"),
    "other_incident": Label(vi="{word} không thuộc vụ việc này", en="{word} is not on this incident"),
    "no_such_status": Label(
        vi="lực lượng của {word} không có trạng thái này", en="the agency of {word} has no such status"
    ),
    "nothing_to_accept": Label(vi="{word} đã nhận hết", en="{word} has accepted everything"),
    "nothing_counts_down": Label(
        vi="vụ {word} không có gì đang đếm ngược", en="nothing counts down on {word}"
    ),
    "patients_aboard": Label(
        vi="chưa hủy được: {word} đang có người trên xe hoặc ở bên nạn nhân; RUT gọi các tổ khác về",
        en="cannot be cancelled: {word} has somebody aboard or is at a patient; RUT recalls the others",
    ),
    "nothing_to_recall": Label(vi="không có tổ nào để gọi về", en="there is no unit to recall"),
    "other_agency": Label(
        vi="{word} không phải lực lượng của bàn này", en="{word} is not an agency of this desk"
    ),
    "swap_needs_two": Label(
        vi="thay cần hai tổ, một đang làm nhiệm vụ và một đang rảnh",
        en="a swap needs two units, one assigned and one free",
    ),
    "crew_mixed": Label(vi="các tổ này không cùng một kíp", en="these units do not share one crew"),
    "bad_time": Label(vi="«{word}» không phải giờ", en="“{word}” is no time"),
    "too_far_back": Label(vi="«{word}» quá 12 giờ trước", en="“{word}” is more than 12 hours back"),
    "cannot_backdate": Label(vi="lệnh này không ghi lùi giờ", en="this command cannot be backdated"),
    "nothing_to_undo": Label(vi="không có gì để hoàn tác", en="nothing to undo"),
    "undo_expired": Label(vi="đã quá 30 giây: {word}", en="more than 30 seconds ago: {word}"),
    "cannot_undo": Label(
        vi="không hoàn tác được: {word}; hãy ghi lệnh ngược lại",
        en="cannot be undone: {word}; enter the opposite command",
    ),
    "missing_road": Label(
        vi="gỡ số mấy? MO 3 lý do; DUONG xem danh sách", en="lift which one? MO 3 reason; DUONG lists them"
    ),
    "unknown_road": Label(vi="không có tình trạng đường số {word}", en="no road condition {word}"),
    "missing_hospital": Label(vi="bệnh viện nào? BV HS-3 chợ rẫy", en="which hospital? BV HS-3 chợ rẫy"),
    "unknown_hospital": Label(vi="không có bệnh viện «{word}»", en="no hospital “{word}”"),
    "which_hospital": Label(vi="«{word}» là nhiều bệnh viện", en="“{word}” names several hospitals"),
    "hospital_open": Label(vi="{word} đang nhận bệnh nhân", en="{word} takes patients"),
    "no_hospital_chosen": Label(vi="{word} chưa chọn bệnh viện", en="{word} goes to no hospital yet"),
    "missing_hospital_figure": Label(
        vi="thiếu số: BVN chợ rẫy 60 lý do (phút); BVG chợ rẫy 5 (giường)",
        en="no figure: BVN chợ rẫy 60 reason (minutes); BVG chợ rẫy 5 (beds)",
    ),
    "bad_hospital_figure": Label(
        vi="«{word}» không dùng được: 1 đến 1440 phút, 0 đến 10000 giường",
        en="“{word}” cannot be used: 1 to 1440 minutes, 0 to 10000 beds",
    ),
    "missing_patients": Label(
        vi="bao nhiêu nạn nhân? CHIA 0457 3 5 10 (đỏ, vàng, xanh)",
        en="how many patients? CHIA 0457 3 5 10 (red, yellow, green)",
    ),
    "bad_patients": Label(
        vi="«{word}» không dùng được: đỏ, vàng, xanh, tổng từ 0 đến 500",
        en="“{word}” cannot be used: red, yellow, green, 0 to 500 in all",
    ),
    "nothing_spread": Label(vi="vụ {word} chưa phân bổ ai", en="no patients of {word} have been spread"),
    "nobody_to_bring": Label(
        vi="vụ {word}: không có xe cấp cứu nào đang chờ nơi đến",
        en="{word}: no ambulance waits for a hospital",
    ),
    "no_hospitals": Label(vi="chưa biết bệnh viện nào", en="no hospital is known"),
    "unplaced_incident": Label(vi="vụ {word} chưa có vị trí", en="incident {word} has no place yet"),
    "bad_figure": Label(
        vi="«{word}» không dùng được: sâu 1 đến 1000 cm, chậm gấp 2 đến 50 lần",
        en="“{word}” cannot be used: 1 to 1000 cm deep, 2 to 50 times slower",
    ),
    "missing_minutes": Label(
        vi="giữ mấy phút? HO 0457 10 lý do; HO 0457 0 là thôi giữ",
        en="for how many minutes? HO 0457 10 reason; HO 0457 0 ends it",
    ),
    "too_long_held": Label(vi="giữ nhiều nhất 720 phút", en="720 minutes at most"),
    "never_held": Label(
        vi="vụ nguy kịch (P1) không được giữ lại", en="an incident of priority 1 is never held"
    ),
}


class LineFault(Exception):
    """A line that means nothing, on its way to the reading. `about` stands in the text for the word."""

    def __init__(
        self, code: str, word: str = "", nearest: tuple[str, ...] = (), *, about: Label | None = None
    ) -> None:
        super().__init__(code)
        self.code = code
        self.word = word
        self.nearest = nearest
        self.about = about

    def error(self) -> LineError:
        """The fault as the reading shows it; long words are cut."""
        word = self.word if len(self.word) <= 40 else f"{self.word[:39]}…"
        text, about = _TEXTS[self.code], self.about or Label(vi=word, en=word)
        return LineError(
            code=self.code,
            text=Label(vi=text.vi.replace("{word}", about.vi), en=text.en.replace("{word}", about.en)),
            word=word,
            nearest=self.nearest,
        )


FAULT_CODES = frozenset(_TEXTS)
