/** Loads the 3D stage of a dance into its page, or a sentence that says why there is none. */

import { ApiError, getVideo, request } from "./api.js";
import { danceLinks, getDanceCounts } from "./api_dances.js";
import { contentOf } from "./api_styles.js";
import { el } from "./dom.js";

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
 * @param {{ id: string, dance: Dance, result: DanceResult }} finished
 * @returns {Promise<Stage | null>}
 */
export async function showStage(place, { id, dance, result }) {
  place.replaceChildren(el("div", { class: "viewport" }, el("p", { class: "waiting", role: "status" }, "Loading the stage…")));
  try {
    const stage = await stageOf({ id, dance, result });
    place.replaceChildren(stage.element);
    addEventListener("pagehide", (event) => (event.persisted ? stage.pause() : stage.dispose()));
    return stage;
  } catch (error) {
    place.replaceChildren(el("p", { class: "muted no-stage", role: "note" }, ...wordsOf(error)));
    return null;
  }
}

/** @param {{ id: string, dance: Dance, result: DanceResult }} finished */
async function stageOf({ id, dance, result }) {
  if (result.seconds > LONGEST_S) throw new NoStage("The 3D stage shows dances of up to half an hour.");
  if (!document.createElement("canvas").getContext("webgl2")) throw new NoStage("This browser cannot draw in 3D: WebGL 2 is missing.");
  const three = await request("/static/vendor/three.json");
  if (!three.is_there) throw new NoStage("For the 3D stage, run ", el("code", {}, three.command), " on the server.");
  const { openMusic } = await import("./stage/clock.js");
  const addresses = await soundOf({ id, dance, result });
  const [{ openStage }, data, counts, music] = await Promise.all([
    import("./stage/stage.js"), figureOf(id), getDanceCounts(id).catch(() => null), openMusic(addresses),
  ]);
  return openStage(data, { seconds: result.seconds, counts: counts?.counts ?? [], guessed: counts?.guessed ?? false, music, hadMusic: addresses.length > 0 });
}

/** @param {string} id */
async function figureOf(id) {
  const response = await fetch(danceLinks(id).figure);
  if (!response.ok) throw new NoStage("The figure for the 3D stage is not available at the moment.");
  return response.arrayBuffer();
}

/** Addresses of the music, best first: the uploaded song unless it was deleted, then the sound of the dance's video. @param {{ id: string, dance: Dance, result: DanceResult }} finished */
async function soundOf({ id, dance, result }) {
  const song = await getVideo(dance.music_id).catch(() => null);
  const video = result.formats.includes("mp4") ? [danceLinks(id).file("mp4")] : [];
  return song && !song.content_deleted ? [contentOf(dance.music_id), ...video] : video;
}

/** @param {unknown} error @returns {Child[]} */
function wordsOf(error) {
  if (error instanceof NoStage) return error.words;
  if (error instanceof ApiError) return [error.message];
  return ["The 3D stage cannot be shown here."];
}
