/** QR codes, drawn dark on light whatever the theme: cameras expect it. */

/** Width of the light frame in modules (ISO/IEC 18004). */
const QUIET = 4;
const SCALE = 8;

/** @param {HTMLCanvasElement} canvas @param {string[]} rows of modules, 1 for a dark one */
export function drawQrCode(canvas, rows) {
  const side = (rows.length + 2 * QUIET) * SCALE;
  Object.assign(canvas, { width: side, height: side });
  const context = canvas.getContext("2d", { alpha: false });
  if (!context) return;
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, side, side);
  context.fillStyle = "#000000";
  for (const [y, row] of rows.entries()) {
    for (const [x, module] of [...row].entries()) {
      if (module === "1") context.fillRect((x + QUIET) * SCALE, (y + QUIET) * SCALE, SCALE, SCALE);
    }
  }
}
