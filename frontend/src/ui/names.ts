/** Names of those who act: people by their seat, units by their call sign, the centre as itself. */
import { useTranslation } from "react-i18next";

import { useCentre } from "../live/store";

export function useNames(): (actorId: string) => string {
  const { t } = useTranslation();
  const me = useCentre((s) => s.me);
  const seats = useCentre((s) => s.live.rows.seat);
  const units = useCentre((s) => s.live.rows.unit);
  return (actorId) => {
    if (actorId === me?.id) return me.name;
    if (actorId === "centre" || actorId === "system") return t("actor.centre");
    for (const seat of seats.values()) if (seat.user_id === actorId) return seat.user_name;
    return units.get(actorId.replace(/^demo-/, ""))?.call_sign ?? actorId;
  };
}
