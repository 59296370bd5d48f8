/** The road cannot be passed where the crew stands: one tap says so to everybody, and finds another way. */
import { useState, type ReactNode } from "react";

import { useTranslation } from "../i18n/useTranslation";
import type { LonLat, Unit } from "../protocol";
import { Sheet } from "./sheet";
import { tell } from "./store";

const KINDS = ["closed", "flood", "unfit"] as const;

interface Props {
  unit: Unit;
  /** Where the device is; null as long as it does not know. */
  at: LonLat | null;
  /** What else one may do about the way, beside it. */
  children?: ReactNode;
}

export function Blocked({ unit, at, children }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [told, setTold] = useState(false);
  const close = () => setOpen(false);
  const choose = (kind: (typeof KINDS)[number]) => {
    if (at === null) return;
    void tell({ type: "road_condition.report", unit_id: unit.id, kind, lon_lat: [at[0], at[1]] });
    setTold(true);
    close();
  };
  return (
    <div className="f-list f-blocked">
      <button type="button" className="f-button" onClick={() => setOpen(true)}>
        {t("field.blocked.button")}
      </button>
      {children}
      {told && (
        <p className="f-line note" role="status">
          {t("field.blocked.told")}
        </p>
      )}
      {open && (
        <Sheet title={t("field.blocked.title")} onClose={close}>
          {at === null && <p className="f-line note">{t("field.blocked.no_position")}</p>}
          <div className="f-list">
            {KINDS.map((kind) => (
              <button key={kind} type="button" className="f-button" disabled={at === null} onClick={() => choose(kind)}>
                {t(`field.blocked.${kind}`)}
              </button>
            ))}
          </div>
        </Sheet>
      )}
    </div>
  );
}
