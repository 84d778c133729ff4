/** The page of one classification. */

import { getVideo, nameOfVideo, request } from "./api.js";
import { recordingOf } from "./classification_list.js";
import { showClassification } from "./classification_view.js";
import { el, find } from "./dom.js";
import { jobId, openJobPage } from "./job_page.js";
import { classifications } from "./jobs_api.js";

openJobPage({
  jobs: classifications,
  noun: "classification",
  titles: {
    queued: "Waiting to start",
    running: "Classifying the dance",
    failed: "The style could not be determined",
    cancelled: "The classification was cancelled",
  },
  home: { href: "/styles", words: "Choose another recording" },
  names: async (classification) => [el("b", {}, await nameOfVideo(recordingOf(classification), "The recording"))],
  restart: ({ video_id, motion_id, model, style_model, dancer }) => ({ video_id, motion_id, model, style_model, dancer }),
  showResult: async (classification) => {
    const [result, video] = await Promise.all([
      request(classifications.url(jobId, "result.json")), getVideo(recordingOf(classification)).catch(() => null),
    ]);
    showClassification(find("#classification"), { classification, video, result });
  },
});
