import {
  type ConceptKind,
  type Dictionary,
  DMD_SYSTEM,
  isSctid,
  type Product,
  type Resolution,
  standingOf,
} from '@concord/dmd';
import { shortDate } from './dates.ts';
import { factsOf, pounds } from './dmd-facts.ts';
import { type DmdVisit, releaseFor } from './dmd-visit.ts';
import { LEVEL_WORDS, STANDING_TAGS } from './dmd-words.ts';
import { type Page, PageFault, type Redirect } from './page.ts';
import type { Tag } from './words.ts';

/** A step on the ladder, or a list of concepts beside it. */
interface Rung {
  readonly heading: string;
  readonly id: string;
  readonly items: readonly Item[];
}

interface Item {
  readonly id: string;
  readonly name: string;
  /** What sets it apart in the list: pack price, or why it is not to be had. */
  readonly note: string | undefined;
  readonly tag: Tag | undefined;
}

/** A concept of dm+d: what it is, where it stands, and the codes that it has and had. */
export async function dmdConceptPage(visit: DmdVisit): Promise<Page | Redirect> {
  const { dictionary, name: release } = await releaseFor(visit);
  const id = visit.path('id');
  const resolution = dictionary.resolve(id);
  switch (resolution.status) {
    case 'current':
      return conceptPage(visit, dictionary, id, resolution.kind, release);
    case 'superseded':
      return { redirect: `/dmd/${resolution.id}?was=${encodeURIComponent(id)}` };
    case 'ambiguous':
      return ambiguousPage(dictionary, id, resolution);
    case 'withdrawn':
      throw new PageFault(
        404,
        'A former code without a successor',
        `${id} was a code of dm+d. What it led to, ${resolution.chain.at(-1)}, is not in ${release}.`,
      );
    case 'unknown':
      throw new PageFault(404, 'Not a code of this dm+d release', unknownAdvice(id, release));
  }
}

function unknownAdvice(id: string, release: string): string {
  if (!/^\d{6,18}$/.test(id)) return 'A code of dm+d has 6 to 18 digits. Find the medicine by name.';
  if (!isSctid(id)) return `${id} fails its check digit: is it mistyped? Find the medicine by name.`;
  return `${id} is neither a current nor a former code in ${release}. Find the medicine by name.`;
}

/** An id that stood for two things: a person must say which is meant. */
function ambiguousPage(dictionary: Dictionary, id: string, resolution: Resolution & { status: 'ambiguous' }): Page {
  const items = resolution.candidates.map((each) => itemOf(dictionary, each.id));
  return { view: 'dmd-ambiguous', title: `Which medicine is ${id}?`, model: { id, items } };
}

function conceptPage(visit: DmdVisit, dictionary: Dictionary, id: string, kind: ConceptKind, release: string): Page {
  const product = dictionary.product(id);
  const name = dictionary.displayOf(id) ?? id;
  const was = visit.query('was');
  const former = was === undefined ? undefined : dictionary.resolve(was);
  return {
    view: 'dmd-concept',
    title: `${name} (${LEVEL_WORDS[kind].short})`,
    model: {
      ...{ id, name, kind: LEVEL_WORDS[kind], release, system: DMD_SYSTEM },
      cautions: product === undefined ? invalidity(dictionary, id) : cautionsOf(product),
      former:
        former?.status === 'superseded' && former.id === id ? { id: was, since: shortDate(former.since) } : undefined,
      facts: product === undefined ? [] : factsOf(product, dictionary),
      up: product === undefined ? [] : upFrom(dictionary, product),
      down: product === undefined ? substance(dictionary, id, kind) : downFrom(dictionary, product),
      codes: codesOf(id, name),
      history: historyOf(dictionary, id),
    },
  };
}

function codesOf(id: string, name: string) {
  return [
    { label: 'dm+d code (also its SNOMED CT code)', value: id },
    { label: 'Name', value: name },
    { label: 'As a FHIR coding', value: JSON.stringify({ system: DMD_SYSTEM, code: id, display: name }) },
  ];
}

/** Why a product is not simply prescribable, in both care settings. */
function cautionsOf(product: Product): { tag: Tag; text: string }[] {
  const primary = standingOf(product, 'primary');
  const secondary = standingOf(product, 'secondary');
  const tag = STANDING_TAGS[primary.standing];
  if (tag === undefined) return [];
  const elsewhere = secondary.standing === 'prescribable' ? ' (in secondary care it may be prescribed)' : '';
  return primary.reasons.map((reason) => ({ tag, text: `${reason[0]?.toUpperCase()}${reason.slice(1)}${elsewhere}` }));
}

