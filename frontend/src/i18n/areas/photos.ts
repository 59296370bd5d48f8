/** The words of `photos.*`; a page that says them brings them along. */
import { addWords } from "..";

addWords("photos", { vi: () => import("../vi/photos.json"), en: () => import("../en/photos.json") });
