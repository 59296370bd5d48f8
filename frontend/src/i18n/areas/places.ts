/** Words of the page of learnt addresses. */
import { addWords } from "..";

addWords("places", { vi: () => import("../vi/places.json"), en: () => import("../en/places.json") });
