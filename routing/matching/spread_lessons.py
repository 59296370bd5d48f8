"""What finished runs taught about predictions: a file beside the road graph, as the learned speeds are one.

Nothing in it is of one graph; it lies there because who reads it knows that place, and because a new map
makes other predictions, which its own runs are to be measured by.
"""

import logging
from pathlib import Path

import msgspec

from routing.matching.eta_spread import EtaSpread, SpreadRow, Sureness
from routing.matching.put_in_place import FileDamaged, put_in_place, read_back

SPREAD_FILE_NAME = "eta_spread.msgpack"

log = logging.getLogger(__name__)


class SpreadLessons(msgspec.Struct, kw_only=True):
    """Rows of `EtaSpread`, and the last run that was read for them: when it ended, its id."""

    until: float = 0.0
    until_id: str = ""
    rows: list[SpreadRow] = []


def read_spread(path: Path) -> SpreadLessons:
    """What is known: nothing where there is no file, or a broken one. Runs stay in the log."""
    try:
        return msgspec.msgpack.decode(read_back(path), type=SpreadLessons)
    except FileNotFoundError:
        return SpreadLessons()
    except (OSError, FileDamaged, msgspec.DecodeError) as error:
        log.warning("%s cannot be read, the spread of ETAs is learned anew: %s", path, error)
        return SpreadLessons()


def write_spread(path: Path, lessons: SpreadLessons) -> None:
    """Puts the file in place whole or not at all. Raises OSError."""
    put_in_place(path, msgspec.msgpack.encode(lessons))


class LearnedSpread:
    """The spread for the planner, from the newest lessons. `read` may run beside its thread."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._read_at = 0
        self._spread = EtaSpread()

    def read(self) -> None:
        """Takes in the file if it is another than the one taken in last."""
        if self._path is None:
            return
        try:
            changed_at = self._path.stat().st_mtime_ns
        except OSError:
            return
        if changed_at != self._read_at:
            self._spread, self._read_at = EtaSpread(read_spread(self._path).rows), changed_at

    def tell(self, vehicle_class: str, predicted_s: float, wait_s: float = 0.0) -> Sureness:
        """How sure a prediction is, wait_s of it for a ferry."""
        return self._spread.tell(vehicle_class, predicted_s, wait_s)
