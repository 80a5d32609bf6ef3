import type { CodeableConcept, Dosage, TimingRepeat } from '../dosage.ts';
import { addAsNeeded } from './as-needed.ts';
import {
  addRate,
  type Carried,
  checkBareDose,
  checkMedicine,
  doseElements,
  unitOfDose,
  unsaidIsOnce,
} from './dose-elements.ts';
import type { Group } from './groups.ts';
import { instructionConcept, sentenceCase } from './instruction.ts';
import { addMaximum, addMostTimes } from './maximum.ts';
import type { PartOf } from './parts.ts';
import { addPlace } from './place.ts';
import { timingOf } from './timing.ts';
import { methodConcept } from './vocabulary/methods.ts';
import { explain, ofKind, type Placed, refuse, type Work, wordsOf } from './work.ts';

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
  const unit = dose === undefined ? undefined : unitOfDose(work, dose, carried);
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
