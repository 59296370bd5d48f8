/** Pictures of crews and reporters. None is shown before somebody asks for it: they may be hard to see. */
import "../i18n/areas/photos";
import { useTranslation } from "../i18n/useTranslation";
import "./photos.css";
import { useState } from "react";

import { useCentre } from "../live/store";
import type { Photo } from "../protocol";
import { PanelHead } from "../ui/marks";
import { useNames } from "../ui/names";
import { clockText } from "../ui/time";

interface Owner {
  kind: "incidents" | "reports";
  id: string;
}

type Shown = "hidden" | "shown" | "failed";

function PhotoLine({ owner, photo }: { owner: Owner; photo: Photo }) {
  const { t } = useTranslation();
  const nameOf = useNames();
  const [shown, setShown] = useState<Shown>("hidden");
  // A reporter's device has no name that would mean anything here.
  const who = owner.kind === "reports" ? t("photos.reporter") : nameOf(photo.by);
  const told = `${clockText(photo.at)} ${who}`;
  return (
    <li className="photo">
      <span className="num note">{clockText(photo.at)}</span> <span>{who}</span>{" "}
      <span className="num note">{Math.ceil(photo.size / 1024)} kB</span>
      <button
        type="button"
        className="button"
        aria-expanded={shown === "shown"}
        onClick={() => setShown(shown === "shown" ? "hidden" : "shown")}
      >
        {t(shown === "shown" ? "photos.hide" : "photos.show")}
      </button>
      {shown === "failed" && <span role="alert">{t("photos.failed")}</span>}
      {shown === "shown" && (
        <img
          src={`/api/${owner.kind}/${owner.id}/photos/${photo.id}`}
          width={photo.width}
          height={photo.height}
          alt={t("photos.alt", { told })}
          onError={() => setShown("failed")}
        />
      )}
    </li>
  );
}

function PhotoList({ title, photos }: { title: string; photos: readonly (readonly [Owner, Photo])[] }) {
  if (photos.length === 0) return null;
  return (
    <section aria-label={title}>
      <PanelHead title={title} note={String(photos.length)} />
      <ul className="photos">
        {photos.map(([owner, photo]) => (
          <PhotoLine key={photo.id} owner={owner} photo={photo} />
        ))}
      </ul>
    </section>
  );
}

/** Those of an incident and of every report behind it, oldest first. */
export function IncidentPhotos({ id }: { id: string }) {
  const { t } = useTranslation();
  const incident = useCentre((s) => s.live.rows.incident.get(id));
  const reports = useCentre((s) => s.live.rows.report);
  if (incident === undefined) return null;
  const own = incident.photos.map((photo) => [{ kind: "incidents", id }, photo] as const);
  const told = incident.report_ids.flatMap((reportId) =>
    (reports.get(reportId)?.photos ?? []).map((photo) => [{ kind: "reports", id: reportId }, photo] as const),
  );
  return <PhotoList title={t("photos.title")} photos={[...told, ...own].sort(([, a], [, b]) => a.at.localeCompare(b.at))} />;
}

export function ReportPhotos({ id }: { id: string }) {
  const { t } = useTranslation();
  const photos = useCentre((s) => s.live.rows.report.get(id)?.photos);
  return <PhotoList title={t("photos.title")} photos={(photos ?? []).map((photo) => [{ kind: "reports", id }, photo] as const)} />;
}
