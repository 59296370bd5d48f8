/** Who may look back; the server decides, this only spares others the way. */
export const LOOKS_BACK: ReadonlySet<string> = new Set(["dispatcher", "commander", "supervisor", "administrator"]);
