/** The words of `replay.*`; a page that says them brings them along. */
import { addWords } from "..";

addWords("replay", { vi: () => import("../vi/replay.json"), en: () => import("../en/replay.json") });
