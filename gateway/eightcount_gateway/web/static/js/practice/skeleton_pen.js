/** Draws skeletons in the colours of the side-by-side video. */

/** @typedef {import("./skeleton_track.js").SkeletonTrack} SkeletonTrack */
/** @typedef {import("./skeleton_track.js").Points} Points */

export const REFERENCE_COLOUR = "#46c8eb";
export const TAKE_COLOUR = "#cdf046";
const WRONG_COLOUR = "#eb2d2d";
const RING_COLOUR = "#ffffff";
/** Thickness of a bone as a share of the image's height; joints, marks and rings as multiples of it. */
const BONE_SHARE = 1 / 120;
const [JOINT, MARK, RING] = [0.95, 2.6, 6];
const MIN_BONE_PX = 2;
const HEAD_SHARE = 0.5;

/**
 * @param {CanvasRenderingContext2D} context whose unit is a pixel of the image
 * @param {SkeletonTrack} track
 * @param {Points} points
 * @param {{ colour: string, height: number, pixel: number, wrong?: string[], ringed?: string | null }} style height of the image
 *   and size of a pixel of the screen, both in pixels of the track; joints over their limits; a joint to put a ring around
 */
export function drawSkeleton(context, track, points, { colour, height, pixel, wrong = [], ringed = null }) {
  const thickness = Math.max(MIN_BONE_PX * pixel, height * BONE_SHARE);
  Object.assign(context, { lineWidth: thickness, lineCap: "round", strokeStyle: colour, fillStyle: colour });
  drawHead(context, track, points, thickness);
  context.beginPath();
  for (const [from, to] of track.bones) {
    context.moveTo(points[2 * from], points[2 * from + 1]);
    context.lineTo(points[2 * to], points[2 * to + 1]);
  }
  context.stroke();
  for (const end of new Set(track.bones.flat())) disc(context, points[2 * end], points[2 * end + 1], JOINT * thickness);
  context.fillStyle = WRONG_COLOUR;
  for (const joint of wrong) {
    const place = track.placeOf(points, joint);
    if (place) disc(context, ...place, MARK * thickness);
  }
  const place = ringed === null ? null : track.placeOf(points, ringed);
  if (place) ring(context, ...place, RING * thickness, RING_COLOUR);
}

/** A ring and a neck that leave the face visible. @param {CanvasRenderingContext2D} context @param {SkeletonTrack} track @param {Points} points @param {number} thickness */
function drawHead(context, track, points, thickness) {
  const found = track.headOf(points);
  if (!found) return;
  const [[headX, headY], [chestX, chestY]] = [found.head, found.chest];
  const radius = HEAD_SHARE * Math.hypot(headX - chestX, headY - chestY);
  context.beginPath();
  context.moveTo(chestX, chestY);
  context.lineTo(chestX + (headX - chestX) * (1 - HEAD_SHARE), chestY + (headY - chestY) * (1 - HEAD_SHARE));
  context.stroke();
  context.lineWidth = thickness;
  ring(context, headX, headY, radius, String(context.strokeStyle));
}

/** @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} radius @param {string} colour */
function ring(context, x, y, radius, colour) {
  context.strokeStyle = colour;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.stroke();
}

/** @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} radius */
function disc(context, x, y, radius) {
  if (!Number.isFinite(x) || !Number.isFinite(y)) return;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}
