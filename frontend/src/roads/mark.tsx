/** The map's sign for a kind, beside words: no entry, waves, slow, between two walls a bar or the way through. */
const PATHS: Readonly<Record<string, string>> = {
  closed: "M9 1.5a7.5 7.5 0 1 0 0 15a7.5 7.5 0 1 0 0-15M4.5 9h9",
  flood: "M1.5 1.5h15v15h-15zM3.5 7q2.7-4 5.5 0t5.5 0M3.5 12q2.7-4 5.5 0t5.5 0",
  slow: "M9 1.5l8 14.5h-16zM9 7v5",
  unfit: "M3 1.5v15M15 1.5v15M3 9h12",
  fits: "M3 1.5v15M15 1.5v15M9 3.5v11",
};

export function RoadMark({ kind }: { kind: string }) {
  return (
    <svg className={`road-mark ${kind}`} width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
      <path d={PATHS[kind]} fill="none" stroke="currentColor" strokeWidth="1.8" />
    </svg>
  );
}
