/** Closures to look at again, each person's share of them, and input that was turned away. */
import { useState } from "react";

import { useTranslation } from "../i18n/useTranslation";
import { useCentre } from "../live/store";
import { useNames } from "../ui/names";
import { clockText } from "../ui/time";
import { useWords, type Words } from "../ui/words";
import { usePolled, type Closures, type PersonCount, type Polled, type Rejected, type Review } from "./data";
import { shareText } from "./figures";
import { Trouble } from "./trouble";

const TABS = ["reviews", "people", "rejected"] as const;
type Tab = (typeof TABS)[number];

function reasonText(words: Words, code: string): string {
  return words.label(words.codes?.end_reasons[code] ?? words.codes?.outcomes[code], code);
}

function replayHref(review: Review): string {
  const at = new Date(review.at).toISOString();
  const incident = review.incident_id === null ? "" : `incident=${encodeURIComponent(review.incident_id)}&`;
  return `/replay?${incident}at=${encodeURIComponent(at)}`;
}

function ReviewRow({ review }: { review: Review }) {
  const { t } = useTranslation();
  const words = useWords();
  const nameOf = useNames();
  const what = review.number === null ? t("supervisor.review.report") : review.number.slice(-4);
  return (
    <tr>
      <th scope="row" className="num">
        <a href={replayHref(review)}>{what}</a>
      </th>
      <td className="num">{words.line(review.agency_id)}</td>
      <td><b>{reasonText(words, review.reason)}</b></td>
      <td>{review.why.map((code) => t(`supervisor.why.${code}`)).join(", ")}</td>
      <td>{nameOf(review.by)}</td>
      <td className="figure num">{clockText(review.at)}</td>
    </tr>
  );
}

function Reviews({ polled }: { polled: Polled<Closures> }) {
  const { t } = useTranslation();
  const reviews = polled.data?.reviews ?? [];
  if (polled.data !== null && reviews.length === 0) return <p className="empty">{t("supervisor.review.none")}</p>;
  return (
    <table className="rows-table">
      <thead>
        <tr>
          <th scope="col">{t("supervisor.review.what")}</th>
          <th scope="col">{t("supervisor.queue.agency")}</th>
          <th scope="col">{t("supervisor.review.closed_as")}</th>
          <th scope="col">{t("supervisor.review.why")}</th>
          <th scope="col">{t("supervisor.review.by")}</th>
          <th scope="col" className="figure">{t("supervisor.review.at")}</th>
        </tr>
      </thead>
      <tbody>{reviews.map((review) => <ReviewRow key={`${review.kind}/${review.id}/${review.at}`} review={review} />)}</tbody>
    </table>
  );
}

/** Twice the room's share, and enough cases to mean something, is worth a question. */
function standsOut(person: PersonCount, share: number | null): boolean {
  return share !== null && person.ended >= 5 && person.share > share * 2;
}

function People({ polled }: { polled: Polled<Closures> }) {
  const { t } = useTranslation();
  const words = useWords();
  const nameOf = useNames();
  const { data } = polled;
  if (data === null) return null;
  if (data.people.length === 0) return <p className="empty">{t("supervisor.people.none")}</p>;
  return (
    <table className="rows-table">
      <thead>
        <tr>
          <th scope="col">{t("supervisor.people.name")}</th>
          <th scope="col" className="figure">{t("supervisor.people.ended")}</th>
          <th scope="col" className="figure">{t("supervisor.people.sent")}</th>
          <th scope="col" className="figure">{t("supervisor.people.share", { share: data.share === null ? "–" : shareText(data.share) })}</th>
          <th scope="col">{t("supervisor.people.reasons")}</th>
        </tr>
      </thead>
      <tbody>
        {data.people.map((person) => (
          <tr key={person.person_id}>
            <th scope="row">{nameOf(person.person_id)}</th>
            <td className="figure num">{person.ended}</td>
            <td className="figure num">{person.sent}</td>
            <td className={`figure num ${standsOut(person, data.share) ? "warn" : ""}`}>{shareText(person.share)}</td>
            <td>{Object.entries(person.reasons).map(([code, n]) => `${reasonText(words, code)} ${n}`).join(" · ") || "–"}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Turned({ polled }: { polled: Polled<Rejected[]> }) {
  const { t } = useTranslation();
  const nameOf = useNames();
  const { data } = polled;
  if (data !== null && data.length === 0) return <p className="empty">{t("supervisor.rejected.none")}</p>;
  return (
    <table className="rows-table">
      <thead>
        <tr>
          <th scope="col">{t("supervisor.rejected.at")}</th>
          <th scope="col">{t("supervisor.rejected.channel")}</th>
          <th scope="col">{t("supervisor.rejected.from")}</th>
          <th scope="col">{t("supervisor.rejected.code")}</th>
          <th scope="col">{t("supervisor.rejected.frame")}</th>
        </tr>
      </thead>
      <tbody>
        {(data ?? []).map((one, n) => (
          <tr key={`${one.at}/${n}`}>
            <th scope="row" className="num">{clockText(one.at)}</th>
            <td>{one.channel}</td>
            <td className="num">{nameOf(one.principal) || one.address}</td>
            <td><b>{one.code}</b></td>
            <td className="num cut frame" title={one.frame}>{one.frame}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function ReviewPanel({ query }: { query: string }) {
  const { t } = useTranslation();
  const role = useCentre((s) => s.me?.role);
  const allowed = role === "supervisor" || role === "administrator";
  const [tab, show] = useState<Tab>("reviews");
  const closures = usePolled<Closures>(allowed ? `/api/supervision/closures?${query}` : null, 30);
  const rejected = usePolled<Rejected[]>(allowed ? "/api/rejected" : null, 15);
  const counts = { reviews: closures.data?.reviews.length, people: closures.data?.people.length, rejected: rejected.data?.length };
  return (
    <section className="panel review" aria-label={t("supervisor.review.title")}>
      <div className="panel-head">
        <h2>{t("supervisor.review.title")}</h2>
        <span className="grow" />
        <span role="group" aria-label={t("supervisor.review.title")} className="segments">
          {TABS.map((name) => (
            <button key={name} type="button" className="segment" aria-pressed={tab === name} onClick={() => show(name)}>
              {t(`supervisor.tab.${name}`)} <span className="num">{counts[name] ?? ""}</span>
            </button>
          ))}
        </span>
      </div>
      {!allowed && <p className="empty">{t("supervisor.review.not_yours")}</p>}
      {allowed && (
        <>
          <Trouble polled={tab === "rejected" ? rejected : closures} />
          <div className="scroll" tabIndex={0} role="group" aria-label={t(`supervisor.tab.${tab}`)}>
            {tab === "reviews" && <Reviews polled={closures} />}
            {tab === "people" && <People polled={closures} />}
            {tab === "rejected" && <Turned polled={rejected} />}
          </div>
        </>
      )}
    </section>
  );
}
