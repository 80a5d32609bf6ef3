import { type AskedQuantity, type Dictionary, fraction, type Supply, supplyQuantity } from '@concord/dmd';
import { canonicalDecimal, type Dosage } from '@concord/dosage';
import type { MedicationRequest } from 'fhir/r4';
import { amountWords, arithmeticWords } from '../translate-words.ts';

/** How much of a product an order needs, with the arithmetic, and what does not fit. */
export interface AmountCheck {
  /** The amount to suggest, as a decimal; undefined where it cannot be counted. */
  readonly decimal: string | undefined;
  readonly unit: { readonly system: string; readonly code: string; readonly words: string } | undefined;
  readonly words: string | undefined;
  readonly arithmetic: readonly string[];
  readonly packs: readonly string[];
  /** What to look at: why it cannot be counted, what differs, what is much. */
  readonly remarks: readonly { readonly message: string; readonly rule: string }[];
  /** Does the quantity that the order asks for differ from what its dose needs? */
  readonly differs: boolean;
}

/**
 * How much of a product the dose of an order needs, for as long as the order says.
 * @param product a VMP or AMP; undefined where the order's medicine is none
 */
export function amountCheck(
  dictionary: Dictionary | undefined,
  order: MedicationRequest,
  product: string | undefined,
): AmountCheck | undefined {
  if (dictionary === undefined || product === undefined) return undefined;
  const dosage = (order.dosageInstruction ?? []) as readonly Dosage[];
  const asked = order.dispenseRequest;
  const days = asked?.expectedSupplyDuration;
  const answer: Supply = supplyQuantity(dictionary, {
    ...{ medication: product, dosage },
    ...(days === undefined ? {} : { duration: { value: days.value as AskedQuantity['value'], unit: unitOf(days) } }),
  });
  if (answer.outcome === 'refused' || answer.total === undefined) {
    const remarks = [...(answer.outcome === 'refused' ? answer.refusals : []), ...answer.remarks];
    return {
      decimal: undefined,
      unit: undefined,
      words: undefined,
      arithmetic: [],
      packs: [],
      remarks,
      differs: false,
    };
  }
  const { total } = answer;
  return {
    ...{ decimal: total.decimal, unit: { ...total.unit, words: total.unitName }, words: amountWords(total) },
    arithmetic: answer.arithmetic.map(arithmeticWords),
    packs: answer.packs.map(({ packs, size, left }) => {
      const over = left.value.numerator === 0n ? 'nothing left over' : `${amountWords(left)} left over`;
      return `${packs} × ${amountWords(size)}: ${over}`;
    }),
    remarks: answer.remarks,
    differs: differs(asked?.quantity, total),
  };
}

/** Only amounts in one unit are compared: what is in another is for a person to judge. */
function differs(
  quantity: { value?: unknown; code?: string } | undefined,
  total: { readonly value: { numerator: bigint; denominator: bigint }; readonly unit: { readonly code: string } },
): boolean {
  const written = canonicalDecimal(quantity?.value);
  const value = written === undefined ? undefined : fraction.parseDecimal(written);
  return value !== undefined && quantity?.code === total.unit.code && fraction.compare(value, total.value) !== 0;
}

function unitOf({ system, code }: { system?: string; code?: string }) {
  return { ...(system && { system }), code: code ?? '' };
}
