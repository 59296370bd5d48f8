/**
 * What a form asks of the centre. Every step keeps its command with the form before it goes, so that a page
 * that was loaded again repeats the very same and nothing is lost or done twice.
 */
import { v7 as uuidv7 } from "uuid";

import type { Outcome } from "../../commands/outbox";
import { formsApi } from "../../live/forms";
import { sendCommand, useCentre } from "../../live/store";
import type { CodeTables, ConsoleCommand, Place } from "../../protocol";
import { isLiving } from "../../state/calls";
import { accountOf, changeForm, dropForm, useForms, type Form } from "../../state/forms";
import { questionsFor } from "../../state/questions";
import { closePane, useUi } from "../../state/ui";

const formOf = (id: string) => useForms.getState().forms.get(id);

/** Steps under way: the same step asked for twice is one. */
const underWay = new Map<string, Promise<Outcome>>();

function give(formId: string, step: string, body: ConsoleCommand, what: string): Promise<Outcome> {
  const key = `${formId}/${step}`;
  const running = underWay.get(key) ?? giveOnce(formId, step, body, what).finally(() => underWay.delete(key));
  underWay.set(key, running);
  return running;
}

function giveOnce(formId: string, step: string, body: ConsoleCommand, what: string): Promise<Outcome> {
  const form = formOf(formId);
  const known = form?.given[step];
  const given = known ?? { id: uuidv7(), at: new Date().toISOString(), body };
  if (form !== undefined && known === undefined) changeForm(formId, { given: { ...form.given, [step]: given } });
  return sendCommand(given.body as ConsoleCommand, what, given).then((outcome) => {
    if (!outcome.ok) forget(formId, step);
    return outcome;
  });
}

/** A step that was refused may be tried again, with what the form says then. */
function forget(formId: string, step: string): void {
  const form = formOf(formId);
  if (form === undefined) return;
  changeForm(formId, { given: Object.fromEntries(Object.entries(form.given).filter(([name]) => name !== step)) });
}

function placeTold(form: Form): Place | { heard: string } {
  return form.place ?? { heard: form.heard };
}

/** The line a form counts for: the one that was dialled; else its type's, if its taker works for that agency, or the
    first of the taker's own. A report of another's line could not be released by who wrote it down. Pure. */
export function lineWanted(
  form: Pick<Form, "calledLine" | "typeCode">, codes: Pick<CodeTables, "types" | "agencies"> | null, own: readonly string[],
): string | null {
  const wanted = codes?.types[form.typeCode ?? ""]?.agency_id;
  const agency = wanted !== undefined && own.includes(wanted) ? wanted : (own[0] ?? wanted);
  return form.calledLine ?? codes?.agencies[agency ?? ""]?.line ?? null;
}

/** The report of the form, received now if it was not yet; null when the centre refused it. */
async function receive(formId: string): Promise<string | null> {
  const form = formOf(formId);
  if (form === undefined) return null;
  if (form.reportId !== null) return form.reportId;
  const body: ConsoleCommand = {
    type: "report.receive",
    channel: form.callId === null ? "console" : "phone",
    words: accountOf(form),
    phone: form.phone,
    name: form.name,
    type_code: form.typeCode,
    place: placeTold(form),
    line: lineWanted(form, useCentre.getState().codes, useCentre.getState().me?.agencies ?? []),
    call_id: form.callId,
  };
  commitLine(formId);
  const outcome = await give(formId, "receive", body, "did.receive_report");
  if (!outcome.ok) return null;
  const reportId = String(outcome.data.report_id);
  changeForm(formId, { reportId });
  return reportId;
}

/** The line being typed becomes a line that was said. */
function commitLine(formId: string): string {
  const form = formOf(formId);
  const text = form?.line.trim() ?? "";
  if (form === undefined || text === "") return "";
  changeForm(formId, { line: "", lines: [...form.lines, { at: new Date().toISOString(), text }] });
  return text;
}

/** A line was said: kept, and once the report exists sent to it, from where it reaches the units. */
export async function say(formId: string): Promise<void> {
  const text = commitLine(formId);
  const reportId = formOf(formId)?.reportId;
  if (text !== "" && reportId != null) {
    await sendCommand({ type: "report.add_words", report_id: reportId, words: text }, "did.words");
  }
}

