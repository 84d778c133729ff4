/** The page that asks for a style: a recording to send or one sent before, the models, and recent answers. */

import { getVideo, listComparisons, uploadVideo } from "./api.js";
import { classificationLinks, createClassification, listClassifications, listStyleModels } from "./api_styles.js";
import { DancerPicker } from "./dancer_picker.js";
import { el, find } from "./dom.js";
import { DropField } from "./drop_field.js";
import { problemNodes, reasonOf } from "./problem.js";
import { modelList } from "./style_models.js";
import { dateText } from "./words.js";

/** @typedef {import("./types.js").Classification} Classification */

const SHOWN = 8;
/** @type {Record<Classification["status"], string>} */
const STATUS = { queued: "waiting", running: "running", succeeded: "done", failed: "failed", cancelled: "cancelled" };

const form = /** @type {HTMLFormElement} */ (find("#ask"));
const controls = /** @type {HTMLFieldSetElement} */ (find("#options"));
const known = /** @type {HTMLSelectElement} */ (find("#known"));
const styleModel = /** @type {HTMLSelectElement} */ (find("#style-model"));
const detail = /** @type {HTMLSelectElement} */ (find("#detail"));
const start = /** @type {HTMLButtonElement} */ (find("#start"));
const cancel = find("#cancel");
const status = find("#status");
const problem = find("#problem");
const field = new DropField(find("#recording"), { title: "Recording", hint: "One dancer, whole body in the picture" });

form.addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
const dancer = new DancerPicker(/** @type {HTMLDetailsElement} */ (find("#dancer")));
field.onchoose = showPicture;
known.addEventListener("change", () => {
  field.showError();
  showPicture();
});
for (const name of ["dragover", "drop"]) window.addEventListener(name, (event) => event.preventDefault());
showModels();
showRecent();

async function submit() {
  problem.hidden = true;
  if (!field.file && !known.value) {
    field.showError("Choose a video first.");
    return;
  }
  const stop = new AbortController();
  cancel.onclick = () => stop.abort();
  lock(true);
  try {
    const video_id = field.file ? await send(field.file, stop.signal) : known.value;
    const chosen = dancer.value;
    const wanted = { video_id, model: detail.value, style_model: styleModel.value, ...(chosen && { dancer: chosen }) };
    location.assign(classificationLinks((await createClassification(wanted)).id).page);
  } catch (error) {
    lock(false);
    const cancelled = error instanceof DOMException && error.name === "AbortError";
    status.textContent = cancelled ? "Upload cancelled." : "";
    if (!cancelled) showProblem(error);
  }
}

/** Of the recording that will be asked about, so that a dancer can be chosen in it. */
function showPicture() {
  const sent = known.value ? `/v1/videos/${encodeURIComponent(known.value)}/content` : "";
  dancer.show(field.file ? URL.createObjectURL(field.file) : sent);
}

/** @param {File} file @param {AbortSignal} signal @returns {Promise<string>} id of the video */
async function send(file, signal) {
  status.textContent = "Sending the recording…";
  const { id } = await uploadVideo(file, (done, total) => field.showSent(done, total), signal);
  field.showSent(file.size, file.size);
  return id;
}

/** @param {boolean} locked */
function lock(locked) {
  field.locked = locked;
  if (!locked) field.reset();
  controls.disabled = start.disabled = locked;
  cancel.hidden = !locked;
}

/** @param {unknown} error */
function showProblem(error) {
  problem.replaceChildren(...problemNodes(reasonOf(error)));
  problem.hidden = false;
}

async function showModels() {
  const section = find("#models");
  try {
    const models = await listStyleModels();
    const others = models.filter(({ name }) => name !== "starter");
    styleModel.append(...others.map(({ name }) => el("option", { value: name }, name)));
    section.append(models.length ? modelList(models) : el("p", { class: "muted" }, "There are no models yet."));
  } catch (error) {
    section.append(el("div", { class: "notice warning" }, ...problemNodes(reasonOf(error))));
  }
}

/** Recent answers; their recordings, and those of comparisons, can be asked about again. */
async function showRecent() {
  const classifications = (await listClassifications().catch(() => [])).slice(0, SHOWN);
  const comparisons = (await listComparisons().catch(() => [])).slice(0, SHOWN);
  const ids = [...classifications.map(recordingOf), ...comparisons.flatMap(({ take_video_id, reference_video_id }) => [take_video_id, reference_video_id])];
  const videos = await Promise.all([...new Set(ids)].map((id) => getVideo(id).catch(() => null)));
  const names = new Map(videos.flatMap((video) => (video ? [[video.id, video.file_name]] : [])));
  known.append(...[...names].map(([id, name]) => el("option", { value: id }, name)));
  find("#known-label").hidden = names.size === 0;
  find("#recent").hidden = classifications.length === 0;
  find("#recent ul").replaceChildren(...classifications.map((one) => row(one, names.get(recordingOf(one)) ?? "A recording")));
}

/** A video or a motion from a file. @param {Classification} classification */
const recordingOf = ({ video_id, motion_id }) => video_id || motion_id || "";

/** @param {Classification} classification @param {string} name */
function row({ id, status: state, created_at }, name) {
  return el("li", {},
    el("a", { href: classificationLinks(id).page }, el("b", {}, name)),
    el("span", { class: "muted date" }, dateText(created_at)),
    el("span", { class: "muted" }, STATUS[state]));
}

// Back from the result the browser may show this page as it was left.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  lock(false);
  status.textContent = "";
});
