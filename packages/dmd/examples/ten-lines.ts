import { loadRelease, openSnapshot, writeSnapshot } from '@concord/dmd';

const { snapshot } = await loadRelease(['samples/dmd']); // or the two archives as downloaded from TRUD
await writeSnapshot('/tmp/concord-example.dmd', snapshot);
const dmd = openSnapshot('/tmp/concord-example.dmd');

const found = dmd.resolve('322236009'); // an id of before 2023
const vmp = found.status === 'superseded' ? dmd.vmp(found.id) : undefined;
console.log(vmp?.id, vmp?.name, '-', dmd.vtmOf(vmp?.id ?? '')?.name);
for (const s of vmp?.ingredients ?? []) console.log(s.ingredientName, s.numeratorValue, s.numeratorUnit?.display);
