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
  const { t, lang } = useTranslation();
  const words = useWords();
  const { data } = usePolled<ForecastAnswer>("/api/supervision/forecast", 300);
  const figure = (value: number, places: number) =>
    value.toLocaleString(lang, { minimumFractionDigits: places, maximumFractionDigits: places });
  if (data === null || data.agencies.length === 0) return null;
  return (
    <ul className="forecast-lines" aria-label={t("supervisor.forecast.title")}>
      {data.agencies.map(({ agency_id: agency, calls, next_24_h: expected, error }) => (
        <li key={agency} className="note">
          <span className="num strong">{words.line(agency)}</span>{" "}
          {t("supervisor.forecast.next", { expected: figure(expected, 1), calls })}
          {" · "}
          {error === null
            ? t("supervisor.forecast.unknown")
            : t("supervisor.forecast.error", {
                days: error.days,
                own: figure(error.deviance, 2),
                streets: figure(error.prior_deviance, 2),
                week: figure(error.week_deviance, 2),
              })}
        </li>
      ))}
    </ul>
  );
}
