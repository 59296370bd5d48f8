/** What a key or a button opens, in one file of its own (`ui/later.ts`): apart they compress worse. */
export { default as CallOff } from "../callOff";
export { default as ReachBar } from "../map/reach";
export { default as Roads } from "../roads";
export { default as Help } from "./help";
export { default as Missed } from "./missed";
export { default as Who } from "./who";
