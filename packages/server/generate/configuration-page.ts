/** Writes the tables of docs/configuration.md anew: `npm run configuration-page -w packages/server`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { configurationTables } from '../src/config/configuration-page.ts';

const PAGE = new URL('../../../docs/configuration.md', import.meta.url);
const START = '<!-- keys -->\n';

const page = readFileSync(PAGE, 'utf8');
writeFileSync(PAGE, `${page.slice(0, page.indexOf(START) + START.length)}\n${configurationTables()}\n`);
