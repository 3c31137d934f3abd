/** Bytes and counts in words, and where two lines of bytes cross. */

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];
/** @type {Record<string, number[]>} */
export const DASHES = { solid: [], dash: [9, 6], dot: [3, 4], dashdot: [9, 4, 3, 4] };

/**
 * @param {number} bytes
 * @param {string} language
 */
export function byteText(bytes, language) {
  let unit = 0;
  let value = bytes;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const unitDisplay = unit === 0 ? "long" : "short"; // short, it is “7 byte” in English
  const options = { maximumSignificantDigits: 3, style: "unit", unit: UNITS[unit], unitDisplay };
  return value.toLocaleString(language, /** @type {Intl.NumberFormatOptions} */ (options));
}

/**
 * A large number shortly: 10K, 2M, as the language has it.
 *
 * @param {number} count
 * @param {string} language
 */
export function countText(count, language) {
  const options = /** @type {Intl.NumberFormatOptions} */ ({
    notation: "compact",
    maximumSignificantDigits: 2,
  });
  return count.toLocaleString(language, options);
}

/**
 * From how many images on the first takes less than the second; null if never.
 *
 * @param {{ decoder: number, each: number }} first
 * @param {{ decoder: number, each: number }} second
 */
export function breakEven(first, second) {
  if (second.each <= first.each) return null;
  return Math.max(0, (first.decoder - second.decoder) / (second.each - first.each));
}
