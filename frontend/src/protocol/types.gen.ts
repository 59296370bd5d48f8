// Made by `python -m dispatch.api.protocol.generate` from the frames of the server. Do not edit.
/* eslint-disable */

export const PROTOCOL = 1;

/** A person has read it (crew, station duty officer, or dispatcher by radio). `n` as above. */
export interface AcceptAssignment {
  type: "assignment.accept";
  assignment_id: string;
  n?: number;
}

/** A person of the crew has read it, and they go. */
export interface AcceptMove {
  type: "move.accept";
  move_id: string;
}

/** Send what was seen. Another version, or a unit that is gone, sends nothing and says the difference. `leg_ids` limits it to some legs; empty means every leg of the actor's agencies. */
export interface AcceptRecommendation {
  type: "recommendation.accept";
  incident_id: string;
  version: number;
  leg_ids?: string[];
}

/** The command is durable. `data` carries what it made (receipt_code, incident_id, number …). */
export interface Ack {
  t: "ack";
  command_id: string;
  seq_first: number;
  seq_last: number;
  data: Record<string, unknown>;
}

/** The device has it. `n` = 0 is the assignment itself, otherwise the numbered update. */
export interface AcknowledgeReceived {
  type: "assignment.received";
  assignment_id: string;
  n?: number;
}

/** A picture for an incident, from the room or from a crew that is or was on it. Made at the edge from an upload: clients send the picture itself over HTTP. */
export interface AddIncidentPhoto {
  type: "incident.add_photo";
  incident_id: string;
  photo: PhotoFile;
}

/** A picture that a reporter sends with a report. Made at the edge from an upload. */
export interface AddReportPhoto {
  type: "report.add_photo";
  report_id: string;
  photo: PhotoFile;
}

/** `kind`: unreceived, unaccepted, update_unreceived, update_unaccepted, leg_unseen, pending_overdue, declined, call_back, mayday, desk_unattended, report_unplaced, planner_degraded, road_unconfirmed, road_nowhere, road_review, move_unaccepted, level_zero, automatic_unattended, automatic_second. `level`: A, B, C. `about` is (kind of row, id), ("planner", "planner"), or ("zone", "agency/zone"); `agency_id` is empty for what concerns all. A claim expires after 60 s if the condition persists. An alert is gone once its condition ends; the log keeps it. */
export interface Alert {
  id: string;
  kind: string;
  level: string;
  agency_id: string;
  incident_id: string | null;
  about: [string, string];
  raised_at: string;
  claimed_by: string | null;
  claimed_at: string | null;
  shelved_until: string | null;
  shelved_reason: string | null;
  params: Record<string, string>;
  version: number;
}

export interface Alternative {
  unit_id: string;
  eta_s: number;
}

/** An answer as it is kept with the report: from which version of which set, who took it, and when. */
export interface Answer {
  set_code: string;
  version: number;
  question: string;
  choice: string;
  text: Sealed | null;
  by: string;
  at: string;
}

export interface AnswerCall {
  type: "call.answer";
  call_id: string;
  by?: string | null;
}

/** Look at a leg anew: count down where the agency's policy says so, with the plan of that version; stop a countdown that it no longer allows. Of the centre alone. */
export interface ArmAutomatic {
  type: "automatic.arm";
  leg_id: string;
  version: number;
}

/** The unit waits there now. */
export interface ArriveMove {
  type: "move.arrive";
  move_id: string;
}

/** What the answers so far come to: the determinant (kind and severity) and what follows from it. `priority` and `type_code` are None where the answers say nothing about them. */
export interface Assessment {
  set_code: string;
  version: number;
  determinant: string;
  priority: number | null;
  type_code: string | null;
  needs: ExtraNeed[];
}

/** state: queued, active, ended. `times` holds the phases reported; a skipped phase has no entry. `received_at` is the device's acknowledgement, `accepted_at` a person's; `standing_down` waits for the crew's acknowledgement of a stand-down after receipt. `eta_s` is what was expected when it was sent, half of such arrivals keep `eta_p50_s` and nine of ten `eta_p90_s`; `eta_at` is what is expected since the roads changed under way. `automatic`: sent by the centre itself, nobody having stopped the countdown. `also_need_ids`: what the unit serves at once with `need_id`. `hospital`: where its patients are taken. */
export interface Assignment {
  id: string;
  incident_id: string;
  leg_id: string;
  unit_id: string;
  agency_id: string;
  need_id: string | null;
  state: string;
  hot: boolean;
  dispatched_by: string;
  created_at: string;
  dispatched_at: string | null;
  received_at: string | null;
  accepted_at: string | null;
  accepted_by: string | null;
  declined_at: string | null;
  declined_reason: string | null;
  eta_s: number | null;
  eta_p50_s: number | null;
  eta_p90_s: number | null;
  eta_at: string | null;
  recommendation_version: number | null;
  override: boolean;
  times: Record<string, PhaseTime>;
  corrected: [Phase, PhaseTime][];
  updates: AssignmentUpdate[];
  stand_down_reason: string | null;
  ended_at: string | null;
  ended_how: string | null;
  outcome: string | null;
  crew_id: string | null;
  test: boolean;
  version: number;
  automatic?: boolean;
  also_need_ids?: string[];
  hospital?: ChosenHospital;
}

/** A numbered change after dispatch, with its own two acknowledgements. `kind`: place, type, priority, level, incident (moved by a merge), words, note, hospital, stand_down. `old` and `new` are shown, the old one struck through; for words and notes `new` is the id of the report or note, since sealed text is never copied. */
export interface AssignmentUpdate {
  n: number;
  kind: string;
  old: string;
  new: string;
  at: string;
  received_at: string | null;
  accepted_at: string | null;
}

/** Merge: this report concerns that incident. Its words go out as an update to the units. */
export interface AttachReport {
  type: "report.attach";
  report_id: string;
  incident_id: string;
}

export interface AttemptCallBack {
  type: "call.call_back";
  call_id: string;
  reached: boolean;
}

/** So many more patients it could take at `at`; nobody reckons with it after `until`. */
export interface BedsTold {
  free: number;
  at: string;
  until: string;
  by: string;
  source: string;
}

/** A busy unit as it was compared. `priority` is that of the incident it is on. `travel_s` is its way to here. `left_s` until its own scene (under way) or until it is expected to be free (nearly free); None where nobody knows. `usual_s` from the begin of its phase until units are free, the median of `runs` runs of its agency, or a stated value where `runs` is 0; of one under way both are 0. `gone_s`: what its absence costs where it would be free (nearly free). `instead` would go to its own incident (under way), best first; a second there counts `rate` of one here. */
export interface BusyUnit {
  unit_id: string;
  phase: Phase;
  priority: number;
  need_ids: string[];
  travel_s: number;
  left_s: number | null;
  usual_s: number;
  runs: number;
  gone_s: number;
  instead: Instead[];
  rate: number;
}

/** state: ringing, answered, held, ended, abandoned (hung up before or without an answer). `call_back_due` marks the work list of abandoned, dropped and silent calls; only a person takes it off. `dialled_by` is calling back at this moment. `reopened` are reports of this number that had ended without an incident a few minutes before it called again. `handset` is where its telephone last said it was. */
export interface Call {
  id: string;
  line: string;
  agency_id: string;
  number: Sealed | null;
  state: string;
  rung_at: string;
  answered_at: string | null;
  answered_by: string | null;
  ended_at: string | null;
  ended_by: string | null;
  call_back_due: boolean;
  attempts: CallAttempt[];
  report_ids: string[];
  recording_ref: string | null;
  test: boolean;
  version: number;
  silent: boolean;
  dialled_by: string | null;
  dialled_at: string | null;
  reopened: string[];
  handset: HandsetFix | null;
}

/** One try to call a person back; every try is kept. */
export interface CallAttempt {
  by: string;
  at: string;
  reached: boolean;
}

