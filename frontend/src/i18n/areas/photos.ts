/** The words of `photos.*`; a page that says them brings them along. */
import { addWords } from "..";
import en from "../en/photos.json";
import vi from "../vi/photos.json";

addWords("photos", vi, en);
