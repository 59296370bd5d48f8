/** The one door to the wire's types. */
export type * from "./values";
export type * from "./rows";
export type * from "./frames";
