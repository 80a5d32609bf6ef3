import { rowOf } from '../rules/row-of.ts';

// Unified Code for Units of Measure, section "Tables of Terminal Symbols", case sensitive. Units in square brackets,
// such as [iU] and m[Hg], are taken as they are written: only their form is checked.

const prefixes = 'Y Z E P T G M k h da d c m u n p f a z y Ki Mi Gi Ti'.split(' ');

/** Units that take a prefix. */
const metric = new Set(
  [
    'm s g rad K C cd mol sr Hz N Pa J W A V F Ohm S Wb Cel T H lm lx Bq Gy Sv l L ar t bar u eV pc',
    'dyn erg P St Mx G Oe Gb sb Lmb ph Ci R RAD REM Ky Gal Bi gf cal cal_m cal_IT cal_th eq osm kat U g%',
    'Np B st mho bit By Bd tex',
  ]
    .join(' ')
    .split(' '),
);
/** Units that take none. */
const plain = new Set(
  "% ' '' deg gon min h d wk mo a a_t a_j a_g mo_s mo_j mo_g AU atm att circ sph b Ao bit_s".split(' '),
);

/** Every unit by itself, with and without a prefix. */
const units = new Set([...plain, ...metric, ...prefixes.flatMap((prefix) => [...metric].map((unit) => prefix + unit))]);

/** What is often written for a unit, and how UCUM writes it. */
const slips: Readonly<Record<string, string>> = {
  ...{
    mcg: 'ug',
    microgram: 'ug',
    micrograms: 'ug',
    milligram: 'mg',
    milligrams: 'mg',
    gram: 'g',
    grams: 'g',
    mgs: 'mg',
  },
  ...{ millilitre: 'mL', millilitres: 'mL', mls: 'mL', cc: 'mL', litre: 'L', litres: 'L', iu: '[iU]', IU: '[iU]' },
  ...{ unit: '[iU]', units: '[iU]', hr: 'h', hour: 'h', hours: 'h', minute: 'min', minutes: 'min', mins: 'min' },
  ...{ day: 'd', days: 'd', week: 'wk', weeks: 'wk', month: 'mo', months: 'mo', year: 'a', years: 'a', mEq: 'meq' },
};

const longest = 100;
const deepest = 10;

/** A unit with what it is raised to; the brackets and braces of UCUM hold anything. */
const symbol =
  /^(10[*^]|(?:\[[^[\]]+\]|[^\s[\]{}()./\d+-])+(?:\[[^[\]]+\]|[^\s[\]{}()./+-])*?)?([+-]?\d+)?(?:\{[^{}]*\})?$/;

/** True for a code of UCUM, such as `mg`, `mL/h`, `10*6.[iU]` and `mg/(24.h)`. */
export function isUcum(code: string): boolean {
  return units.has(code) || (code.length > 0 && code.length <= longest && isTerm(code, 0));
}

/** How UCUM writes what somebody may have meant by a code; undefined where that is not known. */
export function ucumFor(code: string): string | undefined {
  return rowOf(slips, code);
}

function isTerm(text: string, depth: number): boolean {
  if (depth > deepest) return false;
  const components = componentsOf(text.startsWith('/') ? text.slice(1) : text);
  return components?.every((component) => isComponent(component, depth)) ?? false;
}

/** What stands between the points and strokes that are not in brackets; undefined where brackets do not match. */
function componentsOf(text: string): string[] | undefined {
  const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
  const open: string[] = [];
  const found = [''];
  for (const character of text) {
    const inText = open.at(-1) === ']' || open.at(-1) === '}';
    if (character === open.at(-1)) open.pop();
    else if (!inText && closing[character] !== undefined) open.push(closing[character]);
    if (open.length === 0 && (character === '.' || character === '/')) found.push('');
    else found[found.length - 1] += character;
  }
  return open.length === 0 ? found : undefined;
}

function isComponent(text: string, depth: number): boolean {
  if (text.startsWith('(')) return text.endsWith(')') && isTerm(text.slice(1, -1), depth + 1);
  if (/^\{[^{}]*\}$/.test(text)) return true;
  const [whole = '', unit, power] = symbol.exec(text) ?? [];
  if (whole === '') return false;
  if (unit === undefined) return power !== undefined && /^\d/.test(power);
  return unit === '10*' || unit === '10^' || unit.includes('[') || units.has(unit);
}
