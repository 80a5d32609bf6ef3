import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { NHSUK_DIST } from './views.ts';

const PUBLIC = fileURLToPath(new URL('./public', import.meta.url));
const NHSUK = join(NHSUK_DIST, 'nhsuk');
/** What the two folders hold for browsers. */
const SERVED =
  /^\/((start|dmd-search|translate|check|live|draft)\.js|favicon\.svg|nhsuk-frontend\.min\.js|assets\/images\/nhsuk-icon-[a-z-]+\.svg)$/;
const STYLES = ['concord.css', 'dmd.css', 'translate.css', 'check.css', 'orders.css'];
const FILES = [
  ...STYLES,
  'start.js',
  'dmd-search.js',
  'translate.js',
  'check.js',
  'live.js',
  'draft.js',
  'favicon.svg',
];

/** Styles, script and icon, at addresses that change with their content, so that browsers may keep them for ever. */
export interface Assets {
  readonly styles: string;
  readonly script: string;
  /** What makes the search of dm+d answer while one types. */
  readonly dmdScript: string;
  /** What makes the products of a dose appear while one types. */
  readonly translateScript: string;
  /** What makes a message that is dropped or typed be checked at once. */
  readonly checkScript: string;
  /** What keeps a list of orders up to date. */
  readonly liveScript: string;
  /** What shows a dose in words while it is typed. */
  readonly draftScript: string;
  readonly icon: string;
  /** Serves them. */
  register(app: FastifyInstance): Promise<void>;
}

/** Reads the assets from the package nhsuk-frontend and from our own. */
export function openAssets(): Assets {
  const styles = nhsukStyles() + STYLES.map((name) => readFileSync(join(PUBLIC, name), 'utf8')).join('');
  const script = readFileSync(join(NHSUK, 'nhsuk-frontend.min.js'));
  const hash = createHash('sha256').update(styles).update(script);
  for (const name of FILES) hash.update(readFileSync(join(PUBLIC, name)));
  const base = `/assets/${hash.digest('hex').slice(0, 12)}`;
  return {
    styles: `${base}/styles.css`,
    script: `${base}/start.js`,
    dmdScript: `${base}/dmd-search.js`,
    translateScript: `${base}/translate.js`,
    checkScript: `${base}/check.js`,
    liveScript: `${base}/live.js`,
    draftScript: `${base}/draft.js`,
    icon: `${base}/favicon.svg`,
    async register(app) {
      await app.register(fastifyStatic, {
        root: [PUBLIC, NHSUK],
        prefix: `${base}/`,
        maxAge: '365d',
        immutable: true,
        index: false,
        allowedPath: (path) => SERVED.test(path),
      });
      app.get(`${base}/styles.css`, (_request, reply) =>
        reply
          .header('Cache-Control', 'public, max-age=31536000, immutable')
          .type('text/css; charset=utf-8')
          .send(styles),
      );
    },
  };
}

/**
 * The NHS design system's styles, without its typeface: Frutiger comes from another host and is licensed for NHS
 * websites only. The design system's own next choice, Arial, takes its place.
 */
function nhsukStyles(): string {
  return readFileSync(join(NHSUK, 'nhsuk-frontend.min.css'), 'utf8')
    .replace(/@font-face\{[^}]*\}/g, '')
    .replaceAll('Frutiger W01,arial', 'arial,helvetica')
    .replaceAll('url(/assets/images/', 'url(assets/images/')
    .replace(/\/\*# sourceMappingURL=.*?\*\//g, '');
}
