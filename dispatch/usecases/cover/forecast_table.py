"""The forecast as lines of text: what is expected next where, and how wrong it was."""

from collections.abc import Iterator, Mapping

from dispatch.usecases.cover.forecast import Forecast, count_hours
from routing.cover.demand import WEEK, ForecastError

SHOWN_WARDS = 5
DAY_H = 24


def draw_forecast(made: Forecast, names: Mapping[str, str]) -> Iterator[str]:
    """For each agency calls told of, calls expected within 24 hours, the busiest wards, the error."""
    start = count_hours(made.until)
    hours = [(start + n) % WEEK for n in range(DAY_H)]
    for agency_id, own in made.agencies.items():
        rates = own.demand.rates
        expected = {code: sum(row[hour] for hour in hours) for code, row in rates.items()}
        yield (
            f"{agency_id}: {own.demand.calls:,} cuộc đã biết / calls known; "
            f"24 giờ tới / next 24 h: {sum(expected.values()):.1f}"
        )
        busiest = sorted(expected, key=lambda code: (-expected[code], code))[:SHOWN_WARDS]
        for code in busiest:
            peak = max(hours, key=rates[code].__getitem__) % DAY_H
            yield f"  {names.get(code, code):<28} {expected[code]:7.2f}   cao nhất / peak {peak:02}:00"
        yield f"  {_tell_error(own.error)}"


def _tell_error(error: ForecastError | None) -> str:
    if error is None:
        return "sai số / error: chưa đủ ngày / not enough days yet"
    return (
        f"sai số / error ({error.days} ngày / days, {error.calls} cuộc / calls, phường × giờ / ward × hour): "
        f"deviance {error.deviance:.4f}, chỉ theo đường / streets alone {error.prior_deviance:.4f}, "
        f"tuần trước / week before {error.week_deviance:.4f}; MAE {error.mae:.4f}, {error.prior_mae:.4f}, "
        f"{error.week_mae:.4f}"
    )
