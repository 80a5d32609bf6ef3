import type { WriteStream } from 'node:tty';

/** Tells a person at a terminal how far a long check is. */
interface Progress {
  /** One more file is done. */
  step(): void;
  /** Takes the line away, so that something else may be printed. */
  clear(): void;
}

const EVERY_MILLISECONDS = 100;

/** Progress over so many files, on a terminal only: in a log it would be a line for each. */
export function checkProgress(files: number, terminal: Pick<WriteStream, 'isTTY' | 'write'>): Progress {
  if (!terminal.isTTY || files < 2) return { step: () => {}, clear: () => {} };
  let done = 0;
  let shownAt = 0;
  let isShown = false;
  return {
    step() {
      done++;
      const now = performance.now();
      if (now - shownAt < EVERY_MILLISECONDS) return;
      shownAt = now;
      isShown = true;
      terminal.write(`\r\u001b[K${done.toLocaleString('en-GB')} of ${files.toLocaleString('en-GB')} files checked`);
    },
    clear() {
      if (isShown) terminal.write('\r\u001b[K');
      isShown = false;
    },
  };
}
