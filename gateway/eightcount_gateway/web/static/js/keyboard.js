/** Keys of pages with a player: space plays, arrows move by count, Escape ends the loop. */

/** @typedef {import("./player.js").Player} Player */

/** What the keys do. @param {string} unit what one step is, for example "count" */
export const keysHelp = (unit) => `Space: play or pause · ← →: one ${unit} · Shift + ← →: eight ${unit}s · Esc: stop the loop`;

/** @param {Player} player @param {() => boolean} isShown keys are for a player that is shown */
export function listenForKeys(player, isShown = () => true) {
  listenForActions((event) => (isShown() ? actionOf(event, player) : null));
}

/** Does what a key stands for, unless somebody is typing. @param {(event: KeyboardEvent) => (() => void) | null} actionOf */
export function listenForActions(actionOf) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const act = actionOf(event);
    if (!act) return;
    event.preventDefault();
    act();
  });
}

/** @param {KeyboardEvent} event @param {Player} player @returns {(() => void) | null} */
function actionOf(event, player) {
  const counts = event.shiftKey ? 8 : 1;
  switch (event.key) {
    case " ":
      // A focused button or link keeps the space key for itself.
      return event.target instanceof Element && event.target.closest("button, a, summary") ? null : () => player.toggle();
    case "ArrowLeft":
      return () => player.step(-counts);
    case "ArrowRight":
      return () => player.step(counts);
    case "Escape":
      return player.loop ? () => player.setLoop(null) : null;
    default:
      return null;
  }
}

/** @param {EventTarget | null} target */
const isTyping = (target) => target instanceof Element && target.matches("input, select, textarea");
