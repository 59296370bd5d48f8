/** The words of `roads.*`; a page that says them brings them along. */
import { addWords } from "..";

addWords("roads", { vi: () => import("../vi/roads.json"), en: () => import("../en/roads.json") });
