/** Where a free unit is to wait: the place, the way, and the crew's answer. */
import { useState } from "react";

import { useTranslation } from "../i18n/useTranslation";
import type { Move, Unit, UnitCommand } from "../protocol";
import { DeclineReasons } from "./decline";
import type { Waiting } from "./queue";
import { Sheet } from "./sheet";
import { tell, useField } from "./store";
import { WayTo } from "./way";

type Said = Extract<UnitCommand, { move_id: string }>["type"];

/** What was said here counts before the centre has heard it. */
function isSaid(queue: readonly Waiting[], move: Move, ...types: Said[]): boolean {
  return queue.some(
    (waiting) =>
      waiting.kind === "command" && types.some((type) => waiting.body.type === type && waiting.body.move_id === move.id),
  );
}

/** Nobody of the crew has answered it yet. */
export function useIsUnread(move: Move | null): boolean {
  const queue = useField((s) => s.queue);
  return move !== null && move.accepted_at === null && !isSaid(queue, move, "move.accept", "move.decline", "move.arrive");
}

/** No order stands; one that was taken back is told until the next. */
export function Free({ withdrawn }: { withdrawn: Move | null }) {
  const { t } = useTranslation();
  return (
    <div className="f-free">
      <h1>{t("field.free")}</h1>
      {withdrawn !== null && <p role="status">{t("field.move.withdrawn", { station: withdrawn.station_name })}</p>}
      <p className="note">{t("field.free_hint")}</p>
    </div>
  );
}

export function MoveOrder({ unit, move }: { unit: Unit; move: Move }) {
  const { t } = useTranslation();
  const [declining, setDeclining] = useState(false);
  const queue = useField((s) => s.queue);
  if (isSaid(queue, move, "move.decline", "move.arrive")) return <Free withdrawn={null} />;
  const accepted = move.accepted_at !== null || isSaid(queue, move, "move.accept");
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
