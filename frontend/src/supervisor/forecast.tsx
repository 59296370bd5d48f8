/** Calls to come, and how wrong such forecasts were on days they had not seen. */
import { useTranslation } from "../i18n/useTranslation";
import { useWords } from "../ui/words";
import { usePolled } from "./data";

interface ForecastAnswer {
  agencies: {
    agency_id: string;
    calls: number;
    next_24_h: number;
    error: { days: number; deviance: number; prior_deviance: number; week_deviance: number } | null;
  }[];
}

export function ForecastLines() {
  const { t } = useTranslation();
  const words = useWords();
  const { data } = usePolled<ForecastAnswer>("/api/supervision/forecast", 300);
  if (data === null || data.agencies.length === 0) return null;
  return (
    <ul className="forecast-lines" aria-label={t("supervisor.forecast.title")}>
      {data.agencies.map(({ agency_id: agency, calls, next_24_h: expected, error }) => (
        <li key={agency} className="note">
          <span className="num strong">{words.line(agency)}</span>{" "}
          {t("supervisor.forecast.next", { expected: expected.toFixed(1), calls })}
          {" · "}
          {error === null
            ? t("supervisor.forecast.unknown")
            : t("supervisor.forecast.error", {
                days: error.days,
                own: error.deviance.toFixed(2),
                streets: error.prior_deviance.toFixed(2),
                week: error.week_deviance.toFixed(2),
              })}
        </li>
      ))}
    </ul>
  );
}
