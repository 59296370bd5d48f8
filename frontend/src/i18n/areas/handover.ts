/** The words of `handover.*`; a page that says them brings them along. */
import { addWords } from "..";
import en from "../en/handover.json";
import vi from "../vi/handover.json";

addWords("handover", vi, en);
