/** The one door to the wire's types: generated from the server's frames, with the names this page uses. */
import type {
  Alert,
  Assignment,
  Call,
  CommandFrame as AnyCommandFrame,
  ConsoleCommand,
  Crew,
  Desk,
  FromConsole,
  Handover,
  Incident,
  Leg,
  Person,
  Recommendation,
  Report,
  Seat,
  Station,
  Unit,
} from "./types.gen";

export type * from "./http";
export type {
  Ack,
  Alert,
  Answer,
  Assessment,
  Assignment,
  AssignmentUpdate,
  Call,
  Changes,
  ConsoleCommand,
  Crew,
  Desk,
  Difference,
  DraftLine,
  Duplicate,
  ErrorBody,
  FromConsole,
  Handover,
  Have,
  Hello,
  Incident,
  Leg,
  LogLine,
  LonLat,
  MissingUnits,
  Need,
  Note,
  Person,
  Phase,
  Place,
  PlaceCandidate,
  PlaceState,
  PositionsFrame,
  ProposedUnit,
  Reason,
  Recommendation,
  Report,
  RowOut,
  Seat,
  Snapshot,
  Station,
  ToConsole as ServerFrame,
  Unit,
  Welcome,
} from "./types.gen";

/** A command of a screen: its body is one that /ws/console takes, and it is dated when it was given. */
export type CommandFrame = Omit<AnyCommandFrame, "body"> & { body: ConsoleCommand; occurred_at: string };

/** What this screen sends. */
export type ClientFrame = Exclude<FromConsole, AnyCommandFrame> | CommandFrame;

/** Kind of row → its body. Deliveries are the units' own business; a screen keeps none. */
export interface RowBodies {
  call: Call;
  report: Report;
  incident: Incident;
  leg: Leg;
  assignment: Assignment;
  recommendation: Recommendation;
  station: Station;
  unit: Unit;
  crew: Crew;
  desk: Desk;
  seat: Seat;
  alert: Alert;
  person: Person;
  handover: Handover;
}

export type RowKind = keyof RowBodies;
