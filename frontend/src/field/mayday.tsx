/** Mayday: a long press, so that no pocket calls it; it stands until a person at a desk has ended it. */
import { useEffect, useRef, useState } from "react";

import { useTranslation } from "../i18n/useTranslation";
import type { Unit } from "../protocol";
import { Age } from "../ui/marks";
import { saidMayday } from "./queue";
import { tell, useField } from "./store";
import { buzz } from "./tone";
import { useWhereabouts } from "./whereabouts";

const PRESS_MS = 1_200;

/** Calls back after the button was held that long, by finger or by key. */
function useLongPress(onLong: () => void) {
  const [pressed, setPressed] = useState(false);
  const timer = useRef<number | undefined>(undefined);
  const end = () => {
    window.clearTimeout(timer.current);
    setPressed(false);
  };
  const begin = () => {
    window.clearTimeout(timer.current);
    setPressed(true);
    timer.current = window.setTimeout(() => {
      setPressed(false);
      onLong();
    }, PRESS_MS);
  };
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const isKey = (key: string) => key === "Enter" || key === " ";
  return {
    pressed,
    handlers: {
      onPointerDown: begin,
      onPointerUp: end,
      onPointerLeave: end,
      onPointerCancel: end,
      onContextMenu: (event: { preventDefault: () => void }) => event.preventDefault(),
      onKeyDown: (event: { key: string; repeat: boolean }) => isKey(event.key) && !event.repeat && begin(),
      onKeyUp: (event: { key: string }) => isKey(event.key) && end(),
      onBlur: end,
    },
  };
}

export function MaydayButton({ unit }: { unit: Unit }) {
  const { t } = useTranslation();
  const called = useField((s) => unit.mayday_at !== null || saidMayday(s.queue, unit.id));
  const call = () => {
    buzz([200, 100, 200]);
    void tell({ type: "unit.mayday", unit_id: unit.id, lon_lat: useWhereabouts.getState().lonLat });
  };
  const { pressed, handlers } = useLongPress(call);
  return (
    <>
      <button
        type="button"
        className={`f-button f-mayday ${pressed ? "f-pressed" : ""}`}
        disabled={called}
        aria-describedby="mayday-how"
        {...handlers}
      >
        {t("field.mayday")}
      </button>
      <span id="mayday-how" className="sr-only">
        {t("field.mayday_how")}
      </span>
    </>
  );
}

export function MaydayBanner({ unit }: { unit: Unit }) {
  const { t } = useTranslation();
  const waiting = useField((s) => saidMayday(s.queue, unit.id));
  if (unit.mayday_at === null && !waiting) return null;
  return (
    <section className="f-notice" role="alert">
      <div className="grow">
        <h2>{t("field.mayday_called")}</h2>
        <p>{t(unit.mayday_at === null ? "field.mayday_waiting" : "field.mayday_stands")}</p>
      </div>
      {unit.mayday_at !== null && <Age since={unit.mayday_at} className="f-big" />}
    </section>
  );
}
