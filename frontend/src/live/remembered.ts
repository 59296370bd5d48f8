/** Who worked on this device last: a page with its own link opens with it when the centre cannot be asked. */
import type { City, CodeTables, SessionInfo } from "../protocol";

const KEY = "dispatch.remembered";

export interface Remembered {
  session: Pick<SessionInfo, "user" | "mode">;
  codes: CodeTables;
  city: City;
}

export function remember(remembered: Remembered): void {
  localStorage.setItem(KEY, JSON.stringify(remembered));
}

export function recall(): Remembered | null {
  const text = localStorage.getItem(KEY);
  return text === null ? null : (JSON.parse(text) as Remembered);
}

export function forget(): void {
  localStorage.removeItem(KEY);
}
