import type {
  AskedQuantity,
  ExactQuantity,
  ExcludedProduct,
  OfferedQuantity,
  ProductOffer,
  ProductReference,
  Remark,
  TranslatedResource,
} from '@concord/dmd';
import { DMD_SYSTEM } from '@concord/dmd';
import type { Coding, FhirResource, OperationOutcome, ParametersParameter, Quantity } from 'fhir/r4';
import { refuse } from '../refusal.ts';

/** What the translation operations read from and write to Parameters. */

const exactJson = JSON as typeof JSON & { rawJSON(text: string): unknown };

/** A product as a Coding of dm+d. */
export function codingOf({ id, name }: Pick<ProductReference, 'id' | 'name'>): Coding {
  return { system: DMD_SYSTEM, code: id, display: name };
}

/** An exact quantity with its digits kept; undefined where no decimal is exact. */
export function quantityOf({ decimal, unitName, unit }: ExactQuantity): Quantity | undefined {
  if (decimal === undefined) return undefined;
  return { value: exactJson.rawJSON(decimal) as number, unit: unitName, ...unit };
}

/** The parts of one quantity: `quantity` (a Range where the dose is one), or its fraction where no decimal is exact. */
function quantityParts({ quantity, high, others, arithmetic, exact }: OfferedQuantity): ParametersParameter[] {
  const low = quantityOf(quantity);
  const top = high && quantityOf(high);
  const parts: ParametersParameter[] = [];
  if (low !== undefined && high === undefined) parts.push({ name: 'quantity', valueQuantity: low });
  else if (low !== undefined && top !== undefined) parts.push({ name: 'quantity', valueRange: { low, high: top } });
  else {
    const to = high === undefined ? '' : ` to ${high.fraction}`;
    parts.push({ name: 'fraction', valueString: `${quantity.fraction}${to} ${quantity.unitName}` });
  }
  for (const other of others) {
    const same = quantityOf(other);
    if (same !== undefined && high === undefined) parts.push({ name: 'sameAs', valueQuantity: same });
  }
  parts.push({ name: 'arithmetic', valueString: arithmetic });
  if (!exact) parts.push({ name: 'exact', valueBoolean: false });
  return parts;
}

/** How the amounts of an answer were found. */
export function arithmeticParameters(sums: readonly string[]): ParametersParameter[] {
  return sums.map((sum) => ({ name: 'arithmetic', valueString: sum }));
}

/** A product offered, and after it the actual products under it. */
export function productParameters(offer: ProductOffer, under?: ProductReference): ParametersParameter[] {
  const { product, quantities, rank, reasons, cautions, actualProducts } = offer;
  const part: ParametersParameter[] = [
    { name: 'medication', valueCoding: codingOf(product) },
    { name: 'level', valueCode: product.level },
    ...quantities.flatMap(quantityParts),
    { name: 'rank', valueInteger: rank },
    ...reasons.map((reason) => ({ name: 'reason', valueString: reason })),
    ...cautions.map((caution) => remarkParameter('caution', caution)),
  ];
  if (under !== undefined) part.push({ name: 'under', valueCoding: codingOf(under) });
  return [{ name: 'product', part }, ...actualProducts.flatMap((each) => productParameters(each, product))];
}

/** A product that is not offered, with why. */
export function excludedParameter({ product, remarks }: ExcludedProduct): ParametersParameter {
  const medication = { name: 'medication', valueCoding: codingOf(product) };
  return { name: 'excluded', part: [medication, ...remarks.map((each) => remarkParameter('reason', each))] };
}

/** A remark as data: rule, code, sentence, place. */
export function remarkParameter(name: string, { rule, code, message, path }: Remark): ParametersParameter {
  const part: ParametersParameter[] = [
    { name: 'rule', valueCode: rule },
    { name: 'code', valueCode: code },
    { name: 'text', valueString: message },
  ];
  if (path !== undefined) part.push({ name: 'path', valueString: path });
  return { name, part };
}

/** What is to be said beside an answer, as an OperationOutcome; nothing where there is nothing to say. */
export function outcomeParameters(remarks: readonly Remark[]): ParametersParameter[] {
  if (remarks.length === 0) return [];
  const issue = remarks.map(({ rule, code, message, path }) => ({
    severity: 'warning' as const,
    code: 'business-rule' as const,
    details: { coding: [{ system: 'urn:concord:rule', code: rule }], text: code },
    diagnostics: message,
    ...(path === undefined ? {} : { expression: [path] }),
  }));
  const resource: OperationOutcome = { resourceType: 'OperationOutcome', issue };
  return [{ name: 'outcome', resource }];
}

/** A whole resource translated, ready to post, and how its amounts were found; or why it cannot be. */
export function translatedParameters(answer: TranslatedResource): ParametersParameter[] {
  const said =
    answer.outcome === 'translated'
      ? [
          { name: 'resource', resource: answer.resource as unknown as FhirResource },
          ...arithmeticParameters(answer.arithmetic),
        ]
      : answer.refusals.map((each) => remarkParameter('refusal', each));
  return [...said, ...outcomeParameters(answer.remarks)];
}

/** The Coding of a parameter: valueCoding, or the first of a valueCodeableConcept. @throws Refusal 400 */
export function codingIn(parameter: ParametersParameter): Coding & { code: string } {
  const coding = parameter.valueCoding ?? parameter.valueCodeableConcept?.coding?.[0];
  if (typeof coding?.code === 'string') return coding as Coding & { code: string };
  throw refuse(400, 'value', `${parameter.name} needs a valueCoding with a code.`, { expression: parameter.name });
}

/** A quantity as asked. @throws Refusal 400 */
export function askedQuantity(parameter: ParametersParameter, quantity: Quantity | undefined): AskedQuantity {
  if (typeof quantity !== 'object' || quantity === null) {
    throw refuse(400, 'value', `${parameter.name} needs a valueQuantity.`, { expression: parameter.name });
  }
  if (quantity.comparator !== undefined) {
    throw refuse(400, 'value', `${parameter.name} is taken without a comparator.`, { expression: parameter.name });
  }
  const { value, system, code, unit } = quantity;
  // Without a code the word is all there is; beside a code it must be the same unit.
  const said = code === undefined || typeof unit !== 'string' ? undefined : unit;
  return { value: (value ?? '') as AskedQuantity['value'], unit: { system, code: code ?? unit ?? '' }, said };
}

/** At most one parameter of a name. @throws Refusal 400 */
export function only(parameters: readonly ParametersParameter[], name: string): ParametersParameter | undefined {
  const [first, second] = parameters.filter((each) => each.name === name);
  if (second === undefined) return first;
  throw refuse(400, 'invalid', `Send one ${name} at most.`, { expression: name });
}

/** One of a few codes. @throws Refusal 400 */
export function oneOf<const T extends string>(parameter: ParametersParameter, allowed: readonly T[]): T {
  const value = parameter.valueCode ?? parameter.valueString;
  const known = allowed.find((each) => each === value);
  if (known !== undefined) return known;
  throw refuse(400, 'value', `${parameter.name} takes ${allowed.join(' or ')}.`, { expression: parameter.name });
}
