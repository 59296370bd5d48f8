/** A page of asked work: the form and what was asked for before on the left, the chosen one on the right. */
import type { ReactNode } from "react";

import "../supervisor/figures.css";
import "./asked.css";

import type { Polled } from "../supervisor/data";
import { PageHead } from "../supervisor/pageHead";
import { Trouble } from "../supervisor/trouble";
import { PanelHead } from "../ui/marks";
import type { AskedWork } from "./run";

interface PageProps {
  name: string;
  title: string;
  links: { href: string; text: string }[];
  busy: boolean;
  left: ReactNode;
  right: ReactNode;
}

export function AskedPage({ name, title, links, busy, left, right }: PageProps) {
  return (
    <div className={`asked ${name}`}>
      <PageHead title={title} links={links} />
      <main className="asked-body" aria-busy={busy}>
        <div className="asked-left no-print">{left}</div>
        <div className="asked-right">{right}</div>
      </main>
    </div>
  );
}

interface NewestProps<T> {
  title: string;
  none: string;
  polled: Polled<unknown>;
  runs: T[];
  chosen: string | null;
  onChoose: (run: T) => void;
  children: (run: T) => ReactNode;
}

/** What was asked for before, the newest first; `children` writes one. */
export function Newest<T extends AskedWork>({ title, none, polled, runs, chosen, onChoose, children }: NewestProps<T>) {
  return (
    <section className="panel" aria-label={title}>
      <PanelHead title={title} />
      <Trouble polled={polled} />
      {polled.data !== null && runs.length === 0 && <p className="empty">{none}</p>}
      <ul>
        {runs.map((run) => (
          <li key={run.id}>
            <button type="button" className="asked-run" aria-current={run.id === chosen} onClick={() => onChoose(run)}>{children(run)}</button>
          </li>
        ))}
      </ul>
    </section>
  );
}
