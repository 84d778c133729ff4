/** The page of one classification: progress while it runs, the verdict when it is done, the reason when it failed. */

import { ApiError, getVideo } from "./api.js";
import { cancelClassification, classificationLinks, createClassification, getClassification, getResult } from "./api_styles.js";
import { showClassification } from "./classification_view.js";
import { el, find } from "./dom.js";
import { problemNodes, reasonOf } from "./problem.js";
import { follow, isOver } from "./progress.js";
import { RunningView } from "./running_view.js";

/** @typedef {import("./api_types.js").ClassificationBody} Classification */
/** @typedef {import("./api_types.js").VideoBody} Video */

const TITLES = {
  queued: "Waiting to start",
  running: "Classifying the dance",
  failed: "The style could not be determined",
  cancelled: "The classification was cancelled",
};

const id = decodeURIComponent(location.pathname.split("/").filter(Boolean).at(-1) ?? "");
const loading = find("#loading");
const running = find("#running");
const article = find("#classification");

open().catch(showProblem);

async function open() {
  const classification = await getClassification(id);
  const { video_id, motion_id, model, style_model, dancer } = classification;
  const options = { video_id, motion_id, model, style_model, dancer };
  const video = await getVideo(video_id || motion_id || "").catch(() => null);
  const view = new RunningView(running, {
    titles: TITLES,
    names: [el("b", {}, video?.file_name ?? "The recording")],
    home: { href: "/styles", words: "Choose another recording" },
    cancel: () => cancelClassification(id),
    again: async () => classificationLinks((await createClassification(options)).id).page,
  });
  /** @param {Classification} latest */
  const show = (latest) => {
    loading.hidden = true;
    if (latest.status === "succeeded") showFinished(latest, video).catch(showProblem);
    else view.show(latest);
  };
  show(classification);
  if (!isOver(classification)) follow({ events: classificationLinks(id).events, get: () => getClassification(id) }, show);
}

/** @param {Classification} classification @param {Video | null} video */
async function showFinished({ video_id: videoId }, video) {
  const result = await getResult(id);
  running.hidden = true;
  showClassification(article, { id, videoId, video, result });
}

/** @param {unknown} error */
function showProblem(error) {
  const missing = error instanceof ApiError && error.status === 404;
  loading.hidden = true;
  running.hidden = false;
  running.replaceChildren(
    el("h1", {}, missing ? "There is no such classification" : "The classification cannot be shown"),
    el("div", { class: "notice error", role: "alert" }, ...problemNodes(reasonOf(error))),
    el("p", {}, el("a", { href: "/styles" }, "Choose a recording")));
}
