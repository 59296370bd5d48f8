/** The words of `field.*`; a page that says them brings them along. */
import { addWords } from "..";
import en from "../en/field.json";
import vi from "../vi/field.json";

addWords("field", vi, en);
