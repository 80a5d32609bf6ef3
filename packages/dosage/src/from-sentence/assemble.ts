import type { CodeableConcept, Dosage, DoseAndRate, TimingRepeat } from '../dosage.ts';
import { snomed } from '../words/units.ts';
import { compareAmounts, doseElement, product, quantity, rateElement, sameUnit, timeQuantity } from './amounts.ts';
import type { Group } from './groups.ts';
import type { Instruction, PartOf } from './parts.ts';
import { timingOf } from './timing.ts';
import { methodConcept, UNCOUNTED_METHODS } from './vocabulary/methods.ts';
import { type DoseUnit, SOLID_FORMS } from './vocabulary/units.ts';
import { explain, explainOtherwise, ofKind, type Placed, refuse, type Work, wordsOf } from './work.ts';

type Dose = Placed<PartOf<'dose'>>;

/** What one group hands on to the next step: the course is of the same medicine, in the same way and place. */
export interface Carried {
  method?: Placed<PartOf<'method'>>;
  route?: Placed<PartOf<'route'>>;
  site?: Placed<PartOf<'site'>>;
  dose?: Dose;
  otherwise?: Dose;
  unit?: DoseUnit;
  /** The last dose was measured and not counted. */
  measured?: boolean;
}

const DOSE: DoseUnit = { unit: 'dose', system: snomed, code: '3317411000001100' };

const isMeasured = (unit: DoseUnit | undefined): boolean =>
  unit !== undefined && (unit.system !== snomed || unit.unit === 'unit');

/** The unit of a dose: as written, else as for the other doses, else what the medicine comes in, else none. */
export function unitOfDose(work: Work, dose: PartOf<'dose'>, carried: Carried): DoseUnit | undefined {
  if (dose.unit !== undefined) return dose.unit.unit;
  if (carried.unit !== undefined && !isMeasured(carried.unit)) return carried.unit;
  return ownUnit(work);
}

/** What one of the medicine is, where that is known. */
function ownUnit(work: Work): DoseUnit | undefined {
  const own = work.medicine.unitDose;
  if (own === undefined) return undefined;
  explainOtherwise(work, 'doseAndRate', 'medicine', `one is one ${own.unit}`);
  return { unit: own.unit, system: own.system ?? snomed, code: own.code };
}

/**
 * Whether "daily" can only be once a day. One of something cannot be shared out over the day, and a measured amount is
 * a dose; "six daily" may be six at once or six in all, so how often is left unsaid, which D-030 words as "daily".
 */
function unsaidIsOnce(dose: Dose | undefined, unit: DoseUnit | undefined): boolean {
  if (dose === undefined) return false;
  return isMeasured(unit) || compareAmounts(dose.part.amount.high, '1') <= 0;
}

function checkMedicine(work: Work, dose: Dose): void {
  const own = work.medicine.unitDose?.unit.toLowerCase();
  const said = dose.part.unit?.unit.unit;
  if (own !== undefined && said !== undefined && said !== own && SOLID_FORMS.has(own) && SOLID_FORMS.has(said)) {
    work.doubts.push({
      code: 'unit-contradicts-medicine',
      message: `The sentence says ${said}, and the medicine is a ${own}.`,
      words: [wordsOf(work.text, dose.stretch)],
    });
  }
}

/** "1-2 daily" is one or two once, or one once or twice. */
function checkBareDose(work: Work, group: Group, method: Placed<PartOf<'method'>> | undefined): void {
  const { dose } = group;
  if (dose === undefined || dose.part.unit !== undefined) return;
  const range = dose.part.amount.low !== dose.part.amount.high;
  const uncounted = method !== undefined && UNCOUNTED_METHODS.has(method.part.method.display);
  const unsaid = ofKind(group.placed, 'frequency').some(({ part }) => part.unsaid);
  if (unsaid && ((range && (method === undefined || uncounted)) || (uncounted && dose.part.amount.high !== '1'))) {
    refuse(work, 'ambiguous', 'The number may be how many or how often.', [dose.stretch]);
  }
}