function invalidity(dictionary: Dictionary, id: string): { tag: Tag; text: string }[] {
  if (dictionary.ingredient(id)?.invalid !== true) return [];
  return [{ tag: { text: 'Invalid', colour: 'red' }, text: 'Marked as invalid: it must not be used' }];
}

/** What stands above: the moiety first, as one climbs down to the concept. */
function upFrom(dictionary: Dictionary, product: Product): Rung[] {
  const vtm = product.level === 'VTM' ? undefined : dictionary.vtmOf(product.id);
  const vmp = product.level === 'VTM' || product.level === 'VMP' ? undefined : dictionary.vmpOf(product.id);
  const parents = product.level === 'AMPP' ? dictionary.parents(product.id) : [];
  const above = [vtm, vmp, ...parents].filter((each) => each !== undefined);
  return above.map((each) => rung(dictionary, LEVEL_WORDS[each.level].long, `up-${each.level}-${each.id}`, [each]));
}

function downFrom(dictionary: Dictionary, product: Product): Rung[] {
  const { id } = product;
  const rungs = (() => {
    switch (product.level) {
      case 'VTM':
        return [rung(dictionary, 'Products of it', 'products', dictionary.vmpsOfVtm(id))];
      case 'VMP':
        return [
          rung(dictionary, 'Actual products', 'actual', dictionary.ampsOfVmp(id)),
          rung(dictionary, 'Packs', 'packs', dictionary.vmppsOfVmp(id)),
        ];
      case 'AMP':
        return [rung(dictionary, 'Packs', 'packs', dictionary.amppsOfAmp(id))];
      case 'VMPP':
        return [rung(dictionary, 'Packs of suppliers', 'packs', dictionary.amppsOfVmpp(id))];
      case 'AMPP':
        return [];
    }
  })();
  return [
    ...rungs,
    rung(dictionary, 'Packs inside this combination pack', 'inside', dictionary.componentPacks(id)),
    rung(dictionary, 'Combination packs that hold it', 'combined', dictionary.combinationPacks(id)),
  ].filter(({ items }) => items.length > 0);
}

/** Where a substance occurs. */
function substance(dictionary: Dictionary, id: string, kind: ConceptKind): Rung[] {
  if (kind !== 'INGREDIENT') return [];
  return [
    rung(dictionary, 'Moieties with it', 'moieties', dictionary.vtmsWithIngredient(id)),
    rung(dictionary, 'Products with it', 'products', dictionary.vmpsWithIngredient(id)),
  ].filter(({ items }) => items.length > 0);
}

/** What can be had comes first; then by name. */
function rung(dictionary: Dictionary, heading: string, id: string, products: readonly Product[]): Rung {
  const rows = products.map((each) => ({ item: itemOf(dictionary, each.id), last: isGone(each) }));
  rows.sort(
    (a, b) => Number(a.last) - Number(b.last) || a.item.name.localeCompare(b.item.name, 'en-GB', { numeric: true }),
  );
  return { heading, id, items: rows.map(({ item }) => item) };
}

function itemOf(dictionary: Dictionary, id: string): Item {
  const product = dictionary.product(id);
  const name = dictionary.displayOf(id) ?? id;
  if (product === undefined) return { id, name, note: undefined, tag: undefined };
  return { id, name, note: priceOf(product), tag: tagOf(product) };
}

function priceOf(product: Product): string | undefined {
  const price =
    product.level === 'VMPP' ? product.drugTariff?.price : product.level === 'AMPP' ? product.price?.price : undefined;
  if (price === undefined) return undefined;
  return `${product.level === 'VMPP' ? 'Drug Tariff ' : ''}${pounds(price)}`;
}

function isGone(product: Product): boolean {
  if (product.invalid) return true;
  if (product.level === 'AMPP') return product.discontinued;
  return (product.level === 'VMP' || product.level === 'AMP') && !product.available;
}

function tagOf(product: Product): Tag | undefined {
  if (product.invalid) return { text: 'Invalid', colour: 'red' };
  if (product.level === 'AMPP' && product.discontinued) return { text: 'Discontinued', colour: 'grey' };
  if ((product.level === 'VMP' || product.level === 'AMP') && !product.available) {
    return { text: 'Not available', colour: 'grey' };
  }
  const { standing } = standingOf(product, 'primary');
  return STANDING_TAGS[standing];
}

/** The ids that the concept had, the oldest first, with when they were in force. */
function historyOf(dictionary: Dictionary, id: string) {
  const rows = new Map(dictionary.history(id).map((row) => [row.previous, row]));
  const ids = dictionary.previousIds(id).filter((each) => each !== id);
  return ids.map((former) => {
    const row = rows.get(former);
    return { id: former, from: shortDate(row?.start), until: shortDate(row?.end) };
  });
}
