"""Comparisons as they are asked for: in processes of their own, kept as files, with their simulated days."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from dispatch.core.asked_work import AskedWork, Run, Sayings
from dispatch.simulate.files import SIDES, name_day
from dispatch.simulate.question import CompareQuestion

MOST_KEPT = 200
"""Comparisons that are kept; older ones are forgotten."""

DAYS_KEPT = 40
"""Comparisons whose simulated days are kept to be played: some hundred kilobytes a day and side."""

LONGEST_S = 1800.0
"""What takes longer is ended."""

SAYINGS = Sayings(
    interrupted=(
        "Máy chủ khởi động lại khi đang mô phỏng, nên không có kết quả. Bấm «Chạy lại».",
        "The server was restarted meanwhile, so there is no result. Press “Run again”.",
    ),
    too_long=(
        "Mô phỏng quá 30 phút nên đã bị dừng. Chọn ít ngày, ít giờ hoặc ít lực lượng hơn rồi chạy lại.",
        "The simulation took more than 30 minutes and was ended. Choose fewer days, hours or agencies, and "
        "run it again.",
    ),
    died=(
        "Tiến trình mô phỏng dừng đột ngột ({why}). Trung tâm không bị ảnh hưởng. Bấm «Chạy lại»; nếu lặp "
        "lại, chọn ít ngày hơn hoặc báo quản trị.",
        "The simulation's process ended unexpectedly ({why}). The centre itself is not affected. Press “Run "
        "again”; if it happens again, choose fewer days or tell the administrator.",
    ),
    not_kept=(
        "Không ghi được kết quả vào đĩa. Báo quản trị xem chỗ trống, rồi bấm «Chạy lại».",
        "The result could not be written. Have the administrator look at the disk, then press “Run again”.",
    ),
)


class Comparing(AskedWork[CompareQuestion]):
    """Keeps and carries out comparisons. `command` is what starts a process; `--question FILE --out FILE` are
    added to it."""

    def __init__(
        self,
        folder: Path,
        command: Sequence[str],
        now: Callable[[], datetime],
        longest_s: float = LONGEST_S,
    ) -> None:
        super().__init__(
            folder,
            Run[CompareQuestion],
            lambda question, result: [*command, "--question", str(question), "--out", str(result)],
            now,
            SAYINGS,
            longest_s=longest_s,
            most_kept=MOST_KEPT,
        )

    async def find_day(self, run_id: str, side: str) -> Path | None:
        """The file of a side's simulated day; None where there is none, or none any more."""
        run = await self.find(run_id)
        path = name_day(self.name_result(run_id), side)
        if (
            run is None
            or run.state != "done"
            or side not in SIDES
            or not await asyncio.to_thread(path.is_file)
        ):
            return None
        return path

    def thin_out(self, run_ids: Sequence[str]) -> None:
        """Simulated days are the larger part of what is kept."""
        for run_id in run_ids[:-DAYS_KEPT]:
            for side in SIDES:
                name_day(self.name_result(run_id), side).unlink(missing_ok=True)
