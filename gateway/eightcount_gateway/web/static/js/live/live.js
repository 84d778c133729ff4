/** The page of live sessions: choose a dance, turn the camera on, dance, read the result. */

import { getRecording, uploadVideo } from "../api.js";
import { el, enableAfter, find } from "../dom.js";
import { DropField } from "../drop_field.js";
import { comparisons } from "../jobs_api.js";
import { loopOf } from "../moments.js";
import { prepareMotion, sendReference } from "../preparation.js";
import { problemNodes, reasonOf } from "../problem.js";
import { describeCameraError, isCameraError } from "./camera.js";
import { PracticeRoom } from "./practice_room.js";
import { showResult, showTake } from "./result_view.js";

/** @typedef {import("./pose_source.js").Place} Place */

const STAYS_HERE = "The camera's images stay on this device: only the places of your joints are sent. A recording stays in this browser until you send it.";
/** Browsers give the camera to secure pages only. */
const HAS_CAMERA = Boolean(navigator.mediaDevices);
const GOES_THERE = "The camera's images go to this server while you dance, and are not kept. A recording stays in this browser until you send it.";

const reference = new DropField(find("#reference"), { title: "The dance to copy", hint: "A video of one dancer, with its music" });
const [turnOn, start, stop, prepare] = ["#turn-on", "#start", "#stop", "#prepare"].map((name) => /** @type {HTMLButtonElement} */ (find(name)));
const rate = /** @type {HTMLSelectElement} */ (find("#rate"));
const mirrored = /** @type {HTMLInputElement} */ (find("#mirrored"));
const recorded = /** @type {HTMLInputElement} */ (find("#recorded"));
const styles = /** @type {HTMLInputElement} */ (find("#styles"));
const scored = /** @type {HTMLInputElement} */ (find("#scored"));
const film = /** @type {HTMLInputElement} */ (find("#film"));
const place = /** @type {HTMLSelectElement} */ (find("#place"));
const problem = find("#problem");
const result = find("#result");
const room = new PracticeRoom();
let isCameraOn = false;

find("#choice").addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(prepareReference);
});
find("#name-style").addEventListener("click", () => enterRoom(null, null));
turnOn.addEventListener("click", () => attempt(openRoom));
start.addEventListener("click", () => attempt(begin));
stop.addEventListener("click", () => room.finish());
rate.addEventListener("change", () => (room.speed = Number(rate.value)));
for (const option of [mirrored, styles]) option.addEventListener("change", () => attempt(async () => {
  if (room.state === "waiting") await room.openSession(sessionOptions());
}));
place.addEventListener("change", () => attempt(async () => {
  if (isCameraOn) await room.findPosesAt(/** @type {Place} */ (place.value));
}));
scored.addEventListener("change", showControls);
film.addEventListener("change", () => attempt(async () => {
  if (film.files?.[0]) await compareTake(film.files[0]);
}));
room.onchange = showControls;
room.onresult = (/** @type {import("./messages.js").Result | null} */ found, /** @type {File | null} */ take) => {
  const actions = { again: () => attempt(begin), compare: take && room.referenceId ? () => attempt(() => compareTake(take)) : null };
  if (found) showResult(result, found, { ...actions, practise });
  else showTake(result, take, actions);
};
room.onproblem = (/** @type {unknown} */ error) => {
  isCameraOn = false;
  showControls();
  showProblem(error);
};
attempt(() => enableAfter(prepare, showChosen()));

/** Fills in the dance of `/live?reference=ID`. */
async function showChosen() {
  const id = new URLSearchParams(location.search).get("reference");
  if (id) reference.takeStored(await getRecording(id));
}

async function prepareReference() {
  if (reference.isEmpty) return reference.showError("Choose a video first.");
  prepare.disabled = true;
  try {
    const id = await sendReference(reference, new AbortController().signal);
    const { dancer } = await prepareMotion(id, find("#steps"));
    history.replaceState(null, "", `?reference=${encodeURIComponent(id)}`);
    enterRoom(id, dancer);
  } finally {
    prepare.disabled = false;
  }
}

/** @param {string | null} videoId the dance to copy; null to name the style only @param {import("../api_types.js").DancerBody | null} dancer */
function enterRoom(videoId, dancer) {
  room.show(videoId, dancer);
  find("#choose").hidden = true;
  find("#room").hidden = false;
  find("#room").classList.toggle("alone", videoId === null);
  find("#no-camera").hidden = HAS_CAMERA || videoId === null;
  showControls();
  turnOn.focus();
}

const sessionOptions = () => ({ mirrored: mirrored.checked, styles: styles.checked });

async function openRoom() {
  turnOn.disabled = true;
  try {
    await room.open({ ...sessionOptions(), recorded: recorded.checked, scored: scored.checked || !room.referenceId, place: /** @type {Place} */ (place.value) });
  } finally {
    turnOn.disabled = false;
  }
  isCameraOn = true;
  showControls();
  start.focus();
}

async function begin() {
  result.hidden = true;
  if (room.state === "closed") await room.openSession(sessionOptions());
  await room.begin();
}

/** Shows a moment of the dance to copy, slowly and again and again. @param {import("../moments.js").Moment} moment */
function practise(moment) {
  const { startS, endS } = loopOf(moment, 0);
  const words = new URLSearchParams({ speed: "0.5", loop: `${Math.max(0, startS).toFixed(2)}-${endS.toFixed(2)}`, name: moment.description });
  location.assign(`/practice?video=${encodeURIComponent(room.referenceId ?? "")}#${words}`);
}

/** Sends the recording of the take, and moves on to its comparison with the dance. @param {File} take */
async function compareTake(take) {
  if (!room.referenceId) return;
  const sent = find("#sent");
  const { id } = await uploadVideo(take, (done, total) => (sent.textContent = `Sending your take: ${Math.floor((100 * done) / total)} %`), new AbortController().signal);
  const options = { reference_video_id: room.referenceId, reference_dancer: room.dancer, take_video_id: id, mirrored: mirrored.checked };
  location.assign(comparisons.page((await comparisons.start(options)).id));
}

function showControls() {
  const isDancing = room.state === "dancing";
  turnOn.hidden = isCameraOn || !HAS_CAMERA;
  start.hidden = !isCameraOn || isDancing || room.state === "ending";
  stop.hidden = !isDancing;
  mirrored.disabled = styles.disabled = isDancing || room.state === "ending";
  scored.disabled = isCameraOn;
  recorded.disabled = isCameraOn || !scored.checked;
  if (!scored.checked) recorded.checked = true;
  place.disabled = isDancing || room.state === "ending" || !scored.checked;
  if (isCameraOn) find("#privacy").textContent = room.isLocal || !scored.checked ? STAYS_HERE : GOES_THERE;
}

/** Does something, and shows why it failed. @param {() => Promise<unknown>} work */
async function attempt(work) {
  problem.hidden = true;
  try {
    await work();
  } catch (error) {
    showProblem(error);
  }
}

/** @param {unknown} error */
function showProblem(error) {
  problem.replaceChildren(...(isCameraError(error) ? [el("p", { class: "strong" }, describeCameraError(error))] : problemNodes(reasonOf(error))));
  problem.hidden = false;
}
