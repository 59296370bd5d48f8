/** Words of the page that plans tours. */
import { addWords } from "..";

addWords("tours", { vi: () => import("../vi/tours.json"), en: () => import("../en/tours.json") });
