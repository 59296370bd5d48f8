/** The one door to the wire's types: generated from the server's frames, with the names this page uses. */
import type {
  Alert,
  Assignment,
  Call,
  CommandFrame as AnyCommandFrame,
  ConsoleCommand,
  Crew,
  DeliveryFrame,
  Desk,
  FromConsole,
  FromUnit,
  Handover,
  Incident,
  Leg,
  Move,
  Person,
  Recommendation,
  Report,
  RoadCondition,
  Seat,
  Station,
  ToConsole,
  Unit,
  UnitCommand,
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
  Countdown,
  Crew,
  DeliveryFrame,
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
  Move,
  Need,
  Note,
  Person,
  Phase,
  Photo,
  Place,
  PlaceCandidate,
  PlaceState,
  PositionsFrame,
  ProposedUnit,
  Reason,
  Recommendation,
  Report,
  RoadCondition,
  RowOut,
  Seat,
  Snapshot,
  Station,
  Unit,
  UnitCommand,
  Welcome,
} from "./types.gen";

/** A command of a screen: its body is one that /ws/console takes, and it is dated when it was given. */
export type CommandFrame = Omit<AnyCommandFrame, "body"> & { body: ConsoleCommand; occurred_at: string };

/** A command of a crew's or station's device. */
export type UnitCommandFrame = Omit<AnyCommandFrame, "body"> & { body: UnitCommand; occurred_at: string };

/** What a screen sends: the console's frames, or a crew's. */
export type ClientFrame = Exclude<FromConsole | FromUnit, AnyCommandFrame> | CommandFrame | UnitCommandFrame;

/** What a screen gets. Deliveries come to crews alone. */
export type ServerFrame = ToConsole | DeliveryFrame;

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
  road_condition: RoadCondition;
  move: Move;
}

export type RowKind = keyof RowBodies;
