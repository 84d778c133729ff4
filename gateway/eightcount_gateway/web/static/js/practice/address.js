/** What a dancer practises, in the part of the address after `#`: it can be sent to somebody, and survives a reload. */

/** @typedef {import("../player.js").Loop} Loop */
/** @typedef {"side" | "overlay" | "ghost"} View */
/** @typedef {{ view: View, isMirrored: boolean, rate: number, loop: Loop | null }} Practice */

export const VIEWS = /** @type {View[]} */ (["side", "overlay", "ghost"]);

/** @returns {Practice} */
export function readPractice() {
  const words = new URLSearchParams(location.hash.slice(1));
  const [startS, endS] = (words.get("loop") ?? "").split("-").map(Number.parseFloat);
  const rate = Number.parseFloat(words.get("speed") ?? "");
  return {
    view: VIEWS.find((one) => one === words.get("view")) ?? "side",
    isMirrored: words.has("mirror"),
    rate: rate > 0 ? rate : 1,
    loop: endS > startS ? { startS, endS, label: words.get("name") ?? "the loop of this link" } : null,
  };
}

/** @param {Practice} practice */
export function keepPractice({ view, isMirrored, rate, loop }) {
  const words = new URLSearchParams();
  if (view !== "side") words.set("view", view);
  if (isMirrored) words.set("mirror", "1");
  if (rate !== 1) words.set("speed", String(rate));
  if (loop) {
    words.set("loop", `${loop.startS.toFixed(2)}-${loop.endS.toFixed(2)}`);
    words.set("name", loop.label);
  }
  history.replaceState(null, "", `${location.pathname}${location.search}${words.size ? `#${words}` : ""}`);
}
