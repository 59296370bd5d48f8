"""Hospitals: what they told last, and which are proposed for a patient or for many."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Query
from starlette.responses import Response

from dispatch.api.auth.principal import ROOM, Principal
from dispatch.api.deps import ApiDeps
from dispatch.api.errors import ApiError
from dispatch.api.http.guard import Deps, Reader, RoomReader, answer_json
from dispatch.domain.model.messages import Role
from dispatch.domain.rules.spread import MOST_PATIENTS
from dispatch.usecases.hospitals.choose_hospital import AdviceUnknown
from dispatch.usecases.hospitals.spread_patients import NoHospitals

Id = Annotated[str, Query(max_length=60)]
Patients = Annotated[int, Query(ge=0, le=MOST_PATIENTS)]


def make_hospital_routes() -> APIRouter:
    """The routes of this file."""
    router = APIRouter()

    @router.get("/api/hospitals")
    async def hospitals(principal: RoomReader, deps: Deps) -> Response:
        """Every hospital in use by name, with its diversion and free beds as told last."""
        return answer_json({"hospitals": deps.hospitals.list_all()})

    @router.get("/api/hospitals/for-assignment")
    async def for_assignment(principal: Reader, deps: Deps, assignment_id: Id) -> Response:
        """Hospitals for an assignment's patient, the best first, each with why; a crew asks for its own."""
        _require_own(principal, deps, assignment_id)
        try:
            return answer_json(await deps.hospitals.for_assignment(assignment_id))
        except AdviceUnknown as unknown:
            raise ApiError("not_found", what=str(unknown)) from unknown

    @router.get("/api/hospitals/for-incident")
    async def for_incident(
        principal: RoomReader,
        deps: Deps,
        incident_id: Id,
        red: Patients = 0,
        yellow: Patients = 0,
        green: Patients = 0,
    ) -> Response:
        """So many patients of an incident by triage class, spread over hospitals: nobody is left out."""
        row = deps.board.find_row("incident", incident_id)
        if row is None or not principal.rights.sees(row):
            raise ApiError("not_found", what=incident_id)
        counts = {"red": red, "yellow": yellow, "green": green}
        if not 0 < sum(counts.values()) <= MOST_PATIENTS:
            raise ApiError("bad_patients", limit=MOST_PATIENTS)
        try:
            advice = await deps.hospitals.for_many(incident_id, counts)
        except AdviceUnknown as unknown:
            raise ApiError("not_found", what=str(unknown)) from unknown
        except NoHospitals as nowhere:
            raise ApiError("no_hospitals") from nowhere
        return answer_json(msgspec.structs.replace(advice, weighed=None))

    return router


def _require_own(principal: Principal, deps: ApiDeps, assignment_id: str) -> None:
    """The room sees what its rights show, a crew its own, a station its units'. Raises ApiError."""
    row, unit = deps.board.find_row("assignment", assignment_id), deps.hospitals.find_unit(assignment_id)
    actor = principal.actor
    if row is None or unit is None or not principal.rights.sees(row):
        raise ApiError("not_found", what=assignment_id)
    is_own = {Role.UNIT: actor.unit_id == unit.id, Role.STATION: actor.station_id == unit.station_id}
    if not is_own.get(actor.role, actor.role in ROOM):
        raise ApiError("not_found", what=assignment_id)
