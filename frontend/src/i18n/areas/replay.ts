/** The words of `replay.*`; a page that says them brings them along. */
import { addWords } from "..";
import en from "../en/replay.json";
import vi from "../vi/replay.json";

addWords("replay", vi, en);
