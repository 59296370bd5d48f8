/** The words of `calls.*`; a page that says them brings them along. */
import { addWords } from "..";

addWords("calls", { vi: () => import("../vi/calls.json"), en: () => import("../en/calls.json") });
