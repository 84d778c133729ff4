/** Fingerprints of certificates, as people compare them. */

const PAIRS_A_LINE = 8;

/** Lines of pairs of digits, as phones show them. @param {string} fingerprint */
export function fingerprintText(fingerprint) {
  const pairs = fingerprint.split(":");
  const lines = Array.from({ length: Math.ceil(pairs.length / PAIRS_A_LINE) }, (_, i) => pairs.slice(i * PAIRS_A_LINE, (i + 1) * PAIRS_A_LINE));
  return lines.map((line) => line.join(" ")).join("\n");
}
