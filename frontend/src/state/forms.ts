/**
 * Forms while they are typed: each is kept on this screen at once, and at the centre every two seconds, so that
 * neither a reload nor a lost link loses a letter. A form lives until its call and its report are dealt with.
 */
import { v7 as uuidv7 } from "uuid";
import { create } from "zustand";

import type { Place } from "../protocol";
import type { Answers } from "./questions";
import { useUi } from "./ui";

/** One line as it was heard. */
export interface Said {
  at: string;
  text: string;
}

export interface Form {
  id: string;
  startedAt: string;
  heard: string;
  place: Place | null;
  /** The line being typed, not yet said to anybody. */
  line: string;
  lines: readonly Said[];
  phone: string;
  name: string;
  typeCode: string | null;
  /** Chosen by hand; otherwise the answers' or the type's own. */
  priority: number | null;
  callId: string | null;
  /** The line dialled. */
  calledLine: string | null;
  reportId: string | null;
  incidentId: string | null;
  answers: Readonly<Record<string, Answers>>;
  /** Answers that the centre has, as JSON by set: what differs is sent again. */
  answersSent: Readonly<Record<string, string>>;
  /** Commands once given, kept so that a page that is loaded again repeats them and does nothing twice. */
  given: Readonly<Record<string, { id: string; at: string; body: unknown }>>;
}

/** Where the centre's copy stands: `kept` on this screen alone, `saved` at the centre, `taken` by a colleague. */
export interface SavedState {
  how: "kept" | "saved" | "taken";
  at: string | null;
  by: string;
}

export interface FormsStore {
  forms: ReadonlyMap<string, Form>;
  current: string | null;
  saved: ReadonlyMap<string, SavedState>;
  /** Calls that are dealt with: their forms do not come back. */
  done: ReadonlySet<string>;
}

export const useForms = create<FormsStore>(() => ({ forms: new Map(), current: null, saved: new Map(), done: new Set() }));

export const dirty = new Set<string>();
const KEPT_MS = 24 * 3600 * 1000;

interface Kept {
  forms: Form[];
  current: string | null;
  open: boolean;
  done: string[];
}

let owner = "";
const keyOf = (userId: string) => `dispatch.forms.${userId}`;

function keep(): void {
  if (owner === "") return;
  const { forms, current, done } = useForms.getState();
  const open = useUi.getState().pane === "new_report";
  const kept: Kept = { forms: [...forms.values()], current, open, done: [...done].slice(-100) };
  localStorage.setItem(keyOf(owner), JSON.stringify(kept));
}

/** What an earlier page of this person left on this screen, not older than a day; says whether it was open. */
export function restoreForms(userId: string, now: number): boolean {
  owner = userId;
  const text = localStorage.getItem(keyOf(userId));
  if (text === null) return false;
  const kept = JSON.parse(text) as Kept;
  const young = kept.forms.filter((form) => now - Date.parse(form.startedAt) < KEPT_MS);
  const forms = new Map(young.map((form) => [form.id, form]));
  for (const form of young) dirty.add(form.id);
  const current = kept.current !== null && forms.has(kept.current) ? kept.current : null;
  useForms.setState({ forms, current, done: new Set(kept.done), saved: new Map() });
  return kept.open && current !== null;
}

useUi.subscribe((state, before) => {
  if (state.pane !== before.pane) keep();
});

export function emptyForm(part: Partial<Form> = {}): Form {
  return {
    id: uuidv7(), startedAt: new Date().toISOString(), heard: "", place: null, line: "", lines: [], phone: "", name: "",
    typeCode: null, priority: null, callId: null, calledLine: null, reportId: null, incidentId: null, answers: {},
    answersSent: {}, given: {}, ...part,
  };
}

export function isEmpty(form: Form): boolean {
  const typed = form.heard + form.line + form.phone + form.name;
  return typed.trim() === "" && form.lines.length === 0 && form.typeCode === null && form.reportId === null && form.callId === null;
}

/** Nothing was typed: what the telephone filled in is not a person's word. */
export function isUntouched(form: Form): boolean {
  const typed = form.heard + form.line + form.name;
  return typed.trim() === "" && form.lines.length === 0 && form.typeCode === null && form.reportId === null;
}

export function beginForm(part: Partial<Form> = {}): Form {
  const form = emptyForm(part);
  useForms.setState((s) => ({ forms: new Map(s.forms).set(form.id, form), current: form.id }));
  dirty.add(form.id);
  keep();
  return form;
}

export function takeForm(form: Form): void {
  useForms.setState((s) => ({ forms: new Map(s.forms).set(form.id, form), current: form.id }));
  keep();
}

export function showForm(id: string): void {
  useForms.setState({ current: id });
  keep();
}

export function changeForm(id: string, part: Partial<Form>): void {
  const before = useForms.getState().forms.get(id);
  if (before === undefined) return;
  useForms.setState((s) => ({ forms: new Map(s.forms).set(id, { ...before, ...part }) }));
  dirty.add(id);
  keep();
}

/** The form is dealt with: its call, if any, does not bring it back. */
export function dropForm(id: string): void {
  const { forms, current, saved, done } = useForms.getState();
  const form = forms.get(id);
  if (form === undefined) return;
  const left = new Map(forms);
  left.delete(id);
  const others = new Map(saved);
  others.delete(id);
  dirty.delete(id);
  useForms.setState({
    forms: left,
    saved: others,
    current: current === id ? ([...left.keys()].at(-1) ?? null) : current,
    done: form.callId === null ? done : new Set(done).add(form.callId),
  });
  keep();
}

export function noteSaved(id: string, state: SavedState): void {
  useForms.setState((s) => ({ saved: new Map(s.saved).set(id, state) }));
}

export function findFormOfCall(callId: string): Form | null {
  return [...useForms.getState().forms.values()].find((form) => form.callId === callId) ?? null;
}

/** Everything said so far, as one account. */
export function accountOf(form: Form): string {
  return [...form.lines.map((said) => said.text), form.line.trim()].filter((text) => text !== "").join("\n");
}
