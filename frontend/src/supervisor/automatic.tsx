/** What agencies send by themselves, as their tables say: off, or which types, how soon and how sure. */
import { useTranslation } from "../i18n/useTranslation";
import { useCentre } from "../live/store";
import type { AutomaticRule } from "../protocol";
import { useWords } from "../ui/words";

function Rule({ rule }: { rule: AutomaticRule }) {
  const { t } = useTranslation();
  const words = useWords();
  return (
    <>
      {rule.types.map((code) => words.type(code)).join(", ")} ({t("priority.short")} {rule.priorities.join(", ")}):{" "}
      {t("supervisor.automatic.rule", {
        seconds: rule.countdown_s,
        place: t(`place.state.${rule.place_state}`),
        radius: rule.place_radius_m,
        sure: t(`supervisor.automatic.${rule.type_sure}`),
      })}
      {rule.straight_line && <span className="warn"> · {t("supervisor.automatic.straight_line")}</span>}
      {rule.shortfall && <span className="warn"> · {t("supervisor.automatic.shortfall")}</span>}
    </>
  );
}

export function AutomaticPolicy() {
  const { t } = useTranslation();
  const words = useWords();
  const agencies = useCentre((s) => s.codes?.agencies);
  const on = Object.values(agencies ?? {}).filter((agency) => agency.automatic.length > 0);
  return (
    <div className="policy">
      <b>{t("supervisor.automatic.title")}</b>{" "}
      {on.length === 0 ? (
        <span className="note">{t("supervisor.automatic.off")}</span>
      ) : (
        <ul>
          {on.flatMap((agency) =>
            agency.automatic.map((rule) => (
              <li key={`${agency.id} ${rule.types.join(" ")} ${rule.priorities.join(" ")}`}>
                <b className="num">{words.line(agency.id)}</b> <Rule rule={rule} />
              </li>
            )),
          )}
        </ul>
      )}
    </div>
  );
}
