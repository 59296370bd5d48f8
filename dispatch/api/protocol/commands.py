"""Which commands each channel takes. The rules decide again who may do what to which thing."""

_REPORT = frozenset(("report.receive", "report.add_words"))

_EXCHANGE = frozenset(
    ("call.ring", "call.locate", "call.answer", "call.hold", "call.transfer", "call.hang_up")
)

_UNIT = frozenset(
    (
        "assignment.received",
        "assignment.accept",
        "assignment.decline",
        "assignment.phase",
        "assignment.choose_hospital",
        "unit.status",
        "unit.mayday",
        "unit.mayday_end",
        "crew.sign_on",
        "crew.sign_off",
        "incident.note",
        "incident.read_back",
        "road_condition.report",
        "road_condition.lift",
        "move.received",
        "move.accept",
        "move.decline",
        "move.arrive",
    )
)

_CONSOLE = frozenset(
    (
        "report.receive", "report.open", "report.add_words", "report.place", "report.end", "report.attach",
        "report.split", "report.answer", "report.clear_nuisance",
        "incident.open", "incident.change_type", "incident.change_priority", "incident.change_place",
        "incident.read_back", "incident.raise_level", "incident.note", "incident.merge", "incident.cancel",
        "incident.recall", "incident.spread_patients",
        "leg.request", "leg.see", "leg.refuse", "leg.close", "leg.reopen",
        "recommendation.accept", "automatic.stop",
        "assignment.dispatch", "assignment.queue", "assignment.reassign", "assignment.stand_down",
        "assignment.accept", "assignment.decline", "assignment.phase", "assignment.choose_hospital",
        "hospital.divert", "hospital.reopen", "hospital.tell_beds",
        "unit.status", "unit.mayday", "unit.mayday_end", "unit.register",
        "station.register", "crew.sign_on", "crew.sign_off",
        "call.answer", "call.hold", "call.transfer", "call.hang_up",
        "call.dial_back", "call.call_back", "call.call_back_done",
        "incident.hold", "incident.end_hold", "report.text_caller",
        "caution.keep", "caution.withdraw",
        "road_condition.put", "road_condition.change", "road_condition.confirm", "road_condition.lift",
        "move.order", "move.end", "move.accept", "move.decline", "move.arrive",
        "handover.write", "handover.take",
        "desk.open", "seat.sign_on", "seat.sign_off", "alert.claim", "alert.shelve",
    )
)  # fmt: skip

COMMANDS_BY_CHANNEL = {
    "report": _REPORT,
    "exchange": _EXCHANGE,
    "unit": _UNIT,
    "console": _CONSOLE,
}
"""Channel → types of command. `assignment.received` and `move.received` are the device's alone: no console
can send them."""
