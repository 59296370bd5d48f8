/** The words of `station.*`; a page that says them brings them along. */
import { addWords } from "..";

addWords("station", { vi: () => import("../vi/station.json"), en: () => import("../en/station.json") });
