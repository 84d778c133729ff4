/** The page on which one dance is practised, without a take: loops, slow motion, a mirror and a count-in. */

import { getRecording, isMotionFile, request, videoUrl } from "../api.js";
import { el, enableAfter, find } from "../dom.js";
import { DropField } from "../drop_field.js";
import { prepareMotion, sendReference } from "../preparation.js";
import { problemNodes, reasonOf } from "../problem.js";
import { listenForPracticeKeys } from "./practice_keys.js";
import { PracticePlayer } from "./practice_player.js";
import { loadRecording } from "./recordings.js";
import { SoloScene } from "./solo_scene.js";

/** @typedef {import("../api_types.js").MusicCounts} MusicCounts */
/** @typedef {import("../preparation.js").Prepared} Prepared */

const KEYS = "Space: play · arrows: counts, with Shift eight · , and . one frame · M: mirror · F: full screen";

const dance = new DropField(find("#dance"), { title: "The dance", hint: "A video of one dancer, with its music" });
const open = /** @type {HTMLButtonElement} */ (find("#open"));
const problem = find("#problem");

find("#choice").addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(practise);
});
attempt(() => enableAfter(open, takeUp()));

/** Goes on with the dance of `/practice?video=ID`. */
async function takeUp() {
  const id = new URLSearchParams(location.search).get("video");
  if (!id) return;
  dance.takeStored(await getRecording(id));
  await practise();
}

async function practise() {
  if (dance.isEmpty) return dance.showError("Choose a video first.");
  open.disabled = true;
  try {
    const id = await sendReference(dance, new AbortController().signal);
    history.replaceState(null, "", `?video=${encodeURIComponent(id)}${location.hash}`);
    const prepared = await prepareMotion(id, find("#steps"));
    await showPlayer(id, prepared);
  } finally {
    open.disabled = false;
  }
}

/** @param {string} id of the video @param {Prepared} prepared */
async function showPlayer(id, { extraction, dancer }) {
  const pane = await loadRecording(extraction, dance.stored?.name ?? "The dance");
  if (!pane) throw new Error(isMotionFile(dance.stored?.name ?? "") ? "A motion file has no images to play. Choose a video." : "The recording cannot be shown here. A copy as MP4 (H.264) plays in most browsers.");
  const durationS = pane.video.duration;
  const { counts, guessed, problem: missing } = await readCounts(id);
  const hasPhrases = counts.some((one) => one.eight_count);
  const practice = new PracticePlayer(new SoloScene(pane), {
    timeline: counts.length > 0 ? counts : halfSeconds(durationS), span: { startS: 0, durationS }, savedAs: id, unit: counts.length > 0 ? "count" : "part", skeletonsOnly: false,
  });
  listenForPracticeKeys(practice);
  find("#room").replaceChildren(
    practice.element, practice.tools,
    ...(counts.length === 0 ? [el("p", { class: "muted" }, missing || "No steady beat was found in its sound, so that there are no counts.")] : []),
    ...(hasPhrases && guessed ? [el("p", { class: "muted" }, "Where counting begins is a guess: it may be shifted.")] : []),
    nextSteps(id, dancer === null),
    el("p", { class: "muted keys" }, KEYS));
  find("#choose").hidden = true;
  find("#room").hidden = false;
}

/** @param {string} id @param {boolean} isMain whether the main dancer is followed: other pages ask anew */
function nextSteps(id, isMain) {
  const reference = `?reference=${encodeURIComponent(id)}`;
  return el("p", { class: "actions" },
    el("a", { href: `/live${reference}` }, "Dance it in front of the camera"),
    el("a", { href: `/${reference}` }, "Compare a take with it"),
    !isMain && el("span", { class: "muted" }, "There you are asked again who the dancer is."));
}

/** What one steps by where there are no counts. @param {number} durationS @returns {import("./loop_tools.js").Entry[]} */
const halfSeconds = (durationS) => Array.from({ length: Math.ceil(2 * durationS) }, (_, i) =>
  ({ start_s: i / 2, end_s: (i + 1) / 2, count: null, eight_count: null, counts_per_phrase: null }));

/** The counts of the music, or why they cannot be had. @param {string} id @returns {Promise<Pick<MusicCounts, "counts" | "guessed"> & { problem: string }>} */
const readCounts = async (id) => {
  try {
    return { ...(await request(`${videoUrl(id)}/counts.json`)), problem: "" };
  } catch (error) {
    return { counts: [], guessed: false, problem: `The counts could not be read: ${reasonOf(error).message}` };
  }
};

/** Does something, and shows why it failed. @param {() => Promise<unknown>} work */
async function attempt(work) {
  problem.hidden = true;
  try {
    await work();
  } catch (error) {
    problem.replaceChildren(...problemNodes(reasonOf(error)));
    problem.hidden = false;
  }
}
