/** The two lists: what is known, and what was corrected, forgotten, replaced or turned away. */
import type { KeyboardEvent, ReactNode } from "react";

import { useTranslation } from "../i18n/useTranslation";
import { clockText, dateText, distanceText } from "../ui/time";
import { kindOf, type KnownNumber, type PastNumber } from "./data";

interface ListProps<T> {
  rows: readonly T[];
  chosen: KnownNumber | PastNumber | null;
  onChoose: (row: T) => void;
}

export const whenText = (at: string): string => `${dateText(at)} ${clockText(at).slice(0, 5)}`;

/** The source as people call it; a file by the name that it came under. */
export function SourceName({ source }: { source: string }) {
  const { t } = useTranslation();
  const kind = kindOf(source);
  return <>{kind === "file" ? t("places.of_file", { name: source }) : t(`places.source.${kind}`)}</>;
}

/** Up and down go from row to row. */
function walk(event: KeyboardEvent<HTMLTableSectionElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const all = [...event.currentTarget.querySelectorAll("button")];
  const next = all[all.indexOf(event.target as HTMLButtonElement) + step];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}

/** Columns of figures, which stand at the right. */
const FIGURES = new Set(["trust", "moved"]);

interface TableProps<T> extends ListProps<T> {
  name: string;
  columns: readonly string[];
  cells: (row: T) => ReactNode;
}

function Table<T extends KnownNumber | PastNumber>({ name, columns, rows, chosen, onChoose, cells }: TableProps<T>) {
  const { t } = useTranslation();
  if (rows.length === 0) return null;
  return (
    <table className="rows-table places-table">
      <caption className="sr-only">{name}</caption>
      <thead>
        <tr>
          {["address", ...columns].map((column) => (
            <th key={column} scope="col" className={FIGURES.has(column) ? "figure" : undefined}>{t(`places.column.${column}`)}</th>
          ))}
        </tr>
      </thead>
      <tbody onKeyDown={walk}>
        {rows.map((row) => (
          <tr key={row.id} className={row.id === chosen?.id ? "chosen" : undefined}>
            <th scope="row">
              <button type="button" className="places-row" aria-pressed={row.id === chosen?.id} onClick={() => onChoose(row)}>
                <span><span className="num">{row.number}</span> {row.street}</span>
                <span className="note">{row.ward || t("places.no_ward")}</span>
              </button>
            </th>
            {cells(row)}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function Numbers(props: ListProps<KnownNumber>) {
  const { t } = useTranslation();
  return (
    <Table
      {...props}
      name={t("places.known")}
      columns={["source", "trust", "learnt_at"]}
      cells={(row) => (
        <>
          <td>
            <span className="places-cut cut"><SourceName source={row.source} /></span>
            {!row.shown && <span className="warn"> · {t("places.off")}</span>}
          </td>
          <td className="num figure">{Math.round(row.trust * 100)}</td>
          <td className="num">{whenText(row.learnt_at)}</td>
        </>
      )}
    />
  );
}

export function Past(props: ListProps<PastNumber>) {
  const { t } = useTranslation();
  return (
    <Table
      {...props}
      name={t("places.past")}
      columns={["act", "moved", "by", "at"]}
      cells={(row) => (
        <>
          <td>{t(`places.act.${row.act}`)}</td>
          <td className="num figure">{row.moved_m === null ? "–" : distanceText(row.moved_m)}</td>
          <td><span className="places-cut cut">{row.by || "–"}</span></td>
          <td className="num">{whenText(row.at)}</td>
        </>
      )}
    />
  );
}
