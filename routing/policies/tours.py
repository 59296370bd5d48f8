"""Tours by OR-Tools' routing library: insertion first, then guided local search until the time is over.

Its time is a hard limit: what stands then is the plan. Whatever cannot be done is left out at a price, so
that a plan needs nothing but time for a first one.
Perron, Furnon: OR-Tools, developers.google.com/optimization/routing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from routing.tours.tours import Halt, Job, LeftOut, Plan, Problem, Roads, Stop, Tour, Vehicle, explain, fits

LEFT_OUT_S = {1: 10_000_000, 2: 3_000_000, 3: 1_000_000, 4: 300_000}
"""Price of a job that nobody does, by priority, in seconds of driving."""

WAIT_PRICE = 1
"""What a second of a tour's length costs beside the hundred of a second of driving."""

_DRIVE_PRICE = 100
_NO_WAY_S = 10_000_000


class NoTours(Exception):
    """The solver gave no plan at all; carries its status."""


@dataclass(frozen=True)
class _Node:
    """A halt of a job, or where a vehicle starts or ends (job None)."""

    job: Job | None
    halt: Halt
    number: int


def plan_tours(problem: Problem, roads: Roads, limit_s: float = 10.0, *, deep: bool = True) -> Plan:
    """The best plan found within so many seconds; all of them are used. Not `deep`: the first that no small
    change makes better, the same on any machine. Raises NoTours where not even one was found in time.
    """
    doable = [job for job in problem.jobs if any(fits(vehicle, job) for vehicle in problem.vehicles)]
    doable = [job for job in doable if explain(problem, roads, job) == "crowded_out"]
    tours: tuple[Tour, ...] = ()
    if doable:
        tours = _Model(problem.vehicles, doable, roads).solve(limit_s, deep)
    done = {stop.job_id for tour in tours for stop in tour.stops}
    left = [job for job in problem.jobs if job.id not in done]
    return Plan(
        solver="ortools",
        tours=tours,
        left_out=tuple(LeftOut(job_id=job.id, why=explain(problem, roads, job)) for job in left),
    )


