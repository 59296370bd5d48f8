/** The words of `callOff.*`; a page that says them brings them along. */
import { addWords } from "..";

addWords("callOff", { vi: () => import("../vi/callOff.json"), en: () => import("../en/callOff.json") });
