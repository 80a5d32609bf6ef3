/**
 * Translations a second each way, with latency percentiles: `node packages/dmd/bench/translate.ts [SNAPSHOT]`.
 *
 * Without a snapshot the sample release is loaded. Every VMP that translates is asked once in each round. Prints a table
 * and, last, a line of JSON.
 */

import { fileURLToPath } from 'node:url';
import {
  type Dictionary,
  doseToProducts,
  loadRelease,
  openSnapshot,
  openSnapshotBytes,
  productToDose,
  supplyQuantity,
} from '../src/index.ts';
import { oneOf } from '../src/translate/reach.ts';

const SAMPLE = fileURLToPath(new URL('../../../samples/dmd', import.meta.url));
const [path] = process.argv.slice(2);
const dictionary: Dictionary =
  path === undefined ? openSnapshotBytes((await loadRelease([SAMPLE])).snapshot) : openSnapshot(path);

const week = { value: 7, unit: { code: 'd' } };
const timing = { repeat: { frequency: 2, period: 1, periodUnit: 'd' } };
const products = [...dictionary.all('VMP')].flatMap((vmp) => {
  const { dosage } = oneOf(dictionary, vmp);
  const question = { medication: vmp.id, dosage: { ...dosage, timing } };
  const answer = productToDose(dictionary, question);
  const dose = answer.outcome === 'dose' ? answer.dosages[0]?.doseAndRate?.[0]?.doseQuantity : undefined;
  if (answer.outcome === 'refused' || dose?.value === undefined || dose.code === undefined) return [];
  const asked = { vtm: answer.vtm.id, dose: { value: dose.value, unit: { system: dose.system, code: dose.code } } };
  return [{ question, asked, supply: { ...question, duration: week } }];
});

const figures = [
  measure('dose to products', ({ asked }) => doseToProducts(dictionary, asked)),
  measure('product to dose', ({ question }) => productToDose(dictionary, question)),
  measure('supply quantity', ({ supply }) => supplyQuantity(dictionary, supply)),
];
console.table(figures);
console.log(JSON.stringify({ release: dictionary.release.date, asked: products.length, figures }));

function measure(name: string, run: (each: (typeof products)[number]) => unknown) {
  // At most so many, spread over the release, so that a run takes seconds.
  const step = Math.max(1, Math.floor(products.length / 3000));
  const asked = products.filter((_, index) => index % step === 0);
  const times: number[] = [];
  for (let round = 0; round < 3; round++) {
    times.length = 0;
    for (const each of asked) {
      const start = performance.now();
      run(each);
      times.push(performance.now() - start);
    }
  }
  times.sort((a, b) => a - b);
  const total = times.reduce((sum, time) => sum + time, 0);
  const at = (share: number) => Number((times[Math.floor(share * (times.length - 1))] ?? 0).toFixed(3));
  return {
    name,
    'per second': Math.round((times.length / total) * 1000),
    'p50 ms': at(0.5),
    'p99 ms': at(0.99),
    'max ms': at(1),
  };
}
