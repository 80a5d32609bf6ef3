/**
 * Terminology operations per second in one process, without HTTP. Run as `search.ts` is; `json` includes writing the
 * answer as JSON text, which a server must do.
 */

import type { Parameters } from 'fhir/r4';
import { createProductSearch } from '../src/search/search.ts';
import { terminologyOperations } from '../src/terminology/operations.ts';
import { createTerminology, RecentExpansions } from '../src/terminology/terminology.ts';
import { openRelease } from './release.ts';

const { dictionary, source } = await openRelease(process.argv[2]);
const terminology = createTerminology(dictionary, createProductSearch(dictionary));
/** The same without remembering what was asked: every expansion is worked out. */
const forgetful = { ...terminology, expansions: new RecentExpansions(0) };
const DMD = 'https://dmd.nhs.uk';

/** Some two thousand codes of all levels, evenly over the release. */
const codes = (['VTM', 'VMP', 'AMP', 'VMPP', 'AMPP'] as const).flatMap((level) => {
  const step = Math.max(1, Math.floor(dictionary.count(level) / 400));
  return Array.from({ length: 400 }, (_, at) => dictionary.at(level, at * step)?.id ?? '').filter((id) => id !== '');
});
const texts = [...dictionary.all('VMP')]
  .filter((_, at) => at % Math.max(1, Math.floor(dictionary.count('VMP') / 500)) === 0)
  .map(({ name }) => name.slice(0, 4 + (name.length % 8)));

type Values = Record<string, string | readonly string[]>;

function parameters(values: Values): Parameters {
  const parameter = Object.entries(values).flatMap(([name, value]) =>
    (typeof value === 'string' ? [value] : value).map((valueString) => ({ name, valueString })),
  );
  return { resourceType: 'Parameters', parameter };
}

function rate(label: string, resourceType: string, name: string, requests: readonly Values[], of = terminology): void {
  const operation = terminologyOperations.find(
    (one) => one.resourceType === resourceType && one.name === name && one.level === 'type',
  );
  if (operation === undefined) throw new Error(`No operation ${resourceType}/$${name}`);
  const ready = requests.map(parameters);
  // By processor time, so that other work on the machine does not count.
  const used = () => process.cpuUsage().user / 1000 + process.cpuUsage().system / 1000;
  const run = (json: boolean) => {
    let done = 0;
    const from = used();
    for (let at = 0; at % 16 !== 0 || used() - from < 1000; at++) {
      const input = ready[at % ready.length] as Parameters;
      const answer = operation.run(of, { parameters: input, now: '2025-01-01T00:00:00Z' });
      if (!answer.ok) throw new Error(answer.resource.issue[0]?.diagnostics);
      if (json) JSON.stringify(answer.resource);
      done += 1;
    }
    return Math.round((done * 1000) / (used() - from));
  };
  run(false);
  console.log(label.padEnd(34) + String(run(false)).padStart(10) + String(run(true)).padStart(10));
}

console.log(`${source}: ${codes.length} codes, ${texts.length} texts`);
console.log('per processor second                 answer      json');
const each = (values: (code: string) => Values) => codes.map(values);
rate(
  '$lookup',
  'CodeSystem',
  'lookup',
  each((code) => ({ system: DMD, code })),
);
rate(
  '$lookup, all properties',
  'CodeSystem',
  'lookup',
  each((code) => ({ system: DMD, code, property: '*' })),
);
rate(
  '$lookup, VPI and route',
  'CodeSystem',
  'lookup',
  each((code) => ({ system: DMD, code, property: ['VPI', 'ROUTECD'] })),
);
rate(
  '$validate-code, code system',
  'CodeSystem',
  'validate-code',
  each((code) => ({ url: DMD, code })),
);
rate(
  '$validate-code, value set',
  'ValueSet',
  'validate-code',
  each((code) => ({ url: `${DMD}/ValueSet/VMP`, system: DMD, code })),
);
rate(
  '$subsumes',
  'CodeSystem',
  'subsumes',
  each((code) => ({ system: DMD, codeA: codes[0] ?? '', codeB: code })),
);
rate(
  '$translate, history',
  'ConceptMap',
  'translate',
  each((code) => ({ url: `${DMD}/conceptmap/history`, system: DMD, code })),
);
const expand = (level: string, more: Values = {}) =>
  texts.map((filter) => ({ url: `${DMD}/ValueSet/${level}`, filter, count: '20', ...more }));
rate('$expand VMP, text, 20', 'ValueSet', 'expand', expand('VMP'));
rate('  the same, never asked before', 'ValueSet', 'expand', expand('VMP'), forgetful);
rate(
  '$expand VMP, text, 20, properties',
  'ValueSet',
  'expand',
  expand('VMP', { property: ['FORMCD', 'ROUTECD', 'VPI', 'parent'] }),
);
rate('$expand AMP, text, 20', 'ValueSet', 'expand', expand('AMP'));
rate('  the same, never asked before', 'ValueSet', 'expand', expand('AMP'), forgetful);
rate(
  '$expand all of dm+d, text, 20',
  'ValueSet',
  'expand',
  texts.map((filter) => ({ url: `${DMD}/vs`, filter, count: '20' })),
);
rate('$expand VMP, page of 100', 'ValueSet', 'expand', [{ url: `${DMD}/ValueSet/VMP`, count: '100', offset: '500' }]);
