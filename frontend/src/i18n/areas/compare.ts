/** The words of `compare.*`; a page that says them brings them along. */
import { addWords } from "..";

addWords("compare", { vi: () => import("../vi/compare.json"), en: () => import("../en/compare.json") });