/** Mayday / officer emergency: every desk concerned flashes until a person claims it. */
export interface CallMayday {
  type: "unit.mayday";
  unit_id: string;
  lon_lat?: LonLat | null;
}

/** `how`: by_hand (no gateway is set up: a person sends or says it), or gateway. `state`: asked, sent, failed; a text by hand stays asked, since nobody but its sender knows. */
export interface CallerText {
  text_id: string;
  kind: string;
  how: string;
  by: string;
  at: string;
  state: string;
}

/** Ends every open leg and stands every unit down; refused while anybody is in the care of one. `seen` is the incident's version and `assignment_ids` its living assignments, as the sender saw them: when either is another by now, nothing is done and the difference is told. Without them nothing is compared. */
export interface CancelIncident {
  type: "incident.cancel";
  incident_id: string;
  reason: string;
  seen?: number | null;
  assignment_ids?: string[] | null;
}

/** Who changed a field last, when, and in which event: what a stale command is answered with. */
export interface Change {
  seq: number;
  actor: string;
  at: string;
}

/** `seen` is the version of the incident on the sender's screen; another's change of the place since then refuses the command with who and when. */
export interface ChangePlace {
  type: "incident.change_place";
  incident_id: string;
  place: Place;
  seen: number;
}

export interface ChangePriority {
  type: "incident.change_priority";
  incident_id: string;
  priority: number;
  seen: number;
}

/** Another factor, depth, reason or end; None leaves a field as it is. `until` gives it an end, `review_at` takes its end away and asks again then. `seen` is the version that was on the screen. */
export interface ChangeRoadCondition {
  type: "road_condition.change";
  condition_id: string;
  seen: number;
  factor?: number | null;
  depth_m?: number | null;
  reason?: string | null;
  until?: string | null;
  review_at?: string | null;
}

export interface ChangeType {
  type: "incident.change_type";
  incident_id: string;
  type_code: string;
  seen: number;
}

/** What changed in (prev, seq] as far as this session may see it. Take it if `prev` ≤ own seq (rows are absolute: keep the greater version); resume if `prev` is greater. */
export interface Changes {
  t: "changes";
  prev: number;
  seq: number;
  rows: RowOut[];
  gone: [string, string][];
  log: LogLine[];
}

/** Where an assignment's patients are taken, by whose word. `travel_s` is what the way was to take from where the choice was made; `diverted`: it took no such patients then, as far as was known; `proposed` the hospitals that the chooser saw, best first (empty: none were shown). */
export interface ChosenHospital {
  hospital_id: string;
  name: string;
  lon_lat: LonLat;
  by: string;
  at: string;
  travel_s: number | null;
  diverted: boolean;
  proposed: string[];
}

/** The first acknowledgement claims; the others are told the name. */
export interface ClaimAlert {
  type: "alert.claim";
  alert_id: string;
}

/** The number of this report is no nuisance after all, with the reason: whatever it told so far marks it no longer. How those reports ended stays in their history. */
export interface ClearNuisance {
  type: "report.clear_nuisance";
  report_id: string;
  reason: string;
}

/** Closed with an outcome of the code table; refused while a unit is still active on it. */
export interface CloseLeg {
  type: "leg.close";
  leg_id: string;
  outcome: string;
}

/** Asks for one thing. `command_id` is a UUIDv7 made by the client and kept until it is acknowledged; the same frame may be sent any number of times and is done once. `occurred_at` is when it happened on the client's clock (now, or earlier for what was queued offline); `source` is crew for units by default and dispatcher_by_radio where a person of the room speaks for a crew. */
export interface CommandFrame {
  t: "command";
  command_id: string;
  body: Record<string, unknown>;
  occurred_at?: string | null;
  source?: string | null;
}

/** A need with the arrival that a suggestion must beat: of the last unit proposed for it, None where a unit is missing. `gone_s`: what that unit costs beside, its absence above all. Who comes after `late_after_s` (0: never) counts as `late_price_s` later. */
export interface ComparedNeed {
  need_id: string;
  leg_id: string;
  capability: string;
  eta_s: number | null;
  unit_id: string;
  gone_s: number;
  late_after_s: number;
  late_price_s: number;
}

/** All that decides which units are suggested for an incident of `priority`. `version` of the rule. */
export interface Comparison {
  version: number;
  priority: number;
  needs: ComparedNeed[];
  units: BusyUnit[];
}

/** The best plan was made too, and is not better by enough to take the place of this hasty version. */
export interface ConfirmRecommendation {
  type: "recommendation.confirm";
  incident_id: string;
  version: number;
}

/** What a crew told is so; from now on it has the end given here, else none, and a review in two hours unless it is about what fits through. */
export interface ConfirmRoadCondition {
  type: "road_condition.confirm";
  condition_id: string;
  until?: string | null;
  review_at?: string | null;
}

/** What the body of a command may be on /ws/console. */
export type ConsoleCommand = ClaimAlert | ShelveAlert | AcceptAssignment | SayHospital | DeclineAssignment | DispatchUnits | ReportPhase | QueueUnit | ReassignUnit | StandDown | StopAutomatic | AnswerCall | AttemptCallBack | FinishCallBack | DialBack | HangUpCall | HoldCall | TransferCall | RememberCaution | WithdrawCaution | SignOffCrew | SignOnCrew | OpenDesk | TakeHandover | LeaveShift | DivertHospital | ReopenHospital | TellBeds | CancelIncident | ChangePlace | ChangePriority | ChangeType | EndHold | HoldIncident | MergeIncidents | WriteNote | ReleaseIncident | RaiseLevel | ReadBackPlace | RecallUnits | CountPatients | CloseLeg | RefuseLeg | ReopenLeg | RequestLeg | SeeLeg | AcceptMove | ArriveMove | DeclineMove | EndMove | OrderMove | AcceptRecommendation | SendWords | TellAnswers | AttachReport | ClearNuisance | EndReport | OpenReport | PlaceReport | SendReport | SplitReport | TextCaller | ChangeRoadCondition | ConfirmRoadCondition | LiftRoadCondition | PutOnRoad | SignOffSeat | SignOnSeat | RegisterStation | CallMayday | EndMayday | RegisterUnit | SetUnitStatus;

/** So many patients of each triage class are still to be brought, at most 500: the centre spreads them over hospitals, and proposes its crews theirs. All zero takes the spread back. */
export interface CountPatients {
  type: "incident.spread_patients";
  incident_id: string;
  red?: number;
  yellow?: number;
  green?: number;
}

/** The planner reckons with it, and found so many stretches of street; 0 is told to the desk. `way_id` is the map's number of the street where one alone is meant. */
export interface CountStretches {
  type: "road_condition.count";
  condition_id: string;
  stretches: number;
  way_id?: number | null;
}

/** state: armed → sent, or stopped; both are final. `version` and `unit_ids` are the plan that goes at `fires_at`, and no other. `taken_up` says that the centre was away meanwhile and gave it new time. `unattended` says that it was sent while nobody sat at a desk that takes it. `why` it was stopped: hand, or what somebody did (dispatched, held, place, type, priority, level, needs, caution, closed, acted), or what came against it (see `find_obstacle`, and unattended: nobody at a desk); `by` whose act that was. `second_of`: why it stopped as a duplicate, unless that other incident is restricted. */
export interface Countdown {
  state: string;
  version: number;
  unit_ids: string[];
  countdown_s: number;
  armed_at: string;
  fires_at: string;
  taken_up: boolean;
  ended_at: string | null;
  by: string | null;
  why: string | null;
  unattended?: boolean;
  second_of?: SecondOf;
}

/** People on one or more vehicles; committing one vehicle empties the others (F8). */
export interface Crew {
  id: string;
  agency_id: string;
  unit_ids: string[];
  names: string[];
  phone: string;
  radio: string;
  signed_on_at: string;
  ends_at: string | null;
  committed_assignment_id: string | null;
  version: number;
}

