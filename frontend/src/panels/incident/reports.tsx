/** The accounts behind the incident, and waiting ones that may belong to it. */

import { attachReport, splitReport } from "../../commands/actions";
import { useTranslation } from "../../i18n/useTranslation";
import { useCentre } from "../../live/store";
import type { Incident, Report } from "../../protocol";
import { possibleReports } from "../../state/possible";
import { select } from "../../state/ui";
import { Key, PanelHead } from "../../ui/marks";
import { clockText } from "../../ui/time";

export function ReportWords({ report }: { report: Report }) {
  const { t } = useTranslation();
  const lines = report.words.map((line) => (line === null ? t("report.hidden") : `“${line}”`));
  return (
    <p className="words">
      <span className="num note">{clockText(report.occurred_at)}</span> {t(`channel.${report.channel}`, { otherwise: report.channel })}{" "}
      {report.name !== null && <span>{report.name} </span>}
      {report.phone !== null && <span className="num">{report.phone} </span>}
      {lines.map((line, i) => (
        <span key={i} className="line">
          {line}
        </span>
      ))}
      {report.place.heard !== "" && (
        <span className="note">
          {t("place.heard")}: “{report.place.heard}”
        </span>
      )}
    </p>
  );
}

/** Waiting reports that may belong here: one key adds the caller, nothing is merged by itself. */
export function PossibleReports({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const rows = useCentre((s) => s.live.rows);
  const possible = possibleReports(rows, incident.id);
  if (possible.length === 0) return null;
  return (
    <ul aria-label={t("report.possible")}>
      {possible.map((report, i) => (
        <li key={report.id} className="report-line possible">
          <ReportWords report={report} />
          <button type="button" className="button" onClick={() => select({ kind: "report", id: report.id })}>
            {t("report.show")}
          </button>
          <button type="button" className="button" onClick={() => void attachReport(report.id, incident.id)}>
            {i === 0 && <Key>F6</Key>} {t("report.attach_here")}
          </button>
        </li>
      ))}
    </ul>
  );
}

export function Reports({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const rows = useCentre((s) => s.live.rows);
  const reports = incident.report_ids.flatMap((id) => rows.report.get(id) ?? []);
  return (
    <section aria-label={t("report.title")}>
      <PanelHead title={t("report.title")} note={<span className="num">{reports.length}</span>} />
      <ul>
        {reports.map((report) => (
          <li key={report.id} className="report-line">
            <ReportWords report={report} />
            {reports.length > 1 && (
              <button type="button" className="button plain" onClick={() => void splitReport(report.id)}>
                {t("report.split")}
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
