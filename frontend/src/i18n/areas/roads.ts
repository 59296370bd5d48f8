/** The words of `roads.*`; a page that says them brings them along. */
import { addWords } from "..";
import en from "../en/roads.json";
import vi from "../vi/roads.json";

addWords("roads", vi, en);
