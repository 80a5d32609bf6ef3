import { mkdirSync, writeFileSync } from 'node:fs';
import { rulesPage } from './rules-page.ts';

const folder = new URL('../../../docs/rules/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('README.md', folder), rulesPage());
