/** The words of `field.*`; a page that says them brings them along. */
import { addWords } from "..";

addWords("field", { vi: () => import("../vi/field.json"), en: () => import("../en/field.json") });