export interface DeclineAssignment {
  type: "assignment.decline";
  assignment_id: string;
  reason: string;
}

/** The crew cannot go, and says why. */
export interface DeclineMove {
  type: "move.decline";
  move_id: string;
  reason: string;
}

/** One thing a unit (or its station) must get, in the order of its own numbers `n` (F1, F3). `kind`: assignment, update, stand_down, withdrawn, and move. `update_n` names the update, `move_id` the move (then `assignment_id` is empty). `done` once received. */
export interface Delivery {
  id: string;
  unit_id: string;
  station_id: string;
  agency_id: string;
  n: number;
  kind: string;
  assignment_id: string;
  update_n: number;
  at: string;
  done: boolean;
  version: number;
  move_id?: string;
}

/** One thing a unit must get, in the order of its own numbers `n`; repeated after 1, 2, 4 and 8 s until the command `assignment.received` for it is durable. `kind`: assignment, update, stand_down, withdrawn. `update_n` is the number to acknowledge (0 for the assignment itself). For the kind `move`, an order to wait elsewhere, it is `move.received` with `move_id`, and there is no assignment. The bodies are as of now. */
export interface DeliveryFrame {
  t: "delivery";
  unit_id: string;
  n: number;
  kind: string;
  update_n: number;
  assignment_id: string;
  assignment: Assignment | null;
  incident: Incident | null;
  leg: Leg | null;
  move_id: string | null;
  move: Move | null;
}

/** `areas` are ward codes; empty means the whole city. A desk without a seat is unattended. */
export interface Desk {
  id: string;
  name: string;
  agencies: string[];
  areas: string[];
  talk_groups: string[];
  seat_ids: string[];
  version: number;
}

/** A person calls this caller back now; the exchange dials. What came of it is `call.call_back`. */
export interface DialBack {
  type: "call.dial_back";
  call_id: string;
}

/** One field in which a report and an incident differ or agree, as the duplicate list shows it. */
export interface Difference {
  field: string;
  incident: string;
  report: string;
  same: boolean;
}

/** Override: these units to this incident, whatever was proposed. All or none. */
export interface DispatchUnits {
  type: "assignment.dispatch";
  incident_id: string;
  unit_ids: string[];
  leg_id?: string | null;
}

/** It takes no more patients until then: none at all, or none who need one of `capabilities`. `source` is who at the hospital said so, in words; `by` who entered it. */
export interface Diversion {
  reason: string;
  until: string;
  at: string;
  by: string;
  capabilities: string[];
  source: string;
}

/** It takes nobody (or nobody who needs one of `capabilities`) until `until`, at most a day ahead. */
export interface DivertHospital {
  type: "hospital.divert";
  hospital_id: string;
  reason: string;
  until: string;
  capabilities?: string[];
  source?: string;
}

/** One form in the list that the room sees: who types, and the little that tells forms apart. */
export interface DraftLine {
  id: string;
  user_id: string;
  user_name: string;
  agency_id: string;
  where: string;
  what: string;
  call_id: string | null;
  incident_id: string | null;
  changed_at: string;
}

/** Forms that people of one's agencies are filling in now, the newest first; it replaces the list before. The whole form is at GET /api/drafts/ID. */
export interface DraftsFrame {
  t: "drafts";
  drafts: DraftLine[];
}

/** The centre restarts: the connection closes; come back after `retry_s` with the resume token. */
export interface Drain {
  t: "drain";
  retry_s: number;
}

/** An incident this report may concern. `why` are codes: same_number, same_premise, same_street, near, and in_circle where it is near only if one of the two lies at the edge of its circle. */
export interface Duplicate {
  incident_id: string;
  distance_m: number | null;
  why: string[];
  differences: Difference[];
}

/** It waits no longer by decision. */
export interface EndHold {
  type: "incident.end_hold";
  incident_id: string;
}

/** A person has made sure that the crew is safe, and says how. */
export interface EndMayday {
  type: "unit.mayday_end";
  unit_id: string;
  reason: string;
}

/** A desk turns a proposal down or takes an order back; the centre, one that is worth it no more. */
export interface EndMove {
  type: "move.end";
  move_id: string;
  reason?: string;
}

/** End without an incident, with a reason of the code table (R14). */
export interface EndReport {
  type: "report.end";
  report_id: string;
  reason: string;
}

/** A row of the error table, filled: what happened, where, and what to do. */
export interface ErrorBody {
  code: string;
  vi: string;
  en: string;
  data: Record<string, unknown>;
}

/** A frame could not be understood, or the session must end (then the connection closes). */
export interface ErrorFrame {
  t: "error";
  error: ErrorBody;
  retry_s: number | null;
}

/** What the body of a command may be on /ws/exchange. */
export type ExchangeCommand = AnswerCall | HangUpCall | HoldCall | TellWhereabouts | TellRinging | TransferCall;

/** At least so many units of an agency that can do this, whatever the plan asks for. */
export interface ExtraNeed {
  agency_id: string;
  capability: string;
  count: number;
}

/** A person takes the call off the call-back list, with a reason. */
export interface FinishCallBack {
  type: "call.call_back_done";
  call_id: string;
  reason: string;
}

/** The gateway's answer, told by the centre itself. */
export interface FinishText {
  type: "report.finish_text";
  report_id: string;
  text_id: string;
  sent: boolean;
}

/** One position. `accuracy` is a radius in metres, `speed` in m/s, `heading` in degrees from north. */
export interface Fix {
  at: string;
  lon: number;
  lat: number;
  accuracy?: number | null;
  speed?: number | null;
  heading?: number | null;
}

/** What a desk leaves to the next shift, by id, as the log stood: incidents that are open, calls to be called back, units out of service, alerts that stand. `withheld` counts restricted incidents that not everybody at the desk may see; nothing else tells of them here. */
export interface HandedOver {
  incident_ids: string[];
  call_ids: string[];
  unit_ids: string[];
  alert_ids: string[];
  withheld: number;
}

/** One change of shift. It waits for the incoming person's signature (`taken_at`); until then the one who goes, or whoever sits there, may write it anew. A desk has one that waits at most. */
export interface Handover {
  id: string;
  desk_id: string;
  agencies: string[];
  written_by: string;
  written_by_name: string;
  written_at: string;
  notes: Sealed | null;
  left: HandedOver;
  taken_by: string | null;
  taken_by_name: string | null;
  taken_at: string | null;
  version: number;
}

/** Where a telephone says it is: within `radius_m` of `lon_lat` nine times in ten, `at` that moment. `method` is how it knows (gps, wifi, cell, unknown), `floor` as the house writes it. */
export interface HandsetFix {
  lon_lat: LonLat;
  radius_m: number;
  at: string;
  method: string;
  floor: string;
}

/** The line is gone; `by` is caller or centre. Without an answer, or dropped early, it is called back, and so is a call on which nobody spoke (`silent`). */
export interface HangUpCall {
  type: "call.hang_up";
  call_id: string;
  by?: string;
  silent?: boolean;
}

/** Where a client's copy stands: which log, and the last seq it has taken in. */
export interface Have {
  log_id: string;
  seq: number;
}

/** A sign of life, as often as `welcome` says: where the log stands and the centre's clock. */
export interface HeadFrame {
  t: "head";
  seq: number;
  at: string;
}

/** First frame on every channel, within 10 s, with either a one-use ticket or a resume token. `device` is the client's own key (16 to 128 characters, kept by the device): a reporter's key alone may follow its reports. `have` asks for a resume from there. `sent_at` is the client's clock. */
export interface Hello {
  t: "hello";
  protocol: number;
  ticket?: string | null;
  resume?: string | null;
  device?: string;
  have?: Have | null;
  sent_at?: string | null;
}

