import type { Medication } from 'fhir/r4';
import type { ReferenceIndex } from './references.ts';
import type { Unchecked } from './tolerant-reading.ts';
import { codings, object, objects, text } from './tolerant-reading.ts';

/**
 * The names by which a resource's medicine can be recognised as the same product: its codes and, where it has none,
 * its text. dm+d identifiers are SNOMED CT identifiers, so a code means the same under either system.
 * @param resource a request, dispense or statement
 * @param medications the Medication resources that `medicationReference` may mean
 */
export function medicineNames(resource: object, medications: ReferenceIndex<Medication>): readonly string[] {
  const r = resource as Unchecked;
  if (r.medicationCodeableConcept !== undefined) return conceptNames(r.medicationCodeableConcept);
  const reference = object(r.medicationReference);
  const literal = text(reference.reference);
  if (literal?.startsWith('#')) {
    const contained = objects(r.contained).find((c) => c.id === literal.slice(1));
    return contained ? conceptNames(contained.code) : [];
  }
  const target = medications.resolve(reference);
  if (target?.found) {
    const names = conceptNames(target.found.code);
    if (names.length > 0) return names;
  }
  return target ? [target.key] : [];
}

function conceptNames(concept: unknown): readonly string[] {
  const codes = codings(concept).flatMap((c) => {
    const code = text(c.code);
    return code === undefined ? [] : [code];
  });
  if (codes.length > 0) return codes;
  const words = text(object(concept).text);
  return words === undefined ? [] : [`text ${words.trim().toLowerCase()}`];
}

/** True where two lists of names share one. No names are no proof. */
export function sameMedicine(a: readonly string[], b: readonly string[]): boolean {
  return a.some((name) => b.includes(name));
}

/**
 * True where two resources instruct the same dose: equal in everything but the printed text, which follows from the
 * structure where there is one.
 */
export function sameDose(a: unknown, b: unknown): boolean {
  return doseKey(a) === doseKey(b);
}

/** True where two elements say the same, whatever the order of their members and the names beside their codes. */
export function sameContent(a: unknown, b: unknown): boolean {
  return JSON.stringify(ordered(a, false)) === JSON.stringify(ordered(b, false));
}

function doseKey(dosages: unknown): string {
  return JSON.stringify(
    objects(dosages).map((dosage) => {
      const structured = Object.keys(dosage).some((k) => !['text', 'patientInstruction', 'id', 'sequence'].includes(k));
      return ordered(dosage, structured);
    }),
  );
}

function ordered(value: unknown, dropText: boolean): unknown {
  if (Array.isArray(value)) return value.map((v) => ordered(v, dropText));
  if (typeof value !== 'object' || value === null) return value;
  const out: [string, unknown][] = [];
  const coded = typeof (value as Unchecked).code === 'string';
  for (const key of Object.keys(value).sort()) {
    // Displays and names of units are wording too: the code beside them is what was prescribed.
    const named = coded && (key === 'display' || key === 'unit');
    const wording = key === 'id' || named || (dropText && (key === 'text' || key === 'patientInstruction'));
    if (!wording) out.push([key, ordered((value as Unchecked)[key], false)]);
  }
  return out;
}
