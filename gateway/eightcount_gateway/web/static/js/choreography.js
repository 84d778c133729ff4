/** The page that generates dances: a song to upload, options, and recent dances. */

import { ApiError, contentUrl, getRecording, nameOfVideo, videoUrl } from "./api.js";
import { BeatsEditor } from "./beats/beats_editor.js";
import { listDanceModels, uploadSkeleton } from "./dances_api.js";
import { el, enableAfter, find } from "./dom.js";
import { DropField } from "./drop_field.js";
import { dances } from "./jobs_api.js";
import { RECENT, recentRow } from "./recent_rows.js";
import { UploadForm } from "./upload_form.js";
import { styleName } from "./style_text.js";

/** @typedef {import("./api_types.js").DanceModel} DanceModel */

const form = /** @type {HTMLFormElement} */ (find("#ask"));
const model = /** @type {HTMLSelectElement} */ (find("#model"));
const style = /** @type {HTMLSelectElement} */ (find("#style"));
const energy = /** @type {HTMLSelectElement} */ (find("#energy"));
const seconds = /** @type {HTMLInputElement} */ (find("#seconds"));
const seed = /** @type {HTMLInputElement} */ (find("#seed"));
const mirrored = /** @type {HTMLInputElement} */ (find("#mirrored"));
const skeleton = /** @type {HTMLInputElement} */ (find("#skeleton"));
const field = new DropField(find("#music"), {
  title: "Music",
  hint: "Any audio file, or a video with sound",
  choose: "Choose a song or drop it here",
  accept: "audio/*,video/*,.flac,.opus,.mkv,.mts,.m2ts,.vob,.ts,.mpg,.wmv,.flv,.3gp,.avi,.mov,.webm",
});

const beats = new BeatsEditor(/** @type {HTMLDetailsElement} */ (find("#beats")), { noun: "song" });
field.onchoose = () => beats.play({ src: soundOf(field), isMotion: false });

const uploadForm = new UploadForm(field, {
  sending: "Uploading the music…",
  ready: () => {
    if (field.isEmpty) field.showError("Choose a song first.");
    return !field.isEmpty && form.reportValidity() && beats.read() !== undefined;
  },
  lock: (locked) => (beats.locked = locked),
  ask: async (send) => {
    const exportOptions = await uploadCharacter();
    return dances.page((await dances.start({ music_id: await send(), ...exportOptions, ...generationOptions(), ...chosenBeats() })).id);
  },
});
const modelsShown = showModels();
showRecent();
enableAfter(/** @type {HTMLButtonElement} */ (find("#start")), showBefore()).catch((error) => uploadForm.showProblem(error));

/** What is played to set the beats. @param {DropField} field */
const soundOf = ({ file, stored }) => (file ? URL.createObjectURL(file) : stored ? contentUrl(stored.id) : "");

function chosenBeats() {
  const own = beats.read();
  return own ? { beats: own } : {};
}

/** Fills in the music and the options of an earlier dance: `/choreography?again=ID`; `#beats` opens the beats. */
async function showBefore() {
  const id = new URLSearchParams(location.search).get("again");
  if (!id) return;
  const [dance] = await Promise.all([dances.get(id), modelsShown]);
  field.takeStored(await getRecording(dance.music_id));
  showOptions(dance);
  if (dance.beats) beats.fill(dance.beats);
  if (location.hash === "#beats") beats.open();
}

/** Uploads the character first, so that a file that is refused is reported before the song is sent. */
async function uploadCharacter() {
  const [file] = skeleton.files ?? [];
  return file ? { skeleton_id: (await uploadSkeleton(file)).id } : {};
}

const generationOptions = () => ({
  model: model.value,
  style: style.value,
  seed: Number(seed.value),
  energy: Number(energy.value),
  mirrored: mirrored.checked,
  duration_seconds: seconds.value ? Number(seconds.value) : null,
});

/** @param {import("./api_types.js").DanceBody} dance */
function showOptions(dance) {
  if ([...model.options].some(({ value }) => value === dance.model)) model.value = dance.model;
  model.dispatchEvent(new Event("change"));
  if ([...style.options].some(({ value }) => value === dance.style)) style.value = dance.style;
  if ([...energy.options].some(({ value }) => Number(value) === dance.energy)) energy.value = String(dance.energy);
  seed.value = String(dance.seed);
  mirrored.checked = dance.mirrored;
  seconds.value = dance.duration_seconds ? String(dance.duration_seconds) : "";
}

/** Fills in the models and the styles of the chosen one. */
async function showModels() {
  try {
    const models = await listDanceModels();
    model.append(...models.map(({ name }) => el("option", { value: name }, name)));
    model.addEventListener("change", () => showStyles(models));
    showStyles(models);
    if (!models.length) throw new ApiError("There is no dance model yet.", "NO_DANCE_MODEL", 404);
  } catch (error) {
    uploadForm.showProblem(error);
  }
}

/** Offers the styles of the chosen model, or of every model while none is chosen. @param {DanceModel[]} models */
function showStyles(models) {
  const chosen = models.filter(({ name }) => !model.value || name === model.value);
  const names = [...new Set(chosen.flatMap(({ styles }) => styles))].sort();
  const [none] = style.options;
  style.replaceChildren(...(none ? [none] : []), ...names.map((name) => el("option", { value: name }, styleName(name))));
}

async function showRecent() {
  const recent = await dances.listRecent(RECENT).catch(() => []);
  const songs = await Promise.all(recent.map(({ music_id }) => nameOfVideo(music_id, "A song")));
  find("#recent").hidden = recent.length === 0;
  find("#recent ul").replaceChildren(...recent.map((dance, place) =>
    recentRow(dances, dance, { noun: "dance", names: [el("b", {}, songs[place])], note: `seed ${dance.seed}`, recordingUrls: [videoUrl(dance.music_id)] })));
}
