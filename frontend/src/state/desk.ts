/** Whose work this screen shows: the agencies of the person, or all when they ask for all. */
import { useMemo } from "react";

import { useCentre } from "../live/store";
import { useUi } from "./ui";

/** Null means every agency. */
export function useDeskAgencies(): readonly string[] | null {
  const agencies = useCentre((s) => s.me?.agencies);
  const all = useUi((s) => s.allAgencies);
  return useMemo(() => (all || agencies === undefined || agencies.length === 0 ? null : agencies), [agencies, all]);
}
