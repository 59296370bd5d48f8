/** The verbs of the command line, in one page. */
import { useTranslation } from "react-i18next";

import { closePane } from "../state/ui";
import { Key, PanelHead } from "../ui/marks";

const VERBS = ["D", "K", "R", "O", "B", "G", "T", "H", "A", "Q", "RP", "X", "W", "L2", "P1", "TY", "M", "N", "C", "LK", ".", "!", "U", "WHO"];

export function HelpPanel() {
  const { t } = useTranslation();
  return (
    <>
      <PanelHead title={t("help.title")}>
        <button type="button" className="button plain" onClick={closePane}>
          <Key>Esc</Key> {t("form.leave")}
        </button>
      </PanelHead>
      <div className="scroll" tabIndex={0} role="group" aria-label={t("help.title")}>
        <table className="help">
          <tbody>
            {VERBS.map((verb) => (
              <tr key={verb}>
                <th scope="row" className="num">
                  {verb}
                </th>
                <td>{t(`verb.${verb === "." ? "note" : verb}`)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <p className="empty">{t("help.free_order")}</p>
      </div>
    </>
  );
}
