"""Twenty routes as a driver is told them, drawn: writes docs/guidance/ anew, the same from the same extract.

    python -m bench.guidance_examples [PACK] [--print]

Without a pack the extract in HCMC_DATA is compiled first.
"""

import os
import sys
from itertools import groupby
from pathlib import Path

import numpy as np

from bench._city import DEFAULT_DATA
from routing.graph.build import build_graph
from routing.graph.file import load
from routing.graph.kinds import ROAD_CLASSES, RoadClass
from routing.graph.model import FloatArray, RoadGraph
from routing.guidance.guide import Guide
from routing.terms.messages import LonLat
from routing.terms.ways import Route, RouteRequest
from routing.travel_time.network import RoadNetwork

FOLDER = Path(__file__).parents[1] / "docs" / "guidance"
WIDTH, HEIGHT, MARGIN = 420, 300, 24

# Name of the example, class, hot, from, to.
EXAMPLES: tuple[tuple[str, str, bool, LonLat, LonLat], ...] = (
    ("Bến Thành → Chợ Lớn", "ambulance", True, (106.6983, 10.7725), (106.6512, 10.7497)),
    ("Tân Sơn Nhất → Bệnh viện Chợ Rẫy", "ambulance", True, (106.6630, 10.8130), (106.6594, 10.7573)),
    ("Hàng Xanh, roundabout and flyover", "car", False, (106.7093, 10.7990), (106.7165, 10.8040)),
    ("Thủ Thiêm tunnel to Quận 1", "police_car", True, (106.7275, 10.7730), (106.7020, 10.7700)),
    ("Phú Lâm roundabout", "engine", True, (106.6300, 10.7530), (106.6380, 10.7570)),
    ("Lăng Cha Cả", "car", False, (106.6560, 10.7990), (106.6645, 10.8020)),
    ("Bùi Viện on a motorbike", "motorbike", True, (106.6890, 10.7690), (106.6945, 10.7660)),
    ("Deep in a hẻm, fire engine", "engine", True, (106.6835, 10.7780), (106.6790, 10.7835)),
    ("Deep in a hẻm, ladder", "ladder_truck", True, (106.6900, 10.7620), (106.6860, 10.7600)),
    ("Deep in a hẻm, mini fire truck", "mini_fire_truck", True, (106.6700, 10.7900), (106.6745, 10.7870)),
    ("Over Cầu Sài Gòn", "ambulance", True, (106.7420, 10.8010), (106.7080, 10.7900)),
    ("Quận 7 to Quận 4", "engine", True, (106.7050, 10.7350), (106.7060, 10.7610)),
    ("Cát Lái ferry", "car", False, (106.7850, 10.7700), (106.7950, 10.7550)),
    ("Gò Vấp", "ambulance", False, (106.6655, 10.8380), (106.6870, 10.8260)),
    ("Quốc lộ 13", "police_car", False, (106.7130, 10.8260), (106.7140, 10.8080)),
    ("One-way streets of Quận 1, hot", "ambulance", True, (106.7020, 10.7770), (106.6960, 10.7810)),
    ("One-way streets of Quận 1, cold", "ambulance", False, (106.7020, 10.7770), (106.6960, 10.7810)),
    ("Võ Văn Kiệt", "car", False, (106.6560, 10.7480), (106.7000, 10.7665)),
    ("Công trường Dân Chủ", "car", False, (106.6830, 10.7735), (106.6800, 10.7810)),
    ("On foot through Quận 1", "foot", False, (106.7005, 10.7790), (106.7060, 10.7820)),
)
SHOWN = {
    RoadClass.MOTORWAY: 4.0, RoadClass.TRUNK: 4.0, RoadClass.PRIMARY: 3.0, RoadClass.SECONDARY: 2.5,
    RoadClass.TERTIARY: 2.0, RoadClass.TRUNK_LINK: 2.0, RoadClass.PRIMARY_LINK: 2.0,
    RoadClass.UNCLASSIFIED: 1.2, RoadClass.RESIDENTIAL: 1.0, RoadClass.ALLEY: 0.6,
}  # fmt: skip
SMALL_M, LARGE_M = 1500.0, 4000.0


