/** Sign-in: two fields; a refusal keeps what was typed and says what to do. */
import { useState, type SyntheticEvent } from "react";

import { useTranslation } from "../i18n/useTranslation";
import { ApiProblem, api } from "../live/http";
import { homeOf, type PageOfCentre } from "../pages";
import type { ErrorBody, SessionInfo } from "../protocol";
import { useUi } from "../state/ui";
import { LangButton } from "../ui/switches";

interface Props {
  page: PageOfCentre;
  onSignedIn: (session: SessionInfo) => void;
}

interface FieldProps {
  /** Also the browser's word for what belongs here. */
  id: "username" | "current-password";
  label: string;
  value: string;
  onText: (text: string) => void;
}

function Field({ id, label, value, onText }: FieldProps) {
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="field"
        type={id === "username" ? "text" : "password"}
        autoComplete={id}
        autoFocus={id === "username"}
        required
        value={value}
        onChange={(e) => onText(e.target.value)}
      />
    </>
  );
}

export function SignIn({ page, onSignedIn }: Props) {
  const { t } = useTranslation();
  const lang = useUi((s) => s.lang);
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [error, setError] = useState<ErrorBody | "wrong" | "not_here" | null>(null);
  const [busy, setBusy] = useState(false);

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    api
      .signIn(name, password)
      .then((session) => {
        if (page.roles.has(session.user.role)) return onSignedIn(session);
        const home = homeOf(session.user.role);
        if (home === null) setError("not_here");
        else location.assign(home.path);
      })
      .catch((problem: unknown) => setError(problem instanceof ApiProblem ? problem.error : "wrong"))
      .finally(() => setBusy(false));
  };

  return (
    <main className="sign-in">
      <form onSubmit={submit} aria-labelledby="sign-in-title">
        <h1 id="sign-in-title">{t("title")}</h1>
        <Field id="username" label={t("sign_in.name")} value={name} onText={setName} />
        <Field id="current-password" label={t("sign_in.password")} value={password} onText={setPassword} />
        {error !== null && (
          <p className="refusal" role="alert">
            {typeof error === "string" ? t(`sign_in.${error}`) : error[lang]}
          </p>
        )}
        <div className="actions">
          <button type="submit" className="button primary" disabled={busy}>
            {t("sign_in.submit")}
          </button>
          <LangButton />
        </div>
        <p className="note">
          {t("sign_in.public")} <a href="/bao-tin">/bao-tin</a>
        </p>
      </form>
    </main>
  );
}
