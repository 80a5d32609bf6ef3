/** The translated resource: everything of the original that is not of its product or its identity, and a link to it (U7). */

import { type Dosage, renderedDosageInstructionUrl, withDosageText } from '@concord/dosage';
import { type Coded, DMD_SYSTEM, SNOMED_SYSTEM } from '../dictionary/dictionary.ts';
import type { ProductReference } from './concept.ts';
import { type Remark, remark } from './remark.ts';
import { type Json, objectsOf } from './resource-json.ts';
import { TRADE_FAMILY_URL } from './trade-family.ts';

/** Elements that are the original's own: its identity, what it looked like, and its product. */
const OWN = [
  'id',
  'meta',
  'text',
  'identifier',
  'medicationCodeableConcept',
  'medicationReference',
  'contained',
  'extension',
];

/** What of `meta` holds for the new resource too: who may see it, what it conforms to, what it is part of. */
const KEPT_OF_META = ['profile', 'security', 'tag'];

/** Where a type keeps its dosages, and the element that links it to what it was made from. */
export interface ResourceShape {
  readonly dosages: string;
  readonly link: (json: Json) => string;
}

/** The medication of the new resource. */
export interface MadeMedication {
  readonly of: ProductReference;
  readonly form: Coded | undefined;
  readonly tradeFamily: string | undefined;
}

/** A copy of the original with another medication and its dosages, and what is to be said of it. */
export function madeResource(
  json: Json,
  type: string,
  shape: ResourceShape,
  { of, form, tradeFamily }: MadeMedication,
  dosages: readonly Dosage[],
): { readonly resource: Json; readonly remarks: readonly Remark[] } {
  const remarks: Remark[] = [];
  const made: Record<string, unknown> = Object.fromEntries(
    Object.entries(json).filter(([name]) => !OWN.includes(name.replace(/^_/, ''))),
  );
  const meta = Object.entries((json.meta ?? {}) as Json).filter(([name]) => KEPT_OF_META.includes(name));
  if (meta.length > 0) made.meta = Object.fromEntries(meta);
  const extensions = objectsOf(json.extension).filter(({ url }) => url !== renderedDosageInstructionUrl(type));
  if (extensions.length > 0) made.extension = extensions;
  const contained = containedBeside(json, made);
  const concept = { coding: [{ system: DMD_SYSTEM, code: of.id, display: of.name }], text: of.name };
  if (form === undefined && tradeFamily === undefined) made.medicationCodeableConcept = concept;
  else {
    const id = unusedId(contained);
    contained.push({
      resourceType: 'Medication',
      id,
      ...(tradeFamily === undefined
        ? {}
        : { extension: [{ url: TRADE_FAMILY_URL, valueCodeableConcept: { text: tradeFamily } }] }),
      code: concept,
      ...(form === undefined
        ? {}
        : { form: { coding: [{ system: SNOMED_SYSTEM, code: form.code, display: form.display ?? form.code }] } }),
    });
    made.medicationReference = { reference: `#${id}`, display: of.name };
  }
  if (contained.length > 0) made.contained = contained;
  made[shape.dosages] = dosages;
  const own = ['identifier', 'text'].filter((name) => json[name] !== undefined);
  if (own.length > 0) {
    const message = `What is the original's own stays on it alone: ${own.join(', ')}.`;
    remarks.push(remark('U7', 'left-out', message, type));
  }
  supplyLeftOut(made, type, remarks);
  const link = linkTo(json, type);
  if (link === undefined) {
    remarks.push(remark('U7', 'left-out', 'The original has neither id nor identifier, so it is not linked.', type));
  } else {
    const name = shape.link(json);
    made[name] = [...(Array.isArray(json[name]) ? (json[name] as unknown[]) : []), link];
  }
  if (type === 'MedicationRequest' && ['active', 'on-hold'].includes(String(json.status))) {
    const message = 'Both requests can be acted on: one of them has to be stopped or be a plan only.';
    remarks.push(remark('U7', 'two-orders', message, `${type}.status`));
  }
  return { resource: withDosageText(made, { replace: true }).resource as Json, remarks };
}

/** What is contained beside the original's Medication; that too, where something else refers to it. */
function containedBeside(json: Json, made: Json): Json[] {
  const used = (json.medicationReference as { reference?: unknown } | undefined)?.reference;
  const all = objectsOf(json.contained);
  const others = all.filter(({ id }) => `#${String(id)}` !== used);
  const isReferredTo = JSON.stringify([made, others]).includes(`"reference":${JSON.stringify(used) ?? ''}`);
  return isReferredTo && typeof used === 'string' ? all : others;
}

function unusedId(contained: readonly Json[]): string {
  const ids = contained.map(({ id }) => id);
  let id = 'medication';
  for (let next = 2; ids.includes(id); next++) id = `medication-${next}`;
  return id;
}

/** Quantities to supply count the original's product; they are left out, and it is said. */
function supplyLeftOut(made: Record<string, unknown>, type: string, remarks: Remark[]): void {
  const dispense = made.dispenseRequest as Json | undefined;
  if (type !== 'MedicationRequest' || typeof dispense !== 'object' || dispense === null) return;
  const { quantity, initialFill, ...rest } = dispense;
  const { quantity: first, ...fill } = (initialFill ?? {}) as Json;
  if (quantity === undefined && first === undefined) return;
  const left = { ...rest, ...(Object.keys(fill).length > 0 ? { initialFill: fill } : {}) };
  made.dispenseRequest = left;
  if (Object.keys(left).length === 0) delete made.dispenseRequest;
  const message = 'The quantity to supply counts the original product; it is left out, and stays on the original.';
  remarks.push(remark('U7', 'left-out', message, 'MedicationRequest.dispenseRequest'));
}

function linkTo(json: Json, type: string): object | undefined {
  if (typeof json.id === 'string' && json.id !== '') return { reference: `${type}/${json.id}` };
  const identifier = Array.isArray(json.identifier) ? json.identifier[0] : undefined;
  return identifier === undefined ? undefined : { type, identifier };
}
