/** The words of `supervisor.*`; a page that says them brings them along. */
import { addWords } from "..";
import en from "../en/supervisor.json";
import vi from "../vi/supervisor.json";

addWords("supervisor", vi, en);
