import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Dosage, dosageTextAlgorithm, renderedDosageInstructionUrl, withDosageText } from '../src/index.ts';
import { arbitraryDosage, arbitraryNonsense } from './arbitrary/dosage.ts';

const tablet = (value: number, sequence?: number): Dosage => ({
  ...(sequence === undefined ? {} : { sequence }),
  doseAndRate: [{ doseQuantity: { value, unit: 'tablet' } }],
});

describe('dosage text on a resource', () => {
  it('fills the text that is missing, and the rendered instruction of the whole, with its algorithm', () => {
    const given = { resourceType: 'MedicationRequest', id: 'a', dosageInstruction: [tablet(2, 1), tablet(1, 2)] };
    const before = structuredClone(given);
    const { resource, dosages, rendered } = withDosageText(given);
    assert.deepEqual(given, before);
    assert.deepEqual(
      resource.dosageInstruction.map(({ text }) => text),
      ['2 tablet', '1 tablet'],
    );
    assert.deepEqual(
      dosages.map(({ path, action }) => [path, action]),
      [
        ['MedicationRequest.dosageInstruction[0]', 'filled'],
        ['MedicationRequest.dosageInstruction[1]', 'filled'],
      ],
    );
    assert.equal(rendered, 'added');
    const [extension] = (resource as unknown as { extension: Record<string, unknown>[] }).extension;
    assert.equal(
      extension?.url,
      'http://hl7.org/fhir/5.0/StructureDefinition/extension-MedicationRequest.renderedDosageInstruction',
    );
    assert.equal(extension?.valueMarkdown, '2 tablet, then 1 tablet');
    assert.match(JSON.stringify(extension), new RegExp(`${dosageTextAlgorithm.name} ${dosageTextAlgorithm.version}`));
  });

  it('keeps a sender’s text and says whether the structure says the same', () => {
    const { resource, dosages } = withDosageText({
      resourceType: 'MedicationStatement',
      dosage: [
        { ...tablet(2, 1), text: 'Take two tablets' },
        { ...tablet(2, 2), text: '3 tablet' },
      ],
    });
    assert.deepEqual(
      resource.dosage.map(({ text }) => text),
      ['Take two tablets', '3 tablet'],
    );
    assert.deepEqual(
      dosages.map(({ action, comparison }) => [action, comparison?.outcome]),
      [
        ['kept', 'same'],
        ['kept', 'differs'],
      ],
    );
  });

  it('replaces where told', () => {
    const url = renderedDosageInstructionUrl('MedicationDispense');
    const given = {
      resourceType: 'MedicationDispense',
      extension: [{ url: 'https://example.org/x' }, { url, valueMarkdown: 'old' }],
      dosageInstruction: [{ ...tablet(2), text: '3 tablet' }],
    };
    assert.equal(withDosageText(given).rendered, 'kept');
    const { resource, dosages, rendered } = withDosageText(given, { replace: true });
    assert.equal(resource.dosageInstruction[0]?.text, '2 tablet');
    assert.equal(dosages[0]?.action, 'replaced');
    assert.equal(rendered, 'replaced');
    assert.equal(resource.extension[1]?.valueMarkdown, '2 tablet');
    assert.equal(resource.extension[0]?.url, 'https://example.org/x');
  });

  it('leaves out a text that is not safe, for one Dosage and for the whole', () => {
    const unsafe: Dosage = { sequence: 2, doseAndRate: [{ doseRange: { low: { value: 1, unit: 'tablet' } } }] };
    const { resource, dosages, rendered, result } = withDosageText({
      resourceType: 'MedicationRequest',
      dosageInstruction: [tablet(1, 1), unsafe],
    });
    assert.deepEqual(
      dosages.map(({ action }) => action),
      ['filled', 'refused'],
    );
    assert.equal(rendered, 'refused');
    assert.equal(resource.dosageInstruction[1]?.text, undefined);
    assert.equal('extension' in resource, false);
    assert.equal(result?.outcome, 'refused');
  });

  it('returns any other resource as it was', () => {
    const patient = { resourceType: 'Patient' };
    assert.equal(withDosageText(patient).resource, patient);
    assert.equal(withDosageText({ resourceType: 'MedicationRequest' }).rendered, 'none');
  });

  it('is done once: a second time changes nothing, and all texts say the same', () => {
    fc.assert(
      fc.property(fc.array(arbitraryDosage, { minLength: 1, maxLength: 3 }), (dosageInstruction) => {
        const given = { resourceType: 'MedicationRequest', dosageInstruction };
        const once = withDosageText(given, { replace: true });
        const twice = withDosageText(once.resource, { replace: true });
        assert.deepEqual(twice.resource, once.resource);
        for (const { action, comparison } of twice.dosages) {
          if (action === 'kept' && comparison?.outcome !== 'cannot-tell') assert.equal(comparison?.outcome, 'same');
        }
      }),
      { seed: 20260108, numRuns: 500 },
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(arbitraryNonsense, arbitraryNonsense, (dosageInstruction, extension) => {
        withDosageText({ resourceType: 'MedicationRequest', dosageInstruction, extension });
        withDosageText({ resourceType: 'MedicationRequest', dosageInstruction: [dosageInstruction], extension });
      }),
      { seed: 20260109, numRuns: 1000 },
    );
  });
});
