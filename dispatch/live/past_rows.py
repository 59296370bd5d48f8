"""Who may still show rows that left the board before this process began."""

from collections.abc import Awaitable, Callable

from dispatch.core.port import Commit
from dispatch.domain.kernel import decode_event
from dispatch.domain.model.desk import AlertCleared, AlertRaised
from dispatch.live.rights import EVERYONE

Key = tuple[str, str]

FindPastVisibility = Callable[[list[Key]], Awaitable[dict[Key, list[str]]]]
"""(kind, id) of rows that are gone → who could see them, of the kinds whose rows are kept."""

_SEEN_BY_ALL = ("station", "unit", "crew", "desk", "seat", "person")


async def find_watchers(commit: Commit, find: FindPastVisibility) -> tuple[dict[Key, frozenset[str]], int]:
    """(kind, id) of each row that is gone → who may have seen it; and the seq from which that is all.

    An alert leaves no row: who saw it is told by the event that raised it. Of one that was raised before
    the commit nobody can tell, so whoever stands before its end must begin anew.
    """
    raised, cleared = _list_alerts(commit)
    incidents = [("incident", alert.incident_id) for alert in raised.values() if alert.incident_id]
    past = await find([*commit.gone, *incidents])
    watchers: dict[Key, frozenset[str]] = {}
    known_from = 0
    for kind, id_ in commit.gone:
        if (kind, id_) in past:
            watchers[kind, id_] = frozenset(past[kind, id_])
        elif kind in _SEEN_BY_ALL:
            watchers[kind, id_] = frozenset({EVERYONE})
        elif kind == "alert" and id_ in raised:
            watchers[kind, id_] = _watchers_of(raised[id_], past)
        elif kind == "alert":
            known_from = max(known_from, cleared.get(id_, commit.seq))
    return watchers, known_from


def _list_alerts(commit: Commit) -> tuple[dict[str, AlertRaised], dict[str, int]]:
    """Alerts that were raised, and the seqs at which alerts ended, by alert."""
    raised: dict[str, AlertRaised] = {}
    cleared: dict[str, int] = {}
    for envelope in commit.events:
        if envelope.type in (AlertRaised.TYPE, AlertCleared.TYPE):
            event = decode_event(envelope.type, envelope.type_version, envelope.payload)
            if isinstance(event, AlertRaised):
                raised[event.alert_id] = event
            elif isinstance(event, AlertCleared):
                cleared[event.alert_id] = envelope.seq
    return raised, cleared


def _watchers_of(alert: AlertRaised, past: dict[Key, list[str]]) -> frozenset[str]:
    """As the alert's own row said: its agency; everyone for a mayday and what concerns all, the
    desk's for an empty one, the incident's for an unseen leg."""
    if alert.kind == "mayday" or not alert.agency_id:
        return frozenset({EVERYONE})
    if alert.kind == "desk_unattended":
        return frozenset(alert.params["agencies"].split())
    own = frozenset({alert.agency_id})
    if alert.kind != "leg_unseen":
        return own
    return own | frozenset(past.get(("incident", alert.incident_id or ""), ()))
