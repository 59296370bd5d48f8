/** What and how urgent: the type by a few letters without diacritics, the priority by one choice. */
import { useId, useMemo, useState, type KeyboardEvent } from "react";

import { useTranslation } from "../../i18n/useTranslation";
import { useCentre } from "../../live/store";
import { searchTypes } from "../../state/types";
import { useWords } from "../../ui/words";
import { isComposing } from "../calls/keys";

interface TypeProps {
  /** Of the input, when others lead to it. */
  id?: string;
  label?: string;
  value: string | null;
  onChoose: (code: string) => void;
}

export function TypePicker({ id: inputId, label, value, onChoose }: TypeProps) {
  const { t } = useTranslation();
  const id = useId();
  const words = useWords();
  const codes = useCentre((s) => s.codes);
  const [typed, setTyped] = useState<string | null>(null);
  const [active, setActive] = useState(0);
  const found = useMemo(() => (codes && typed ? searchTypes(codes, typed) : []), [codes, typed]);
  const choose = (code: string | undefined) => {
    if (code === undefined) return;
    setTyped(null);
    onChoose(code);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || isComposing(event)) return;
    if (event.key === "ArrowDown") setActive(Math.min(active + 1, found.length - 1));
    else if (event.key === "ArrowUp") setActive(Math.max(active - 1, 0));
    else if (event.key === "Enter") choose(found[active]?.code);
    else return;
    event.preventDefault();
  };
  return (
    <div className="finder">
      <label htmlFor={inputId ?? `${id}-in`}>{label ?? t("form.what")}</label>
      <input
        id={inputId ?? `${id}-in`}
        className="field"
        role="combobox"
        aria-expanded={found.length > 0}
        aria-controls={`${id}-list`}
        aria-activedescendant={found.length > 0 ? `${id}-list-${active}` : undefined}
        autoComplete="off"
        placeholder={t("form.what_hint")}
        value={typed ?? (value === null ? "" : words.type(value))}
        onChange={(e) => {
          setActive(0);
          setTyped(e.target.value);
        }}
        onKeyDown={onKeyDown}
      />
      <ul id={`${id}-list`} role="listbox" aria-label={t("form.types")} className="candidates">
        {found.map((type, i) => (
          <li
            key={type.code}
            id={`${id}-list-${i}`}
            role="option"
            aria-selected={i === active}
            onClick={() => choose(type.code)}
          >
            <span className="candidate-main">
              <strong>{words.label(type.label, type.code)}</strong>
            </span>
            <span className="num note">{codes?.agencies[type.agency_id]?.line}</span>
            <span className="num">P{type.priority}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

interface PriorityProps {
  label?: string;
  /** What the choice comes from, beside the label. */
  hint?: string;
  disabled?: boolean;
  value: number | null;
  /** What the type says when nothing is chosen. */
  usual: number | null;
  onChoose: (priority: number) => void;
}

export function PriorityPicker({ label, hint, disabled = false, value, usual, onChoose }: PriorityProps) {
  const { t } = useTranslation();
  const name = useId();
  const shown = value ?? usual;
  return (
    <fieldset className="priorities" disabled={disabled}>
      <legend>
        {label ?? t("form.priority")} {hint !== undefined && <span className="note">{hint}</span>}
      </legend>
      {[1, 2, 3, 4].map((priority) => (
        <label key={priority} className={shown === priority ? "on" : ""}>
          <input
            type="radio"
            name={name}
            checked={shown === priority}
            onChange={() => onChoose(priority)}
          />
          {t(`priority.${priority}`)}
        </label>
      ))}
    </fieldset>
  );
}

interface EndProps {
  onEnd: (reason: string) => void;
}

/** Alt+1…9 end without an incident; the digits follow the table's order. */
export function EndReasons({ onEnd }: EndProps) {
  const { t } = useTranslation();
  const words = useWords();
  const reasons = Object.entries(words.codes?.end_reasons ?? {});
  return (
    <div className="end-reasons">
      <span className="note">{t("form.end_without")}</span>
      {reasons.map(([code, label], i) => (
        <button key={code} type="button" className="button" onClick={() => onEnd(code)}>
          {i < 9 && <kbd className="key">{i === 0 ? "Alt 1" : i + 1}</kbd>} {words.label(label, code)}
        </button>
      ))}
    </div>
  );
}

/** The reason that Alt+digit stands for. */
export function reasonOfDigit(reasons: Record<string, unknown>, event: Pick<globalThis.KeyboardEvent, "altKey" | "code">): string | undefined {
  const digit = /^Digit([1-9])$/.exec(event.code)?.[1];
  return event.altKey && digit !== undefined ? Object.keys(reasons)[Number(digit) - 1] : undefined;
}
