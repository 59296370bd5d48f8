/** Which services a release asks, so that the key says what it does. Pure. */
import type { CodeTables } from "../../protocol";
import type { Form } from "../../state/forms";
import { follow, questionsFor } from "../../state/questions";

/** Telephone lines of the agencies of the most specific plan: fewest types, then fewest priorities. */
export function linesOf(codes: CodeTables | null, form: Form): string[] {
  if (codes === null || form.typeCode === null) return [];
  const { typeCode } = form;
  const set = questionsFor(codes, typeCode);
  const followed = set === null ? null : follow(set, form.answers[set.code] ?? {}).priority;
  const priority = form.priority ?? followed ?? codes.types[typeCode]?.priority ?? 4;
  const fitting = (codes.plans ?? []).filter((plan) => plan.types.includes(typeCode) && plan.priorities.includes(priority));
  const plan = fitting.sort((a, b) => a.types.length - b.types.length || a.priorities.length - b.priorities.length)[0];
  const agencies = plan?.levels[0]?.map((leg) => leg.agency_id) ?? [];
  const owner = codes.types[typeCode]?.agency_id;
  const asked = agencies.length > 0 ? agencies : owner === undefined ? [] : [owner];
  return [...new Set(asked)].map((id) => codes.agencies[id]?.line ?? id);
}
