/** Asks which of two people in a recording is the dancer. */

import { contentUrl, request, videoUrl } from "../api.js";
import { el } from "../dom.js";
import { extractions } from "../jobs_api.js";
import { SkeletonTrack } from "../practice/skeleton_track.js";
import { thumbnail } from "./thumbnail.js";

/** @typedef {import("../api_types.js").DancerBody} Dancer */
/** @typedef {import("../api_types.js").SkeletonTrackBody} SkeletonTrackBody */
/** @typedef {import("../jobs_api.js").Extraction} Extraction */

/**
 * Resolves to the other person, or to null for the one who was followed.
 * @param {HTMLElement} root
 * @param {Extraction} extraction that has followed somebody
 * @param {Dancer} other
 * @returns {Promise<Dancer | null>}
 */
export async function chooseDancer(root, extraction, other) {
  /** @type {SkeletonTrackBody} */
  const body = await request(extractions.url(extraction.id, "skeleton.json"));
  const { video_id: id } = extraction;
  const source = Promise.resolve(body.has_preview ? `${videoUrl(id)}/preview.mp4` : contentUrl(id));
  const followed = placeIn(new SkeletonTrack(body), other.at_seconds ?? 0);
  return new Promise((resolve) => {
    /** @param {Dancer} dancer @param {string} words @param {Dancer | null} choice */
    const button = (dancer, words, choice) => el("button", { type: "button", class: "person", onclick: () => {
      root.replaceChildren();
      resolve(choice);
    } }, thumbnail(source, dancer), words);
    root.replaceChildren(
      el("h2", { tabindex: -1 }, "Who is the dancer to copy?"),
      el("p", { class: "dancers" }, button(followed, "This person", null), button(other, "This one", other)));
    /** @type {HTMLElement} */ (root.querySelector("h2")).focus();
  });
}

/** Where the followed dancer is at a time. @param {SkeletonTrack} track @param {number} seconds @returns {Dancer} */
function placeIn(track, seconds) {
  const [x, y] = track.middleOf(track.pointsAt(seconds), track.hips) ?? [track.width / 2, track.height / 2];
  return { x: x / track.width, y: y / track.height, at_seconds: seconds };
}
