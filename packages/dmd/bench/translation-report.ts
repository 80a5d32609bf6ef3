/**
 * How far translation reaches over a release: `node packages/dmd/bench/translation-report.ts [SNAPSHOT] [--json]`;
 * without a snapshot, over the sample release.
 *
 * Every VMP (its unit or measure, once) is translated to a dose of its moiety and back. Prints how many VMPs translate,
 * why the others do not, with examples, and every VMP for which the way back does not list the quantity (U8).
 */

import { fileURLToPath } from 'node:url';
import { loadRelease, openSnapshot, openSnapshotBytes, type Reach, reachOf } from '../src/index.ts';

const SAMPLE = fileURLToPath(new URL('../../../samples/dmd', import.meta.url));
const path = process.argv.slice(2).find((word) => !word.startsWith('--'));
const dictionary = path === undefined ? openSnapshotBytes((await loadRelease([SAMPLE])).snapshot) : openSnapshot(path);
const reach: Reach = reachOf(dictionary);
if (process.argv.includes('--json')) console.log(JSON.stringify(reach, undefined, 2));
else {
  console.log(`dm+d release of ${dictionary.release.date}: ${reach.vmps} VMPs, ${reach.medicines} with a VTM.`);
  console.log(`${reach.translated} translate to a dose of their VTM; of these the way back lists`);
  console.log(`  ${reach.listed} with the quantity asked, ${reach.missing.length} not.`);
  for (const each of reach.missing.slice(0, 20)) console.log(`  missing: ${each}`);
  console.log('Refused, by rule and reason:');
  for (const { rule, code, count, examples } of reach.refused) {
    console.log(`${String(count).padStart(7)}  ${rule} ${code}`);
    for (const example of examples.slice(0, 2)) console.log(`           ${example}`);
  }
  console.log('Translated with a remark:');
  for (const { rule, code, count } of reach.remarks) console.log(`${String(count).padStart(7)}  ${rule} ${code}`);
}
