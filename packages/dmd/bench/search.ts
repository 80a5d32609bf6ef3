/**
 * How long a search takes over a full release, by kind of query. Run with a snapshot, or with the archives of a release:
 *
 *   npm exec -- node packages/dmd/bench/search.ts release.dmd
 *   npm exec -- node packages/dmd/bench/search.ts nhsbsa_dmd_....zip
 */

import { createProductSearch, type SearchOptions } from '../src/search/search.ts';
import { openRelease } from './release.ts';

const KINDS: readonly (readonly [kind: string, texts: readonly string[], options?: SearchOptions])[] = [
  ['typed whole', ['paracetamol', 'amoxicillin', 'metformin', 'omeprazole', 'salbutamol', 'insulin']],
  ['first letters', ['par', 'amo', 'met', 'ome', 'sal', 'ins', 'pre', 'sim', 'war', 'lev']],
  ['one letter', ['p', 'a', 'm', 't']],
  ['with strength', ['paracet 500 tab', 'amox 250mg/5', 'ramipril 2.5', 'levothyroxine 0.1mg', 'morphine mr 10mg']],
  ['broad words', ['tab 5', 'oral solution sugar free', 'injection vials', 'cream', 'mg tablets ltd']],
  ['brands', ['ventolin', 'calpol', 'lantus', 'augmentin 625', 'adcal', 'microgynon']],
  ['misspelt', ['parcetamol', 'amoxycilin 500', 'warfrain 3mg', 'levothyroxin', 'omeprozole', 'bendroflumethizide']],
  ['nothing found', ['zzzzzzzz', 'paracetamol qqqqqq', 'xkcdxkcd xyzzyxyzzy']],
  ['id or former id', ['42109611000001109', '322236009', '777067000']],
  ['pick list', ['paracet 500 tab', 'amox', 'ventolin'], { setting: 'primary' }],
  ['packs', ['paracetamol 500mg 32 tablet', 'ventolin', 'amox 500 21'], { levels: ['VMPP', 'AMPP'] }],
  ['hostile', ['a b c d e f g h i j k l m n o p q r s t u v w x y z', 'a'.repeat(10_000), '5 5 5mg 50 500 5000']],
];
const ROUNDS = 100;

const { dictionary, source } = await openRelease(process.argv[2]);
const search = createProductSearch(dictionary);
const start = performance.now();
search.prepare();
const built = performance.now() - start;
const again = performance.now();
createProductSearch(dictionary, search.kept()).prepare();
const reopened = performance.now() - again;

console.log(`${source}: ${dictionary.count('VMP')} VMPs, ${dictionary.count('AMP')} AMPs`);
console.log(`indexes built in ${built.toFixed(0)} ms, opened from kept arrays in ${reopened.toFixed(0)} ms\n`);
console.log('microseconds          p50      p90      p99      max  processor, mean');
for (const [kind, texts, options] of KINDS) {
  const times: number[] = [];
  const used = () => process.cpuUsage().user + process.cpuUsage().system;
  const before = used();
  for (let round = 0; round < ROUNDS; round++) {
    for (const text of texts) {
      const from = performance.now();
      search.search(text, options);
      times.push((performance.now() - from) * 1000);
    }
  }
  const mean = (used() - before) / times.length;
  // The first rounds are for the compiler.
  const sorted = times.slice(times.length / 4).sort((a, b) => a - b);
  const at = (part: number) => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0).toFixed(0);
  const columns = [at(0.5), at(0.9), at(0.99), at(1)].map((text) => text.padStart(9)).join('');
  console.log(kind.padEnd(16) + columns + mean.toFixed(0).padStart(17));
}
