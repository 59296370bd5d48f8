/** Free units that would do better to wait elsewhere: ordered or turned down here, and how far ordered ones are. */
import { useMemo } from "react";

import { endMove, orderMove } from "../commands/actions";
import { useTranslation } from "../i18n/useTranslation";
import { useCentre } from "../live/store";
import type { Move } from "../protocol";
import { useDeskAgencies } from "../state/desk";
import { Age } from "../ui/marks";
import { ageText } from "../ui/time";
import "./moves.css";

/** More are told by a number: they come one or two at a time. */
const SHOWN = 3;

function answerOf(move: Move): "proposed" | "sent" | "received" | "accepted" {
  if (move.state === "proposed") return "proposed";
  if (move.accepted_at !== null) return "accepted";
  return move.received_at === null ? "sent" : "received";
}

function Line({ move }: { move: Move }) {
  const { t } = useTranslation();
  const sign = useCentre((s) => s.live.rows.unit.get(move.unit_id)?.call_sign) ?? move.unit_id;
  const answer = answerOf(move);
  return (
    <li className="move-line">
      <span className="cut grow">
        <strong className="num">{sign}</strong> → {move.station_name}
      </span>
      <span className="note">
        {answer === "proposed" ? t("moves.gain", { gain: ageText(move.gain_s) }) : t(`moves.${answer}`)}{" "}
        {move.ordered_at !== null && <Age since={move.ordered_at} />}
      </span>
      {answer === "proposed" && (
        <button type="button" className="button" aria-label={t("moves.order_of", { sign })} onClick={() => void orderMove(move.id)}>
          {t("moves.order")}
        </button>
      )}
      <button type="button" className="button plain" aria-label={t("moves.end_of", { sign })} onClick={() => void endMove(move.id)}>
        {t(answer === "proposed" ? "moves.refuse" : "moves.withdraw")}
      </button>
    </li>
  );
}

export function Moves() {
  const { t } = useTranslation();
  const moves = useCentre((s) => s.live.rows.move);
  const agencies = useDeskAgencies();
  const shown = useMemo(
    () =>
      [...moves.values()]
        .filter((move) => move.state !== "ended" && (agencies?.includes(move.agency_id) ?? true))
        .sort((a, b) => Number(a.state !== "proposed") - Number(b.state !== "proposed") || a.proposed_at.localeCompare(b.proposed_at)),
    [moves, agencies],
  );
  if (shown.length === 0) return null;
  return (
    <section className="moves" aria-label={t("moves.title")}>
      <h3>
        {t("moves.title")} <span className="num">{shown.length}</span>
      </h3>
      <ul>
        {shown.slice(0, SHOWN).map((move) => (
          <Line key={move.id} move={move} />
        ))}
      </ul>
    </section>
  );
}