function doseElements(work: Work, group: Group, unit: DoseUnit | undefined): DoseAndRate[] {
  const { dose, otherwise } = group;
  if (dose === undefined) return [];
  explain(work, 'doseAndRate', dose.stretch);
  const first = doseElement(dose.part.amount, unit, dose.part.upTo === true);
  if (otherwise === undefined) return [first];
  explain(work, 'doseAndRate', otherwise.stretch);
  const secondUnit = otherwise.part.unit?.unit;
  const second = doseElement(otherwise.part.amount, secondUnit, false);
  if (secondUnit === undefined || sameUnit(unit, secondUnit)) {
    refuse(work, 'contradictory', 'The dose is given twice in the same unit.', [dose.stretch, otherwise.stretch]);
  }
  // D-026a: what is counted leads, and its strength follows.
  return secondUnit?.system === snomed && unit?.system !== snomed ? [second, first] : [first, second];
}

/** A rate stands beside the dose in the same element. */
function addRate(work: Work, doses: DoseAndRate[], rates: readonly Placed<PartOf<'rate'>>[]): void {
  const [placed, other] = rates;
  if (placed === undefined) return;
  const { amount, unit, per } = placed.part;
  const rate = rateElement(amount, unit.unit, per);
  if (rate === undefined || other !== undefined || doses.length > 1) {
    refuse(
      work,
      'not-expressible',
      'The rate cannot be held.',
      rates.map(({ stretch }) => stretch),
    );
    return;
  }
  explain(work, 'doseAndRate', placed.stretch);
  doses[0] = { ...doses[0], ...rate };
}

function instructionConcept(work: Work, instruction: Instruction, words: string): CodeableConcept {
  const { lead, slice } = instruction;
  const written = slice === undefined ? words.replace(/^(and|&)\s+/i, '') : (lead ?? '') + wordsOf(work.text, slice);
  const text = instruction.text ?? sentenceCase(written);
  if (instruction.code === undefined) return { text };
  return {
    coding: [
      {
        system: snomed,
        code: instruction.code,
        ...(instruction.display === undefined ? {} : { display: instruction.display }),
      },
    ],
    text,
  };
}

export const sentenceCase = (words: string): string =>
  words.charAt(0).toUpperCase() + words.slice(1).replaceAll(/\s+/g, ' ');

function addMaximum(
  work: Work,
  dosage: Dosage,
  placed: Placed<PartOf<'maximum'>>,
  group: Group,
  unit: DoseUnit | undefined,
): void {
  const { part, stretch } = placed;
  const own = part.unit?.unit ?? unit ?? ownUnit(work);
  if (part.unit === undefined && isMeasured(unit)) {
    refuse(work, 'ambiguous', 'A maximum without a unit beside a measured dose.', [stretch]);
  }
  const high = group.dose?.part.amount.high;
  if (high !== undefined && sameUnit(own, unit) && compareAmounts(part.amount, high) < 0) {
    refuse(work, 'contradictory', 'The maximum is less than one dose.', [stretch]);
  }
  const most = quantity(part.amount, own);
  if (part.per === 'dose') dosage.maxDosePerAdministration = most;
  else if (part.per === 'lifetime') dosage.maxDosePerLifetime = most;
  else if (part.period !== undefined) {
    if (part.period.low !== part.period.high) refuse(work, 'ambiguous', 'A maximum in a range of time.', [stretch]);
    dosage.maxDosePerPeriod = { numerator: most, denominator: timeQuantity(part.period.low, part.period.unit) };
  }
  explain(
    work,
    part.per === 'dose'
      ? 'maxDosePerAdministration'
      : part.per === 'lifetime'
        ? 'maxDosePerLifetime'
        : 'maxDosePerPeriod',
    stretch,
  );
}

/** "Every 4-6 hours up to four times a day": the most is as many doses as that comes to. */
function addMostTimes(
  work: Work,
  dosage: Dosage,
  atMost: Placed<PartOf<'frequency'>>,
  group: Group,
  unit: DoseUnit | undefined,
  instructions: CodeableConcept[],
): void {
  const { high, period } = atMost.part;
  const denominator = timeQuantity(period.low, period.unit);
  const amount = group.dose?.part.amount;
  explain(work, 'maxDosePerPeriod', atMost.stretch);
  if (amount !== undefined && amount.low === amount.high) {
    dosage.maxDosePerPeriod = { numerator: quantity(product(amount.high, high), unit), denominator };
    return;
  }
  if (amount === undefined) {
    dosage.maxDosePerPeriod = { numerator: quantity(high, DOSE), denominator };
    return;
  }
  // Of a range only the sum can be held; that it is so many times stays in words.
  dosage.maxDosePerPeriod = { numerator: quantity(product(amount.high, high), unit), denominator };
  instructions.push({ text: sentenceCase(wordsOf(work.text, atMost.stretch)) });
}

