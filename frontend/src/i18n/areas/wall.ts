/** The words of `wall.*`; a page that says them brings them along. */
import { addWords } from "..";
import en from "../en/wall.json";
import vi from "../vi/wall.json";

addWords("wall", vi, en);