class Picture:
    """One map: streets in grey, the route, and a number where each instruction is given."""

    def __init__(self, graph: RoadGraph, route: Route, door: LonLat) -> None:
        self._graph, self._route, self._door = graph, route, door
        line = np.array([*route.lon_lats, door])
        low, high = line.min(axis=0), line.max(axis=0)
        self._middle = (low + high) / 2
        metres = np.array([109_300.0, 110_600.0])
        size_m = np.maximum((high - low) * metres, 300.0)
        room = np.array([WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN])
        self._scale = metres * float((room / size_m).min())
        self._least_width = 0.0 if size_m.max() < SMALL_M else 2.0 if size_m.max() < LARGE_M else 2.5

    def draw(self) -> str:
        """The picture as SVG."""
        rows = [
            '<svg xmlns="http://www.w3.org/2000/svg" font-family="sans-serif"',
            f'viewBox="0 0 {WIDTH} {HEIGHT}">',
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#f4f4f2"/>',
            *self._draw_streets(),
            self._draw_line(np.array(self._route.lon_lats), "#0b57d0", 3.5, ""),
        ]
        if self._route.carry_m >= 20:
            walk = np.array([self._route.lon_lats[-1], self._door])
            rows.append(self._draw_line(walk, "#b3261e", 2.5, ' stroke-dasharray="3 3"'))
        for number, step in enumerate(self._route.steps, start=1):
            x, y = self._place(np.array([step.lon_lat]))[0].tolist()
            rows.append(f'<circle cx="{x}" cy="{y}" r="7" fill="#fff" stroke="#0b57d0"/>')
            rows.append(f'<text x="{x}" y="{y + 3}" font-size="9" text-anchor="middle">{number}</text>')
        return "\n".join([*rows, "</svg>", ""])

    def _draw_streets(self) -> list[str]:
        graph, rows = self._graph, []
        half = np.array([WIDTH, HEIGHT]) / 2 / self._scale
        ends = np.column_stack([graph.node_lon[graph.edge_tail], graph.node_lat[graph.edge_tail]])
        near = np.flatnonzero((np.abs(ends - self._middle) <= half).all(axis=1)).tolist()
        paths: dict[float, list[str]] = {}
        for edge in near:
            width = SHOWN.get(ROAD_CLASSES[int(graph.edge_road_class[edge])])
            if width is not None and width >= self._least_width:
                places = self._place(graph.get_edge_shape(edge)).tolist()
                points = [place for place, _ in groupby(places)]
                if len(points) < 2:
                    continue
                paths.setdefault(width, []).append("M" + " ".join(f"{x:g},{y:g}" for x, y in points))
        for width in sorted(paths):
            shape = "".join(paths[width])
            rows.append(f'<path d="{shape}" fill="none" stroke="#c9c9c4" stroke-width="{width}"/>')
        return rows

    def _draw_line(self, line: FloatArray, colour: str, width: float, more: str) -> str:
        points = " ".join(f"{x:g},{y:g}" for x, y in self._place(line).tolist())
        return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="{width}"{more}/>'

    def _place(self, lon_lat: FloatArray) -> FloatArray:
        flipped = (lon_lat - self._middle) * self._scale * np.array([1, -1])
        placed: FloatArray = np.round(flipped + np.array([WIDTH, HEIGHT]) / 2)
        return placed


def tell(number: int, name: str, vehicle: str, route: Route) -> list[str]:
    """One example as lines of the page."""
    walked = f", {route.carry_m:.0f} m on foot" if route.carry_m >= 20 else ""
    rows = [
        f"## {number}. {name}",
        "",
        f"{vehicle}: {route.distance_m / 1000:.1f} km, {route.travel_s / 60:.0f} min{walked}",
        "",
        f"![{name}]({number:02}.svg)",
        "",
    ]
    rows += [
        f"{place}. {step.vi} / {step.en} ({step.distance_m:.0f} m)"
        for place, step in enumerate(route.steps, start=1)
    ]
    return [*rows, ""]


def main() -> None:
    """Finds, draws and tells all examples."""
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    data = Path(os.environ.get("HCMC_DATA") or DEFAULT_DATA)
    graph = load(Path(words[0])) if words else build_graph(data / "hcmc_2018.osm.pbf")
    guide = Guide(RoadNetwork(graph))
    page = [
        "# Twenty routes, as a driver is told them",
        "",
        f"Made by `python -m bench.guidance_examples` from data of {graph.source_date}. Map data ©",
        "OpenStreetMap contributors, ODbL. Numbers stand where an instruction is given; dashed is on foot.",
        "",
    ]
    pictures: dict[str, str] = {}
    for number, (name, vehicle_class, hot, start, end) in enumerate(EXAMPLES, start=1):
        routes = guide.find_routes(RouteRequest(start, end, vehicle_class, hot, guidance=True))
        vehicle = vehicle_class + (", with siren" if hot else "")
        page += tell(number, name, vehicle, routes[0]) if routes else [f"## {number}. {name}: no way", ""]
        if routes:
            pictures[f"{number:02}.svg"] = Picture(graph, routes[0], end).draw()
    if "--print" in sys.argv:
        print("\n".join(page))
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    for file_name, picture in pictures.items():
        (FOLDER / file_name).write_text(picture, encoding="utf-8")
    (FOLDER / "README.md").write_text("\n".join(page), encoding="utf-8")


if __name__ == "__main__":
    main()