/** Waiting by decision. At `until` somebody must look again: an alert says so. */
export interface Hold {
  until: string;
  reason: string;
  by: string;
  at: string;
}

export interface HoldCall {
  type: "call.hold";
  call_id: string;
  held?: boolean;
}

/** Let an incident wait until a time, with a reason; never one of priority 1. */
export interface HoldIncident {
  type: "incident.hold";
  incident_id: string;
  until: string;
  reason: string;
}

/** `capabilities` are what it treats, `emergency` first of all; one that is not `in_use` is proposed to nobody. `synthetic` ones are made up with their city. */
export interface Hospital {
  id: string;
  name: string;
  lon_lat: LonLat;
  capabilities: string[];
  synthetic: boolean;
  in_use: boolean;
  diversion: Diversion | null;
  beds: BedsTold | null;
  version: number;
}

/** state: open, closed, merged. `number` is local date + daily counter (260712-0457). `restricted` incidents are seen only by agencies with a leg. `changed` answers who changed a field last; `update_n` numbers the changes that units must acknowledge. `subject` seals its notes. What callers answered to key questions gave `determinant` and `extra_needs`, units beyond the plan. `spread`: where its many patients are to go. */
export interface Incident {
  id: string;
  number: string;
  type_code: string;
  priority: number;
  place: Place;
  subject: string;
  opened_at: string;
  opened_by: string;
  restricted: boolean;
  state: string;
  level: number;
  report_ids: string[];
  leg_ids: string[];
  notes: Note[];
  photos: Photo[];
  changed: Record<string, Change>;
  update_n: number;
  hold: Hold | null;
  merged_into: string | null;
  closed_at: string | null;
  test: boolean;
  version: number;
  determinant: string;
  extra_needs: ExtraNeed[];
  spread?: PatientSpread;
}

/** Who would go to a busy unit's own incident: when it is there, what it costs as a substitute or since it is offered elsewhere, and `gone_s`, what its absence costs. */
export interface Instead {
  unit_id: string;
  eta_s: number;
  price_s: number;
  gone_s: number;
}

/** The handover of a desk, written and signed by the one who goes; what stands open is listed by the centre. Notes up to 10,000 characters. The answer's data carry handover_id. */
export interface LeaveShift {
  type: "handover.write";
  desk_id: string;
  notes?: string;
}

/** state: requested → seen → pending → active → closed, or refused (with reason). `pending_since` keeps the original age when a unit is taken off again (D6); `automatic` is what counts down here, or did. */
export interface Leg {
  id: string;
  incident_id: string;
  agency_id: string;
  suffix: string;
  priority: number;
  state: string;
  requested_at: string;
  requested_by: string;
  needs: Need[];
  seen_at: string | null;
  seen_by: string | null;
  pending_since: string | null;
  first_dispatched_at: string | null;
  closed_at: string | null;
  outcome: string | null;
  reason: string | null;
  assignment_ids: string[];
  test: boolean;
  version: number;
  automatic?: Countdown;
}

/** It holds no more, with the reason. A crew may take back what it told itself while nobody confirmed it. */
export interface LiftRoadCondition {
  type: "road_condition.lift";
  condition_id: string;
  reason: string;
}

/** One event as a log shows it: `at` is when it happened, `about` the (kind, id) of its entity, `data` the event's own fields with personal values opened or null. */
export interface LogLine {
  seq: number;
  type: string;
  at: string;
  recorded_at: string;
  received_at: string;
  actor: string;
  agency: string;
  incident_id: string | null;
  about: [string, string];
  data: Record<string, unknown>;
}

/** A position, degrees WGS84 (EPSG:4326), longitude first. */
export type LonLat = [number, number];

/** `incident_id` is the duplicate; its reports and active assignments move to `into`. */
export interface MergeIncidents {
  type: "incident.merge";
  incident_id: string;
  into: string;
}

export interface MissingUnits {
  need_id: string;
  leg_id: string;
  capability: string;
  missing: number;
  below_minimum: boolean;
  reason: Reason;
}

/** state: proposed, ordered, ended. A unit, and a crew, has at most one that has not ended. `gain_s` is what the next call gains by it, in seconds of response, lateness priced; `freed` = the unit was on its way back anyway. `received_at` is the device's acknowledgement, `accepted_at` a person's. `ended_how`: arrived, assigned, declined (by the crew), refused (a proposal, by a desk), withdrawn (an order, by a desk), lapsed (no longer worth it), own_station, not_free, crew_changed. */
export interface Move {
  id: string;
  agency_id: string;
  unit_id: string;
  station_id: string;
  station_name: string;
  lon_lat: LonLat;
  gain_s: number;
  freed: boolean;
  policy: string;
  state: string;
  proposed_at: string;
  crew_id: string | null;
  ordered_at: string | null;
  ordered_by: string | null;
  received_at: string | null;
  accepted_at: string | null;
  accepted_by: string | null;
  reason: string;
  ended_at: string | null;
  ended_how: string | null;
  version: number;
}

/** One line of a response plan for one leg: so many units that can do this. `minimum` is the number below which the start is a shortfall said aloud; `level` the alarm level that added the line; substitutes are (capability, price in seconds). Needs of one leg and `package` come in full, all of them, or not at all. */
export interface Need {
  need_id: string;
  capability: string;
  count: number;
  minimum: number;
  level: number;
  substitutes: [string, number][];
  package?: string;
}

/** `kind`: note, caution (told apart to every crew, until `expires_at`), trapped, access. `source` is who says so, in words: owner, first crew, earlier incident. `standing`: a caution kept for the place or the caller's number (`scope`), whose id the note has. One that was learnt in a restricted incident may come without its text: then `ask` names the agencies that know. */
export interface Note {
  note_id: string;
  text: Sealed | null;
  by: string;
  at: string;
  kind: string;
  source: string;
  expires_at: string | null;
  standing: boolean;
  scope: string;
  ask: string[];
}

export interface NoteDuplicates {
  type: "report.note_duplicates";
  report_id: string;
  duplicates: Duplicate[];
}

/** Create or change a desk; splitting and combining desks is a change of agencies and areas. */
export interface OpenDesk {
  type: "desk.open";
  desk_id: string;
  name: string;
  agencies: string[];
  areas?: string[];
  talk_groups?: string[];
}

/** A person takes the report in hand (received → opened is the answer clock without ringing). */
export interface OpenReport {
  type: "report.open";
  report_id: string;
}

/** A dispatcher accepts a proposal: the crew is told. */
export interface OrderMove {
  type: "move.order";
  move_id: string;
}

/** So many patients of a triage class are to go to this hospital. */
export interface PatientPlace {
  triage: string;
  hospital_id: string;
  name: string;
  count: number;
}

/** Who of an incident is to go where, the most urgent first, and of a class the nearest hospital first. Patients for whom a crew or desk has chosen before `at` are not among them. */
export interface PatientSpread {
  places: PatientPlace[];
  by: string;
  at: string;
}

/** `id` is the account's, as it stands in `actor` of every event; `role` is the one last acted in. */
export interface Person {
  id: string;
  name: string;
  role: string;
  version: number;
}

/** The closed set every agency's status code maps to (dictionary: phase). */
export type Phase = "at_hospital" | "at_patient" | "available" | "clearing" | "dispatched" | "en_route" | "on_scene" | "out_of_service" | "received" | "returning" | "staged" | "transporting";

/** When a phase began. `occurred_at` is corrected and clamped; `moved` says by more than 2 s. */
export interface PhaseTime {
  occurred_at: string;
  recorded_at: string;
  source: TimeSource;
  moved: boolean;
}

/** A picture as it stands with its incident or report; `at` is when it was taken, as claimed. */
export interface Photo {
  id: string;
  subject: string;
  media_type: string;
  size: number;
  width: number;
  height: number;
  digest: string;
  by: string;
  at: string;
}

