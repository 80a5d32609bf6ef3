/** The medication that a request or statement names, wherever it keeps it (U1). */

import { type Dictionary, isDmdSystem } from '../dictionary/dictionary.ts';
import type { AskedCode } from './concept.ts';
import { type Outcome, refused } from './remark.ts';
import { type Json, objectsOf } from './resource-json.ts';
import { TRADE_FAMILY_URL } from './trade-family.ts';

/** A medication as a resource names it. */
export interface NamedMedication {
  readonly code: AskedCode;
  readonly form: AskedCode | undefined;
  readonly tradeFamily: boolean;
  /** Its words, where they are not just a name that dm+d has for the code. */
  readonly words: string | undefined;
  /** Elements of a Medication that say more than its code, form and brand. */
  readonly others: readonly string[];
}

/** What of a Medication a translated one says too, or what says nothing of the product. */
const SAID = ['resourceType', 'id', 'meta', 'text', 'code', 'form', 'status', 'extension'];

/**
 * The dm+d code of the medication.
 * @param given   the Medication that `medicationReference` points to, where that is not contained
 * @param missing why that is not at hand
 */
export function namedMedication(
  dictionary: Dictionary,
  json: Json,
  given: object | undefined,
  missing: string | undefined,
): Outcome<NamedMedication> {
  const at = `${String(json.resourceType)}.medication`;
  const reference = (json.medicationReference as { reference?: unknown } | undefined)?.reference;
  if (json.medicationCodeableConcept !== undefined && json.medicationReference !== undefined) {
    return refused('U1', 'ambiguous-code', 'The resource names its medication twice: send one medication[x].', at);
  }
  const inside =
    typeof reference === 'string' && reference.startsWith('#')
      ? objectsOf(json.contained).find(({ id }) => `#${String(id)}` === reference)
      : undefined;
  const medication = json.medicationCodeableConcept === undefined ? ((inside ?? given) as Json | undefined) : undefined;
  if (json.medicationCodeableConcept === undefined && medication === undefined) {
    if (json.medicationReference === undefined) {
      return refused('U1', 'unknown-code', 'The resource names no medication.', at);
    }
    const why = missing ?? 'The medication is not in the resource: contain the Medication, or give it too.';
    return refused('U1', 'unresolved-reference', why, `${at}Reference`);
  }
  if (medication?.ingredient !== undefined) {
    return refused('U6', 'combination', 'The medication is a mixture of ingredients.', at);
  }
  if (medication?.modifierExtension !== undefined || medication?.implicitRules !== undefined) {
    const message = 'The Medication has a modifier extension or implicit rules, which may change what it means.';
    return refused('U6', 'not-translatable', message, at);
  }
  if (medication?.status === 'entered-in-error') {
    return refused('U6', 'not-translatable', 'The Medication was entered in error.', at);
  }
  const concept = (json.medicationCodeableConcept ?? medication?.code) as { text?: unknown } | undefined;
  const known = codingsOf(concept).filter(({ code, system }) => typeof code === 'string' && isDmdSystem(system));
  const ids = new Set(
    known.map(({ code }) => {
      const resolution = dictionary.resolve(code ?? '');
      return resolution.status === 'current' || resolution.status === 'superseded' ? resolution.id : code;
    }),
  );
  const [first] = known;
  if (first === undefined) return refused('U1', 'unknown-code', 'The medication has no dm+d code.', at);
  if (ids.size > 1) {
    return refused('U1', 'ambiguous-code', 'The medication has several dm+d codes that differ.', at);
  }
  const form = codingsOf(medication?.form).find(({ code, system }) => typeof code === 'string' && isDmdSystem(system));
  const names = [...[...ids].map((id) => dictionary.displayOf(id ?? '')), ...known.map(({ display }) => display)];
  const words = typeof concept?.text === 'string' ? concept.text.trim() : '';
  const isName = names.some((name) => name?.toLowerCase() === words.toLowerCase());
  const extensions = objectsOf(medication?.extension);
  const others = Object.keys(medication ?? {}).filter((name) => !SAID.includes(name) && !name.startsWith('_'));
  if (extensions.some(({ url }) => url !== TRADE_FAMILY_URL)) others.push('extension');
  const value: NamedMedication = {
    code: { system: first.system, code: first.code },
    form: form && { code: form.code },
    tradeFamily: extensions.some(({ url }) => url === TRADE_FAMILY_URL),
    words: words === '' || isName ? undefined : words,
    others,
  };
  return { ok: true, value };
}

function codingsOf(concept: unknown): { system?: string; code?: string; display?: string }[] {
  const coding = (concept as { coding?: unknown } | undefined)?.coding;
  return objectsOf(coding) as { system?: string; code?: string; display?: string }[];
}
