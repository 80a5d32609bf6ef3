/**
 * Dates that move with the day the demonstration is loaded, so that it never goes stale.
 *
 * In a patient file `{today}` is that day, `{today-30d}` thirty days before it, `{today+2m}` two months after,
 * `{today-3m+5d}` five days after the day three months before; `y` is a year. Inside a series `{issue}` is the day of
 * the issue, and may be added to in the same way.
 */

/** The day, `YYYY-MM-DD`, that an expression such as `-3m+5d` makes of another. */
export function moved(day: string, expression: string): string {
  let [year, month, date] = day.split('-').map(Number) as [number, number, number];
  for (const [, sign, count, unit] of expression.matchAll(/([+-])(\d+)([dmy])/g)) {
    const by = Number(count) * (sign === '-' ? -1 : 1);
    if (unit === 'd') {
      date += by;
    } else {
      const months = year * 12 + month - 1 + by * (unit === 'y' ? 12 : 1);
      year = Math.floor(months / 12);
      month = months - year * 12 + 1;
      // The last day of a shorter month stands for days that it has not.
      date = Math.min(date, new Date(Date.UTC(year, month, 0)).getUTCDate());
    }
    const at = new Date(Date.UTC(year, month - 1, date));
    [year, month, date] = [at.getUTCFullYear(), at.getUTCMonth() + 1, at.getUTCDate()];
  }
  return new Date(Date.UTC(year, month - 1, date)).toISOString().slice(0, 10);
}

/** A text with its date expressions, and `{n}`, written out. */
export function dated(text: string, names: { readonly [name: string]: string }): string {
  return text.replace(/\{([a-z]+)((?:[+-]\d+[dmy])*)\}/g, (whole, name: string, expression: string) => {
    const value = names[name];
    if (value === undefined) throw new Error(`${whole} names no date`);
    return expression === '' ? value : moved(value, expression);
  });
}
