import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import extensions from '../src/uk-core/extensions.json' with { type: 'json' };
import profiles from '../src/uk-core/profiles.json' with { type: 'json' };
import valueSets from '../src/uk-core/value-sets.json' with { type: 'json' };

const folder = fileURLToPath(new URL('../../../../shared/data/ukcore', import.meta.url));
const skip = !existsSync(folder) && "UK Core's definitions are not here";

interface Element {
  id: string;
  min?: number;
  max?: string;
  mustSupport?: boolean;
  type?: { code: string; profile?: string[]; targetProfile?: string[] }[];
  binding?: { strength: string; valueSet?: string };
  [other: string]: unknown;
}
interface Definition {
  url: string;
  version: string;
  status: string;
  context?: { expression: string }[];
  differential: { element: Element[] };
}
interface ValueSet {
  version: string;
  compose: { include: { system: string; concept?: { code: string }[]; filter?: { value: string }[] }[] };
}
interface Concept {
  code: string;
  concept?: Concept[];
}

function read<T>(path: string): T {
  return JSON.parse(readFileSync(`${folder}/${path}`, 'utf8')) as T;
}

const shortName = (url: string) => url.replace(/\|.*/, '').replace(/.*\//, '');
const range = ({ min, max }: Element) => (min === undefined && max === undefined ? [] : [`${min ?? ''}..${max ?? ''}`]);
const bound = ({ binding }: Element) =>
  binding?.valueSet ? [`${binding.strength}:${shortName(binding.valueSet)}`] : [];

/** A row as the table of profiles writes it, or undefined where the element adds nothing. */
function profileRow(element: Element, type: string): string | undefined {
  const facts = [
    ...range(element),
    ...(element.mustSupport ? ['ms'] : []),
    ...(element.type ?? []).flatMap(({ profile = [] }) => profile.map((url) => `is:${shortName(url)}`)),
    ...bound(element),
    ...Object.keys(element).flatMap((key) => (/^(fixed|pattern)/.test(key) ? [`=${String(element[key])}`] : [])),
  ];
  return facts.length ? [element.id.slice(type.length + 1), ...facts].join(' ') : undefined;
}

test('the tables of profiles say what the definitions say', { skip }, () => {
  for (const [type, { version, status, elements }] of Object.entries(profiles)) {
    const real = read<Definition>(`structuredefinitions/UKCore-${type}.json`);
    const rows = real.differential.element.map((element) => profileRow(element, type)).filter(Boolean);
    assert.deepEqual({ version, status, elements }, { version: real.version, status: real.status, elements: rows });
  }
  assert.equal(Object.keys(profiles).length, 16);
});

/** The values of an extension, as its table writes them. */
function extensionRow({ version, status, context = [], differential }: Definition) {
  const values = new Map<string, string[]>();
  const parts = new Map<string, string[]>();
  for (const element of differential.element) {
    const [, part, value] = /^Extension(?:\.extension:(\w+))?(\.value\[x\])?$/.exec(element.id) ?? [];
    if (value && element.max !== '0') {
      const types = (element.type ?? []).map(({ code, targetProfile }) =>
        targetProfile ? `${code}(${targetProfile.map((url) => shortName(url).replace(/^UKCore-/, '')).join()})` : code,
      );
      values.set(part ?? '', [types.join('|'), ...bound(element)]);
    } else if (part) parts.set(part, range(element));
  }
  const own = values.get('');
  return {
    ...{ version, status, on: context.map(({ expression }) => expression) },
    ...(own
      ? { value: own.join(' ') }
      : { parts: [...parts].map(([name, facts]) => [name, ...facts, ...(values.get(name) ?? [])].join(' ')) }),
  };
}

test('the table of extensions says what the definitions say', { skip }, () => {
  const real = readdirSync(`${folder}/structuredefinitions`)
    .filter((file) => file.startsWith('Extension-'))
    .map((file) => read<Definition>(`structuredefinitions/${file}`))
    .map((definition) => [definition.url, extensionRow(definition)]);
  assert.deepEqual(extensions, Object.fromEntries(real));
});

const flat = (concepts: Concept[] = []): string[] => concepts.flatMap(({ code, concept }) => [code, ...flat(concept)]);

test('the table of value sets has the codes of the definitions', { skip }, () => {
  let codes = 0;
  for (const [name, set] of Object.entries(valueSets as Record<string, Record<string, unknown>>)) {
    const real = read<ValueSet>(`valuesets/ValueSet-${name}.json`);
    assert.equal(set.version, real.version, name);
    for (const { system, concept, filter } of real.compose.include) {
      const isUk = system.startsWith('https://fhir.hl7.org.uk/');
      const listed = (set.codes as Record<string, string[]> | undefined)?.[system];
      if (system === 'https://dmd.nhs.uk') assert.ok((set.dmd as string[]).includes(filter?.[0]?.value ?? ''), name);
      else if (system === 'http://snomed.info/sct') assert.equal(set.snomed, filter?.[0]?.value, name);
      else if (isUk || concept) {
        const source =
          concept ?? read<{ concept: Concept[] }>(`codesystems/CodeSystem-${shortName(system)}.json`).concept;
        assert.deepEqual(listed, flat(source), `${name} ${system}`);
        codes += listed?.length ?? 0;
      } else assert.ok(listed || (set.open as string[]).includes(system), `${name} ${system}`);
    }
  }
  assert.ok(codes > 300);
});

test('every value set that a profile or extension binds is in the table, or known not to be one of UK Core', {
  skip,
}, () => {
  const rows = [...Object.values(profiles).flatMap(({ elements }) => elements), JSON.stringify(extensions)].join(' ');
  const names = [...rows.matchAll(/(?:required|extensible|preferred):([A-Za-z0-9-]+)/g)].map((match) => match[1] ?? '');
  const missing = new Set(names.filter((name) => !Object.hasOwn(valueSets, name)));
  // HL7's own: languages are checked by their form; the others belong to types outside these profiles.
  assert.deepEqual(
    [...missing].sort(),
    [
      'ConditionRelationship',
      'all-languages',
      'observation-triggeredbytype',
      'participation-role-type',
      'patient-fetalstatus',
      'subscription-payload-content',
    ].filter((name) => missing.has(name)),
  );
});
