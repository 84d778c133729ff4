/** The part of a report that plays: player, timeline, tools, curves and the map of body part by count. */

import { ApiError } from "./api.js";
import { beatsNote } from "./beats_note.js";
import { el, find } from "./dom.js";
import { AngleCurves } from "./joints/angle_curves.js";
import { heatMap } from "./joints/heat_map.js";
import { keysHelp, listenForKeys } from "./keyboard.js";
import { loopOf, markMoment } from "./moments.js";
import { countText, jointName, shortClock } from "./text.js";
import { Timeline } from "./timeline.js";

/** @typedef {import("./api_types.js").TimelineEntry} TimelineEntry */
/** @typedef {import("./joints/frame_errors.js").FrameErrors} FrameErrors */
/** @typedef {import("./moments.js").Moment} Moment */
/** @typedef {import("./player.js").Loop} Loop */
/** @typedef {import("./report_player.js").ReportPlayer} ReportPlayer */
/** @typedef {import("./report_view.js").Finished} Finished */

/** What is looked at closely is looked at slowly. */
const CLOSE_RATE = 0.5;
/** How much of the dance is shown before and after a count that is looked at. */
const [LEAD_IN_S, LEAD_OUT_S] = [0.5, 0.25];

/** Puts nodes into the parts of the page. @param {HTMLElement} article @returns {(part: string, ...nodes: (Node | string)[]) => void} */
export const partsOf = (article) => (part, ...nodes) => find(`[data-part=${part}]`, article).replaceChildren(...nodes);

export class ReportScreen {
  #finished;
  #about;
  #shown;
  #curves;
  /** Loops that are shown slowly, and the speed to go back to. @type {{ labels: Set<string>, before: number | null }} */
  #slow = { labels: new Set(), before: null };
  /** The joint that is looked at. @type {string | null} */
  #joint = null;

  /** @param {Finished} finished @param {{ shown: ReportPlayer, span: { startS: number, durationS: number }, unit: string, errors: FrameErrors | null }} about */
  constructor(finished, about) {
    this.#finished = finished;
    this.#about = about;
    this.#shown = about.shown;
    this.#curves = about.errors?.hasAngles ? new AngleCurves(about.errors, about.shown.player) : null;
  }

  /** @param {HTMLElement} article @param {{ moments: Moment[], onMoment: (moment: Moment) => void }} about */
  showIn(article, { moments, onMoment }) {
    const put = partsOf(article);
    const { comparison, report } = this.#finished;
    const { span: { startS, durationS }, unit } = this.#about;
    const { player, nodes, tools, keys } = this.#shown;
    const strip = new Timeline({ timeline: report.timeline, moments }, { startS, endS: startS + durationS },
      { onSeek: (seconds) => player.seek(seconds), onMoment });
    put("player", ...nodes);
    put("timeline", strip.element, beatsNote(comparison, report));
    put("tools", ...tools, el("p", { class: "keys muted" }, [keysHelp(unit), keys].filter(Boolean).join(" · ")));
    put("joint-detail", ...this.#detailNodes());
    const showLoop = () => {
      const moment = moments.find((one, i) => player.loop?.label === loopOf(one, i).label);
      strip.setLoop(player.loop);
      this.#shown.ring(moment?.joint || this.#joint);
      markMoment(article, moment?.id ?? null);
      this.#setSpeed(moment !== undefined || this.#slow.labels.has(player.loop?.label ?? ""));
    };
    player.addEventListener("time", () => strip.setTime(player.time));
    player.addEventListener("loop", showLoop);
    showLoop();
    listenForKeys(player);
  }

  /** Plays a part again and again. @param {Loop} loop */
  loop(loop) {
    this.#shown.player.setLoop(loop);
    this.#shown.player.play();
    bringIntoView(this.#shown.screen);
  }

  /** Lets somebody be tapped in one of the videos; null when nobody is. @param {"reference" | "take"} role */
  async point(role) {
    const { point, screen } = this.#shown;
    if (!point) throw new ApiError("Nobody can be tapped in this video. Choose a position on the command line.", "NO_PREVIEW", 0);
    bringIntoView(screen);
    return point(role);
  }

  /** Rings a joint in both dances, and shows its angle. @param {string} joint */
  showJoint(joint) {
    this.#joint = joint;
    this.#shown.ring(joint);
    this.#curves?.show(joint);
  }

  #detailNodes() {
    const { errors } = this.#about;
    const { timeline } = this.#finished.report;
    if (!errors || timeline.length === 0) return [];
    return [
      ...(this.#curves ? [this.#curves.element] : []),
      el("h3", {}, "Body part by count"),
      heatMap(errors, timeline, (joint, entry) => this.#lookAt(joint, entry)),
    ];
  }

  /** @param {string} joint @param {TimelineEntry} entry */
  #lookAt(joint, entry) {
    const label = `${jointName(joint)}, ${countText(entry) || shortClock(entry.start_s)}`;
    this.#slow.labels.add(label);
    this.showJoint(joint);
    this.loop({ startS: entry.start_s - LEAD_IN_S, endS: entry.end_s + LEAD_OUT_S, label });
  }

  /** Whoever stops looking goes on at the speed from before. @param {boolean} isClose */
  #setSpeed(isClose) {
    const { video } = this.#shown.player;
    if (isClose && this.#slow.before === null) {
      this.#slow.before = video.playbackRate;
      video.playbackRate = Math.min(video.playbackRate, CLOSE_RATE);
    } else if (!isClose && this.#slow.before !== null) {
      video.playbackRate = this.#slow.before;
      this.#slow.before = null;
    }
  }
}

/** On a phone the words are far below the video. @param {HTMLElement} screen */
function bringIntoView(screen) {
  const { top, bottom } = screen.getBoundingClientRect();
  if (top >= 0 && bottom <= innerHeight) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  screen.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
}
