import { createRoot } from "react-dom/client";

import "./ui/fonts.css";
import "./ui/tokens.css";
import "./ui/base.css";
import "./ui/console.css";
import "./ui/panels.css";
import { App } from "./app";
import { wordsHere } from "./i18n";
import { setTheme, useUi } from "./state/ui";

const root = document.getElementById("root");
if (root === null) throw new Error("the page has no #root");
const { theme, lang } = useUi.getState();
setTheme(theme);
document.documentElement.lang = lang;
const page = createRoot(root);
wordsHere().then(
  () => page.render(<App />),
  () => {
    // Without any words of ours yet: in both languages, and again as soon as the centre answers.
    root.textContent = "Mất liên lạc, đang thử lại. / No connection, trying again.";
    window.setTimeout(() => location.reload(), 2000);
  },
);
