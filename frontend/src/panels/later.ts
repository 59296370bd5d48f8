/** The console's parts that come after its first paint. */
import { Later } from "../ui/later";

export const opened = new Later(() => import("./opened"));
