/** Incidents, units and their ways at an instant, on a canvas over the map. */
import { freshness } from "../live/freshness";
import type { Rows } from "../live/reducer";
import type { Sheet, Sight } from "../map/marks";
import type { Pin, Project } from "../map/overlay";
import { drawRoads } from "../map/roadMarks";
import { shapeOf } from "../ui/shapes";
import { incidentOf, passesIncident, passesUnit, type Filter } from "./look";
import { positionAt, wayBetween, type Tracks } from "./tracks";

export interface Scene {
  atMs: number;
  rows: Rows;
  tracks: Tracks;
  filter: Filter;
  incidentId: string | null;
  unitId: string | null;
}

/** Where each unit was thought to be: its last fix that the centre had, or its station while in quarters. */
function sightsAt({ rows, tracks, filter, atMs }: Scene): Sight[] {
  const sights: Sight[] = [];
  for (const unit of rows.unit.values()) {
    if (!passesUnit(rows, unit, filter)) continue;
    const position = positionAt(tracks, unit.id, atMs);
    const station = rows.station.get(unit.station_id);
    const at = unit.in_quarters ? (station?.lon_lat ?? position?.lonLat) : position?.lonLat;
    if (at === undefined) continue;
    const ageS = position === undefined ? null : (atMs - position.at) / 1000;
    sights.push({ unit, at, ageS, freshness: freshness(unit.phase, unit.in_quarters, ageS) });
  }
  return sights;
}

/** The way driven since dispatch, of the chosen incident's units and of the unit that is followed. */
function drawWays(sheet: Sheet, scene: Scene, project: Project): void {
  for (const assignment of scene.rows.assignment.values()) {
    const chosen = assignment.incident_id === scene.incidentId || assignment.unit_id === scene.unitId;
    if (!chosen || assignment.state !== "active" || assignment.dispatched_at === null) continue;
    const unit = scene.rows.unit.get(assignment.unit_id);
    if (unit === undefined || !passesUnit(scene.rows, unit, scene.filter)) continue;
    const way = wayBetween(scene.tracks, unit.id, Date.parse(assignment.dispatched_at), scene.atMs);
    if (way.length < 2) continue;
    sheet.way(way.map(project), sheet.token(shapeOf(unit.phase, unit.in_quarters).token));
  }
}

function drawUnits(sheet: Sheet, scene: Scene, project: Project): void {
  for (const sight of sightsAt(scene)) {
    const at = project(sight.at);
    if (!sheet.isInSight(at)) continue;
    const incidentId = incidentOf(scene.rows, sight.unit);
    sheet.unit(sight, at, incidentId);
    const followed = sight.unit.id === scene.unitId;
    if (followed) sheet.ring(at, 14, "--focus");
    if (sheet.isNear() || incidentId !== null || followed) {
      sheet.name(sight.unit.call_sign, at, followed ? 14 : 8, followed ? 0.2 : incidentId === scene.incidentId ? 0.5 : 5);
    }
  }
}

/** Draws the scene and says where things are. Units first, incidents over them, words last. */
export function draw(sheet: Sheet, scene: Scene, project: Project): Pin[] {
  drawRoads(sheet, scene.rows.road_condition.values(), project);
  drawWays(sheet, scene, project);
  drawUnits(sheet, scene, project);
  for (const incident of scene.rows.incident.values()) {
    const lonLat = incident.place.lon_lat;
    if (incident.state !== "open" || lonLat === null || !passesIncident(scene.rows, incident, scene.filter)) continue;
    sheet.incident(incident, project(lonLat), incident.id === scene.incidentId);
  }
  sheet.writeNames();
  return sheet.pins;
}
