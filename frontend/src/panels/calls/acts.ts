/** What a person does with a telephone call. */
import { answerCall } from "../../commands/actions";
import type { Outcome } from "../../commands/outbox";
import { sendCommand, useCentre } from "../../live/store";
import type { Call } from "../../protocol";
import { inHand } from "../../state/calls";

export const hold = (callId: string, held: boolean): Promise<Outcome> =>
  sendCommand({ type: "call.hold", call_id: callId, held }, held ? "did.hold_call" : "did.resume_call");

export const transfer = (callId: string, toLine: string): Promise<Outcome> =>
  sendCommand({ type: "call.transfer", call_id: callId, to_line: toLine }, "did.transfer_call");

export const dialBack = (callId: string): Promise<Outcome> =>
  sendCommand({ type: "call.dial_back", call_id: callId }, "did.dial_back");

/** Whoever is spoken to waits while another is answered. */
export async function answer(call: Call): Promise<void> {
  const { live, me } = useCentre.getState();
  const speaking = inHand(live.rows, me?.id ?? null).filter((other) => other.state === "answered");
  for (const other of speaking) await hold(other.id, true);
  await answerCall(call.id);
}
