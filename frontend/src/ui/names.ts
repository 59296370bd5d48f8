/** Names of those who act: people and units as they are known to the log, the centre as itself. */
import { useTranslation } from "react-i18next";

import { useCentre } from "../live/store";

export function useNames(): (actorId: string) => string {
  const { t } = useTranslation();
  const me = useCentre((s) => s.me);
  const people = useCentre((s) => s.live.rows.person);
  return (actorId) => {
    if (actorId === me?.id) return me.name;
    if (actorId === "centre" || actorId === "system") return t("actor.centre");
    return people.get(actorId)?.name ?? actorId;
  };
}
