"""The command line's verb that tells from the log why those units were recommended."""

import asyncio
import tomllib
from importlib import resources
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from msgspec import UNSET

from dispatch.host.cluster import using_database
from dispatch.host.errors import HostError
from dispatch.settings import load_settings

if TYPE_CHECKING:
    from dispatch.domain.model.assignment import Reason
    from dispatch.domain.model.suggestion import BusyUnit, Comparison, Suggestion
    from dispatch.usecases.planning.explain import Explanation
    from routing.hospitals.weighing import HospitalThoughts, HospitalWeighing
    from routing.plans.second_thoughts import Thoughts, Whole

explaining = typer.Typer(no_args_is_help=True)

READER = "dispatch explain"
"""Stands in the audit for whoever may run programs on the centre's machine."""

MOST_WAITING = 3
Names = dict[str, str]


@explaining.command()
def explain(
    incident: Annotated[str, typer.Argument(help="Số hoặc mã vụ việc / number or id: 260712-0457.")],
    version: Annotated[
        int | None, typer.Option(min=1, help="Đề xuất thứ mấy / which version; else the last accepted.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="In JSON / print JSON.")] = False,
) -> None:
    """Vì sao đề xuất các tổ đó, tính lại từ nhật ký / why those units, made again from the log."""
    from dispatch.usecases.planning.explain import NothingToExplain

    settings = load_settings()
    with using_database(settings.database) as dsn:
        try:
            found, names = asyncio.run(_read(dsn, incident, version))
        except NothingToExplain as nothing:
            raise HostError(nothing.vi, nothing.en) from nothing
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())
        return
    _Telling(names).tell(incident, found)


async def _read(dsn: str, incident: str, version: int | None) -> "tuple[Explanation, Names]":
    """The explanation and the call signs of its units; the look is kept in the audit."""
    from dispatch.core.clock import SystemClock
    from dispatch.store.audit import Audit, AuditEntry
    from dispatch.store.connect import open_pool
    from dispatch.store.timeline import Timelines
    from dispatch.usecases.planning.explain import NothingToExplain
    from dispatch.usecases.planning.explain import explain as explain_events

    async with await open_pool(dsn, max_size=2) as pool:
        timelines = Timelines(pool)
        incident_id = await timelines.find_incident_id(incident)
        if incident_id is None:
            raise NothingToExplain(f"Không có vụ việc {incident}.", f"There is no incident {incident}.")
        found = explain_events(incident_id, await timelines.list_events("incident", incident_id), version)
        told = {t.unit_id for t in found.taken} | {p.unit_id for p in found.proposed}
        told |= {choice.unit_id for choice in found.hospitals}
        told |= set(found.weighed.units if found.weighed is not None else ())
        busy = [unit for beside in found.beside for unit in beside.weighed.units]
        told |= {unit.unit_id for unit in busy} | {one.unit_id for unit in busy for one in unit.instead}
        names = await timelines.list_call_signs(sorted(told))
        detail: dict[str, object] = {"incident": incident_id, "version": found.version}
        now = SystemClock().now()
        await Audit(pool).keep(AuditEntry(at=now, actor=READER, act="explain", detail=detail))
    return found, names


class _Telling:
    """Prints an explanation, Vietnamese first."""

    def __init__(self, names: Names) -> None:
        text = resources.files("dispatch.codes").joinpath("reasons.toml").read_text(encoding="utf-8")
        self._words: dict[str, dict[str, str]] = tomllib.loads(text)
        self._names = names

    def tell(self, incident: str, found: "Explanation") -> None:
        """All of it, a fact a line."""
        kept = "" if found.weighing_version is None else f", phép cân / weighing {found.weighing_version}"
        typer.echo(
            f"{incident}: đề xuất / recommendation {found.version} / {found.versions}, "
            f"{found.made_at.isoformat()}, sự kiện / event {found.seq}\n"
            f"  {found.method}, chính sách / policy {found.policy or '–'}{kept}, "
            f"bản đồ / map {found.graph_date or '–'}, sha256 {found.inputs_digest[:16]}"
        )
        if found.degraded:
            typer.echo("  ! tính theo đường chim bay / by straight lines")
        if found.hasty:
            typer.echo(f"  ! tạm, tính nhanh / quick plan{_CONFIRMED if found.confirmed else ''}")
        self._tell_proposed(found)
        self._tell_beside(found)
        self._tell_taken(found)
        self._tell_hospitals(found)
        if found.again is None:
            typer.echo("Nhật ký không giữ các lựa chọn / the log kept no options: no more can be said.")
            return
        self._tell_again(found.again)
        typer.echo(
            "Tính lại từ nhật ký: giống hệt / made again from the log: the same"
            if found.same_again
            else "✗ Tính lại từ nhật ký: KHÁC / made again from the log: ANOTHER plan"
        )

    def _tell_proposed(self, found: "Explanation") -> None:
        for p in found.proposed:
            why = "; ".join(self._say(reason) for reason in p.reasons)
            leg = p.leg_id.rpartition("-")[2]
            typer.echo(f"  -{leg} {p.capability}: {self._name(p.unit_id)} {_time(p.eta_s)} – {why}")
        for m in found.missing:
            leg = m.leg_id.rpartition("-")[2]
            typer.echo(f"  -{leg} {m.capability}: thiếu / missing {m.missing} – {self._say(m.reason)}")

    def _tell_beside(self, found: "Explanation") -> None:
        for beside in found.beside:
            units = {unit.unit_id: unit for unit in beside.weighed.units}
            typer.echo(
                f"  ⇢ gợi ý tổ đang bận / busy units {beside.at.isoformat()}, sự kiện / event {beside.seq}: "
                f"{_say_follows(beside.same_again) if beside.suggested else 'không còn / none any more'}"
            )
            for s in beside.suggested:
                sooner = (
                    "đang thiếu / missing" if s.saves_s is None else f"sớm hơn / sooner {_time(s.saves_s)}"
                )
                why = _BUSY[s.kind](units[s.unit_id]) + self._say_whole(s, beside.weighed)
                typer.echo(
                    f"      {s.capability}: {self._name(s.unit_id)} {_time(s.eta_s)}, {sooner} – {why}"
                )

    def _say_whole(self, s: "Suggestion", weighed: "Comparison") -> str:
        """What the whole of both incidents gains, and who would go to the unit's own."""
        from dispatch.domain.rules.suggestion import find_instead

        if not s.net_s:
            return ""
        told = f"; tính chung lợi / both together gain {_time(s.net_s)}"
        unit = next(unit for unit in weighed.units if unit.unit_id == s.unit_id)
        need = next(need for need in weighed.needs if need.need_id == s.need_id)
        instead = find_instead(unit, need, weighed) if s.later_s is not UNSET else None
        if instead is None:
            return told
        return (
            f"{told}: {self._name(instead.unit_id)} tới đó sau / is there after {_time(instead.eta_s)} "
            f"({s.later_s:+.0f} s × {unit.rate:g})"
        )

    def _tell_taken(self, found: "Explanation") -> None:
        for t in found.taken:
            how = "tự chọn / by hand" if t.override else f"đề xuất / recommendation {t.version}"
            how += " – tự động / automatic" if t.automatic else ""
            typer.echo(f"  → {self._name(t.unit_id)} {t.at.isoformat()} {t.by}: {how}")

    def _tell_hospitals(self, found: "Explanation") -> None:
        for spread in found.spreads:
            typer.echo(
                f"  ✚ phân bổ / spread {spread.at.isoformat()} {spread.by}, sự kiện / event {spread.seq}"
            )
            for place in spread.places:
                typer.echo(f"      {place.count} {_TRIAGE[place.triage]}: {place.name}")
            typer.echo(f"      {_say_same(spread.same_again)}")
        for choice in found.hospitals:
            typer.echo(
                f"  ✚ {self._name(choice.unit_id)} → {choice.name} {choice.at.isoformat()} {choice.by}, "
                f"sự kiện / event {choice.seq}"
            )
            if choice.again is not None and choice.weighed is not None:
                _tell_choice(choice.hospital_id, choice.again, choice.weighed)
            typer.echo(f"      {_say_same(choice.same_again)}")

    def _tell_again(self, again: "Thoughts") -> None:
        plan = again.plan
        if again.gap:
            typer.echo(
                f"Chưa chứng minh tốt nhất, hơn nhiều nhất {again.gap} / not proven best, off by {again.gap}"
            )
        typer.echo(
            f"Trực khu vực mất / costs in coverage: {_time(plan.cover_s)}; "
            f"tổ cuối tới / last unit there: {_time(plan.last_eta_s)}"
        )
        if again.next_best is None:
            typer.echo("Không có phương án khác / there is no other plan")
        else:
            self._tell_other("Phương án kế tiếp / next best", again.next_best, plan)
        for change in again.changes:
            comes = ", ".join(self._name(unit_id) for unit_id in change.comes)
            leaves = self._name(change.leaves)
            if change.later_s is None:
                typer.echo(f"  {leaves}: không có {leaves} thì thiếu tổ / without it units are missing")
            elif comes and change.later_s == 0:
                typer.echo(f"  {leaves}, {comes}: ngang nhau / equal")
            elif comes:
                typer.echo(
                    f"  {leaves} → {comes}, nếu chậm hơn / if {leaves} came later by {_time(change.later_s)}"
                )
        for wait in again.waiting[:MOST_WAITING]:
            who = f"{self._name(wait.unit_id)} ({_time(wait.eta_s)})"
            sooner = _time(wait.sooner_s)
            typer.echo(
                f"  {who} được chọn nếu sớm hơn / would go if sooner by {sooner}"
                if wait.sooner_s > 0
                else f"  {who}: ngang nhau / equal"
            )
        if _units(again.closest) == _units(plan):
            typer.echo("Điều tổ gần nhất / closest-idle: như nhau / the same units")
        else:
            self._tell_other("Điều tổ gần nhất / closest-idle", again.closest, plan)

    def _tell_other(self, title: str, other: "Whole", plan: "Whole") -> None:
        units = ", ".join(f"{self._name(s.unit_id)} {_time(s.eta_s)}" for s in other.sent)
        missing = f", thiếu / missing {other.missing}" if other.missing else ""
        typer.echo(
            f"{title}: {units or '–'}{missing}; tổ cuối / last {_time(other.last_eta_s)} "
            f"({other.last_eta_s - plan.last_eta_s:+.0f} s), trực / cover {_time(other.cover_s)} "
            f"({other.cover_s - plan.cover_s:+.0f} s)"
        )

    def _say(self, reason: "Reason") -> str:
        words = self._words.get(reason.code)
        if words is None:
            return reason.code
        values = {name: self._show(name, value) for name, value in reason.params.items()}
        return f"{words['vi'].format(**values)} / {words['en'].format(**values)}"

    def _show(self, name: str, value: object) -> str:
        if name.endswith("_s") and isinstance(value, int | float):
            return _time(value)
        if name.endswith("_m") and isinstance(value, int | float):
            return f"{value:.0f} m"
        return self._name(str(value))

    def _name(self, unit_id: str) -> str:
        return self._names.get(unit_id, unit_id)


def _say_under_way(unit: "BusyUnit") -> str:
    left = "–" if unit.left_s is None else _time(unit.left_s)
    return f"đang tới vụ ưu tiên / on its way to priority {unit.priority}, còn / left {left}; RP"


def _say_nearly_free(unit: "BusyUnit") -> str:
    left, usual = _time(unit.left_s or 0.0), _time(unit.usual_s)
    source = f"trung vị / median {unit.runs}" if unit.runs else "định mức / stated"
    return f"sắp rảnh / free in {left}, thường / usually {usual} ({source}); Q"


_CONFIRMED = ", đã được tính kỹ và giữ / confirmed by the best plan"

_BUSY = {"reassign": _say_under_way, "queue": _say_nearly_free}

_TRIAGE = {"red": "đỏ / red", "yellow": "vàng / yellow", "green": "xanh / green"}
_FIXES = {
    "sooner": "nếu gần hơn / if nearer by {time}",
    "open": "nếu nhận bệnh / if it took patients",
    "beds": "nếu còn giường / if it had beds",
    "able": "nếu chữa được / if it treated all that is needed",
}
HOSPITALS_TOLD = 4


def _tell_choice(chosen_id: str, again: "HospitalThoughts", weighed: "HospitalWeighing") -> None:
    """The chosen hospital's price and what it is made of, the others, and what would change it."""
    rows = {row.hospital_id: row for row in weighed.hospitals}
    wanted = [w for n, w in enumerate(again.ranked) if n < HOSPITALS_TOLD or w.hospital_id == chosen_id]
    for w in wanted:
        row, mark = rows[w.hospital_id], "→" if w.hospital_id == chosen_id else " "
        way = "không rõ đường / no way known" if w.travel_s is None else _time(w.travel_s)
        against = [f"thiếu / lacks {', '.join(w.missing)}"] if w.missing else []
        against += ["ngừng nhận / diverted"] if w.diverted else []
        if row.beds is not None:
            against.append(f"giường / beds {row.beds}")
        if row.arriving:
            against.append(f"đang tới / on the way {row.arriving}")
        beside = next((b for b in again.beside if b.weighed.hospital_id == w.hospital_id), None)
        fixes = [_FIXES[f.kind].format(time=_time(f.seconds)) for f in beside.fixes] if beside else []
        made_of = "; ".join([way, *against])
        change = f" – {'; '.join(fixes)}" if fixes else ""
        typer.echo(f"    {mark} {row.name}: {_time(w.price_s)} = {made_of}{change}")
    if weighed.first:
        typer.echo("      đầu tiên theo phân bổ / first as the spread gave it")
    elif again.holds_s is not None:
        more = f" / {again.holds_patients} ca / patients" if again.holds_patients is not None else ""
        typer.echo(f"      đầu tiên giữ tới / the first holds until later by {_time(again.holds_s)}{more}")


def _say_same(same: bool | None) -> str:
    if same is None:
        return "không có danh sách để so / no list to compare with"
    return "tính lại: giống hệt / made again: the same" if same else "✗ tính lại: KHÁC / made again: ANOTHER"


def _say_follows(same: bool | None) -> str:
    if same is None:
        return "quy tắc bản khác / by another version of the rule"
    return "tính lại vẫn vậy / they follow again" if same else "✗ tính lại KHÁC / OTHERS follow"


def _units(whole: "Whole") -> set[tuple[str, str]]:
    return {(sent.need_id, sent.unit_id) for sent in whole.sent}


def _time(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60}:{whole % 60:02d}"
