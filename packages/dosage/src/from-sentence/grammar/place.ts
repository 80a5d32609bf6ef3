import type { Part } from '../parts.ts';
import { METHODS } from '../vocabulary/methods.ts';
import { INJECTION_ROUTES, ROUTES } from '../vocabulary/routes.ts';
import { BARE_SITES, SITES, type SiteRow } from '../vocabulary/sites.ts';
import { type PhraseRow, row } from './phrase.ts';

const inject = METHODS.find(({ display }) => display === 'Inject');
if (!inject) throw new Error('The method table has no Inject.');

const routePart = ({ code, display }: { code: string; display: string }): Part => ({ kind: 'route', code, display });

const injectionRows: readonly PhraseRow[] = INJECTION_ROUTES.flatMap(({ word, code }) => {
  const route = ROUTES.find((each) => each.code === code);
  if (!route) throw new Error(`No route ${code}.`);
  return [
    row(`[to be (given|used|administered)] [by|via|as|as a|as an|by a] ${word} (injection|injections)`, [
      { kind: 'method', method: inject },
      routePart(route),
    ]),
  ];
});

const routeRows: readonly PhraseRow[] = ROUTES.flatMap((route) =>
  route.phrases.flatMap((phrase) => [row(phrase, routePart(route)), row(`${phrase} route`, routePart(route))]),
);

const sitePart = ({ code, display }: SiteRow): Part => ({
  kind: 'site',
  ...(code === undefined ? {} : { code }),
  ...(display === undefined ? {} : { display }),
});

const siteRows: readonly PhraseRow[] = SITES.flatMap((site) => [
  row(`(in|into|to|on|onto|over|around|inside) [the|your|all|all the] ${site.phrase}`, sitePart(site)),
  row(
    `(in|into|to|on|onto) [the] ${site.phrase} of [the|your] (nose|face|neck|body|leg|legs|arm|arms)`,
    sitePart({ phrase: site.phrase }),
  ),
]);

/** Alone, the name of a place is a site only in house wording; elsewhere it may be part of something not understood. */
const bareRows: readonly PhraseRow[] = SITES.map((site) =>
  row(`(${site.phrase})`, { ...sitePart(site), bare: true } as Part),
);

/** Where: route and site. */
export const PLACE_PHRASES: readonly PhraseRow[] = [
  ...injectionRows,
  ...routeRows,
  ...siteRows,
  ...BARE_SITES.map((site) => row(site.phrase, sitePart(site))),
  ...bareRows,
];
