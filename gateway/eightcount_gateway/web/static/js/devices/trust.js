/** The page before TLS: finds out whether the device trusts this computer, and says how it comes to. */

import { find } from "../dom.js";
import { fingerprintText } from "./fingerprint.js";

/** @typedef {{ url: string, fingerprint: string }} Network */

const key = location.hash.slice(1);

/** @type {Network} */
const network = await (await fetch("/network.json")).json();
find("#fingerprint").textContent = fingerprintText(network.fingerprint);
find("#lost").hidden = key !== "";
/** @type {HTMLAnchorElement} */ (find("#anyway")).href = joinUrl();
find("#again").addEventListener("click", goOn);
openSteps();
await goOn();

function joinUrl() {
  return `${network.url}/join#${key}`;
}

/** Goes on when the device trusts this computer, otherwise shows the steps. */
async function goOn() {
  if (await isTrusted()) return location.replace(joinUrl());
  find("#status").textContent = "There is no secure connection to the computer yet.";
  find("#steps").hidden = false;
}

/** Whether a request over TLS arrives. It does not where the certificate is not trusted, nor where the port is closed: a page cannot tell which. */
async function isTrusted() {
  try {
    return (await fetch(`${network.url}/trusted`, { cache: "no-store" })).ok;
  } catch {
    return false;
  }
}

/** Opens what fits this device. */
function openSteps() {
  const system = /iPhone|iPad/.test(navigator.userAgent) ? "ios" : /Android/.test(navigator.userAgent) ? "android" : "other";
  /** @type {HTMLDetailsElement} */ (find(`[data-system="${system}"]`)).open = true;
}
