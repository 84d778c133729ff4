/** Makes a recording ready to be danced to: uploads it, and extracts its motion. */

import { uploadVideo } from "../api.js";
import { ApiError } from "../api.js";
import { extractions } from "../jobs_api.js";
import { follow, stepList } from "../progress.js";

/** @typedef {import("../drop_field.js").DropField} DropField */
/** @typedef {import("../jobs_api.js").Extraction} Extraction */

/** The network that looks at the camera, here and on the server. The reference is compared with what the same one finds: two differ by what looks like mistakes. */
export const LIVE_MODEL = "full";

/** Id of the recording in a field, which is uploaded if it has not been. @param {DropField} field @param {AbortSignal} signal */
export async function sendReference(field, signal) {
  if (field.stored) return field.stored.id;
  const file = /** @type {File} */ (field.file);
  const { id } = await uploadVideo(file, (done, total) => field.showSent(done, total), signal);
  field.takeStored({ id, name: file.name });
  return id;
}

/** Extracts the motion of a recording, and shows how far it is. @param {string} videoId @param {HTMLElement} root */
export async function extractMotion(videoId, root) {
  const steps = stepList();
  root.replaceChildren(steps.element);
  const started = await extractions.start({ video_id: videoId, model: LIVE_MODEL });
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
  if (ended.status === "succeeded") return;
  throw new ApiError(ended.error?.message ?? "The dancer could not be found.", ended.error?.reason ?? "CANCELLED", 0);
}
