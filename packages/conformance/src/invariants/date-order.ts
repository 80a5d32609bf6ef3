const parts = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d):(\d\d)(\.\d{1,9})?\d*(?:Z|([+-])(\d\d):(\d\d)))?)?)?$/;
const hour = 3_600_000;

/** The first and last millisecond that a FHIR date or dateTime may mean, or undefined where it is none. */
function span(value: string): { first: number; last: number; zoned: boolean } | undefined {
  const found = value.length <= 64 ? parts.exec(value) : null;
  if (!found) return undefined;
  const [, year, month, day, hours, minutes, seconds, fraction, sign, zoneHours, zoneMinutes] = found;
  const at = (y: number, m: number, d: number) => new Date(0).setUTCFullYear(y, m, d);
  const y = Number(year);
  const m = Number(month ?? 1) - 1;
  const d = Number(day ?? 1);
  if (hours === undefined) {
    const next = day !== undefined ? at(y, m, d + 1) : month !== undefined ? at(y, m + 1, 1) : at(y + 1, 0, 1);
    return { first: at(y, m, d), last: next - 1, zoned: false };
  }
  const offset = (Number(zoneHours ?? 0) * 60 + Number(zoneMinutes ?? 0)) * 60_000 * (sign === '-' ? -1 : 1);
  const clock = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds) + Number(fraction ?? 0)) * 1000;
  const first = at(y, m, d) + clock - offset;
  return { first, last: fraction === undefined ? first + 999 : first, zoned: true };
}

/**
 * True where the first date is certainly after the second: not where their precision, or a date without a zone, leaves
 * it open.
 */
export function certainlyAfter(first: string | undefined, second: string | undefined): boolean {
  const a = first === undefined ? undefined : span(first);
  const b = second === undefined ? undefined : span(second);
  if (!a || !b) return false;
  return a.first - (a.zoned === b.zoned ? 0 : 14 * hour) > b.last;
}
