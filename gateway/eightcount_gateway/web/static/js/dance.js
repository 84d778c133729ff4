/** The page of one dance. */

import { nameOfVideo, request } from "./api.js";
import { showDance } from "./dance_view.js";
import { el, find } from "./dom.js";
import { jobId, openJobPage } from "./job_page.js";
import { dances } from "./jobs_api.js";

/** @typedef {import("./api_types.js").DanceResult} DanceResult */

openJobPage({
  jobs: dances,
  noun: "dance",
  titles: {
    queued: "Waiting to start",
    running: "Generating the dance",
    failed: "The dance could not be generated",
    cancelled: "The dance was cancelled",
  },
  home: { href: "/choreography", words: "Choose another song" },
  names: async ({ music_id }) => [el("b", {}, await nameOfVideo(music_id, "The song"))],
  restart: ({
    music_id, model, style, seed, energy, mirrored, duration_seconds, formats, key_poses, edit, pose_model, beats, skeleton_id,
  }) => ({
    music_id, model, style, seed, energy, mirrored, duration_seconds, formats, key_poses, edit, pose_model, beats, skeleton_id,
  }),
  showResult: async (dance) => {
    /** @type {[DanceResult, string]} */
    const [result, song] = await Promise.all([request(dances.url(jobId, "result.json")), nameOfVideo(dance.music_id, "The song")]);
    showDance(find("#dance"), { song, dance, result });
  },
});