/** What the edge found in a picture: `size` in bytes, `width` and `height` in pixels, `digest` its sha256 (hex). `subject` names the key under which it is sealed. */
export interface PhotoFile {
  photo_id: string;
  subject: string;
  media_type: string;
  size: number;
  width: number;
  height: number;
  digest: string;
}

/** Heartbeat of a client, every 10 s; it also lets the centre know the client's clock. */
export interface Ping {
  t: "ping";
  sent_at: string;
}

/** Where something is. `heard` keeps the words used and is never overwritten by a match. `lon_lat` is None while the place is unknown; `radius_m` is the circle of uncertainty. `mouth` is where the alley that it is in leaves its street, `mouth_m` how far that is as the crow flies; None if not known. */
export interface Place {
  heard: string;
  lon_lat: LonLat | null;
  radius_m: number | null;
  level: string;
  label: string;
  ward_code: string;
  ward: string;
  confidence: number;
  state: PlaceState;
  mouth: LonLat | null;
  mouth_m: number | null;
}

/** One place the words may mean, best first in every list; `mouth` and `mouth_m` as in a place, `zone` what the agencies' zones there are called, "" where none is known. */
export interface PlaceCandidate {
  lon_lat: LonLat;
  radius_m: number;
  level: string;
  label: string;
  ward_code: string;
  ward: string;
  confidence: number;
  distinguishing: string;
  mouth: LonLat | null;
  mouth_m: number | null;
  zone: string;
}

/** The place of a report: candidates found, and the one chosen (or none: place unknown). */
export interface PlaceReport {
  type: "report.place";
  report_id: string;
  place: Place;
  candidates?: PlaceCandidate[];
}

/** How sure the centre is of a place, in the order in which it grows. */
export type PlaceState = "confirmed_by_crew" | "heard" | "matched" | "read_back";

/** Answer to a ping, with the centre's clock. */
export interface Pong {
  t: "pong";
  sent_at: string;
  server_at: string;
}

/** The unit's position now, up to once a second. `unit` is needed only where one connection speaks for several units (a station). */
export interface Position {
  t: "position";
  at: string;
  lon: number;
  lat: number;
  accuracy?: number | null;
  speed?: number | null;
  heading?: number | null;
  unit?: string | null;
}

/** Positions collected while offline, oldest first, at most 200 in a frame. */
export interface Positions {
  t: "track";
  fixes: Fix[];
  unit?: string | null;
}

/** Positions that moved, at most 4 times a second: [unit_id, lon, lat, age_s, accuracy] each; `age_s` is the age at `at`. */
export interface PositionsFrame {
  t: "positions";
  at: string;
  p: ([string, number, number, number, number | null])[];
}

/** By the centre itself, of a free unit. */
export interface ProposeMove {
  type: "move.propose";
  unit_id: string;
  station_id: string;
  gain_s: number;
  policy: string;
  freed?: boolean;
}

/** One unit for one need, with what was known when it was chosen (D3). Half of such arrivals keep `eta_p50_s`, nine of ten `eta_p90_s`; None where no road was known. It serves `also_need_ids` at once. `instead_of`: queued assignments whose place it takes once accepted. */
export interface ProposedUnit {
  need_id: string;
  leg_id: string;
  unit_id: string;
  capability: string;
  eta_s: number;
  travel_s: number;
  turnout_s: number;
  distance_m: number;
  position: LonLat;
  position_age_s: number;
  phase: Phase;
  reasons: Reason[];
  alternatives: Alternative[];
  eta_p50_s: number | null;
  eta_p90_s: number | null;
  also_need_ids?: string[];
  instead_of?: string[];
}

/** What holds on the streets: `kind` closed, slow (`factor`, driving takes so many times as long), flood (`depth_m`), or, of a point, unfit or fits (`vehicle_class` does not, or does, get through); `form` point, line or area with [longitude, latitude] in `lon_lats`, at most 200. It holds from `from_at`, else from now, until `until`; without an end a desk is asked at `review_at`, else in two hours, but never about what fits. The answer's data carry condition_id and the number by which people speak of it. */
export interface PutOnRoad {
  type: "road_condition.put";
  kind: string;
  form: string;
  lon_lats: LonLat[];
  reason: string;
  factor?: number;
  depth_m?: number;
  where?: string;
  source?: string;
  from_at?: string | null;
  until?: string | null;
  review_at?: string | null;
  vehicle_class?: string;
}

/** A busy unit takes this incident next, by name. */
export interface QueueUnit {
  type: "assignment.queue";
  incident_id: string;
  unit_id: string;
  leg_id?: string | null;
}

/** Next alarm level: adds only the difference to what is assigned and not stood down. */
export interface RaiseLevel {
  type: "incident.raise_level";
  incident_id: string;
  level: number;
}

/** The address was read back to the caller (or confirmed by a crew on scene). */
export interface ReadBackPlace {
  type: "incident.read_back";
  incident_id: string;
}

export interface Reason {
  code: string;
  params: Record<string, string | number>;
}

/** Move a busy unit to a more urgent incident; its old leg returns to pending with its original age. Refused with a patient or detainee on board, or at the patient's side. */
export interface ReassignUnit {
  type: "assignment.reassign";
  unit_id: string;
  incident_id: string;
  leg_id?: string | null;
}

/** Mass recall: every unit of the incident is called off, which stays open and waits for others. `agencies` limits it to their legs; empty means every leg of the actor's agencies. Units that have somebody aboard, or are at a patient's side, are left where they are and named in the answer. `seen` and `assignment_ids` (of those legs) as of a cancelled incident. */
export interface RecallUnits {
  type: "incident.recall";
  incident_id: string;
  reason: string;
  agencies?: string[];
  seen?: number | null;
  assignment_ids?: string[] | null;
}

/** The device has the order. */
export interface ReceiveMove {
  type: "move.received";
  move_id: string;
}

/** Units proposed for every open need of an incident. `degraded` marks straight-line answers. `inputs_digest` is sha256 of the request as sent to the planner; `version` counts per incident; `row_version` is the seq of the event that last changed it or who may see it; `suggested` are busy units. `hasty`: there was no time for the best plan, and it has not spoken yet. */
export interface Recommendation {
  incident_id: string;
  version: number;
  proposed: ProposedUnit[];
  missing: MissingUnits[];
  method: string;
  degraded: boolean;
  graph_date: string;
  took_ms: number;
  inputs_digest: string;
  made_at: string;
  row_version: number;
  hasty?: boolean;
  suggested?: Suggestion[];
}

/** The centre sees by its positions that the unit stays where it was sent; `source` is geofence. */
export interface RecordArrival {
  type: "assignment.record_arrival";
  assignment_id: string;
}

/** So many units of an agency are free in one of its zones; `zone` is its code in the agency's tables. */
export interface RecordCover {
  type: "cover.record";
  agency_id: string;
  zone: string;
  free: number;
}

/** The planner's answer (or the straight-line one) for an incident; `version` is given by the rules. `for_version` is the version of the incident whose facts were planned with; an answer to facts that have changed since is refused. */
export interface RecordRecommendation {
  type: "recommendation.record";
  incident_id: string;
  for_version: number;
  proposed: ProposedUnit[];
  missing: MissingUnits[];
  method: string;
  degraded: boolean;
  graph_date?: string;
  took_ms?: number;
  inputs_digest?: string;
  weighed?: Weighing | null;
  hasty?: boolean;
}

/** Busy units beside version `version` of an incident's recommendation; none take the known ones back. */
export interface RecordSuggestions {
  type: "recommendation.suggest";
  incident_id: string;
  version: number;
  suggested: Suggestion[];
  weighed: Comparison;
}

export interface RefuseLeg {
  type: "leg.refuse";
  leg_id: string;
  reason: string;
}

/** The command was turned down. With `retry_s` nothing was decided: send the very same frame again after so many seconds. Without it the answer is final. */
export interface RefusedFrame {
  t: "refused";
  command_id: string;
  error: ErrorBody;
  retry_s: number | null;
}

