import type { Dosage, FhirDecimal, Quantity, Range } from '../../src/dosage.ts';
import type { DoseSentenceReading } from '../../src/index.ts';

/**
 * A reading in one line that a pharmacist can check: parts in a fixed order, parted by semicolons, steps by THEN and
 * doses at the same time by AND. `?/d` is "daily" with how often not said; `<=4/d` at most four times a day.
 */
export function compact(reading: DoseSentenceReading): string {
  if (reading.outcome === 'refused')
    return `refused: ${[...new Set(reading.reasons.map(({ code }) => code))].join(', ')}`;
  const text = compactDosages(reading.dosage);
  return reading.outcome === 'read' ? text : `partial: ${text}`;
}

export function compactDosages(dosages: readonly Dosage[]): string {
  return dosages
    .map(
      (dosage, index) =>
        (index === 0 ? '' : dosages[index - 1]?.sequence === dosage.sequence ? ' AND ' : ' THEN ') + one(dosage),
    )
    .join('');
}

const plain = (value: FhirDecimal | undefined): string =>
  value === undefined ? '' : typeof value === 'number' ? String(value) : value.rawJSON;

const amount = (quantity: Quantity | undefined): string =>
  quantity === undefined ? '' : [plain(quantity.value), quantity.unit].filter(Boolean).join(' ');

function range({ low, high }: Range): string {
  if (low === undefined) return `up to ${amount(high)}`;
  if (high === undefined) return `at least ${amount(low)}`;
  return `${plain(low.value)}-${amount(high)}`;
}

const time = (quantity: Quantity | undefined): string => `${plain(quantity?.value)} ${quantity?.code}`;

function one(dosage: Dosage): string {
  const repeat = dosage.timing?.repeat ?? {};
  const doses = (dosage.doseAndRate ?? []).map(({ doseQuantity, doseRange }) =>
    doseRange ? range(doseRange) : amount(doseQuantity),
  );
  const rate = dosage.doseAndRate?.find(({ rateRatio, rateRange }) => rateRatio ?? rateRange);
  const [first, second] = doses.filter((dose) => dose !== '');
  const per =
    repeat.period === undefined ? undefined : [plain(repeat.period), plain(repeat.periodMax)].filter(Boolean).join('-');
  const period = per === undefined ? '' : `/${per === '1' ? '' : `${per} `}${repeat.periodUnit}`;
  const often =
    repeat.frequency !== undefined
      ? [plain(repeat.frequency), plain(repeat.frequencyMax)].filter(Boolean).join('-')
      : repeat.frequencyMax === undefined
        ? '?'
        : `<=${plain(repeat.frequencyMax)}`;
  const bounds = repeat.boundsDuration
    ? `for ${time(repeat.boundsDuration)}`
    : repeat.boundsRange
      ? `for ${[repeat.boundsRange.low && plain(repeat.boundsRange.low.value), repeat.boundsRange.high && plain(repeat.boundsRange.high.value)].map((end) => end ?? '').join('..')} ${(repeat.boundsRange.low ?? repeat.boundsRange.high)?.code}`
      : undefined;
  const needed = dosage.asNeededCodeableConcept?.text;
  const maximum = dosage.maxDosePerPeriod;
  return [
    dosage.method?.coding?.[0]?.display ?? dosage.method?.text,
    first === undefined ? undefined : second === undefined ? first : `${first} (${second})`,
    rate?.rateRatio && `rate ${amount(rate.rateRatio.numerator)}/${time(rate.rateRatio.denominator)}`,
    rate?.rateRange && `rate ${range(rate.rateRange)}`,
    repeat.duration === undefined
      ? undefined
      : `over ${[plain(repeat.duration), plain(repeat.durationMax)].filter(Boolean).join('-')} ${repeat.durationUnit}`,
    period === '' && often === '?' ? undefined : `${often}${period}`,
    repeat.when === undefined
      ? undefined
      : `${repeat.offset === undefined ? '' : `${plain(repeat.offset)} min `}${repeat.when.join(' ')}`,
    repeat.dayOfWeek?.join(' '),
    repeat.timeOfDay === undefined ? undefined : `at ${repeat.timeOfDay.map((clock) => clock.slice(0, 5)).join(' ')}`,
    dosage.route?.coding?.[0]?.display,
    dosage.site === undefined ? undefined : `site ${dosage.site.text?.toLowerCase()}`,
    needed !== undefined ? `prn ${needed.toLowerCase()}` : dosage.asNeededBoolean ? 'prn' : undefined,
    bounds,
    repeat.boundsPeriod === undefined
      ? undefined
      : `from ${repeat.boundsPeriod.start ?? ''} to ${repeat.boundsPeriod.end ?? ''}`,
    repeat.count === undefined
      ? undefined
      : `count ${[plain(repeat.count), plain(repeat.countMax)].filter(Boolean).join('-')}`,
    dosage.timing?.event === undefined ? undefined : `on ${dosage.timing.event.join(' ')}`,
    maximum === undefined ? undefined : `max ${amount(maximum.numerator)}/${time(maximum.denominator)}`,
    dosage.maxDosePerAdministration === undefined ? undefined : `max ${amount(dosage.maxDosePerAdministration)}/dose`,
    dosage.maxDosePerLifetime === undefined ? undefined : `max ${amount(dosage.maxDosePerLifetime)}/lifetime`,
    ...(dosage.additionalInstruction ?? []).map(
      ({ text, coding }) => `+ ${text?.toLowerCase()}${coding === undefined ? '' : ' *'}`,
    ),
  ]
    .filter((part): part is string => part !== undefined && part !== '')
    .join('; ');
}
