/** The words of `station.*`; a page that says them brings them along. */
import { addWords } from "..";
import en from "../en/station.json";
import vi from "../vi/station.json";

addWords("station", vi, en);
