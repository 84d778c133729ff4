/** What the player shows now, as an image to keep. */

import { el } from "../dom.js";
import { clock } from "../text.js";

/** @typedef {import("./pane.js").Pane} Pane */

const HEIGHT_PX = 720;

/** Both dancers beside each other, with their skeletons. @param {Pane[]} panes @param {{ isMirrored: boolean, withImages: boolean }} shown */
function draw(panes, { isMirrored, withImages }) {
  const widths = panes.map((pane) => Math.round(HEIGHT_PX * pane.shape));
  const canvas = el("canvas", { width: widths.reduce((sum, width) => sum + width, 0), height: HEIGHT_PX });
  const context = canvas.getContext("2d", { alpha: false });
  let left = 0;
  panes.forEach((pane, i) => {
    context?.setTransform(isMirrored ? -1 : 1, 0, 0, 1, isMirrored ? left + widths[i] : left, 0);
    if (withImages) context?.drawImage(pane.video, 0, 0, widths[i], HEIGHT_PX);
    context?.drawImage(pane.canvas, 0, 0, widths[i], HEIGHT_PX);
    left += widths[i];
  });
  return canvas;
}

/** Saves the image as a PNG file. @param {Pane[]} panes @param {{ isMirrored: boolean, withImages: boolean, seconds: number }} shown */
export function saveSnapshot(panes, { seconds, ...shown }) {
  draw(panes, shown).toBlob((blob) => {
    if (!blob) return;
    const address = URL.createObjectURL(blob);
    el("a", { href: address, download: `dance at ${clock(seconds).replace(":", ".")}.png` }).click();
    setTimeout(() => URL.revokeObjectURL(address));
  }, "image/png");
}
