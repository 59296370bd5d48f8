/** Signed in or not, and at the right page: the rest follows. */
import { lazy, Suspense, useEffect, useState } from "react";

import { dropHeldKeys } from "./commands/held";
import { withWords } from "./i18n";
import { useTranslation } from "./i18n/useTranslation";
import { SignedOut } from "./live/connection";
import { api, setCsrf } from "./live/http";
import { forget, recall, remember } from "./live/remembered";
import { connect, useCentre } from "./live/store";
import { homeOf, pageOf } from "./pages";
import { SignIn } from "./panels/signIn";
import type { SessionInfo } from "./protocol";

dropHeldKeys();

const here = pageOf(location.pathname);
// Asked for while somebody signs in or is recognised, not after.
const code = withWords(here.load());
const Page = lazy(() => code);

async function enter({ user, mode, csrf }: SessionInfo): Promise<void> {
  setCsrf(csrf);
  if (here.roles.has(user.role)) {
    const [codes, city] = await Promise.all([api.codes(), api.city()]);
    useCentre.setState({ codes, city });
    if (here.link === "console") connect();
    if (here.alone) remember({ session: { user, mode }, codes, city });
  }
  useCentre.setState({ me: { ...user, mode } });
}

/** Without the centre, as whoever worked here last: only where the page keeps its own memory. */
function enterAlone(): boolean {
  const known = here.alone ? recall() : null;
  if (known === null || !here.roles.has(known.session.user.role)) return false;
  const { session, codes, city } = known;
  useCentre.setState({ codes, city, me: { ...session.user, mode: session.mode } });
  return true;
}

type Start = "asking" | "signed_out" | "unreachable" | "in";

/** Somebody else's page: says whose, and where one's own is. */
function NotHere({ role }: { role: string }) {
  const { t } = useTranslation();
  const home = homeOf(role);
  return (
    <main className="empty" role="alert">
      <p>{t("page.not_here", { role: t(`role.${role}`) })}</p>
      {home !== null && <a href={home.path}>{t("page.home")}</a>}
    </main>
  );
}

export function App() {
  const { t } = useTranslation();
  const [start, setStart] = useState<Start>("asking");
  const [attempt, setAttempt] = useState(0);
  const me = useCentre((s) => s.me);
  const onMe = (answer: SessionInfo) => enter(answer).then(() => setStart("in"));
  useEffect(() => {
    let timer: number | undefined;
    api.me().then(
      (answer) => enter(answer).then(() => setStart("in")),
      (problem: unknown) => {
        if (problem instanceof SignedOut) {
          forget();
          return setStart("signed_out");
        }
        if (enterAlone()) return setStart("in");
        setStart("unreachable");
        timer = window.setTimeout(() => setAttempt((n) => n + 1), 2000);
      },
    );
    return () => window.clearTimeout(timer);
  }, [attempt]);

  if (start === "asking") return <p className="empty">{t("link.connecting")}</p>;
  if (start === "unreachable") return <p className="empty" role="alert">{t("link.unreachable")}</p>;
  if (me === null) return <SignIn page={here} onSignedIn={(answer) => void onMe(answer)} />;
  if (!here.roles.has(me.role)) return <NotHere role={me.role} />;
  return (
    <Suspense fallback={<p className="empty">{t("link.connecting")}</p>}>
      <Page />
    </Suspense>
  );
}
