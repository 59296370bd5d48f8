"""Commands that bring patients to hospitals, completed by the centre with what was weighed.

What was weighed is never taken from a sender: it is what this centre showed, or makes now.
"""

import msgspec

from dispatch.domain.model.hospital import ChooseHospital
from dispatch.domain.model.messages import Actor, Command, Refused
from dispatch.domain.model.spread import SpreadPatients
from dispatch.domain.model.values import Why
from dispatch.domain.rules.spread import MOST_PATIENTS
from dispatch.usecases.command_line.send import CommandLine
from dispatch.usecases.entry.prepare import Body, PrepareBody
from dispatch.usecases.hospitals.choose_hospital import AdviceUnknown, HospitalAdviser
from dispatch.usecases.hospitals.hospital_words import say_choice
from dispatch.usecases.hospitals.spread_patients import NoHospitals


def use_hospitals(line: CommandLine, prepare: PrepareBody, adviser: HospitalAdviser) -> PrepareBody:
    """`prepare` for whatever comes over the wire; typed lines use it from now on."""
    complete = HospitalPreparer(prepare, adviser).prepare
    line.use_hospitals(adviser, complete)
    return complete


class HospitalPreparer:
    """Stands before another `prepare`."""

    def __init__(self, prepare: PrepareBody, adviser: HospitalAdviser) -> None:
        self._prepare, self._adviser = prepare, adviser

    async def prepare(self, body: Body, command_id: str, actor: Actor) -> Command:
        """As the other one, with what was weighed. Raises Refused as it does, and `no_hospitals`."""
        command = await self._prepare(body, command_id, actor)
        if isinstance(command, ChooseHospital):
            return await self._complete_choice(command)
        if isinstance(command, SpreadPatients):
            return await self._complete_spread(command)
        return command

    async def _complete_choice(self, command: ChooseHospital) -> ChooseHospital:
        weighed = why = None
        if command.hospital_id is not None:
            weighed = await self._adviser.weigh_choice(command.assignment_id, command.proposed)
        if weighed is not None and command.hospital_id is not None:
            why = say_choice(weighed, command.hospital_id, self._adviser.get_labels(command.assignment_id))
        kept = Why(why.vi, why.en) if why is not None else None
        return msgspec.structs.replace(command, weighed=weighed, why=kept)

    async def _complete_spread(self, command: SpreadPatients) -> SpreadPatients:
        plain = msgspec.structs.replace(command, places=(), weighed=None, why=None)
        counts = command.count()
        if min(counts.values()) < 0 or not 0 < sum(counts.values()) <= MOST_PATIENTS:
            return plain
        try:
            advice = await self._adviser.for_many(command.incident_id, counts)
        except AdviceUnknown as unknown:
            raise Refused("unknown_incident", incident_id=command.incident_id[:64]) from unknown
        except NoHospitals as nowhere:
            raise Refused("no_hospitals") from nowhere
        return msgspec.structs.replace(
            plain, places=advice.places, weighed=advice.weighed, why=Why(advice.why.vi, advice.why.en)
        )
