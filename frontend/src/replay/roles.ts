/** Who may look back; the server decides, this only spares others the way. */
export const LOOKS_BACK: ReadonlySet<string> = new Set(["dispatcher", "commander", "supervisor", "administrator"]);

/** Who watches over the room. */
export const CHIEFS: ReadonlySet<string> = new Set(["commander", "supervisor", "administrator"]);