function addAsNeeded(work: Work, dosage: Dosage, needed: readonly Placed<PartOf<'asNeeded'>>[]): void {
  const reasons = needed.filter(({ part }) => part.reason !== undefined);
  for (const { stretch } of needed) explain(work, 'asNeeded', stretch);
  const [placed, other] = reasons;
  if (placed?.part.reason === undefined) {
    if (needed.length > 0) dosage.asNeededBoolean = true;
    return;
  }
  if (other !== undefined)
    refuse(
      work,
      'not-expressible',
      'FHIR R4 has room for one reason only.',
      reasons.map(({ stretch }) => stretch),
    );
  const { code, display } = placed.part.reason;
  const words = reasonWords(wordsOf(work.text, placed.stretch));
  dosage.asNeededCodeableConcept = {
    ...(code === undefined
      ? {}
      : { coding: [{ system: snomed, code, ...(display === undefined ? {} : { display }) }] }),
    text: words,
  };
}

/** The reason within "when required for pain", "at onset of migraine", "for pain when required". */
function reasonWords(words: string): string {
  const onset = /\b(?:onset|start|signs?)\s+of\s+(?:(?:a|an|the)\s+)?(.+)$/i.exec(words);
  const reason =
    /\b(?:for|to\s+(?:relieve|help|control|ease|treat))\s+(?:(?:the|a|an)\s+)?(?:(?:relief|treatment)\s+of\s+)?(.+)$/i.exec(
      words,
    );
  const short = /^p\.?r\.?n\.?\s+(.+)$/i.exec(words);
  const found = onset?.[1] ?? reason?.[1] ?? short?.[1] ?? words;
  return found.replace(/\s+(?:only\s+)?(?:when|if|as|where|whenever|prn)\b.*$/i, '').replaceAll(/\s+/g, ' ');
}

/** Methods that say more than another: "use ... as a mouthwash". */
const refines = (exact: string | undefined, plain: string): boolean =>
  exact !== undefined && exact !== plain && exact.startsWith(`${plain} `);

const mostExact = (methods: readonly Placed<PartOf<'method'>>[]): Placed<PartOf<'method'>> | undefined =>
  methods.find(({ part }) =>
    methods.every(
      (other) => other.part.method === part.method || refines(part.method.display, other.part.method.display),
    ),
  ) ?? methods[0];

