import type { Part, PartOf } from '../parts.ts';
import type { Captures } from '../pattern.ts';
import { METHODS } from '../vocabulary/methods.ts';
import { INJECTION_ROUTES, ROUTES } from '../vocabulary/routes.ts';
import { BARE_SITES, type SiteRow } from '../vocabulary/sites.ts';
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

const routeRows: readonly PhraseRow[] = [
  row('<route> [route]', (c) => routePart(c.route as { code: string; display: string })),
];

const sitePart = ({ code, display }: SiteRow): Part => ({
  kind: 'site',
  ...(code === undefined ? {} : { code }),
  ...(display === undefined ? {} : { display }),
});

const siteOf = (captures: Captures): SiteRow => captures.site as SiteRow;

const siteRows: readonly PhraseRow[] = [
  row('(in|into|to|on|onto|over|around|inside) [the|your|all|all the] <site>', (c) => sitePart(siteOf(c))),
  // Several places, or one within another, have no one code: the words are kept.
  ...[
    '<site> (and|of|on|around) [the|your] <second:site>',
    '<site> , <second:site> and [the|your] <third:site>',
  ].flatMap((places) => [
    row(`(in|into|to|on|onto|over) [the|your|all|all the] ${places}`, { kind: 'site' }),
    row(places, { kind: 'site', bare: true }),
  ]),
  // Alone, the name of a place is a site only in house wording; elsewhere it may be part of something not understood.
  row('<site>', (c) => ({ ...(sitePart(siteOf(c)) as PartOf<'site'>), bare: true })),
];

/** Where: route and site. */
export const PLACE_PHRASES: readonly PhraseRow[] = [
  ...injectionRows,
  ...routeRows,
  ...BARE_SITES.map((site) => row(site.phrase, sitePart(site))),
  ...siteRows,
];
