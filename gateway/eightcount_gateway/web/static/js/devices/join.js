/** The page on which an invited device joins: the key of the invitation is the fragment of its address. */

import { find } from "../dom.js";
import { problemNodes, reasonOf } from "../problem.js";
import { joinAs } from "./devices_api.js";

const AFTER = "/live";
/** Names of devices by what browsers call their systems. @type {[RegExp, string][]} */
const NAMES = [[/iPhone/, "iPhone"], [/iPad/, "iPad"], [/Android.*Mobile/, "Android phone"], [/Android/, "Android tablet"], [/Macintosh/, "Mac"], [/Windows/, "Windows computer"], [/Linux/, "Linux computer"]];

const key = decodeURIComponent(location.hash.slice(1));
// The key is good once; it is taken out of the address so that it is not kept in the history.
history.replaceState(null, "", location.pathname);
await join();

async function join() {
  if (!key) return explain("This device has not joined yet.");
  try {
    await joinAs(key, deviceName(navigator.userAgent));
    find("#status").textContent = "This device has joined.";
    location.replace(AFTER);
  } catch (error) {
    const problem = find("#problem");
    problem.replaceChildren(...problemNodes(reasonOf(error)));
    problem.hidden = false;
    explain("This device could not join.");
  }
}

/** @param {string} words */
function explain(words) {
  find("#status").textContent = words;
  find("#help").hidden = false;
}

/** @param {string} userAgent */
function deviceName(userAgent) {
  return NAMES.find(([system]) => system.test(userAgent))?.[1] ?? "a device";
}
