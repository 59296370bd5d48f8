/** What a form is asked back while it is typed: incidents it may be, and what was told before. */
import { useEffect, useMemo, useState } from "react";

import { formsApi, type ToldForm } from "../../live/forms";
import { useCentre } from "../../live/store";
import type { Duplicate, Past } from "../../protocol";
import { nearIncidents } from "../../state/duplicates";
import type { Form } from "../../state/forms";

const PAUSE_MS = 200;
const HISTORY_PAUSE_MS = 500;
const SHORTEST_NUMBER = 8;

function useTold(form: Form): ToldForm {
  const { phone, heard, place, typeCode, reportId, incidentId } = form;
  return useMemo(
    () => ({
      phone: phone.replace(/\D/g, "").length < SHORTEST_NUMBER ? "" : phone,
      heard: place === null ? "" : heard,
      label: place?.label ?? "",
      level: place?.level ?? "unknown",
      ward: place?.ward ?? "",
      ward_code: place?.ward_code ?? "",
      lon_lat: place?.lon_lat ?? null,
      radius_m: place?.radius_m ?? null,
      type_code: typeCode,
      report_id: reportId,
      incident_id: incidentId,
    }),
    [phone, heard, place, typeCode, reportId, incidentId],
  );
}

function useAsked<T>(told: ToldForm, pauseMs: number, ask: (told: ToldForm, signal: AbortSignal) => Promise<T>): T | null {
  const [found, setFound] = useState<{ told: ToldForm; answer: T | null } | null>(null);
  useEffect(() => {
    if (told.phone === "" && told.lon_lat === null) return;
    const cancel = new AbortController();
    const timer = window.setTimeout(() => {
      ask(told, cancel.signal).then(
        (answer) => setFound({ told, answer }),
        () => cancel.signal.aborted || setFound({ told, answer: null }),
      );
    }, pauseMs);
    return () => {
      window.clearTimeout(timer);
      cancel.abort();
    };
  }, [told, pauseMs, ask]);
  if (told.phone === "" && told.lon_lat === null) return null;
  return found?.answer ?? null;
}

/** By the centre's own search; without the link, what this screen knows nearby. */
export function useDuplicates(form: Form): readonly Duplicate[] {
  const told = useTold(form);
  const asked = useAsked(told, PAUSE_MS, formsApi.duplicates);
  const incidents = useCentre((s) => s.live.rows.incident);
  const codes = useCentre((s) => s.codes);
  return useMemo(() => {
    if (asked !== null) return asked.filter((duplicate) => duplicate.incident_id !== told.incident_id);
    if (told.lon_lat === null) return [];
    return nearIncidents({ incident: incidents }, codes, told.lon_lat, told.radius_m ?? 0, told.type_code)
      .filter((duplicate) => duplicate.incident_id !== told.incident_id);
  }, [asked, incidents, codes, told]);
}

export function usePast(form: Form): Past | null {
  return useAsked(useTold(form), HISTORY_PAUSE_MS, formsApi.history);
}
