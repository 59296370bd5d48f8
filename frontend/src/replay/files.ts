/** Asks for a file and hands it to the browser to keep. */
import { ApiProblem, csrfToken } from "../live/http";
import type { ErrorBody } from "../protocol";

export type ExportFormat = "json" | "csv" | "geojson" | "pdf";

export interface ExportWish {
  format: ExportFormat;
  incident?: string;
  fromMs?: number;
  toMs?: number;
  redacted: boolean;
  reason: string;
  lang: string;
}

const PATIENCE_MS = 120_000;

function iso(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}

function keep(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser has begun to read it by the next turn.
  window.setTimeout(() => URL.revokeObjectURL(link.href), 0);
}

/** The name of the file made. Rejects with ApiProblem. */
export async function makeExport({ fromMs, toMs, ...wish }: ExportWish): Promise<string> {
  const response = await fetch("/api/exports", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": csrfToken() },
    body: JSON.stringify({ ...wish, start: iso(fromMs), end: iso(toMs) }),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  if (!response.ok) {
    const body = (await response.json()) as { error: ErrorBody };
    throw new ApiProblem(response.status, body.error);
  }
  const name = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1] ?? `export.${wish.format}`;
  keep(await response.blob(), name);
  return name;
}
