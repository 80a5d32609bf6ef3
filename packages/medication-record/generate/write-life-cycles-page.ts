import { writeFileSync } from 'node:fs';
import { lifeCyclesPage } from './life-cycles-page.ts';

writeFileSync(new URL('../../../docs/life-cycles.md', import.meta.url), lifeCyclesPage());
