/** Where this person sits, who sits elsewhere, which desks nobody works, and the way to the other pages. */
import { useState } from "react";

import { signOffSeat, signOnSeat } from "../commands/actions";
import { useTranslation } from "../i18n/useTranslation";
import { useCentre } from "../live/store";
import type { Desk } from "../protocol";
import { CHIEFS, LOOKS_BACK } from "../replay/roles";
import { deskOf, seatOf, unattended } from "../state/desk";
import { Dialog } from "../ui/dialog";
import { Age } from "../ui/marks";
import { useWords } from "../ui/words";

/** Who may read what was learnt of addresses. */
const LEARNS = new Set(["supervisor", "administrator"]);

function DeskRow({ desk, mine, mayJoin, userId }: { desk: Desk; mine: boolean; mayJoin: boolean; userId: string }) {
  const { t } = useTranslation();
  const words = useWords();
  const seats = useCentre((s) => s.live.rows.seat);
  const here = desk.seat_ids.flatMap((id) => seats.get(id) ?? []);
  return (
    <li className="desk-row">
      <strong>{desk.name}</strong>
      <span className="num note">{desk.agencies.map((id) => words.line(id)).join(" · ")}</span>
      <span className="grow">
        {here.length === 0 && <span className="warn">{t("desk.empty")}</span>}
        {here.map((seat) => (
          <span key={seat.id} className="line">
            {seat.user_name} <Age since={seat.signed_on_at} className="note" />
          </span>
        ))}
      </span>
      {mine && (
        <button type="button" className="button" onClick={() => here.filter((s) => s.user_id === userId).forEach((s) => void signOffSeat(s.id))}>
          {t("desk.leave")}
        </button>
      )}
      {!mine && mayJoin && (
        <button type="button" className="button" onClick={() => void signOnSeat(userId, desk.id)}>
          {t("desk.join")}
        </button>
      )}
    </li>
  );
}

function Desks({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const rows = useCentre((s) => s.live.rows);
  const me = useCentre((s) => s.me);
  if (me === null) return null;
  const seat = seatOf(rows, me.id);
  return (
    <Dialog title={t("desk.title")} onClose={onClose}>
      <ul className="desks">
        {[...rows.desk.values()].map((desk) => (
          <DeskRow
            key={desk.id}
            desk={desk}
            userId={me.id}
            mine={seat?.desk_ids.includes(desk.id) ?? false}
            mayJoin={desk.agencies.some((id) => me.agencies.includes(id))}
          />
        ))}
      </ul>
      <div className="actions">
        {["handover", "wall", ...(LOOKS_BACK.has(me.role) ? ["replay"] : []), ...(CHIEFS.has(me.role) ? ["supervisor"] : []), ...(LEARNS.has(me.role) ? ["places"] : [])].map((page) => (
          <a key={page} className="button" href={`/${page}`}>
            {t(`desk.${page}`)}
          </a>
        ))}
        <span className="grow" />
        <button type="button" className="button primary" onClick={onClose}>
          {t("form.leave")}
        </button>
      </div>
    </Dialog>
  );
}

/** The desk's name; without a desk a warning. Desks that nobody works are told beside it. */
export function DeskMenu() {
  const { t } = useTranslation();
  const words = useWords();
  const [open, setOpen] = useState(false);
  const rows = useCentre((s) => s.live.rows);
  const me = useCentre((s) => s.me);
  if (me === null || rows.desk.size === 0) return null;
  const desk = deskOf(rows, me.id);
  const nobody = unattended(rows);
  return (
    <>
      <button type="button" className="button plain desk-button" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {desk ? <strong>{desk.name}</strong> : <span className="badge warn">{t("desk.none")}</span>}
        {desk && <span className="note num">{desk.agencies.map((id) => words.line(id)).join(" · ")}</span>}
      </button>
      {nobody.length > 0 && (
        <span className="warn cut" title={t("desk.unattended", { agencies: nobody.join(", ") })}>
          {t("desk.unattended", { agencies: nobody.map((id) => words.line(id)).join(", ") })}
        </span>
      )}
      {open && <Desks onClose={() => setOpen(false)} />}
    </>
  );
}
