/** Signed in or not: the rest follows. */
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { SignedOut } from "./live/connection";
import { api, setCsrf } from "./live/http";
import { connect, useCentre } from "./live/store";
import { Console } from "./panels/console";
import { SignIn } from "./panels/signIn";
import type { SessionInfo } from "./protocol";

async function enter({ user, mode, csrf }: SessionInfo): Promise<void> {
  setCsrf(csrf);
  const [codes, city] = await Promise.all([api.codes(), api.city()]);
  useCentre.setState({ me: { ...user, mode }, codes, city });
  connect();
}

type Start = "asking" | "signed_out" | "unreachable" | "in";

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
        if (problem instanceof SignedOut) return setStart("signed_out");
        setStart("unreachable");
        timer = window.setTimeout(() => setAttempt((n) => n + 1), 2000);
      },
    );
    return () => window.clearTimeout(timer);
  }, [attempt]);

  if (start === "asking") return <p className="empty">{t("link.connecting")}</p>;
  if (start === "unreachable") return <p className="empty" role="alert">{t("link.unreachable")}</p>;
  if (me === null) return <SignIn onSignedIn={(answer) => void onMe(answer)} />;
  return <Console />;
}
