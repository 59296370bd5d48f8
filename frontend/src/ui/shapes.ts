/** The shape and colour of each phase, drawn the same in lists (SVG) and on the map (canvas). 16×16 box. */
import type { Phase } from "../protocol";

export interface Shape {
  /** Name of the colour token. */
  token: string;
  path: string;
  filled: boolean;
  /** A mark over the shape that tells a variant from its neighbour. */
  mark?: string;
}

const CIRCLE = "M8 3a5 5 0 1 0 0 10a5 5 0 1 0 0-10z";
const TRIANGLE = "M8 2.5L14 13H2z";
const SQUARE = "M3 3h10v10H3z";
const DIAMOND = "M8 1.5L14.5 8L8 14.5L1.5 8z";
const HEXAGON = "M8 1.5L13.8 4.8v6.4L8 14.5L2.2 11.2V4.8z";
const CROSS = "M3 3L13 13M13 3L3 13";
const DOT = "M8 7a1.4 1.4 0 1 0 0 2.8a1.4 1.4 0 1 0 0-2.8z";

const SHAPES: Record<Phase, Shape> = {
  available: { token: "--st-available", path: CIRCLE, filled: false },
  returning: { token: "--st-available", path: CIRCLE, filled: false, mark: "M0.5 8H3" },
  dispatched: { token: "--st-dispatched", path: TRIANGLE, filled: false },
  received: { token: "--st-dispatched", path: TRIANGLE, filled: false, mark: "M8 8v2.5" },
  en_route: { token: "--st-enroute", path: TRIANGLE, filled: true },
  staged: { token: "--st-enroute", path: "M8 1.5L13 10.5H3z", filled: true, mark: "M2 14H14" },
  on_scene: { token: "--st-onscene", path: SQUARE, filled: true },
  at_patient: { token: "--st-onscene", path: SQUARE, filled: true, mark: "M8 5v6M5 8h6" },
  transporting: { token: "--st-transport", path: DIAMOND, filled: true },
  at_hospital: { token: "--st-hospital", path: HEXAGON, filled: true },
  clearing: { token: "--st-hospital", path: HEXAGON, filled: false },
  out_of_service: { token: "--st-oos", path: CROSS, filled: false },
};

const MOBILE: Shape = { token: "--st-available", path: CIRCLE, filled: false, mark: DOT };

/** A free unit away from its station carries a dot. */
export function shapeOf(phase: Phase, inQuarters: boolean): Shape {
  return phase === "available" && !inQuarters ? MOBILE : SHAPES[phase];
}
