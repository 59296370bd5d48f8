/** Where a free unit is to wait: the place, the way, and the crew's answer. */
import { useState } from "react";

import { useTranslation } from "../i18n/useTranslation";
import type { Move, Unit, UnitCommand } from "../protocol";
import { DeclineReasons } from "./decline";
import { Sheet } from "./sheet";
import { tell, useField } from "./store";
import { WayTo } from "./way";

type Said = Extract<UnitCommand, { move_id: string }>["type"];

/** What was said here counts before the centre has heard it. */
function useSaid(move: Move): (type: Said) => boolean {
  const queue = useField((s) => s.queue);
  return (type) => queue.some((waiting) => waiting.kind === "command" && waiting.body.type === type && waiting.body.move_id === move.id);
}

export function MoveOrder({ unit, move }: { unit: Unit; move: Move }) {
  const { t } = useTranslation();
  const [declining, setDeclining] = useState(false);
  const said = useSaid(move);
  if (said("move.decline") || said("move.arrive")) return null;
  const accepted = move.accepted_at !== null || said("move.accept");
  const decline = (reason: string) => {
    setDeclining(false);
    void tell({ type: "move.decline", move_id: move.id, reason });
  };
  return (
    <section className="f-move" aria-label={t("field.move.title")} role={accepted ? undefined : "alert"}>
      <div className="f-title">
        <h1>{t("field.move.title")}</h1>
      </div>
      <p className="f-address">{move.station_name}</p>
      <p className="note">{t("field.move.why")}</p>
      <WayTo unit={unit} to={move.lon_lat} hot={false} priority={4} />
      <div className="f-row">
        {accepted ? (
          <button type="button" className="f-button f-primary" onClick={() => void tell({ type: "move.arrive", move_id: move.id })}>
            {t("field.move.there")}
          </button>
        ) : (
          <button type="button" className="f-button f-primary" onClick={() => void tell({ type: "move.accept", move_id: move.id })}>
            {t("field.move.go")}
          </button>
        )}
        <button type="button" className="f-button" onClick={() => setDeclining(true)}>
          {t("field.move.cannot")}
        </button>
      </div>
      {declining && (
        <Sheet title={t("field.move.cannot")} onClose={() => setDeclining(false)}>
          <DeclineReasons onChoose={decline} />
        </Sheet>
      )}
    </section>
  );
}
