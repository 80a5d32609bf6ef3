import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import nunjucks from 'nunjucks';
import type { Page } from './page.ts';

const NHSUK = dirname(createRequire(import.meta.url).resolve('nhsuk-frontend/package.json'));

/** Where nhsuk-frontend keeps its templates, styles and pictures. */
export const NHSUK_DIST = join(NHSUK, 'dist');

const DMD_VIEWS = ['dmd-search', 'dmd-concept', 'dmd-ambiguous', 'translate', 'translate-dose'];
const WORK_VIEWS = [
  ...['ward', 'ward-list', 'ward-order', 'ward-order-part', 'ward-draft', 'ward-choose-patient', 'ward-going-home'],
  'ward-together',
  ...['pharmacy', 'pharmacy-list', 'pharmacy-order', 'pharmacy-order-part', 'pharmacy-label'],
  ...['who-are-you', 'order-conflict'],
];
const CHECK_VIEWS = ['check', 'check-document', 'check-document-part', 'rules', 'rule'];

/** Turns pages into HTML. */
export type Render = (page: Page) => string;

/**
 * Compiles the templates once. Every value is escaped as it is written out.
 * @param globals what every page is told: addresses of styles and scripts
 */
export function openViews(globals: object): Render {
  const folders = [fileURLToPath(new URL('./views', import.meta.url)), NHSUK_DIST];
  const loader = new nunjucks.FileSystemLoader(folders, { watch: false, noCache: false });
  const environment = new nunjucks.Environment(loader, { autoescape: true, trimBlocks: true, lstripBlocks: true });
  environment.addFilter('attributes', attributes);
  const names = [
    'home',
    'find',
    'medicines',
    'medicine',
    'timeline',
    'resource',
    'conformance',
    'deliveries',
    'delivery',
    'delivery-letters',
    'delivery-subscription',
    'error',
    ...DMD_VIEWS,
    ...CHECK_VIEWS,
    ...WORK_VIEWS,
  ];
  const views = new Map(names.map((name) => [name, environment.getTemplate(`${name}.njk`, true)]));
  return ({ view, title, model }) => {
    const template = views.get(view);
    if (template === undefined) throw new Error(`There is no view ${view}.`);
    return template.render({ ...globals, ...model, title });
  };
}

/** A dose wraps between its attributes, and a line never begins with the dash that joins them (NHS CUI, MEDi-010). */
function attributes(dose: unknown): string {
  return String(dose ?? '').replaceAll(' - ', '\u00a0- ');
}
