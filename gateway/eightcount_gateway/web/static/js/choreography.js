/** The page that makes dances: a song to send, wishes, and recent dances. */

import { ApiError, getVideo, uploadVideo } from "./api.js";
import { createDance, danceLinks, listDanceModels, listDances, uploadSkeleton } from "./api_dances.js";
import { el, find } from "./dom.js";
import { DropField } from "./drop_field.js";
import { problemNodes, reasonOf } from "./problem.js";
import { styleName } from "./style_words.js";
import { dateText } from "./words.js";

/** @typedef {import("./types.js").Dance} Dance */
/** @typedef {import("./types.js").DanceModel} DanceModel */

const SHOWN = 8;
/** @type {Record<Dance["status"], string>} */
const STATUS = { queued: "waiting", running: "running", succeeded: "done", failed: "failed", cancelled: "cancelled" };

const form = /** @type {HTMLFormElement} */ (find("#ask"));
const controls = /** @type {HTMLFieldSetElement} */ (find("#options"));
const model = /** @type {HTMLSelectElement} */ (find("#model"));
const style = /** @type {HTMLSelectElement} */ (find("#style"));
const energy = /** @type {HTMLSelectElement} */ (find("#energy"));
const seconds = /** @type {HTMLInputElement} */ (find("#seconds"));
const seed = /** @type {HTMLInputElement} */ (find("#seed"));
const mirrored = /** @type {HTMLInputElement} */ (find("#mirrored"));
const skeleton = /** @type {HTMLInputElement} */ (find("#skeleton"));
const start = /** @type {HTMLButtonElement} */ (find("#start"));
const cancel = find("#cancel");
const status = find("#status");
const problem = find("#problem");
const field = new DropField(find("#music"), {
  title: "Music",
  hint: "Any audio file, or a video with sound",
  choose: "Choose a song or drop it here",
  accept: "audio/*,video/*,.flac,.opus,.mkv",
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
for (const name of ["dragover", "drop"]) window.addEventListener(name, (event) => event.preventDefault());
showModels();
showRecent();

async function submit() {
  problem.hidden = true;
  if (!field.file) {
    field.showError("Choose a song first.");
    return;
  }
  if (!form.reportValidity()) return;
  const stop = new AbortController();
  cancel.onclick = () => stop.abort();
  lock(true);
  try {
    const [character] = skeleton.files ?? [];
    const skeleton_id = character ? (await uploadSkeleton(character)).id : "";
    const music_id = await send(field.file, stop.signal);
    location.assign(danceLinks((await createDance({ music_id, skeleton_id, ...wishes() })).id).page);
  } catch (error) {
    lock(false);
    const cancelled = error instanceof DOMException && error.name === "AbortError";
    status.textContent = cancelled ? "Upload cancelled." : "";
    if (!cancelled) showProblem(error);
  }
}

const wishes = () => ({
  model: model.value,
  style: style.value,
  seed: Number(seed.value),
  energy: Number(energy.value),
  mirrored: mirrored.checked,
  duration_seconds: Number(seconds.value),
});

/** @param {File} file @param {AbortSignal} signal @returns {Promise<string>} id of the music */
async function send(file, signal) {
  status.textContent = "Sending the music…";
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

/** The models there are, and the styles of the one that is chosen. */
async function showModels() {
  try {
    const models = await listDanceModels();
    model.append(...models.map(({ name }) => el("option", { value: name }, name)));
    model.addEventListener("change", () => showStyles(models));
    showStyles(models);
    if (!models.length) throw new ApiError("There is no model that dances yet.", "NO_DANCE_MODEL", 404);
  } catch (error) {
    showProblem(error);
  }
}

/** Of every model while none is chosen. @param {DanceModel[]} models */
function showStyles(models) {
  const chosen = models.filter(({ name }) => !model.value || name === model.value);
  const names = [...new Set(chosen.flatMap(({ styles }) => styles))].sort();
  const [none] = style.options;
  style.replaceChildren(...(none ? [none] : []), ...names.map((name) => el("option", { value: name }, styleName(name))));
}

async function showRecent() {
  const dances = (await listDances().catch(() => [])).slice(0, SHOWN);
  const songs = await Promise.all(dances.map(({ music_id }) => getVideo(music_id).catch(() => null)));
  find("#recent").hidden = dances.length === 0;
  find("#recent ul").replaceChildren(...dances.map((dance, place) => row(dance, songs[place]?.file_name ?? "A song")));
}

/** @param {Dance} dance @param {string} name */
function row({ id, status: state, created_at, seed: number }, name) {
  return el("li", {},
    el("a", { href: danceLinks(id).page }, el("b", {}, name)),
    el("span", { class: "muted date" }, `${dateText(created_at)} · seed ${number}`),
    el("span", { class: "muted" }, STATUS[state]));
}

// Back from the result the browser may show this page as it was left.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  lock(false);
  status.textContent = "";
});
