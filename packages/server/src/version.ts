import { readFileSync } from 'node:fs';

/** This release of Concord. */
export const VERSION: string = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
