"""What the person who sent a report is told of it: no place, no unit, no name."""

STAGES: dict[str, tuple[str, str]] = {
    "received": ("Trung tâm đã nhận tin báo.", "The centre has received the report."),
    "opened": ("Điều phối viên đang xử lý tin báo.", "A person is working on the report."),
    "accepted": ("Đã thành vụ việc, đang chọn lực lượng.", "It became an incident; units are being chosen."),
    "sent": ("Đã điều lực lượng.", "Units have been sent."),
    "on_scene": ("Lực lượng đã đến nơi.", "Units have arrived."),
    "closed": ("Vụ việc đã kết thúc.", "The incident is closed."),
    "ended": ("Tin báo đã được xem và kết thúc.", "The report was looked at and closed."),
}
"""Stage of `live.reports` → text, Vietnamese and English."""