/** A hospital as map and table know it; again with other values, it has those from now on. */
export interface RegisterHospital {
  type: "hospital.register";
  hospital_id: string;
  name: string;
  lon_lat: LonLat;
  capabilities?: string[];
  synthetic?: boolean;
  in_use?: boolean;
}

export interface RegisterStation {
  type: "station.register";
  station_id: string;
  agency_id: string;
  name: string;
  lon_lat: LonLat;
  synthetic?: boolean;
}

export interface RegisterUnit {
  type: "unit.register";
  unit_id: string;
  call_sign: string;
  agency_id: string;
  station_id: string;
  type_code: string;
  synthetic?: boolean;
  test?: boolean;
}

/** An incident from a report (or none). Legs come from the plan of type, priority and level; `agencies` names legs to add or, with `only_agencies`, the only ones wanted. The answer's data carry incident_id and number. */
export interface ReleaseIncident {
  type: "incident.open";
  type_code: string;
  incident_id?: string | null;
  priority?: number | null;
  report_id?: string | null;
  place?: ToldPlace | null;
  restricted?: boolean;
  agencies?: string[];
  only_agencies?: boolean;
  test?: boolean;
}

/** A danger to crews that outlasts its incident, up to 10,000 characters. `scope`: place (where the incident is) or number (of its newest caller). Every incident there, or from that number, gets it as a standing caution until `expires_at`, at most five years ahead; `source` says who knows it. The answer's data carry caution_id, which is also the note's. */
export interface RememberCaution {
  type: "caution.keep";
  incident_id: string;
  scope: string;
  text: string;
  expires_at: string;
  source?: string;
}

/** It takes patients again. */
export interface ReopenHospital {
  type: "hospital.reopen";
  hospital_id: string;
}

export interface ReopenLeg {
  type: "leg.reopen";
  leg_id: string;
}

/** status: waiting (in the queue), attached (to an incident), ended (without one, with a reason). `answers` are the newest to each key question, `assessment` what they come to; `reopened_at` is when its caller called again after it had ended, `ended_before` for what reasons it had. From `nuisance_cleared_at` on, nothing that its number told before marks the number as a nuisance. `subject` is the key subject of the reporter; reports of one telephone number share it. */
export interface Report {
  id: string;
  channel: string;
  receipt_code: string;
  agency_id: string;
  subject: string;
  occurred_at: string;
  received_at: string;
  place: Place;
  words: Sealed[];
  texts: CallerText[];
  photos: Photo[];
  phone: Sealed | null;
  name: Sealed | null;
  type_code: string | null;
  call_id: string | null;
  device: string | null;
  incident_id: string | null;
  status: string;
  ended_reason: string | null;
  ended_at: string | null;
  candidates: PlaceCandidate[];
  duplicates: Duplicate[];
  opened_at: string | null;
  opened_by: string | null;
  test: boolean;
  version: number;
  answers: Answer[];
  assessment: Assessment | null;
  reopened_at: string | null;
  ended_before: string[];
  nuisance_cleared_at: string | null;
}

/** What the body of a command may be on /ws/report. */
export type ReportCommand = SendWords | SendReport;

/** A status of the unit on its assignment. Any forward phase is accepted whatever was skipped; a step back is a correction that keeps both times. `available` ends the assignment (with an outcome). */
export interface ReportPhase {
  type: "assignment.phase";
  assignment_id: string;
  status_code: string;
  outcome?: string | null;
}

/** What became of a report this device sent. `stage`: received, opened, sent, on_scene, closed, ended. */
export interface ReportStatus {
  t: "report_status";
  report_id: string;
  receipt_code: string;
  stage: string;
  vi: string;
  en: string;
  at: string;
}

export interface RequestLeg {
  type: "leg.request";
  incident_id: string;
  agency_id: string;
}

/** The roads changed under way: the unit is now expected at `eta_at`. */
export interface ReviseEta {
  type: "assignment.revise_eta";
  assignment_id: string;
  eta_at: string;
}

/** `kind`: closed, slow (driving takes `factor` times as long), flood (`depth_m` of water), unfit (`vehicle_class` does not fit through, nor does any bigger one) or fits (it does, and any smaller one). `form`: point, line or area; `lon_lats` is the point, the line, or the ring without its closing point. `state`: planned (from `from_at` on), in_force, ended. Without `until` it holds until it is lifted, and a desk is asked at `review_at`, if there is one, whether it still does: what fits through a street stays so. `way_id` is the map's number of the street that was meant, by which it is found on a newer map. What a crew told stands unconfirmed until a desk confirms it. `stretches` is how many stretches of street it concerns, None until the planner reckons with it. `number` is small, for speaking and typing: unique among all that have not been over for a day. */
export interface RoadCondition {
  id: string;
  number: number;
  kind: string;
  form: string;
  lon_lats: LonLat[];
  factor: number;
  depth_m: number;
  where: string;
  reason: string;
  source: string;
  by: string;
  agency_id: string;
  at: string;
  from_at: string;
  until: string | null;
  review_at: string | null;
  state: string;
  confirmed: boolean;
  unit_id: string | null;
  stretches: number | null;
  ended_at: string | null;
  ended_how: string | null;
  ended_by: string | null;
  lift_reason: string;
  vehicle_class: string;
  way_id: number | null;
  version: number;
}

/** One entity as of one moment. A reader keeps the body whose `version` is greatest. */
export interface RowOut {
  kind: string;
  id: string;
  version: number;
  body: Call | Report | Incident | Leg | Assignment | Delivery | Recommendation | Station | Unit | Crew | Desk | Seat | Alert | Person | Handover | RoadCondition | Move | Hospital;
}

/** The centre itself: raise what is due at `now`, return expired claims, clear what no longer holds. */
export interface RunTimers {
  type: "timers.run";
}

/** Crew or desk: the patients of this assignment go there; null takes a choice back. `travel_s` and `proposed` (ids, the best first) are what the chooser had before their eyes; the centre keeps what those were made of. */
export interface SayHospital {
  type: "assignment.choose_hospital";
  assignment_id: string;
  hospital_id: string | null;
  travel_s?: number | null;
  proposed?: string[];
}

/** A personal value: its text, or null for readers who may not see it or after erasure. */
export type Sealed = string | null;

export interface Seat {
  id: string;
  user_id: string;
  user_name: string;
  desk_ids: string[];
  signed_on_at: string;
  version: number;
}

/** The open incident that one may be the second of. `why`: caller, door, near; `distance_m` None where either has no place. */
export interface SecondOf {
  incident_id: string;
  number: string;
  type_code: string;
  distance_m: number | null;
  why: string[];
}

export interface SeeLeg {
  type: "leg.see";
  leg_id: string;
}

/** Something is told. `line` is the service wanted (113, 114, 115, 112), `channel` the way it came (phone, web, app, sensor …). The answer's data carry report_id and receipt_code; `notices` tell of a position that was no place in the city and was kept as words. Words up to 10,000 characters. */
export interface SendReport {
  type: "report.receive";
  channel: string;
  words?: string;
  place?: ToldPlace;
  phone?: string;
  name?: string;
  line?: string | null;
  type_code?: string | null;
  call_id?: string | null;
  test?: boolean;
}

/** A later line of the same reporter, up to 10,000 characters. */
export interface SendWords {
  type: "report.add_words";
  report_id: string;
  words: string;
}

/** A status without an assignment: free, returning, clearing, out of service. */
export interface SetUnitStatus {
  type: "unit.status";
  unit_id: string;
  status_code: string;
  reason?: string;
}

export interface ShelveAlert {
  type: "alert.shelve";
  alert_id: string;
  until: string;
  reason: string;
}

export interface SignOffCrew {
  type: "crew.sign_off";
  crew_id: string;
}

