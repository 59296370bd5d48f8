/** The words of `calls.*`; a page that says them brings them along. */
import { addWords } from "..";
import en from "../en/calls.json";
import vi from "../vi/calls.json";

addWords("calls", vi, en);
