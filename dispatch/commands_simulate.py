"""The command line's verbs that simulate days, without a running server or a database."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dispatch.host.errors import HostError

if TYPE_CHECKING:
    from dispatch.simulate.run import Run

simulate = typer.Typer(help="Mô phỏng một ngày / simulate a day.", no_args_is_help=True)


@simulate.callback()
def _simulate() -> None:
    """Mô phỏng một ngày theo một chính sách / simulate a day under a policy."""


@simulate.command()
def utrecht(
    data: Annotated[Path, typer.Option(help="Thư mục dữ liệu Utrecht / folder of the Utrecht data.")],
    out: Annotated[Path, typer.Option(help="Tệp JSON kết quả / results.", dir_okay=False)],
    policy: Annotated[
        str, typer.Option(help="closest, default, default_home, dmexclp (docs/simulator.md)")
    ] = "default",
    trace: Annotated[str | None, typer.Option(help="Ngày đã ghi / a recorded day, diesel_3.")] = None,
    generate: Annotated[bool, typer.Option("--generate", help="Ngày ngẫu nhiên / a day by chance.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="Cùng số, cùng ngày / the same day.")] = 1,
    calls: Annotated[int, typer.Option(min=1, help="Số cuộc gọi / calls.")] = 1400,
    units: Annotated[
        int | None, typer.Option(min=1, max=1000, help="Số xe / units; 20, or as the trace says.")
    ] = None,
    rate: Annotated[float, typer.Option(help="Cuộc gọi mỗi phút / calls per minute.")] = 0.129,
    calls_out: Annotated[
        Path | None, typer.Option(help="CSV: unit,response_min mỗi cuộc / for each call.", dir_okay=False)
    ] = None,
) -> None:
    """Vùng cấp cứu Utrecht / the Utrecht ambulance region: recorded days and days by chance."""
    from dispatch.simulate.kernel import PolicyBroke
    from dispatch.simulate.run import simulate_generated, simulate_trace, write_calls, write_measures
    from dispatch.simulate.utrecht import DataUnusable

    if generate == (trace is not None):
        raise HostError("Hãy cho --trace NAME hoặc --generate.", "Give either --trace NAME or --generate.")
    if not 0 < rate < float("inf"):
        raise HostError("--rate phải dương.", "--rate must be positive.")
    try:
        if trace is not None:
            run = simulate_trace(data, trace, policy, units)
        else:
            run = simulate_generated(data, seed, calls, units or 20, rate, policy)
        write_measures(run, out)
        if calls_out is not None:
            write_calls(run, calls_out)
    except DataUnusable as error:
        raise HostError(error.vi, error.en) from error
    except PolicyBroke as error:
        raise HostError(
            f"Chính sách {policy} trả lời sai: {error}.", f"Policy {policy} answered wrongly: {error}."
        ) from error
    _tell(run, out)


def _tell(run: "Run", out: Path) -> None:
    for vi, en in run.said:
        typer.echo(f"{vi}\n{en}", err=True)
    found = run.measures
    typer.echo(
        f"{found.calls} cuộc / calls: {found.mean_min:.3f} min, > 12 min {found.late_12:.2%}, "
        f"> 15 min {found.late_15:.2%}, p90 {found.p90_min:.2f} min, "
        f"{found.trips_per_call:.3f} lượt / trips → {out}"
    )
