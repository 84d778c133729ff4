/** Makes a recording ready to be practised: uploads it, and extracts its motion. */

import { ApiError, uploadVideo } from "./api.js";
import { chooseDancer } from "./dancers/choose_dancer.js";
import { isSeveral, otherDancer } from "./dancers/other_dancer.js";
import { extractions } from "./jobs_api.js";
import { follow, stepList } from "./progress.js";
import { LIVE_MODEL } from "./live/messages.js";

/** @typedef {import("./api_types.js").DancerBody} Dancer */
/** @typedef {import("./drop_field.js").DropField} DropField */
/** @typedef {import("./jobs_api.js").Extraction} Extraction */
/** Whose motion was extracted, null for the main dancer, and the job that did it. @typedef {{ dancer: Dancer | null, extraction: Extraction }} Prepared */

/** Id of the recording in a field, which is uploaded if it has not been. @param {DropField} field @param {AbortSignal} signal */
export async function sendReference(field, signal) {
  if (field.stored) return field.stored.id;
  const file = /** @type {File} */ (field.file);
  const { id } = await uploadVideo(file, (done, total) => field.showSent(done, total), signal);
  field.takeStored({ id, name: file.name });
  return id;
}

/**
 * Extracts the motion of the dancer in a recording; where there are several people, asks who that is.
 * @param {string} videoId
 * @param {HTMLElement} root
 * @returns {Promise<Prepared>}
 */
export async function prepareMotion(videoId, root) {
  const extraction = await extractMotion(videoId, root, null);
  const note = extraction.warnings?.find(isSeveral);
  const other = note ? otherDancer(note) : null;
  const dancer = other && (await chooseDancer(root, extraction, other));
  return { dancer, extraction: dancer ? await extractMotion(videoId, root, dancer) : extraction };
}

/** Extracts a motion, and shows how far it is. @param {string} videoId @param {HTMLElement} root @param {Dancer | null} dancer */
async function extractMotion(videoId, root, dancer) {
  const steps = stepList();
  root.replaceChildren(steps.element);
  const started = await extractions.start({ video_id: videoId, model: LIVE_MODEL, dancer });
  /** @type {Extraction} */
  const ended = await new Promise((resolve) => {
    const show = (/** @type {Extraction} */ job) => {
      steps.show(job);
      if (job.status !== "queued" && job.status !== "running") resolve(job);
    };
    show(started);
    follow({ events: extractions.url(started.id, "events"), get: () => extractions.get(started.id) }, show);
  });
  root.replaceChildren();
  if (ended.status === "succeeded") return ended;
  throw new ApiError(ended.error?.message ?? "The dancer could not be found.", ended.error?.reason ?? "CANCELLED", 0);
}