export interface SignOffSeat {
  type: "seat.sign_off";
  seat_id: string;
}

export interface SignOnCrew {
  type: "crew.sign_on";
  crew_id: string;
  unit_ids: string[];
  names?: string[];
  phone?: string;
  radio?: string;
  ends_at?: string | null;
}

export interface SignOnSeat {
  type: "seat.sign_on";
  seat_id: string;
  desk_ids: string[];
}

/** Body of GET /api/snapshot: every row the session may see, as of `seq`. */
export interface Snapshot {
  centre_id: string;
  log_id: string;
  seq: number;
  rows: RowOut[];
}

/** Take a report out of an incident again; it waits with its original time. */
export interface SplitReport {
  type: "report.split";
  report_id: string;
}

/** Call a unit off. Not yet received: withdrawn. Received: the crew must acknowledge it. */
export interface StandDown {
  type: "assignment.stand_down";
  assignment_id: string;
  reason?: string;
}

/** Where units belong. `synthetic` stations are shown as such: no public list of them exists. */
export interface Station {
  id: string;
  agency_id: string;
  name: string;
  lon_lat: LonLat;
  synthetic: boolean;
  version: number;
}

/** Nothing goes by itself: on these legs, or on every leg of the actor's agencies. For good. */
export interface StopAutomatic {
  type: "automatic.stop";
  incident_id: string;
  leg_ids?: string[];
}

/** One busy unit for one need. `kind`: reassign, queue. `saves_s` is by how much it would be sooner than the unit proposed, None where none is. What the unit is on is not said here: whoever may see that finds it by the unit (an incident may be restricted). `runs` is on how many runs the time of one nearly free rests, 0 where it is a stated value; None of one under way. `net_s`: by how much both incidents together cost less with it, where somebody is proposed; `later_s`: by how much its own incident is reached later then. */
export interface Suggestion {
  unit_id: string;
  need_id: string;
  leg_id: string;
  capability: string;
  kind: string;
  eta_s: number;
  saves_s: number | null;
  runs: number | null;
  net_s?: number;
  later_s?: number;
}

/** Read and signed by the one who comes, who sits down at the desk with it; the other stands up. */
export interface TakeHandover {
  type: "handover.take";
  handover_id: string;
  seen: number;
}

/** The centre has begun to write again: whoever was cut off gets time to stop what counts down. */
export interface TakeUpAutomatic {
  type: "automatic.take_up";
}

/** Key questions answered; a question answered before has the new answer from now on. The answer's data carry the determinant that follows. */
export interface TellAnswers {
  type: "report.answer";
  report_id: string;
  set_code: string;
  version: number;
  answers: ToldAnswer[];
}

/** How many more it can take, as it told; good for four hours unless `until` says otherwise. */
export interface TellBeds {
  type: "hospital.tell_beds";
  hospital_id: string;
  free: number;
  until?: string | null;
  source?: string;
}

/** What a crew finds where it stands: `kind` closed, flood (`depth_m`), or unfit or fits for vehicles like its own. It holds at once for an hour, as unconfirmed, and the desk is asked to confirm it. The answer's data carry condition_id and number. */
export interface TellOfRoad {
  type: "road_condition.report";
  unit_id: string;
  kind: string;
  lon_lat: LonLat;
  depth_m?: number;
  reason?: string;
}

/** A call rings on a line. `call_id` is the exchange's own id for it, or made by the centre. */
export interface TellRinging {
  type: "call.ring";
  line: string;
  call_id?: string | null;
  number?: string;
  recording_ref?: string | null;
  test?: boolean;
}

/** Where the telephone of a call says it is. The call is named by `call_id`, or by its number: then the newest of that number is meant, or the next one if none has come yet. The answer's data say with `kept` whether this is newer than what was known. */
export interface TellWhereabouts {
  type: "call.locate";
  fix: HandsetFix;
  call_id?: string | null;
  number?: string;
}

/** Ask the caller of a report for something by text. `kind`: alley_mouth (send somebody to the alley's mouth). The answer's data say `how`: gateway, or by_hand where no gateway is set up. */
export interface TextCaller {
  type: "report.text_caller";
  report_id: string;
  kind: string;
}

/** Who says that something happened at that time. */
export type TimeSource = "crew" | "dispatcher_by_radio" | "geofence" | "import" | "system";

/** A fresh resume token; the former one stays good for a while. */
export interface Token {
  t: "token";
  resume: string;
}

/** The answer to one key question: a choice of the set, and the caller's own words where they matter. */
export interface ToldAnswer {
  question: string;
  choice: string;
  text: string;
}

/** Where, as told: the words used, and the device's own circle. `lon_lat` is [longitude, latitude]. */
export interface ToldPlace {
  heard?: string;
  lon_lat?: LonLat | null;
  radius_m?: number | null;
}

/** Warm transfer to another line: the caller never dials again. */
export interface TransferCall {
  type: "call.transfer";
  call_id: string;
  to_line: string;
}

/** `assignment_id` is the one active assignment, `queued` the ones it goes to next, in order; `delivery_n` numbers the last thing put into its outbox; `mayday_at` stands until a person ends it. Positions are not here: they are the lossy plane. `in_quarters` = available at its station. */
export interface Unit {
  id: string;
  call_sign: string;
  agency_id: string;
  station_id: string;
  type_code: string;
  capabilities: string[];
  vehicle_class: string;
  turnout_s: number;
  phase: Phase;
  status_code: string;
  phase_since: string;
  in_quarters: boolean;
  crew_id: string | null;
  assignment_id: string | null;
  queued: string[];
  delivery_n: number;
  mayday_at: string | null;
  synthetic: boolean;
  test: boolean;
  version: number;
}

/** What the body of a command may be on /ws/unit. */
export type UnitCommand = AcceptAssignment | SayHospital | DeclineAssignment | ReportPhase | AcknowledgeReceived | SignOffCrew | SignOnCrew | WriteNote | ReadBackPlace | AcceptMove | ArriveMove | DeclineMove | ReceiveMove | LiftRoadCondition | TellOfRoad | CallMayday | EndMayday | SetUnitStatus;

/** Which positions a console wants: those in `bbox` (west, south, east, north) and of `units`, always. */
export interface Viewport {
  t: "viewport";
  bbox?: [number, number, number, number] | null;
  units?: string[];
}

/** A unit that can serve these needs at once, both counted in the weighing. */
export type WeighedBundle = [number, number[]];

/** The units of an area that must keep a minimum; so many are spare. */
export interface WeighedFloor {
  code: string;
  spare: number;
  units: number[];
}

/** A need as the policy got it, its options cheapest first. Needs of one `package` come whole or not. */
export interface WeighedNeed {
  need_id: string;
  priority: number;
  count: number;
  minimum: number;
  options: WeighedOption[];
  package: string;
}

/** One unit for one need, in seconds to the tenth; `unit` counts in `Weighing.units`. Kept as a row of values, since a large incident has hundreds. `price_s` is a substitute's, `held_s` that of a unit offered elsewhere, `cover_s` what its absence costs others, `late_s` what coming late costs beyond its seconds, `rest_s` what its crew's long day costs, `aid_s` is a neighbour's. */
export type WeighedOption = [number, string, number, number, number, number, number, number, number, number];

/** All that decided a plan. `method` assigned, `policy` set the prices of absence ("" = none). */
export interface Weighing {
  version: number;
  method: string;
  policy: string;
  units: string[];
  needs: WeighedNeed[];
  bundles: WeighedBundle[];
  floors: WeighedFloor[];
}

/** Answer to hello. `resume` is a token for the next connection, renewed by `token` frames. With `snapshot` the client fetches that address and replaces its copy; without it, its copy stays and the missing changes follow. `server_at` is the centre's clock. While nothing else is sent, a `head` comes every `head_s` seconds (0: never); after two and a half times that without any frame the link is lost. */
export interface Welcome {
  t: "welcome";
  session: string;
  centre_id: string;
  log_id: string;
  head: number;
  resume: string;
  server_at: string;
  snapshot: string | null;
  head_s: number;
}

