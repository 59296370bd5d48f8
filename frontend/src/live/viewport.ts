/** Which positions this screen asks for. The board shows every unit's age, so a fleet of a city's size is
 * asked for whole; a larger one by what the map shows and by the units that are committed. */
import type { City } from "../protocol";
import type { Rows } from "./reducer";

export type Bbox = [number, number, number, number];

const WHOLE_FLEET = 2_000;
const WATCHED = 500;

export function viewportOf(rows: Rows, city: City | null, shown: Bbox | null): { bbox: Bbox; units: string[] } {
  const everywhere: Bbox = [-180, -90, 180, 90];
  if (rows.unit.size <= WHOLE_FLEET || shown === null) return { bbox: city?.bounds ?? everywhere, units: [] };
  const committed = [...rows.unit.values()].filter((unit) => unit.assignment_id !== null).map((unit) => unit.id);
  return { bbox: shown, units: committed.slice(0, WATCHED) };
}
