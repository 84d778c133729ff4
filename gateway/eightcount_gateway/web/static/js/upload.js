/** The upload page: sends both files, starts the comparison and moves on to its page. */

import { contentUrl, getRecording, isMotionFile, uploadVideo } from "./api.js";
import { BeatsEditor } from "./beats/beats_editor.js";
import { enableAfter, find } from "./dom.js";
import { DropField } from "./drop_field.js";
import { comparisons } from "./jobs_api.js";
import { problemNodes, reasonOf } from "./problem.js";
import { showRecent } from "./recent.js";
import { offerSample } from "./sample.js";

const form = /** @type {HTMLFormElement} */ (find("#upload"));
const compare = /** @type {HTMLButtonElement} */ (find("#compare"));
const options = /** @type {HTMLFieldSetElement} */ (find("#options"));
const cancel = find("#cancel");
const status = find("#status");
const problem = find("#problem");

const reference = new DropField(find("#reference"), { title: "Reference", hint: "The dance to copy" });
const take = new DropField(find("#take"), { title: "Take", hint: "Your own recording of that dance" });

const beats = new BeatsEditor(/** @type {HTMLDetailsElement} */ (find("#beats")), { noun: "reference" });
/** The comparison that is made once more with other options. @type {import("./jobs_api.js").Comparison | null} */
let before = null;

/** Ids of files that were uploaded already, so that after an error the other file is not sent again. @type {WeakMap<File, string>} */
const uploadedIds = new WeakMap();

form.addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
// A file dropped beside a field would otherwise replace the page.
for (const name of ["dragover", "drop"]) window.addEventListener(name, (event) => event.preventDefault());
reference.onchoose = () => beats.play(soundOf(reference));
showRecent(find("#recent"));
enableAfter(compare, showBefore()).catch(showProblem);
offerSample(find("#sample"), async (ofReference, ofTake) => {
  reference.takeFile(ofReference);
  take.takeFile(ofTake);
  await submit();
});

/** Fills in what an earlier comparison was made of, `/?again=ID`, or a reference, `/?reference=ID`; `#beats` opens the beats. */
async function showBefore() {
  const words = new URLSearchParams(location.search);
  const [id, referenceId] = [words.get("again"), words.get("reference")];
  if (referenceId) reference.takeStored(await getRecording(referenceId));
  if (!id) return;
  before = await comparisons.get(id);
  const { reference_video_id, take_video_id } = before;
  const [ofReference, ofTake] = await Promise.all([getRecording(reference_video_id), getRecording(take_video_id)]);
  reference.takeStored(ofReference);
  take.takeStored(ofTake);
  showOptions(before);
  if (before.beats) beats.fill(before.beats);
  if (location.hash === "#beats") beats.open();
}

/** What is played to set the beats. @param {DropField} field */
function soundOf({ file, stored }) {
  if (file) return { src: URL.createObjectURL(file), isMotion: isMotionFile(file.name) };
  return stored ? { src: contentUrl(stored.id), isMotion: isMotionFile(stored.name) } : { src: "", isMotion: false };
}

async function submit() {
  problem.hidden = true;
  const missing = [reference, take].filter((field) => field.isEmpty);
  for (const field of missing.reverse()) field.showError("Choose a video first.");
  if (missing.length) return;
  const ownBeats = beats.read();
  if (ownBeats === undefined) return;

  const stop = new AbortController();
  cancel.onclick = () => stop.abort();
  lock(true);
  try {
    const ids = await sendBoth(stop.signal);
    const options = { ...chosenOptions(), ...chosenDancers(ids), ...ids, ...(ownBeats && { beats: ownBeats }) };
    status.textContent = "Starting the comparison…";
    location.assign(comparisons.page((await comparisons.start(options)).id));
  } catch (error) {
    lock(false);
    const cancelled = error instanceof DOMException && error.name === "AbortError";
    status.textContent = cancelled ? "Upload cancelled." : "";
    if (!cancelled && !(error instanceof FieldError)) showProblem(error);
  }
}

/** An error that the field itself shows. */
class FieldError extends Error {}

/** @param {AbortSignal} signal */
async function sendBoth(signal) {
  status.textContent = "Sending the reference…";
  const reference_video_id = await send(reference, signal);
  status.textContent = "Sending the take…";
  const take_video_id = await send(take, signal);
  return { reference_video_id, take_video_id };
}

/**
 * @param {DropField} field
 * @param {AbortSignal} signal
 * @returns {Promise<string>} id of the video
 */
async function send(field, signal) {
  if (field.stored) return field.stored.id;
  const file = /** @type {File} */ (field.file);
  const known = uploadedIds.get(file);
  if (known) {
    field.showSent(file.size, file.size);
    return known;
  }
  try {
    const { id } = await uploadVideo(file, (done, total) => field.showSent(done, total), signal);
    field.showSent(file.size, file.size);
    uploadedIds.set(file, id);
    return id;
  } catch (error) {
    if (error instanceof DOMException) throw error;
    lock(false);
    field.showError(...problemNodes(reasonOf(error)));
    throw new FieldError();
  }
}

/** Read from the controls: a locked fieldset is left out of FormData. @param {string} name */
const control = (name) => /** @type {HTMLInputElement & { value: any }} */ (form.elements.namedItem(name));

/** The dancers of the comparison before, in the recordings that are the same. @param {{ reference_video_id: string, take_video_id: string }} ids */
function chosenDancers({ reference_video_id, take_video_id }) {
  return {
    ...(before?.reference_dancer && before.reference_video_id === reference_video_id && { reference_dancer: before.reference_dancer }),
    ...(before?.take_dancer && before.take_video_id === take_video_id && { take_dancer: before.take_dancer }),
  };
}

/** @param {import("./jobs_api.js").Comparison} comparison */
function showOptions({ model, align, mirrored, skeletons_only }) {
  control("model").value = model;
  control("align").value = align;
  control("mirrored").checked = mirrored;
  control("skeletons_only").checked = skeletons_only ?? false;
}

/** @returns {Omit<import("./jobs_api.js").ComparisonRequest, "reference_video_id" | "take_video_id">} */
function chosenOptions() {
  return {
    model: control("model").value,
    align: control("align").value,
    mirrored: control("mirrored").checked,
    skeletons_only: control("skeletons_only").checked,
  };
}

/** @param {boolean} locked */
function lock(locked) {
  for (const field of [reference, take]) {
    field.locked = locked;
    if (!locked) field.reset();
    else field.showError();
  }
  options.disabled = beats.locked = locked;
  compare.disabled = locked;
  cancel.hidden = !locked;
}

/** @param {unknown} error */
function showProblem(error) {
  problem.replaceChildren(...problemNodes(reasonOf(error)));
  problem.hidden = false;
}

// Back from the comparison's page the browser may show this one as it was left.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  lock(false);
  status.textContent = "";
});
