"""Seconds and metres of the fastest ways from many places to many doors, as a route between them has both."""

from collections.abc import Sequence

import numpy as np

from routing.graph.model import FloatArray, LongArray
from routing.graph.snap import Snapped
from routing.hierarchy.lengths import Climbs, Lengths, LongEnds
from routing.hierarchy.metric import NO_WAY_MS
from routing.travel_time.doors import Doors
from routing.travel_time.network import LonLat, RoadNetwork, measure_start_s


class WayLengths:
    """Ways of one class to doors that are known beforehand, under the weights that hold when it is made.

    Takes some 10 kB of memory for each door.
    """

    def __init__(self, network: RoadNetwork, doors: Doors, vehicle_class: str, hot: bool) -> None:
        """Raises UnknownVehicleClass."""
        self._network, self._doors, self._vehicle_class = network, doors, vehicle_class
        self._profile = network.get_profile(vehicle_class, hot)
        graph = network.graph
        lengths_m = graph.edge_length_m[graph.arc_directed_edge >> 1].astype(np.float64)
        self._lengths = Lengths(self._profile.metric, lengths_m)
        self._coming = self._lengths.climb_to(self._list_arrivals(doors.stops))

    def measure(self, origins: Sequence[LonLat]) -> tuple[FloatArray, FloatArray]:
        """Seconds and metres, the walk at the end included, shape (origins, doors); infinite where no way
        leads."""
        doors, starts = self._doors, self._network.snap(origins, self._vehicle_class)
        driven_ms, driven_m = self._lengths.join(self._climb_from(starts), self._coming)
        stop_ms = np.where(driven_ms < NO_WAY_MS, driven_ms, np.inf)
        self._shorten_along(stop_ms, driven_m, starts)
        best = self._choose_stops(stop_ms + doors.carry_ms)
        rows = np.arange(len(starts))[:, None]
        start_s = np.where(starts.edge >= 0, measure_start_s(starts), 0.0)
        seconds = start_s[:, None] + stop_ms[rows, best] / 1000 + doors.carry_s[best]
        return seconds, driven_m[rows, best] + doors.carry_m[best]

    def _climb_from(self, starts: Snapped) -> Climbs:
        departures = self._profile.list_departures(starts)
        places: list[LongEnds] = []
        for row, edge in enumerate(starts.edge.tolist()):
            fraction, length_m = float(starts.fraction[row]), float(self._network.graph.edge_length_m[edge])
            ways = zip(
                departures.node[:, row].tolist(),
                departures.cost_ms[:, row].tolist(),
                ((1 - fraction) * length_m, fraction * length_m),
                strict=True,
            )
            places.append([(node, int(ms), m) for node, ms, m in ways if edge >= 0 and ms < np.inf])
        return self._lengths.climb_from(places)

    def _list_arrivals(self, stops: Snapped) -> list[LongEnds]:
        graph = self._network.graph
        places: list[LongEnds] = []
        for edge, fraction in zip(stops.edge.tolist(), stops.fraction.tolist(), strict=True):
            length_m = float(graph.edge_length_m[edge])
            arrivals = self._profile.list_arrivals(edge, fraction) if edge >= 0 else []
            against = [bool(graph.arc_directed_edge[arrival.arc] & 1) for arrival in arrivals]
            places.append(
                [
                    (arrival.node, arrival.cost_ms, (1 - fraction if back else fraction) * length_m)
                    for arrival, back in zip(arrivals, against, strict=True)
                ]
            )
        return places

    def _shorten_along(self, stop_ms: FloatArray, stop_m: FloatArray, starts: Snapped) -> None:
        """Takes the way along the very edge where an origin and a stop are both on it."""
        stops = self._doors.stops
        for stop in np.flatnonzero(np.isin(stops.edge, starts.edge[starts.edge >= 0])).tolist():
            end = stops.select(slice(stop, stop + 1))
            for row in np.flatnonzero(starts.edge == stops.edge[stop]).tolist():
                along = self._profile.find_along(starts.select(slice(row, row + 1)), end)
                if along is not None and along.cost_ms <= stop_ms[row, stop]:
                    share = abs(float(end.fraction[0]) - float(starts.fraction[row]))
                    stop_ms[row, stop] = along.cost_ms
                    stop_m[row, stop] = share * float(self._network.graph.edge_length_m[stops.edge[stop]])

    def _choose_stops(self, whole_ms: FloatArray) -> LongArray:
        """The stop of each door that is best from each origin, the walk included; the first of equals."""
        begin = self._doors.begin
        counts = np.diff(begin, append=len(self._doors.stops))
        best = np.tile(begin, (len(whole_ms), 1))
        best_ms = whole_ms[:, begin]
        for number in range(1, int(counts.max(initial=1))):
            columns = np.flatnonzero(counts > number)
            other = begin[columns] + number
            is_better = whole_ms[:, other] < best_ms[:, columns]
            best[:, columns] = np.where(is_better, other, best[:, columns])
            best_ms[:, columns] = np.where(is_better, whole_ms[:, other], best_ms[:, columns])
        return best
