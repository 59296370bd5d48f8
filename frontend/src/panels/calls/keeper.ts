/** Keeps forms at the centre every two seconds, brings them back, and opens one for every call that is answered. */
import { useEffect } from "react";

import { formsApi } from "../../live/forms";
import { ApiProblem } from "../../live/http";
import { useCentre } from "../../live/store";
import { useTyping } from "../../live/typing";
import type { Call } from "../../protocol";
import { inHand } from "../../state/calls";
import {
  beginForm, dirty, findFormOfCall, isEmpty, noteSaved, restoreForms, showForm, takeForm, useForms, type Form,
} from "../../state/forms";
import { openNewReport } from "../../state/ui";
import { dropLeft, goOn } from "../report/sending";

const SAVE_EVERY_MS = 2_000;

/** Whose form it is: of the line that was dialled, else of the type, else of the person. */
function agencyOf(form: Form): string | undefined {
  const { me, codes } = useCentre.getState();
  const ofLine = Object.values(codes?.agencies ?? {}).find((agency) => agency.line === form.calledLine)?.id;
  const ofType = form.typeCode === null ? undefined : codes?.types[form.typeCode]?.agency_id;
  return [ofLine, ofType].find((id) => id !== undefined && me?.agencies.includes(id)) ?? me?.agencies[0];
}

/** `take` continues what a colleague had in hand. */
export async function saveForm(id: string, take = false): Promise<void> {
  const form = useForms.getState().forms.get(id);
  const agencyId = form && agencyOf(form);
  if (form === undefined || agencyId === undefined || isEmpty(form)) return;
  dirty.delete(id);
  try {
    const { saved_at } = await formsApi.save(id, agencyId, form, take);
    if (useForms.getState().forms.has(id)) noteSaved(id, { how: "saved", at: saved_at, by: "" });
  } catch (problem) {
    const error = problem instanceof ApiProblem ? problem.error : null;
    if (error?.code === "draft_taken") return noteSaved(id, { how: "taken", at: null, by: typeof error.data.by === "string" ? error.data.by : "" });
    dirty.add(id);
    noteSaved(id, { how: "kept", at: null, by: "" });
  }
}

function saveDirty(): void {
  for (const id of [...dirty]) void saveForm(id);
  void dropLeft();
}

/** What was begun for this call on a screen that is no more. */
async function findElsewhere(call: Call): Promise<Form | null> {
  const me = useCentre.getState().me?.id;
  const line = useTyping.getState().lines.find((draft) => draft.call_id === call.id && draft.user_id === me);
  if (line === undefined) return null;
  return formsApi.read(line.id).then(
    (kept) => kept.body as unknown as Form,
    () => null,
  );
}

const opening = new Set<string>();

/** The form of a call that this person has answered; one that was reopened goes on with its report. */
async function openFor(call: Call): Promise<void> {
  if (opening.has(call.id)) return;
  opening.add(call.id);
  const elsewhere = await findElsewhere(call);
  opening.delete(call.id);
  const known = findFormOfCall(call.id);
  if (known !== null) return showForm(known.id);
  if (elsewhere !== null) return takeForm(elsewhere);
  const { rows } = useCentre.getState().live;
  const earlier = call.reopened.map((id) => rows.report.get(id)).find((report) => report?.status === "waiting");
  beginForm({
    phone: call.number ?? "",
    callId: call.id,
    calledLine: call.line,
    reportId: earlier?.id ?? null,
    heard: earlier?.place.heard ?? "",
    place: earlier?.place.lon_lat == null ? null : earlier.place,
    typeCode: earlier?.type_code ?? null,
    name: earlier?.name ?? "",
  });
}

function useCallForms(): void {
  const rows = useCentre((s) => s.live.rows.call);
  const userId = useCentre((s) => s.me?.id ?? null);
  const told = useTyping((s) => s.told);
  useEffect(() => {
    const { done } = useForms.getState();
    const fresh = inHand(useCentre.getState().live.rows, userId).filter(
      (call) => !done.has(call.id) && findFormOfCall(call.id) === null,
    );
    if (told) for (const call of fresh) void openFor(call).then(() => openNewReport());
  }, [rows, userId, told]);
}

export function useFormKeeper(): void {
  const userId = useCentre((s) => s.me?.id ?? null);
  const loaded = useCentre((s) => s.live.logId !== null);
  useEffect(() => {
    if (userId !== null && restoreForms(userId, Date.now())) openNewReport();
  }, [userId]);
  useEffect(() => {
    if (!loaded) return;
    for (const id of useForms.getState().forms.keys()) goOn(id);
  }, [loaded]);
  useEffect(() => {
    const timer = window.setInterval(saveDirty, SAVE_EVERY_MS);
    return () => window.clearInterval(timer);
  }, []);
  useCallForms();
}
