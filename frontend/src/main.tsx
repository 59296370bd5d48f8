import { createRoot } from "react-dom/client";

import "./ui/fonts.css";
import "./ui/tokens.css";
import "./ui/base.css";
import "./ui/console.css";
import "./ui/panels.css";
import { App } from "./app";
import "./i18n";
import { setTheme, useUi } from "./state/ui";

const root = document.getElementById("root");
if (root === null) throw new Error("the page has no #root");
const { theme, lang } = useUi.getState();
setTheme(theme);
document.documentElement.lang = lang;
createRoot(root).render(<App />);
