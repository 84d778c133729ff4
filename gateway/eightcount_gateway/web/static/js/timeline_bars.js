/** One bar per count, as high and as coloured as its score, with the eight-counts behind and the counts below. */

import { svg } from "./dom.js";
import { clock, countText, jointName, level, scoreText, sentence, shortClock } from "./text.js";

/** @typedef {import("./api_types.js").TimelineEntry} TimelineEntry */
/** @typedef {{ startS: number, endS: number, widthPx: number }} Span seconds of the reference, and their width */

const HEADER_PX = 18;
const BAR_AREA_PX = 72;
const FOOTER_PX = 16;
const LABEL_Y = HEADER_PX + BAR_AREA_PX + 12;
const GROUP_LABEL_PX = 16;
const COUNT_LABEL_PX = 13;
const TICK_SPACING_PX = 56;
const TICK_STEPS_S = [1, 2, 5, 10, 15, 30, 60];

/** @param {TimelineEntry[]} entries @param {Span} span */
export function drawBars(entries, span) {
  const height = HEADER_PX + BAR_AREA_PX + FOOTER_PX;
  const hasBeat = entries.some((entry) => entry.count);
  const isScored = entries.some(({ score }) => score !== null);
  const box = { width: span.widthPx, height, viewBox: `0 0 ${span.widthPx} ${height}`, "aria-hidden": "true" };
  return svg("svg", box,
    ...groupsOf(entries).flatMap((group) => groupNodes(group, span)),
    ...entries.map((entry) => bar(entry, span, isScored)),
    ...(hasBeat ? entries.map((entry) => countLabel(entry, span)) : ticks(span)));
}

/**
 * An entry in words.
 * @param {TimelineEntry | undefined} entry
 * @param {number} seconds where there is no entry
 * @param {boolean} isScored whether other entries have scores
 */
export function describe(entry, seconds, isScored) {
  const place = sentence(countText(entry)) || `From ${clock(entry?.start_s ?? seconds)}`;
  if (!entry || entry.score === null) return `${place} · ${isScored ? "not compared" : "no score"}`;
  const weakest = entry.worst_joint ? ` · weakest: ${jointName(entry.worst_joint)}` : "";
  return `${place} · score ${scoreText(entry.score)}${weakest}`;
}

/** The x coordinate of a second. @param {number} seconds @param {Span} span */
export const xOf = (seconds, { startS, endS, widthPx }) => ((seconds - startS) / (endS - startS)) * widthPx;

/** @param {TimelineEntry} entry @param {Span} span @param {boolean} isScored */
function bar(entry, span, isScored) {
  const [x, end] = [xOf(entry.start_s, span), xOf(entry.end_s, span)];
  const height = Math.max(4, ((entry.score ?? 0) / 100) * BAR_AREA_PX);
  const gap = end - x > 6 ? 2 : 1;
  return svg("rect", {
    class: `bar ${level(entry.score)}`, x: x + gap / 2, width: Math.max(1, end - x - gap),
    y: HEADER_PX + BAR_AREA_PX - height, height, rx: 1.5,
  }, svg("title", {}, describe(entry, entry.start_s, isScored)));
}

/** Where bars are narrow only every fourth count is named. @param {TimelineEntry} entry @param {Span} span */
function countLabel(entry, span) {
  const [x, end] = [xOf(entry.start_s, span), xOf(entry.end_s, span)];
  if (!entry.count || (end - x < COUNT_LABEL_PX && entry.count % 4 !== 1)) return null;
  const kind = entry.count === 1 ? "count one" : "count";
  return svg("text", { class: kind, x: (x + end) / 2, y: LABEL_Y }, String(entry.count));
}

/** A band behind every second eight-count, and its number. @param {Group} group @param {Span} span */
function groupNodes({ number, startS, endS }, span) {
  const [x, end] = [xOf(startS, span), xOf(endS, span)];
  const band = svg("rect", { class: number % 2 ? "band odd" : "band", x, y: 0, width: end - x, height: "100%" });
  const label = svg("text", { class: "group-number", x: x + 4, y: 13 }, String(number));
  return end - x > GROUP_LABEL_PX ? [band, label] : [band];
}

/** Times, where there are no counts. @param {Span} span */
const ticks = (span) =>
  tickSeconds(span).map((second) => svg("text", { class: "tick", x: xOf(second, span) + 2, y: LABEL_Y }, shortClock(second)));

/** Round seconds, as many as there is room for. @param {Span} span */
export function tickSeconds(span) {
  const length = span.endS - span.startS;
  const step = TICK_STEPS_S.find((one) => (one / length) * span.widthPx > TICK_SPACING_PX) ?? 120;
  const first = Math.ceil(span.startS / step);
  const count = Math.max(0, Math.floor(span.endS / step) - first + 1);
  return Array.from({ length: count }, (_, i) => (first + i) * step);
}

/** @typedef {{ number: number, startS: number, endS: number }} Group */

/** Consecutive entries of the same eight-count. @param {TimelineEntry[]} entries */
function groupsOf(entries) {
  /** @type {Group[]} */
  const groups = [];
  for (const { eight_count: number, start_s: startS, end_s: endS } of entries) {
    const last = groups.at(-1);
    if (last && last.number === number) last.endS = endS;
    else if (number) groups.push({ number, startS, endS });
  }
  return groups;
}
