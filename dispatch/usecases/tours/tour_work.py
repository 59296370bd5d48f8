"""Tours that planners ask for from their page: read at once, planned in a process of its own, kept as files.

Transports tell where sick people live. A plan is read by supervisors and administrators of an agency of
whoever asked for it; asking, reading and taking away stand in the audit.
"""

import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path

import msgspec
from uuid6 import uuid7

from dispatch.core.asked_work import MOST_WAITING, OPEN, AskedWork, Run, Sayings, State, TooManyWaiting
from dispatch.domain.model.messages import Actor, Refused
from dispatch.store.audit import Audit, AuditEntry
from dispatch.store.errors import StorageFull
from dispatch.usecases.tours.plan_tours import TourFile
from dispatch.usecases.tours.tour_tables import FindPlaces, TourTables, read_tables

MOST_KEPT = 50
"""Plans that are kept; older ones are forgotten."""

LONGEST_S = 600.0
LISTED = 20

SAYINGS = Sayings(
    interrupted=(
        "Máy chủ khởi động lại khi đang lập lộ trình, nên chưa có kết quả. Bấm «Sửa bảng và chạy lại».",
        "The server was restarted meanwhile, so there is no plan. Press “Change the tables, run again”.",
    ),
    too_long=(
        "Lập lộ trình quá 10 phút nên đã bị dừng. Chia thành nhiều phần rồi chạy lại.",
        "Planning took more than 10 minutes and was ended. Split the tables and run them again.",
    ),
    died=(
        "Tiến trình lập lộ trình dừng đột ngột ({why}). Trung tâm không bị ảnh hưởng. "
        "Bấm «Sửa bảng và chạy lại».",
        "The planning process ended unexpectedly ({why}). The centre is not affected. "
        "Press “Change the tables, run again”.",
    ),
    not_kept=(
        "Không ghi được kế hoạch vào đĩa. Báo quản trị xem chỗ trống, rồi bấm «Sửa bảng và chạy lại».",
        "The plan could not be written. Have the administrator look at the disk, then press "
        "“Change the tables, run again”.",
    ),
)


class TourQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked: the tables as written, and the file that they make. `agencies` may read it."""

    tables: TourTables
    file: TourFile
    agencies: tuple[str, ...]


class TourRun(msgspec.Struct, frozen=True, kw_only=True):
    """How a plan stands, as a list shows it."""

    id: str
    asked_by_name: str
    asked_at: datetime
    day: date
    vehicles: int
    jobs: int
    state: State
    step: str
    vi: str
    en: str


class TourPlanning(AskedWork[TourQuestion]):
    """Plans as processes and files. `command` starts one; the two files are added to it."""

    def __init__(
        self,
        folder: Path,
        now: Callable[[], datetime],
        command: Sequence[str] = (sys.executable, "-m", "dispatch", "tours", "--watched"),
    ) -> None:
        super().__init__(
            folder,
            Run[TourQuestion],
            lambda question, result: [*command, str(question), "--out", str(result)],
            now,
            SAYINGS,
            longest_s=LONGEST_S,
            most_kept=MOST_KEPT,
        )

    def encode(self, question: TourQuestion) -> str:
        """The file alone, as `dispatch tours` reads it."""
        return msgspec.json.encode(question.file).decode()


class TourWork:
    """Plans as people ask for and read them. Methods that read give None for what is not there, or is of no
    agency of the reader's. All raise DatabaseLost where an act cannot be kept."""

    def __init__(
        self, runs: TourPlanning, find: FindPlaces, audit: Audit, now: Callable[[], datetime]
    ) -> None:
        self._runs, self._find, self._audit, self._now = runs, find, audit, now
        self.run = runs.run

    async def ask(self, tables: TourTables, actor: Actor) -> TourRun:
        """Take it up. Raises TablesWrong, Refused, StorageFull."""
        file = await read_tables(tables, self._find)
        run_id = str(uuid7())
        await self._keep(actor, "plan_tours", run_id)
        question = TourQuestion(tables=tables, file=file, agencies=tuple(actor.agencies))
        try:
            return _show(await self._runs.ask(question, run_id, actor.id, actor.name))
        except TooManyWaiting as error:
            raise Refused("tours_waiting", limit=MOST_WAITING) from error
        except OSError as error:
            raise StorageFull(str(error)) from error

    async def list_newest(self, actor: Actor) -> list[TourRun]:
        """The newest first."""
        seen = [run for run in await self._runs.list_newest() if _concerns(run, actor)]
        return [_show(run) for run in seen[:LISTED]]

    async def find(self, run_id: str, actor: Actor) -> TourRun | None:
        """How it stands."""
        run = await self._find_run(run_id, actor)
        return None if run is None else _show(run)

    async def read_asked(self, run_id: str, actor: Actor) -> TourTables | None:
        """The tables as they were written."""
        run = await self._find_run(run_id, actor)
        if run is not None:
            await self._keep(actor, "read_tours", run_id)
        return None if run is None else run.question.tables

    async def read(self, run_id: str, actor: Actor) -> msgspec.Raw | None:
        """JSON of the TourPlan."""
        if await self._find_run(run_id, actor) is None:
            return None
        body = await self._runs.read_result(run_id)
        if body is not None:
            await self._keep(actor, "read_tours", run_id)
        return None if body is None else msgspec.Raw(body)

    async def remove(self, run_id: str, actor: Actor) -> bool:
        """End what is open, take away what has ended; False where there is nothing."""
        run = await self._find_run(run_id, actor)
        if run is None:
            return False
        await self._keep(actor, "remove_tours", run_id)
        if run.state in OPEN:
            await self._runs.cancel(run_id)
            return True
        return await self._runs.forget(run_id)

    async def _find_run(self, run_id: str, actor: Actor) -> Run[TourQuestion] | None:
        run = await self._runs.find(run_id)
        return run if run is not None and _concerns(run, actor) else None

    async def _keep(self, actor: Actor, act: str, run_id: str) -> None:
        await self._audit.keep(AuditEntry(at=self._now(), actor=actor.id, act=act, detail={"id": run_id}))


def _concerns(run: Run[TourQuestion], actor: Actor) -> bool:
    return not set(run.question.agencies).isdisjoint(actor.agencies)


def _show(run: Run[TourQuestion]) -> TourRun:
    file = run.question.file
    return TourRun(
        id=run.id,
        asked_by_name=run.asked_by_name,
        asked_at=run.asked_at,
        day=file.day,
        vehicles=len(file.vehicles),
        jobs=len(file.transports) + len(file.visits),
        state=run.state,
        step=run.step,
        vi=run.vi,
        en=run.en,
    )
