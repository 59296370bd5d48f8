/** The words of `supervisor.*`; a page that says them brings them along. */
import { addWords } from "..";

addWords("supervisor", { vi: () => import("../vi/supervisor.json"), en: () => import("../en/supervisor.json") });
