import { doseToProducts, loadRelease, openSnapshotBytes, productToDose } from '@concord/dmd';

const dmd = openSnapshotBytes((await loadRelease(['samples/dmd'])).snapshot);

const answer = doseToProducts(dmd, { vtm: '774586009', dose: { value: 250, unit: { code: 'mg' } } }); // amoxicillin
for (const offer of answer.outcome === 'products' ? answer.products : [])
  console.log(offer.rank, offer.product.name, '-', offer.quantities[0]?.arithmetic);

const tablet = { value: 1, unit: 'tablet', system: 'http://snomed.info/sct', code: '428673006' };
const dosage = {
  timing: { repeat: { frequency: 2, period: 1, periodUnit: 'd' as const } },
  doseAndRate: [{ doseQuantity: tablet }],
};
for (const medication of ['42271611000001102', '42010211000001106']) {
  const dose = productToDose(dmd, { medication, dosage });
  if (dose.outcome === 'dose') console.log(dose.vtm.name, '-', dose.dosages[0]?.text);
  else console.log(dose.refusals[0]?.rule, dose.refusals[0]?.message);
}
