/** The words of `wall.*`; a page that says them brings them along. */
import { addWords } from "..";

addWords("wall", { vi: () => import("../vi/wall.json"), en: () => import("../en/wall.json") });
