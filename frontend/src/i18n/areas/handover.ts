/** The words of `handover.*`; a page that says them brings them along. */
import { addWords } from "..";

addWords("handover", { vi: () => import("../vi/handover.json"), en: () => import("../en/handover.json") });
