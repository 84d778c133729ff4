/** The page of devices: an invitation for one more, and those that have joined. */

import { deleteButton } from "../deletion.js";
import { el, find } from "../dom.js";
import { problemNodes, reasonOf } from "../problem.js";
import { dateText } from "../text.js";
import { deviceUrl, inviteDevice, listDevices } from "./devices_api.js";
import { fingerprintText } from "./fingerprint.js";
import { drawQrCode } from "./qr_code.js";

/** @typedef {import("./devices_api.js").Device} Device */

/** How often the list is read while the page is seen: whoever has joined is shown, and gets no second code. */
const POLL_MS = 3000;
const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });

const section = find("#devices");
const list = find(".recent", section);
const problem = find("#problem");
/** @type {Set<string> | null} */
let known = null;
let expiresMs = Infinity;

find("#again").addEventListener("click", () => {
  problem.hidden = true;
  attempt(showInvitation);
});
setInterval(() => document.hidden || refresh().catch(() => undefined), POLL_MS);
await attempt(showInvitation);
await attempt(showDevices);

/** Shows what has changed. */
async function refresh() {
  if (Date.now() > expiresMs) await showInvitation();
  await showDevices();
}

async function showInvitation() {
  const { url, qr_code: rows, expires_at: expires, fingerprint } = await inviteDevice();
  drawQrCode(/** @type {HTMLCanvasElement} */ (find("#code")), rows);
  Object.assign(find("#address"), { href: url, textContent: url });
  expiresMs = Date.parse(expires);
  find("#fingerprint").textContent = fingerprintText(fingerprint);
  find("#validity").textContent = `Good for one phone, until ${TIME.format(new Date(expires))}.`;
  find("#invitation").hidden = false;
}

async function showDevices() {
  const devices = await listDevices();
  const joined = known && devices.find((one) => !known?.has(one.id));
  const isSame = known?.size === devices.length && !joined;
  known = new Set(devices.map((one) => one.id));
  if (isSame) return;
  section.hidden = devices.length === 0;
  list.replaceChildren(...devices.map(deviceRow));
  if (!joined) return;
  await showInvitation();
  find("#validity").textContent = `${joined.name} has joined. The code above is a new one, for another phone.`;
}

/** @param {Device} device */
function deviceRow(device) {
  const onDeleted = () => attempt(showDevices);
  return el("li", {},
    el("span", {}, device.name),
    el("span", { class: "muted date" }, `joined ${dateText(device.created_at)}`),
    el("span"),
    deleteButton({ noun: "device", url: deviceUrl(device.id), recordingUrls: [], onDeleted }));
}

/** Does something, and shows why it failed. @param {() => Promise<unknown>} work */
async function attempt(work) {
  try {
    await work();
  } catch (error) {
    problem.replaceChildren(...problemNodes(reasonOf(error)));
    problem.hidden = false;
  }
}