/** It is no danger any more, with the reason; open incidents no longer tell of it. */
export interface WithdrawCaution {
  type: "caution.withdraw";
  caution_id: string;
  reason: string;
}

/** A note to the incident, up to 10,000 characters; it reaches the units as an update. `kind`: note, caution, trapped, access. A caution is acknowledged apart, by units sent later too, until `expires_at`; `source` says who knows it. */
export interface WriteNote {
  type: "incident.note";
  incident_id: string;
  text: string;
  kind?: string;
  source?: string;
  expires_at?: string | null;
}

/** Kind of a row → its body. */
export interface RowBodies {
  call: Call;
  report: Report;
  incident: Incident;
  leg: Leg;
  assignment: Assignment;
  delivery: Delivery;
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
  hospital: Hospital;
}

export type RowKind = keyof RowBodies;

/** A row whose kind tells its body. */
export type Row = { [K in RowKind]: { kind: K; id: string; version: number; body: RowBodies[K] } }[RowKind];

export type FromConsole = Hello | CommandFrame | Ping | Viewport;
export type ToConsole = Welcome | Token | Ack | RefusedFrame | ErrorFrame | HeadFrame | Changes | PositionsFrame | DraftsFrame | Drain | Pong;
export type FromUnit = Hello | CommandFrame | Ping | Position | Positions;
export type ToUnit = Welcome | Token | Ack | RefusedFrame | ErrorFrame | HeadFrame | Changes | DeliveryFrame | Drain | Pong;
export type FromReport = Hello | CommandFrame | Ping;
export type ToReport = Welcome | Token | Ack | RefusedFrame | ErrorFrame | ReportStatus | Drain | Pong;
export type FromExchange = Hello | CommandFrame | Ping;
export type ToExchange = Welcome | Token | Ack | RefusedFrame | ErrorFrame | HeadFrame | Changes | Drain | Pong;

/** Codes of the error table. */
export type ErrorCode =
  "account_needs_station" |
  "account_needs_unit" |
  "agency_not_compared" |
  "alert_claimed" |
  "alert_not_shelved" |
  "already_hello" |
  "already_rolling" |
  "assignment_ended" |
  "assignment_queued" |
  "automatic_not_allowed" |
  "bad_beds" |
  "bad_location_message" |
  "bad_login" |
  "bad_patients" |
  "bad_photo" |
  "bad_position" |
  "bad_priority" |
  "bad_time" |
  "binary_frame" |
  "busy" |
  "busy_sign_in" |
  "call_answered" |
  "call_back_taken" |
  "call_ended" |
  "call_not_answered" |
  "call_not_yet" |
  "call_sign_missing" |
  "call_sign_taken" |
  "caution_unplaced" |
  "caution_withdrawn" |
  "caution_without_number" |
  "changed_meanwhile" |
  "command_conflict" |
  "command_not_here" |
  "comparison_too_large" |
  "comparisons_waiting" |
  "core_unavailable" |
  "crew_committed" |
  "crew_on_two" |
  "crew_out" |
  "crew_twice" |
  "demo_only_local" |
  "draft_taken" |
  "draining" |
  "empty_report" |
  "export_format" |
  "export_reason" |
  "export_too_long" |
  "facts_changed" |
  "flooding" |
  "frame_too_large" |
  "future_position" |
  "handover_changed" |
  "handover_taken" |
  "handset_outside" |
  "handset_unknown" |
  "hello_expected" |
  "hold_has_units" |
  "hold_not_priority_1" |
  "hospital_name_missing" |
  "id_missing" |
  "id_taken" |
  "incident_changed" |
  "incident_closed" |
  "incident_merged" |
  "incident_restricted" |
  "internal" |
  "internal_error" |
  "learnt_anew" |
  "learnt_changed" |
  "learnt_outside" |
  "learnt_stands" |
  "leg_closed" |
  "leg_exists" |
  "leg_has_units" |
  "leg_open" |
  "malformed_command" |
  "malformed_command_id" |
  "malformed_device" |
  "malformed_frame" |
  "malformed_json" |
  "malformed_request" |
  "move_cap" |
  "move_ended" |
  "move_gains_little" |
  "move_stands" |
  "move_turned_down" |
  "no_call_back" |
  "no_hospitals" |
  "no_mayday" |
  "no_phone" |
  "no_recommendation" |
  "no_such_level" |
  "no_units" |
  "not_allowed" |
  "not_at_desk" |
  "not_found" |
  "not_signed_in" |
  "not_your_agency" |
  "not_your_incident" |
  "not_your_unit" |
  "not_yours" |
  "nothing_spread" |
  "nothing_to_accept" |
  "nothing_to_recall" |
  "numbers_exhausted" |
  "other_agency" |
  "own_handover" |
  "patient_aboard" |
  "patients_aboard" |
  "phase_not_reported" |
  "photo_closed" |
  "photo_erased" |
  "photo_too_large" |
  "place_unknown" |
  "planner_unavailable" |
  "position_out_of_city" |
  "reason_missing" |
  "recommendation_changed" |
  "replay_lost" |
  "report_not_attached" |
  "report_not_waiting" |
  "report_without_number" |
  "rights_changed" |
  "road_condition_changed" |
  "road_condition_confirmed" |
  "road_condition_ended" |
  "road_condition_not_yours" |
  "road_crossed" |
  "road_depth" |
  "road_factor" |
  "road_outside" |
  "road_points" |
  "road_reports_many" |
  "road_times" |
  "same_incident" |
  "same_policy" |
  "seat_taken" |
  "short_password" |
  "sign_in_paused" |
  "signed_out" |
  "simulated_day_gone" |
  "status_needs_assignment" |
  "storage_full" |
  "storage_unavailable" |
  "store_refused" |
  "test_mismatch" |
  "text_too_long" |
  "too_fast" |
  "too_long" |
  "too_many" |
  "too_many_drafts" |
  "too_many_handshakes" |
  "too_many_photos" |
  "too_many_tickets" |
  "too_many_waiting" |
  "too_slow" |
  "tours_unreadable" |
  "tours_waiting" |
  "track_too_long" |
  "unit_already_there" |
  "unit_committed" |
  "unit_crewed" |
  "unit_gone" |
  "unit_not_busy" |
  "unit_not_free" |
  "unit_on_assignment" |
  "unit_out_of_service" |
  "unit_twice" |
  "unit_unseen" |
  "units_changed" |
  "unknown_account" |
  "unknown_agency" |
  "unknown_alert" |
  "unknown_answer" |
  "unknown_assignment" |
  "unknown_call" |
  "unknown_caution" |
  "unknown_channel" |
  "unknown_command" |
  "unknown_crew" |
  "unknown_desk" |
  "unknown_frame" |
  "unknown_handover" |
  "unknown_hospital" |
  "unknown_incident" |
  "unknown_leg" |
  "unknown_line" |
  "unknown_move" |
  "unknown_outcome" |
  "unknown_policy" |
  "unknown_questions" |
  "unknown_reason" |
  "unknown_receipt" |
  "unknown_report" |
  "unknown_road_condition" |
  "unknown_role" |
  "unknown_seat" |
  "unknown_seq" |
  "unknown_station" |
  "unknown_status" |
  "unknown_type" |
  "unknown_unit" |
  "unknown_unit_type" |
  "unknown_update" |
  "unknown_vehicle_class" |
  "unknown_zone" |
  "wrong_csrf" |
  "wrong_device" |
  "wrong_leg" |
  "wrong_origin" |
  "wrong_password" |
  "wrong_protocol" |
  "wrong_resume" |
  "wrong_ticket" |
  "wrong_type";
