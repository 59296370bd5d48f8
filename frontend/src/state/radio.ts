/** An assignment as it is read aloud: call sign, what, where, way in, who is trapped, cautions. */
import type { Incident, Note } from "../protocol";
import { factsOf } from "./facts";

export interface RadioWords {
  type: string;
  place: string;
  priority: string;
  unverified: string;
  /** A caution as it is said, also one whose words are kept from this incident. */
  caution: (note: Note) => string;
}

export function radioLine(callSign: string, incident: Incident, words: RadioWords, nowS: number): string {
  const facts = factsOf(incident, nowS);
  const { state } = incident.place;
  const sure = state === "read_back" || state === "confirmed_by_crew";
  return [
    callSign,
    words.type.toLocaleLowerCase("vi"),
    words.place,
    sure ? "" : words.unverified,
    facts.access?.text ?? "",
    facts.trapped?.text ?? "",
    ...facts.cautions.map(words.caution),
    words.priority,
  ]
    .filter(Boolean)
    .join(", ");
}
