/** A line of a message as it is shown, with what was found on it. */
export interface SourceLine {
  /** From 1. */
  readonly number: number;
  readonly text: string;
  /** Characters of the line that are not shown. */
  readonly hidden: number;
  /** Indexes of the findings whose place begins on this line. */
  readonly findings: readonly number[];
}

/** Lines that are left out. */
interface SkippedLines {
  readonly from: number;
  readonly to: number;
}

export type SourceRow = SourceLine | SkippedLines;

/** A message of more lines is shown around what was found only. */
const whole = 1500;
const around = 4;
const longestLine = 2000;

/**
 * The lines of a message with its findings on them. A long message is cut to the lines about each finding, and its
 * beginning.
 * @param lineOfEach the line of each finding, from 1
 */
export function annotatedSource(text: string, lineOfEach: readonly number[], most = whole): SourceRow[] {
  const lines = text.split('\n');
  const on = new Map<number, number[]>();
  lineOfEach.forEach((line, i) => {
    const known = on.get(line);
    if (known) known.push(i);
    else on.set(line, [i]);
  });
  const isShown = new Uint8Array(lines.length + 1);
  if (lines.length <= most) isShown.fill(1);
  else {
    for (const line of [1, ...on.keys()]) {
      isShown.fill(1, Math.max(1, line - around), Math.min(lines.length, line + around) + 1);
    }
  }
  const rows: SourceRow[] = [];
  for (let number = 1; number <= lines.length; number++) {
    if (isShown[number] === 0) {
      const from = number;
      while (number < lines.length && isShown[number + 1] === 0) number++;
      rows.push({ from, to: number });
      continue;
    }
    const written = (lines[number - 1] ?? '').replace(/\r$/, '');
    const shown = written.slice(0, longestLine);
    rows.push({ number, text: shown, hidden: written.length - shown.length, findings: on.get(number) ?? [] });
  }
  return rows;
}
