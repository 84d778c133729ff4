/** Loads what the practice player shows: two videos that this browser plays, and where the dancers are in them. */

import { contentUrl, request, videoUrl } from "../api.js";
import { el } from "../dom.js";
import { comparisons } from "../jobs_api.js";
import { Pane } from "./pane.js";
import { SkeletonTrack } from "./skeleton_track.js";

/** @typedef {import("../api_types.js").ComparisonBody} Comparison */
/** @typedef {import("../api_types.js").SkeletonTrackBody} SkeletonTrackBody */
/** @typedef {{ reference: Pane, take: Pane }} Recordings */

/** A browser that shows another part of the image, or another image, than the one in which the dancer was found. */
const SHAPE_TOLERANCE = 0.02;

/**
 * Null where one of them cannot be shown: a motion file, a deleted recording, a format that this browser does not play.
 * @param {Comparison} comparison
 * @returns {Promise<Recordings | null>}
 */
export async function loadRecordings(comparison) {
  try {
    const [reference, take] = await Promise.all([openPane(comparison, "reference", "Reference"), openPane(comparison, "take", "Take")]);
    return reference && take && { reference, take };
  } catch {
    return null;
  }
}

/** @param {Comparison} comparison @param {"reference" | "take"} role @param {string} name @returns {Promise<Pane | null>} */
async function openPane(comparison, role, name) {
  /** @type {SkeletonTrackBody} */
  const body = await request(comparisons.url(comparison.id, `skeletons/${role}.json`));
  if (body.width === 0 || body.seconds.length === 0) return null;
  const id = comparison[`${role}_video_id`];
  const video = await openVideo(body.has_preview ? `${videoUrl(id)}/preview.mp4` : contentUrl(id), body.width / body.height);
  return video && new Pane(video, new SkeletonTrack(body), name);
}

/** A video that shows an image of this shape; null where the browser cannot. @param {string} src @param {number} shape width by height @returns {Promise<HTMLVideoElement | null>} */
function openVideo(src, shape) {
  const video = el("video", { src, preload: "auto", playsinline: true });
  return new Promise((resolve) => {
    video.addEventListener("loadedmetadata", () => {
      const shown = video.videoWidth / video.videoHeight;
      resolve(Math.abs(shown / shape - 1) < SHAPE_TOLERANCE ? video : null);
    }, { once: true });
    video.addEventListener("error", () => resolve(null), { once: true });
  });
}
