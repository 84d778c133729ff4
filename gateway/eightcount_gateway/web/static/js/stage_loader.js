/** Loads the 3D stage of a dance into its page, or a sentence that says why there is none. */

import { ApiError, contentUrl, getVideo, request } from "./api.js";
import { getDanceCounts } from "./dances_api.js";
import { el } from "./dom.js";
import { dances } from "./jobs_api.js";

/** @typedef {import("./api_types.js").DanceBody} Dance */
/** @typedef {import("./api_types.js").DanceResult} DanceResult */
/** @typedef {import("./stage/stage.js").Stage} Stage */
/** @typedef {import("./dom.js").Child} Child */

const LONGEST_S = 1800;

/** Why there is no stage, in words for a person. */
class NoStage extends Error {
  /** @param {...Child} words */
  constructor(...words) {
    super("there is no stage");
    this.words = words;
  }
}

/**
 * Builds the stage and puts it into `place`. Resolves to null where it left a sentence there.
 * @param {HTMLElement} place
 * @param {{ dance: Dance, result: DanceResult }} finished
 * @returns {Promise<Stage | null>}
 */
export async function showStage(place, { dance, result }) {
  place.replaceChildren(el("div", { class: "viewport" }, el("p", { class: "waiting", role: "status" }, "Loading the stage…")));
  try {
    const stage = await stageOf({ dance, result });
    place.replaceChildren(stage.element);
    addEventListener("pagehide", (event) => (event.persisted ? stage.pause() : stage.dispose()));
    return stage;
  } catch (error) {
    place.replaceChildren(el("p", { class: "muted no-stage", role: "note" }, ...wordsOf(error)));
    return null;
  }
}

/** @param {{ dance: Dance, result: DanceResult }} finished */
async function stageOf({ dance, result }) {
  if (result.seconds > LONGEST_S) throw new NoStage("The 3D stage shows dances of up to half an hour.");
  if (!document.createElement("canvas").getContext("webgl2")) throw new NoStage("This browser cannot draw in 3D: WebGL 2 is missing.");
  const three = await request("/static/vendor/three.json");
  if (!three.is_there) throw new NoStage("For the 3D stage, run ", el("code", {}, three.command), " on the server.");
  const { openMusic } = await import("./stage/clock.js");
  const addresses = await soundOf({ dance, result });
  const [{ openStage }, data, counts, music] = await Promise.all([
    import("./stage/stage.js"), figureOf(dance.id), getDanceCounts(dance.id).catch(() => null), openMusic(addresses),
  ]);
  return openStage(data, { seconds: result.seconds, counts: counts?.counts ?? [], guessed: counts?.guessed ?? false, music, hadMusic: addresses.length > 0 });
}

/** @param {string} id */
async function figureOf(id) {
  const response = await fetch(dances.url(id, "stage.glb"));
  if (!response.ok) throw new NoStage("The figure for the 3D stage is not available at the moment.");
  return response.arrayBuffer();
}

/** Addresses of the music, best first: the uploaded song unless it was deleted, then the sound of the dance's video. @param {{ dance: Dance, result: DanceResult }} finished */
async function soundOf({ dance, result }) {
  const song = await getVideo(dance.music_id).catch(() => null);
  const video = result.formats.includes("mp4") ? [dances.url(dance.id, "dance.mp4")] : [];
  return song && !song.content_deleted ? [contentUrl(dance.music_id), ...video] : video;
}

/** @param {unknown} error @returns {Child[]} */
function wordsOf(error) {
  if (error instanceof NoStage) return error.words;
  if (error instanceof ApiError) return [error.message];
  return ["The 3D stage cannot be shown here."];
}
