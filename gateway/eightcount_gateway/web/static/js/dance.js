/** The page of one dance: progress while it is generated, the video and its files when it is done, the reason when it failed. */

import { ApiError, getVideo } from "./api.js";
import { cancelDance, createDance, danceLinks, getDance, getDanceResult } from "./api_dances.js";
import { showDance } from "./dance_view.js";
import { el, find } from "./dom.js";
import { problemNodes, reasonOf } from "./problem.js";
import { follow, isOver } from "./progress.js";
import { RunningView } from "./running_view.js";

/** @typedef {import("./api_types.js").DanceBody} Dance */

const TITLES = {
  queued: "Waiting to start",
  running: "Generating the dance",
  failed: "The dance could not be generated",
  cancelled: "The dance was cancelled",
};

const id = decodeURIComponent(location.pathname.split("/").filter(Boolean).at(-1) ?? "");
const loading = find("#loading");
const running = find("#running");

open().catch(showProblem);

async function open() {
  const dance = await getDance(id);
  const { music_id, model, style, seed, energy, mirrored, duration_seconds, formats, key_poses, edit, pose_model } = dance;
  const song = (await getVideo(music_id).catch(() => null))?.file_name ?? "The song";
  const view = new RunningView(running, {
    titles: TITLES,
    names: [el("b", {}, song)],
    home: { href: "/choreography", words: "Choose another song" },
    cancel: () => cancelDance(id),
    again: async () => {
      const options = { music_id, model, style, seed, energy, mirrored, duration_seconds, formats, key_poses, edit, pose_model };
      return danceLinks((await createDance(options)).id).page;
    },
  });
  /** @param {Dance} latest */
  const show = (latest) => {
    loading.hidden = true;
    if (latest.status === "succeeded") showFinished(latest, song).catch(showProblem);
    else view.show(latest);
  };
  show(dance);
  if (!isOver(dance)) follow({ events: danceLinks(id).events, get: () => getDance(id) }, show);
}

/** @param {Dance} dance @param {string} song */
async function showFinished(dance, song) {
  const result = await getDanceResult(id);
  running.hidden = true;
  showDance(find("#dance"), { id, song, dance, result });
}

/** @param {unknown} error */
function showProblem(error) {
  const missing = error instanceof ApiError && error.status === 404;
  loading.hidden = true;
  running.hidden = false;
  running.replaceChildren(
    el("h1", {}, missing ? "There is no such dance" : "The dance cannot be shown"),
    el("div", { class: "notice error", role: "alert" }, ...problemNodes(reasonOf(error))),
    el("p", {}, el("a", { href: "/choreography" }, "Choose a song")));
}