/** Answers that the centre does not have yet. */
export async function sendAnswers(formId: string): Promise<void> {
  const form = formOf(formId);
  const set = questionsFor(useCentre.getState().codes, form?.typeCode ?? null);
  if (form?.reportId == null || set === null) return;
  const answers = form.answers[set.code] ?? {};
  const sent = JSON.parse(form.answersSent[set.code] ?? "{}") as typeof answers;
  const changed = Object.entries(answers).filter(([code, given]) => JSON.stringify(sent[code]) !== JSON.stringify(given));
  if (changed.length === 0) return;
  const outcome = await sendCommand(
    {
      type: "report.answer",
      report_id: form.reportId,
      set_code: set.code,
      version: set.version,
      answers: changed.map(([question, given]) => ({ question, choice: given.choice, text: given.text })),
    },
    "did.answer",
  );
  const now = formOf(formId);
  if (outcome.ok && now !== undefined) {
    changeForm(formId, { answersSent: { ...now.answersSent, [set.code]: JSON.stringify(answers) } });
  }
}

/** Release while the caller still talks: report, answers, incident. The form stays. */
export async function release(formId: string): Promise<void> {
  const before = formOf(formId);
  if (before?.typeCode == null || before.incidentId !== null) return;
  // The line as it stands now: what is typed before the centre answers is the next one, not half of this.
  const said = before.reportId === null ? undefined : say(formId);
  const reportId = await receive(formId);
  if (reportId === null) return;
  await said;
  await sendAnswers(formId);
  const form = formOf(formId);
  if (form?.typeCode == null) return;
  const body: ConsoleCommand = {
    type: "incident.open",
    report_id: reportId,
    type_code: form.typeCode,
    priority: form.priority,
    place: form.place,
  };
  const outcome = await give(formId, "open", body, "did.open_incident");
  if (outcome.ok) changeForm(formId, { incidentId: String(outcome.data.incident_id) });
}

/** This caller tells of an incident that is known; what was said goes to its units. */
export async function attach(formId: string, incidentId: string): Promise<void> {
  const form = formOf(formId);
  if (form === undefined) return;
  if (form.incidentId !== null) {
    const outcome = await sendCommand(
      { type: "incident.merge", incident_id: form.incidentId, into: incidentId },
      "did.merge",
    );
    if (outcome.ok) changeForm(formId, { incidentId });
    return;
  }
  const reportId = await receive(formId);
  if (reportId === null) return;
  await sendAnswers(formId);
  const outcome = await sendCommand({ type: "report.attach", report_id: reportId, incident_id: incidentId }, "did.attach");
  if (outcome.ok) changeForm(formId, { incidentId: String(outcome.data.incident_id) });
}

/** Take this caller's report out of its incident again; it waits with its original time. */
export async function split(formId: string): Promise<void> {
  const form = formOf(formId);
  if (form?.reportId == null) return;
  const outcome = await sendCommand({ type: "report.split", report_id: form.reportId }, "did.split");
  if (outcome.ok) {
    forget(formId, "open");
    changeForm(formId, { incidentId: null });
  }
}

/** The report waits in the queue for somebody else; the form is done. */
export async function leaveWaiting(formId: string): Promise<void> {
  const reportId = await receive(formId);
  if (reportId === null) return;
  await say(formId);
  await sendAnswers(formId);
  finish(formId);
}

export function hangUp(callId: string, silent = false): Promise<Outcome> {
  return sendCommand({ type: "call.hang_up", call_id: callId, by: "centre", silent }, "did.hang_up");
}

function livingCall(form: Form) {
  const call = form.callId === null ? undefined : useCentre.getState().live.rows.call.get(form.callId);
  return isLiving(call) ? call : undefined;
}

/** End without an incident: number and recording are kept, the line is cleared, a silent caller is called back. */
export async function endWithout(formId: string, reason: string): Promise<void> {
  const form = formOf(formId);
  if (form?.incidentId !== null) return;
  const reportId = await receive(formId);
  if (reportId === null) return;
  const call = livingCall(form);
  const ended = await give(formId, "end", { type: "report.end", report_id: reportId, reason }, "did.end_report");
  if (!ended.ok) return;
  if (call !== undefined) await hangUp(call.id, reason === "silent");
  finish(formId);
}

const undropped = new Set<string>();

/** The form is dealt with, here and at the centre. Only the form in hand takes its pane with it: by the time the centre
 * answers, the next call's may stand there. */
export function finish(formId: string): void {
  const inHand = useForms.getState().current === formId && useUi.getState().pane === "new_report";
  dropForm(formId);
  if (inHand) closePane();
  undropped.add(formId);
  void dropLeft();
}

/** Drops at the centre what could not be dropped while the link was down. */
export async function dropLeft(): Promise<void> {
  for (const id of [...undropped]) {
    const gone = await formsApi.drop(id).then(
      () => true,
      () => false,
    );
    if (gone) undropped.delete(id);
  }
}

/** A page that was loaded again in the middle of a step goes on with it. */
export function goOn(formId: string): void {
  const form = formOf(formId);
  if (form === undefined) return;
  if (form.given.open !== undefined && form.incidentId === null) void release(formId);
  else if (form.given.receive !== undefined && form.reportId === null) void receive(formId);
}
