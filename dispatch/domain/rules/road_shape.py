"""What may be drawn on a map: a point, a line, or an area whose edge does not cross itself."""

from itertools import combinations, pairwise

from dispatch.domain.model.messages import Refused
from dispatch.domain.model.values import LonLat

MOST_POINTS = 200
LEAST_POINTS = {"point": 1, "line": 2, "area": 3}

Segment = tuple[LonLat, LonLat]


def check_shape(form: str, lon_lats: tuple[LonLat, ...]) -> tuple[LonLat, ...]:
    """The positions without repetitions and without a ring's closing point.

    Refuses `malformed_command` for another form, `road_points` for too few or too many, `road_crossed` for a
    ring that crosses itself.
    """
    if form not in LEAST_POINTS:
        raise Refused("malformed_command", type="road_condition", fault=f"form {form[:40]}")
    points = [at for n, at in enumerate(lon_lats) if n == 0 or at != lon_lats[n - 1]]
    if form == "area" and len(points) > 1 and points[0] == points[-1]:
        points.pop()
    most = 1 if form == "point" else MOST_POINTS
    if not LEAST_POINTS[form] <= len(points) <= most:
        raise Refused("road_points", form=form, count=len(points), least=LEAST_POINTS[form], most=most)
    if form == "area" and _crosses_itself(points):
        raise Refused("road_crossed")
    return tuple(points)


def _crosses_itself(ring: list[LonLat]) -> bool:
    """Whether two sides meet anywhere but at the corner they share, or the ring has no inside."""
    sides = list(pairwise([*ring, ring[0]]))
    last = len(sides) - 1
    for (m, one), (n, other) in combinations(enumerate(sides), 2):
        neighbours = n == m + 1 or (m == 0 and n == last)
        if _folds_back(one, other, m == 0 and n == last) if neighbours else _meet(one, other):
            return True
    return False


def _folds_back(one: Segment, other: Segment, around: bool) -> bool:
    """Neighbours that lie on one line and run back over each other."""
    (a, b), (_, c) = (other, one) if around else (one, other)
    ahead = (b.lon - a.lon) * (c.lon - b.lon) + (b.lat - a.lat) * (c.lat - b.lat)
    return _side(a, b, c) == 0 and ahead < 0


def _meet(one: Segment, other: Segment) -> bool:
    (a, b), (c, d) = one, other
    from_ab = _side(a, b, c), _side(a, b, d)
    from_cd = _side(c, d, a), _side(c, d, b)
    if from_ab[0] * from_ab[1] < 0 and from_cd[0] * from_cd[1] < 0:
        return True
    touching = ((from_ab[0], a, b, c), (from_ab[1], a, b, d), (from_cd[0], c, d, a), (from_cd[1], c, d, b))
    return any(side == 0 and _within(p, q, at) for side, p, q, at in touching)


def _side(a: LonLat, b: LonLat, c: LonLat) -> int:
    """1 when c lies left of the line from a to b, -1 right of it, 0 on it."""
    turn = (b.lon - a.lon) * (c.lat - a.lat) - (b.lat - a.lat) * (c.lon - a.lon)
    return (turn > 0) - (turn < 0)


def _within(a: LonLat, b: LonLat, at: LonLat) -> bool:
    """Whether a point on the line through a and b lies between them."""
    between_lon = min(a.lon, b.lon) <= at.lon <= max(a.lon, b.lon)
    return between_lon and min(a.lat, b.lat) <= at.lat <= max(a.lat, b.lat)
