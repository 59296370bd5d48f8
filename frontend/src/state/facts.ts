/** What everybody must know of an incident, from its notes: cautions first, then who is trapped and the way in. */
import type { Translate } from "../i18n";
import type { Incident, Note } from "../protocol";

export function isLive(note: Note, nowS: number): boolean {
  return note.expires_at === null || Date.parse(note.expires_at) / 1000 > nowS;
}

/** What a note says here: its words; or that they are kept from this incident, and who knows them; or that they are gone. */
export function wordsOf(note: Pick<Note, "text" | "ask">, t: Translate): string {
  if (note.text !== null) return note.text;
  return note.ask.length > 0 ? t("fact.ask", { agencies: note.ask.join(", ") }) : t("report.hidden");
}

export interface Facts {
  cautions: Note[];
  trapped: Note | undefined;
  trappedBefore: Note | undefined;
  access: Note | undefined;
  accessBefore: Note | undefined;
}

function newest(notes: readonly Note[], kind: string): [Note | undefined, Note | undefined] {
  const found = notes.filter((note) => note.kind === kind);
  return [found.at(-1), found.at(-2)];
}

export function factsOf(incident: Incident, nowS: number): Facts {
  const { notes } = incident;
  const [trapped, trappedBefore] = newest(notes, "trapped");
  const [access, accessBefore] = newest(notes, "access");
  return {
    cautions: notes.filter((note) => note.kind === "caution" && isLive(note, nowS)),
    trapped,
    trappedBefore,
    access,
    accessBefore,
  };
}
