/** Work that somebody asked the centre for, done beside everything else: how it stands, and asking for it. */
import { useEffect, useRef, useState } from "react";

import { ApiProblem, ask } from "../live/http";
import type { ErrorBody } from "../protocol";
import { usePolled, type Polled } from "../supervisor/data";

const WATCHED_S = 1;
const RESULT_MS = 30_000;

export type State = "waiting" | "running" | "done" | "failed" | "cancelled" | "interrupted";

export interface AskedWork {
  id: string;
  asked_by_name: string;
  asked_at: string;
  state: State;
  step: string;
  /** Why it has no result, and what to do. */
  vi: string;
  en: string;
}

export const isOpen = (run: AskedWork): boolean => run.state === "waiting" || run.state === "running";

/** What went wrong, as words say it; what is no answer of the centre's goes on. */
export function errorOf(problem: unknown): ErrorBody {
  if (problem instanceof ApiProblem) return problem.error;
  throw problem;
}

/** The work that the address names, and how another is chosen. */
export function useChosen(): [string | null, (id: string | null) => void] {
  const read = () => new URLSearchParams(location.search).get("id");
  const [id, setId] = useState(read);
  useEffect(() => {
    const back = () => setId(read());
    window.addEventListener("popstate", back);
    return () => window.removeEventListener("popstate", back);
  }, []);
  const choose = (next: string | null) => {
    history.pushState(null, "", next === null ? location.pathname : `?id=${encodeURIComponent(next)}`);
    setId(next);
  };
  return [id, choose];
}

/** How it stands, asked again for as long as it is under way; `onOver` hears once that it has ended. */
export function useWatched<T extends AskedWork>(path: string, onOver: () => void): Polled<T> {
  const [over, setOver] = useState(false);
  const polled = usePolled<T>(over ? null : path, WATCHED_S);
  const ended = polled.data !== null && !isOpen(polled.data);
  if (!over && ended) setOver(true);
  const told = useRef(false);
  useEffect(() => {
    if (!ended || told.current) return;
    told.current = true;
    onOver();
  }, [ended, onOver]);
  return polled;
}

export interface Fetched<T> {
  data: T | null;
  error: ErrorBody | null;
}

const NOTHING = { path: null, data: null, error: null };

/** Asks once for each path: that a result is read is kept by the centre, so that it is not asked for again and again. */
export function useFetched<T>(path: string | null): Fetched<T> {
  const [state, setState] = useState<{ path: string | null } & Fetched<T>>(NOTHING);
  useEffect(() => {
    if (path === null) return;
    let current = true;
    ask<T>(path, { signal: AbortSignal.timeout(RESULT_MS) }).then(
      (data) => current && setState({ path, data, error: null }),
      (problem: unknown) => current && setState({ path, data: null, error: problem instanceof ApiProblem ? problem.error : null }),
    );
    return () => {
      current = false;
    };
  }, [path]);
  return state.path === path ? state : NOTHING;
}

export interface Sending {
  send: () => void;
  isSending: boolean;
  error: ErrorBody | null;
}

/** Asks for the work, hands on what was begun, or keeps why nothing was. */
export function useSending<T extends AskedWork>(askFor: () => Promise<T>, onAsked: (run: T) => void): Sending {
  const [error, setError] = useState<ErrorBody | null>(null);
  const [isSending, setIsSending] = useState(false);
  const send = () => {
    setIsSending(true);
    askFor().then(
      (run) => {
        setError(null);
        onAsked(run);
      },
      (problem: unknown) => setError(errorOf(problem)),
    ).finally(() => setIsSending(false));
  };
  return { send, isSending, error };
}
