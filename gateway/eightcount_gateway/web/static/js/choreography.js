/** The page that generates dances: a song to upload, options, and recent dances. */

import { ApiError, nameOfVideo, videoUrl } from "./api.js";
import { listDanceModels, uploadSkeleton } from "./dances_api.js";
import { el, find } from "./dom.js";
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

const uploadForm = new UploadForm(field, {
  sending: "Uploading the music…",
  ready: () => {
    if (!field.file) field.showError("Choose a song first.");
    return field.file !== null && form.reportValidity();
  },
  ask: async (send) => {
    const exportOptions = await uploadCharacter();
    return dances.page((await dances.start({ music_id: await send(), ...exportOptions, ...generationOptions() })).id);
  },
});
showModels();
showRecent();

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
