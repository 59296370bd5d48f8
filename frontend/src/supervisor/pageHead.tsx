/** The head of the pages beside the console: mode, what this is, where else to go, link and clock. */
import "../i18n/areas/supervisor";
import { useTranslation } from "../i18n/useTranslation";
import "./pageHead.css";
import type { ReactNode } from "react";

import { useCentre } from "../live/store";
import { LinkBadge, ModeBadge, RoomClock, Switches } from "../panels/headPieces";

interface Props {
  title: string;
  note?: ReactNode;
  links: { href: string; text: string }[];
  children?: ReactNode;
}

export function PageHead({ title, note, links, children }: Props) {
  const { t } = useTranslation();
  const me = useCentre((s) => s.me);
  return (
    <header className="header page-head">
      <ModeBadge />
      <h1>{title}</h1>
      {note !== undefined && <span className="note">{note}</span>}
      {children}
      <span className="grow" />
      <nav aria-label={t("supervisor.pages")}>
        {links.map(({ href, text }) => (
          <a key={href} className="button plain" href={href}>
            {text}
          </a>
        ))}
      </nav>
      <span className="person cut">{me?.name}</span>
      <LinkBadge />
      <Switches />
      <RoomClock />
    </header>
  );
}
