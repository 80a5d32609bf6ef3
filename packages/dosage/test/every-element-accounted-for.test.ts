import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Dosage, dosagesToText, dosageToText, type NotRendered, partNames } from '../src/index.ts';
import { arbitraryDosage, arbitraryNonsense } from './arbitrary/dosage.ts';

/** Names that say which concept or unit something is, whose words stand in the text; `id` names no content. */
const identity = new Set(['id', 'system', 'code', 'version', 'userSelected', 'unit', 'url', 'valueString']);

/** Every element of a Dosage with its path, and the Dosage without it. */
function* eachElement(
  dosage: Dosage,
  node: unknown = dosage,
  keys: (string | number)[] = [],
): Generator<{ path: string; name: string; value: unknown; without: Dosage }> {
  if (typeof node !== 'object' || node === null || 'rawJSON' in node) return;
  for (const key of Object.keys(node)) {
    const own = [...keys, Array.isArray(node) ? Number(key) : key];
    const value = (node as Record<string, unknown>)[key];
    const name = String(Array.isArray(node) ? (keys.at(-1) ?? '') : key);
    yield { path: pathOf(own), name, value, without: without(dosage, own) };
    if (!String(key).startsWith('_') && key !== 'extension') yield* eachElement(dosage, value, own);
  }
}

function pathOf(keys: (string | number)[]): string {
  // FHIRPath names a primitive and its extensions alike.
  return keys.reduce<string>(
    (path, key) => (typeof key === 'number' ? `${path}[${key}]` : `${path}.${choice(key.replace(/^_/, ''))}`),
    'Dosage',
  );
}

/** FHIRPath names a choice of types by name and type. */
function choice(name: string): string {
  const match = /^(dose|rate|bounds|asNeeded)([A-Z][A-Za-z]+)$/.exec(name);
  if (match === null || name === 'doseAndRate') return name;
  return `${match[1]}.ofType(${match[2] === 'Boolean' ? 'boolean' : match[2]})`;
}

function without(dosage: Dosage, keys: (string | number)[]): Dosage {
  const copy = structuredClone(dosage);
  let parent = copy as unknown as Record<string | number, unknown>;
  for (const key of keys.slice(0, -1)) parent = parent[key] as Record<string | number, unknown>;
  const last = keys.at(-1) ?? '';
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete parent[last];
  return copy;
}

function isListed(path: string, notRendered: readonly NotRendered[]): boolean {
  const inside = (outer: string, inner: string) =>
    inner === outer || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);
  return notRendered.some((item) => inside(item.path, path) || inside(path, item.path));
}

describe('every element of a Dosage', () => {
  it('is in the text, or listed as not rendered, or the Dosage is refused', () => {
    let texts = 0;
    let elements = 0;
    fc.assert(
      fc.property(arbitraryDosage, (dosage) => {
        const result = dosageToText(dosage);
        if (result.outcome === 'refused') {
          assert.ok(result.refusals.length > 0);
          return;
        }
        texts++;
        for (const { path, name, value, without } of eachElement(dosage)) {
          if (identity.has(name)) continue;
          elements++;
          if (isListed(path, result.notRendered)) continue;
          // The text, or another coding, of a concept may have the very words that are shown.
          if (
            (name === 'display' || path.endsWith('.text')) &&
            path !== 'Dosage.text' &&
            typeof value === 'string' &&
            result.text.includes(value.trim())
          )
            continue;
          if (name === 'coding' && saysNothing(value, result.text)) continue;
          // What is in the text makes a difference to it.
          const less = dosageToText(without);
          // The same dose twice is in the text once, and the second listed.
          if (path.startsWith('Dosage.doseAndRate[0]') && isListed('Dosage.doseAndRate[1]', result.notRendered))
            continue;
          // D-036 and D-031 word a frequency of one and none alike, the second with a warning.
          if (name === 'frequency' && less.warnings.some(({ rule }) => rule === 'D-031')) continue;
          assert.ok(
            less.outcome === 'refused' || less.text !== result.text,
            `${path} is absent from "${result.text}" and not listed: ${JSON.stringify(dosage)}`,
          );
        }
      }),
      { seed: 20260101, numRuns: 2500 },
    );
    assert.ok(texts > 1000, `only ${texts} of the Dosages were rendered`);
    assert.ok(elements > 20000, `only ${elements} elements were checked`);
  });

  it('never makes the renderer throw, whatever it holds', () => {
    fc.assert(
      fc.property(arbitraryNonsense, (nonsense) => {
        const result = dosageToText(nonsense as Dosage);
        if (result.outcome === 'text') assert.notEqual(result.text, '');
        else {
          assert.ok(result.refusals.length > 0);
          for (const { rule, path, message } of result.refusals) {
            assert.match(path, /^Dosage/);
            assert.notEqual(rule, '');
            assert.notEqual(message, '');
          }
        }
        const several = dosagesToText(nonsense as Dosage[]);
        assert.ok(several.outcome === 'refused' || several.text !== '');
      }),
      { seed: 20260102, numRuns: 5000 },
    );
  });

  it('stands in the text as the parts, in their order', () => {
    fc.assert(
      fc.property(arbitraryDosage, (dosage) => {
        const result = dosageToText(dosage);
        if (result.outcome === 'refused' || result.source === 'sender-text') return;
        let from = 0;
        for (const name of partNames) {
          const part: string | undefined = result.parts[name];
          if (part === undefined) continue;
          assert.equal(result.text.indexOf(part, from), from, `${name} in "${result.text}"`);
          from += part.length;
          if (from < result.text.length) from += result.text.startsWith(' - ', from) ? 3 : 1;
        }
        assert.equal(from, result.text.length);
      }),
      { seed: 20260103, numRuns: 2000 },
    );
  });

  it('reads the same whether a number arrives as a number or as its digits', () => {
    fc.assert(
      fc.property(arbitraryDosage, (dosage) => {
        const exact = JSON.parse(JSON.stringify(dosage), (_, value) =>
          typeof value === 'number' ? { rawJSON: Number.isInteger(value) ? `${value}.0` : `${value}0` } : value,
        ) as Dosage;
        const [a, b] = [dosageToText(dosage), dosageToText(exact)];
        assert.equal(a.outcome, b.outcome);
        if (a.outcome === 'text' && b.outcome === 'text') assert.equal(a.text, b.text);
      }),
      { seed: 20260104, numRuns: 2000 },
    );
  });
});

/** A coding whose words are in the text already, or that has none. */
function saysNothing(coding: unknown, text: string): boolean {
  const { display, extension } = (coding ?? {}) as { display?: string; extension?: unknown };
  return extension === undefined && (display === undefined || text.includes(display));
}