/** The Dosages that one group comes to: one; or two, where it names times outside its frequency. */
export function assemble(work: Work, group: Group, carried: Carried, steps: boolean): Dosage[] {
  const { placed } = group;
  const inherit = steps && !work.house;
  const methods = ofKind(placed, 'method');
  const method = mostExact(methods) ?? (inherit ? carried.method : undefined);
  if (
    methods.some(
      ({ part }) => part.method !== method?.part.method && !refines(method?.part.method.display, part.method.display),
    )
  ) {
    refuse(
      work,
      'ambiguous',
      'Two methods are named.',
      methods.map(({ stretch }) => stretch),
    );
  }
  const timed = placed.some(
    ({ part }) => part.kind === 'frequency' || part.kind === 'when' || part.kind === 'clock' || part.kind === 'days',
  );
  const whole: Group =
    inherit && group.dose === undefined && timed && carried.dose !== undefined
      ? { ...group, dose: carried.dose, ...(carried.otherwise === undefined ? {} : { otherwise: carried.otherwise }) }
      : group;
  const { dose } = whole;
  const unit = dose === undefined ? undefined : unitOfDose(work, dose.part, carried);
  if (dose !== undefined) checkMedicine(work, dose);
  checkBareDose(work, whole, method);

  const found = timingOf(work, placed, unsaidIsOnce(dose, unit));
  const dosage: Dosage = {};
  const instructions: CodeableConcept[] = [];
  for (const { part, stretch } of placed) {
    if (part.kind === 'instruction') {
      instructions.push(instructionConcept(work, part.instruction, wordsOf(work.text, stretch)));
      explain(work, 'additionalInstruction', stretch);
    } else if (part.kind === 'when' && found.asWords.some((each) => each.part === part)) {
      instructions.push({ text: sentenceCase(wordsOf(work.text, stretch)) });
      explain(work, 'additionalInstruction', stretch);
    } else if (part.kind === 'ambiguous') refuse(work, 'ambiguous', `${sentenceCase(part.why)}.`, [stretch]);
  }
  if (Object.keys(found.repeat).length > 0) dosage.timing = { repeat: found.repeat };
  const events = ofKind(placed, 'event');
  if (events.length > 0) {
    dosage.timing = { event: events.flatMap(({ part }) => [...part.dates]), ...dosage.timing };
    for (const { stretch } of events) explain(work, 'timing.event', stretch);
  }
  addAsNeeded(work, dosage, ofKind(placed, 'asNeeded'));
  addPlace(work, dosage, placed, inherit ? carried : {});
  if (method !== undefined) {
    dosage.method = methodConcept(method.part.method);
    explain(work, 'method', method.stretch);
  }
  const doses = doseElements(work, whole, unit);
  addRate(work, doses, ofKind(placed, 'rate'));
  if (doses.length > 0) dosage.doseAndRate = doses;
  const maxima = ofKind(placed, 'maximum');
  for (const maximum of maxima) addMaximum(work, dosage, maximum, whole, unit);
  if (new Set(maxima.map(({ part }) => part.per)).size < maxima.length) {
    refuse(
      work,
      'contradictory',
      'Two maxima are given.',
      maxima.map(({ stretch }) => stretch),
    );
  }
  if (found.atMost !== undefined) {
    if (maxima.length > 0)
      refuse(work, 'contradictory', 'Two maxima are given.', [
        found.atMost.stretch,
        ...maxima.map(({ stretch }) => stretch),
      ]);
    addMostTimes(work, dosage, found.atMost, whole, unit, instructions);
  }
  if (instructions.length > 0) dosage.additionalInstruction = instructions;

  if (method !== undefined) carried.method = method;
  if (dose !== undefined) carried.dose = dose;
  if (dose !== undefined && whole.otherwise !== undefined) carried.otherwise = whole.otherwise;
  else delete carried.otherwise;
  if (unit !== undefined) carried.unit = unit;
  if (found.besides.length === 0) return [dosage];
  const repeat: TimingRepeat = {
    frequency: found.besides.length,
    period: 1,
    periodUnit: 'd',
    when: found.besides.map(({ part }) => part.code),
  };
  const { boundsDuration, boundsRange } = found.repeat;
  return [
    dosage,
    {
      ...dosage,
      timing: {
        repeat: { ...repeat, ...(boundsDuration ? { boundsDuration } : {}), ...(boundsRange ? { boundsRange } : {}) },
      },
    },
  ];
}

function addPlace(work: Work, dosage: Dosage, placed: readonly Placed[], carried: Carried): void {
  const routes = ofKind(placed, 'route');
  const route = routes[0] ?? carried.route;
  if (new Set(routes.map(({ part }) => part.code)).size > 1)
    refuse(
      work,
      'contradictory',
      'Two routes are named.',
      routes.map(({ stretch }) => stretch),
    );
  const own = work.medicine.route;
  if (route !== undefined) {
    // D-005 prefers `text`: the sentence's own word for the route stays.
    dosage.route = { coding: [{ system: snomed, code: route.part.code, display: route.part.display }] };
    explain(work, 'route', route.stretch);
    carried.route = route;
    if (own !== undefined && own.code !== route.part.code) {
      work.doubts.push({
        code: 'route-contradicts-medicine',
        message: `The sentence says ${route.part.display}, and the medicine is ${own.display}.`,
        words: [wordsOf(work.text, route.stretch)],
      });
    }
  } else if (own !== undefined) {
    dosage.route = { coding: [{ system: own.system ?? snomed, code: own.code, display: own.display }] };
    explainOtherwise(work, 'route', 'medicine', `its route is ${own.display}`);
  }
  const sites = ofKind(placed, 'site');
  const site = sites[0] ?? carried.site;
  if (sites.length > 1)
    refuse(
      work,
      'not-expressible',
      'FHIR has room for one site only.',
      sites.map(({ stretch }) => stretch),
    );
  if (site === undefined) return;
  const text = placeWords(wordsOf(work.text, site.stretch));
  dosage.site = {
    ...(site.part.code === undefined
      ? {}
      : {
          coding: [
            {
              system: snomed,
              code: site.part.code,
              ...(site.part.display === undefined ? {} : { display: site.part.display }),
            },
          ],
        }),
    text,
  };
  explain(work, 'site', site.stretch);
  carried.site = site;
}

/** "In the affected eye(s)" is the place "affected eye(s)". */
const placeWords = (words: string): string =>
  words
    .replace(/^(?:in|into|to|on|onto|over|around|inside)\s+(?:all\s+)?(?:(?:the|your)\s+)?/i, '')
    .replaceAll(/\s+/g, ' ');