class _Model:
    """Nodes 0 … are halts in the order of the jobs, then every vehicle's start and end."""

    def __init__(self, vehicles: Sequence[Vehicle], jobs: Sequence[Job], roads: Roads) -> None:
        self._vehicles, self._jobs, self._roads = vehicles, jobs, roads
        self._nodes = [_Node(job, halt, n) for job in jobs for n, halt in enumerate(job.halts)]
        first = len(self._nodes)
        for vehicle in vehicles:
            self._nodes += [_Node(None, Halt(lon_lat=at), 0) for at in (vehicle.start, vehicle.end)]
        starts = [first + 2 * n for n in range(len(vehicles))]
        self._manager = pywrapcp.RoutingIndexManager(
            len(self._nodes), len(vehicles), starts, [start + 1 for start in starts]
        )
        self._routing = pywrapcp.RoutingModel(self._manager)
        self._begin = min(vehicle.window[0] for vehicle in vehicles)
        self._end = max(vehicle.window[1] for vehicle in vehicles)
        self._add_times()
        self._add_loads()
        self._add_jobs()

    def solve(self, limit_s: float, deep: bool) -> tuple[Tour, ...]:
        """Tours of the vehicles that leave."""
        asked = pywrapcp.DefaultRoutingSearchParameters()
        asked.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
        ways = routing_enums_pb2.LocalSearchMetaheuristic
        asked.local_search_metaheuristic = ways.GUIDED_LOCAL_SEARCH if deep else ways.GREEDY_DESCENT
        asked.time_limit.FromMilliseconds(max(1, round(1000 * limit_s)))
        found = self._routing.SolveWithParameters(asked)
        if found is None:
            raise NoTours(str(self._routing.status()))
        tours = (self._read(number, found) for number in range(len(self._vehicles)))
        return tuple(tour for tour in tours if tour.stops)

    def _add_times(self) -> None:
        """Drives by each vehicle's class; a halt's own time counts with the drive that follows it."""
        rows = [self._roads.rows[node.halt.lon_lat] for node in self._nodes]
        drives, passing = {}, {}
        for vehicle_class in {vehicle.vehicle_class for vehicle in self._vehicles}:
            table = self._roads.drive_s[vehicle_class]
            seconds = [[0 if a == b else _or_far(table[a][b]) for b in rows] for a in rows]
            priced = [[_DRIVE_PRICE * drive for drive in row] for row in seconds]
            whole = [
                [drive + node.halt.duration_s for drive in row]
                for node, row in zip(self._nodes, seconds, strict=True)
            ]
            drives[vehicle_class] = self._routing.RegisterTransitMatrix(priced)
            passing[vehicle_class] = self._routing.RegisterTransitMatrix(whole)
        length = self._end - self._begin
        transits = [passing[vehicle.vehicle_class] for vehicle in self._vehicles]
        self._routing.AddDimensionWithVehicleTransits(transits, length, length, False, "time")
        self._time = self._routing.GetDimensionOrDie("time")
        self._time.SetSpanCostCoefficientForAllVehicles(WAIT_PRICE)
        for number, vehicle in enumerate(self._vehicles):
            self._routing.SetArcCostEvaluatorOfVehicle(drives[vehicle.vehicle_class], number)
            for end in (self._routing.Start(number), self._routing.End(number)):
                low, high = vehicle.window
                self._time.CumulVar(end).SetRange(low - self._begin, high - self._begin)
                self._routing.AddVariableMinimizedByFinalizer(self._time.CumulVar(end))

    def _add_loads(self) -> None:
        for kind in sorted({kind for job in self._jobs for kind in job.load}):
            change = [self._change(node, kind) for node in self._nodes]
            callback = self._routing.RegisterUnaryTransitVector(change)
            room = [vehicle.capacity.get(kind, 0) for vehicle in self._vehicles]
            self._routing.AddDimensionWithVehicleCapacity(callback, 0, room, True, f"load {kind}")

    def _change(self, node: _Node, kind: str) -> int:
        if node.job is None or node.job.then is None:
            return 0
        return node.job.load.get(kind, 0) * (-1 if node.number else 1)

    def _add_jobs(self) -> None:
        solver, node = self._routing.solver(), 0
        for job in self._jobs:
            indices = [self._manager.NodeToIndex(node + n) for n in range(len(job.halts))]
            node += len(indices)
            able = [n for n, vehicle in enumerate(self._vehicles) if fits(vehicle, job)]
            price = LEFT_OUT_S[min(4, max(1, job.priority))] * _DRIVE_PRICE
            for index, halt in zip(indices, job.halts, strict=True):
                self._routing.AddDisjunction([index], price)
                self._routing.VehicleVar(index).SetValues([-1, *able])
                self._set_windows(self._time.CumulVar(index), halt)
            if len(indices) == 1:
                continue
            first, then = indices
            self._routing.AddPickupAndDelivery(first, then)
            solver.Add(self._routing.VehicleVar(first) == self._routing.VehicleVar(then))
            solver.Add(self._routing.ActiveVar(first) == self._routing.ActiveVar(then))
            begins = [self._time.CumulVar(index) for index in indices]
            solver.Add(begins[0] <= begins[1])
            if job.most_ride_s is not None:
                solver.Add(begins[1] - begins[0] <= job.first.duration_s + job.most_ride_s)

    def _set_windows(self, begins: pywrapcp.IntVar, halt: Halt) -> None:
        """The cumulative time of a halt is when it begins; between windows it may not."""
        if not halt.windows:
            return
        windows = sorted(halt.windows)
        begins.SetRange(max(0, windows[0][0] - self._begin), max(e for _, e in windows) - self._begin)
        closed = windows[0][1]
        for start, end in windows[1:]:
            if start > closed + 1:
                begins.RemoveInterval(closed + 1 - self._begin, start - 1 - self._begin)
            closed = max(closed, end)

    def _read(self, number: int, found: pywrapcp.Assignment) -> Tour:
        vehicle = self._vehicles[number]
        index = self._routing.Start(number)
        starts = self._begin + int(found.Value(self._time.CumulVar(index)))
        left, place, drive_s, stops = starts, vehicle.start, 0, list[Stop]()
        index = found.Value(self._routing.NextVar(index))
        while not self._routing.IsEnd(index):
            node = self._nodes[self._manager.IndexToNode(index)]
            drive = self._drive(vehicle, place, node.halt)
            begins = self._begin + int(found.Value(self._time.CumulVar(index)))
            leaves = begins + node.halt.duration_s
            assert node.job is not None
            stops.append(
                Stop(
                    job_id=node.job.id,
                    halt=node.number,
                    arrives_s=left + drive,
                    begins_s=begins,
                    leaves_s=leaves,
                )
            )
            left, place, drive_s = leaves, node.halt.lon_lat, drive_s + drive
            index = found.Value(self._routing.NextVar(index))
        home = self._drive(vehicle, place, Halt(lon_lat=vehicle.end))
        return Tour(
            vehicle_id=vehicle.id,
            starts_s=starts,
            ends_s=left + home,
            drive_s=drive_s + home,
            stops=tuple(stops),
        )

    def _drive(self, vehicle: Vehicle, place: tuple[float, float], halt: Halt) -> int:
        return _or_far(self._roads.find_s(vehicle.vehicle_class, place, halt.lon_lat))


def _or_far(seconds: int | None) -> int:
    return _NO_WAY_S if seconds is None else seconds
