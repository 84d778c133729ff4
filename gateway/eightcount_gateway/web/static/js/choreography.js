/** The page that makes dances: a song to send, wishes, and recent dances. */

import { ApiError, getVideo } from "./api.js";
import { createDance, danceLinks, listDanceModels, listDances, uploadSkeleton } from "./api_dances.js";
import { el, find } from "./dom.js";
import { DropField } from "./drop_field.js";
import { SHOWN, recentRow } from "./recent_rows.js";
import { SendingForm } from "./sending_form.js";
import { styleName } from "./style_words.js";

/** @typedef {import("./types.js").DanceModel} DanceModel */

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
  accept: "audio/*,video/*,.flac,.opus,.mkv",
});

const sending = new SendingForm(field, {
  sending: "Sending the music…",
  ready: () => {
    if (!field.file) field.showError("Choose a song first.");
    return field.file !== null && form.reportValidity();
  },
  ask: async (send) => {
    const written = await character();
    return danceLinks((await createDance({ music_id: await send(), ...written, ...wishes() })).id).page;
  },
});
showModels();
showRecent();

/** The character that the dance is for comes first: what is wrong with it is told before the song is sent. */
async function character() {
  const [file] = skeleton.files ?? [];
  return file ? { skeleton_id: (await uploadSkeleton(file)).id } : {};
}

const wishes = () => ({
  model: model.value,
  style: style.value,
  seed: Number(seed.value),
  energy: Number(energy.value),
  mirrored: mirrored.checked,
  duration_seconds: Number(seconds.value),
});

/** The models there are, and the styles of the one that is chosen. */
async function showModels() {
  try {
    const models = await listDanceModels();
    model.append(...models.map(({ name }) => el("option", { value: name }, name)));
    model.addEventListener("change", () => showStyles(models));
    showStyles(models);
    if (!models.length) throw new ApiError("There is no model that dances yet.", "NO_DANCE_MODEL", 404);
  } catch (error) {
    sending.showProblem(error);
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
  find("#recent ul").replaceChildren(...dances.map((dance, place) =>
    recentRow(dance, { page: danceLinks(dance.id).page, name: songs[place]?.file_name ?? "A song", note: `seed ${dance.seed}` })));
}
