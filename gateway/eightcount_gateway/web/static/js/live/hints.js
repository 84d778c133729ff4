/** Hints while the dancer finds a place in front of the camera. */

/** @typedef {import("./messages.js").Pose} Pose */

const MIN_VISIBILITY = 0.4;
/** Share of the image's height below which a dancer stands too far away to be measured well. */
const SMALL = 0.3;
const FEET = ["left_ankle", "right_ankle"];
const HEAD = "nose";
/** Mean brightness, of 255, below which it is too dark. */
const DARK = 45;

/**
 * The most important thing to change; "" when all is well.
 * @param {Pick<Pose, "keypoints" | "several_people">} pose
 * @param {{ names: string[], height: number, brightness: number }} image names of the keypoints, height in pixels
 */
export function hintFor({ keypoints, several_people }, { names, height, brightness }) {
  if (brightness < DARK) return "It is too dark. Turn on a light in front of you.";
  if (!keypoints) return "Nobody can be seen. Step in front of the camera.";
  const head = keypoints[names.indexOf(HEAD)];
  const feet = FEET.map((name) => keypoints[names.indexOf(name)]);
  const isOut = (/** @type {[number, number, number]} */ [, y, seen]) => seen < MIN_VISIBILITY || y > height || y < 0;
  if (feet.some(isOut)) return "Step back until your feet are in the picture.";
  if (isOut(head)) return "Your head is outside of the picture.";
  if (Math.max(...feet.map(([, y]) => y)) - head[1] < SMALL * height) return "Come closer.";
  return several_people ? "Several people can be seen; one of them is judged." : "";
}
