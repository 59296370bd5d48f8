"""What a deployment of units is worth: the expected price of the next calls.

At a place with units at siren times t1 <= t2 <= ..., each of them gone with probability q when it is needed
(independently, as in Daskin's covering model), the expected price of a call is the integral of
f'(t) q^N(t) dt over all t, where f is the price of a response of t minutes and N(t) counts the units within
t. Cut at a few times, this is a sum of weights times q to the power of counts: the gain of a unit more and
the loss of one less are then products of a matrix and a vector, for all units and bases at once.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from routing.terms.deployment import Region

Flat = npt.NDArray[np.float32]

_CUTS = (
    0,
    1 / 8,
    1 / 4,
    3 / 8,
    1 / 2,
    5 / 8,
    3 / 4,
    7 / 8,
    1,
    1.0001,
    7 / 6,
    4 / 3,
    19 / 12,
    23 / 12,
    2.5,
    3.75,
)
"""Times at which the price is cut, in the region's late_min; the last is the response of nobody."""


def list_within(region: Region) -> Flat:
    """[place of a unit, place of a call x cut]: 1 where the unit is there by the cut.

    Places where nobody ever calls have no columns.
    """
    cuts = np.array(_CUTS[:-1]) * region.late_min
    within = region.drive_min[:, region.demand > 0, None] <= cuts
    return np.ascontiguousarray(within.reshape(len(region.names), -1), dtype=np.float32)


class CoverageValue:
    """Price of the next call in minutes of response, a late one costing `late` minutes more; `gone` is q.

    Rows and counts of units are in the columns of `list_within`; a unit may count in part.
    """

    def __init__(self, region: Region, *, gone: float, late: float) -> None:
        cuts = np.array(_CUTS) * region.late_min
        price = cuts + late * (cuts > region.late_min)
        demand = region.demand[region.demand > 0]
        self._step: Flat = (demand[:, None] * np.diff(price)).reshape(-1).astype(np.float32)
        self._gone = gone
        self._log_gone = np.float32(np.log(gone))

    def weigh(self, counts: Flat) -> Flat:
        """What is left of the price under these counts of units; its sum is the price of a call."""
        left: Flat = self._step * np.exp(self._log_gone * counts)
        return left

    def find_losses(self, rows: Flat, left: Flat) -> Flat:
        """What a call costs more without each of these units, which count in `left`."""
        losses: Flat = (1 / self._gone - 1) * (rows @ left)
        return losses

    def find_gains(self, rows: Flat, left: Flat) -> Flat:
        """What a call costs less with one unit more, for each of these rows."""
        gains: Flat = (1 - self._gone) * (rows @ left)
        return gains

    def find_move_gains(self, rows: Flat, goals: Flat, left: Flat) -> Flat:
        """What a call costs less when a unit changes from its row to a goal: [unit, goal]."""
        weighed = rows * left
        more = 1 / self._gone - 1
        gains = (left + more * weighed) @ goals.T
        moved: Flat = (1 - self._gone) * gains - more * weighed.sum(axis=1)[:, None]
        return moved


def find_rows(within: Flat, now_places: Sequence[int], goals: Sequence[int], still: Sequence[float]) -> Flat:
    """A row for each unit: of where it goes, in part `still` of where it is."""
    rows = within[list(goals)]
    for number, (place, goal, share) in enumerate(zip(now_places, goals, still, strict=True)):
        if place != goal and share > 0:
            rows[number] += np.float32(share) * (within[place] - rows[number])
    return rows
