/** Keys and verbs on one page, by what they are for. A test checks that every verb of the centre stands here. */

import { useTranslation } from "../i18n/useTranslation";
import { closePane } from "../state/ui";
import { Key, PanelHead } from "../ui/marks";

export const KEYS = ["F1", "F2", "F3", "F4", "F6", "F7", "F8", "Shift F8", "F9", "Shift F9", "F10", "Shift F10", "Alt 0", "Alt S", "Alt Q", "Ctrl Z", "N", "C", "Esc", "?", "Enter", "A…Z"] as const;

export const VERB_GROUPS: readonly (readonly [string, readonly string[]])[] = [
  ["send", ["D", "Q", "RP", "W", "CHO", "X", "RUT", "THOI", "L2"]],
  ["status", ["K", "R", "G", "O", "B", "T", "H", "A"]],
  ["incident", ["P1", "TY", "M", "HO", ".", "C", "HUY", "CHIA"]],
  ["roads", ["DONG", "NGAP", "CHAM", "MO", "DUONG", "VUNG"]],
  ["room", ["N", "WHO", "BV", "BVN", "BVM", "BVG", "LK", "!", "U", "?"]],
];

/** Names of keys and verbs that cannot be part of a text's key. */
const SPOKEN: Readonly<Record<string, string>> = { ".": "note", "?": "help", "Shift F8": "shift_f8", "Shift F9": "shift_f9", "Shift F10": "shift_f10", "Alt 0": "alt_0", "Alt S": "alt_s", "Alt Q": "alt_q", "Ctrl Z": "ctrl_z", "A…Z": "letter" };

function Row({ sign, text }: { sign: string; text: string }) {
  return (
    <tr>
      <th scope="row">
        <Key>{sign}</Key>
      </th>
      <td>{text}</td>
    </tr>
  );
}

export default function HelpPanel() {
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
          <caption>{t("help.keys")}</caption>
          <tbody>
            {KEYS.map((key) => (
              <Row key={key} sign={key} text={t(`help.key.${SPOKEN[key] ?? key}`)} />
            ))}
          </tbody>
        </table>
        {VERB_GROUPS.map(([group, verbs]) => (
          <table key={group} className="help">
            <caption>{t(`help.group.${group}`)}</caption>
            <tbody>
              {verbs.map((verb) => (
                <Row key={verb} sign={verb} text={t(`verb.${SPOKEN[verb] ?? verb}`)} />
              ))}
            </tbody>
          </table>
        ))}
        <p className="empty">{t("help.free_order")}</p>
      </div>
    </>
  );
}
