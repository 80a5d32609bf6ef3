import { parseDoseSentence, type SentenceMedicine } from '@concord/dosage';
import type { Dosage, OperationOutcome, OperationOutcomeIssue, ParametersParameter } from 'fhir/r4';
import { sentenceMedicine } from '../../dmd/sentence-medicine.ts';
import { refuse } from '../refusal.ts';
import type { Session } from '../request.ts';
import type { Operation } from './operation.ts';
import { readParameters, stringOf } from './parameters.ts';

/**
 * `$text-to-dose`: dose sentences, as prescribers write them, as structured Dosages.
 *
 * In: `text` (valueString, 1..*), `medication` (valueCoding in dm+d, 0..1), which settles what "one" means. Out: for
 * each text a `result` with `text`, `dosage` (valueDosage, 0..*), `complete` (valueBoolean), `unread` (valueString,
 * 0..*) and `reason` (valueString, 0..*); `outcome` where there is something to say of the medicine. A sentence that is
 * refused has no dosage; one partly read has `complete` false, and its unread words in `additionalInstruction` too.
 */
export const textToDoseOperation: Operation = {
  name: 'text-to-dose',
  definition: 'https://concord.example/OperationDefinition/text-to-dose',
  on: { system: true, types: [], instances: [] },
  get: false,
  async run(session, request) {
    const parameters = readParameters(request, 'text-to-dose', ['text', 'medication']);
    const texts = parameters.filter((each) => each.name === 'text').map((each) => stringOf(each, 'valueString'));
    const medications = parameters.filter((each) => each.name === 'medication');
    if (texts.length === 0)
      throw refuse(400, 'required', 'Send at least one text (valueString).', { expression: 'text' });
    if (medications.length > 1)
      throw refuse(400, 'invalid', 'Send one medication at most: it is that of every text.', {
        expression: 'medication',
      });
    const { medicine, remarks } = readMedication(session, medications[0]);
    const parameter = texts.map((text) => result(text, medicine));
    const outcome: OperationOutcome = { resourceType: 'OperationOutcome', issue: remarks };
    if (remarks.length > 0) parameter.push({ name: 'outcome', resource: outcome });
    return { status: 200, text: JSON.stringify({ resourceType: 'Parameters', parameter }) };
  },
};

function readMedication(
  session: Session,
  parameter: ParametersParameter | undefined,
): { medicine: SentenceMedicine; remarks: OperationOutcomeIssue[] } {
  if (parameter === undefined) return { medicine: {}, remarks: [] };
  const coding = parameter.valueCoding ?? parameter.valueCodeableConcept?.coding?.[0];
  if (coding === undefined) throw refuse(400, 'value', 'medication needs a valueCoding.', { expression: 'medication' });
  if (session.release === undefined) {
    throw refuse(
      422,
      'not-supported',
      'No dm+d release is loaded, so nothing is known of the medication. Leave it out, or load one: concord dmd load.',
      {
        expression: 'medication',
      },
    );
  }
  const answer = sentenceMedicine(session.release.dictionary, coding);
  if (answer.outcome === 'refused') throw refuse(422, 'code-invalid', answer.reason, { expression: 'medication' });
  const { medicine, remark } = answer;
  return {
    medicine,
    remarks: remark === undefined ? [] : [{ severity: 'information', code: 'informational', diagnostics: remark }],
  };
}

function result(text: string, medicine: SentenceMedicine): ParametersParameter {
  const reading = parseDoseSentence(text, medicine);
  const dosages = reading.outcome === 'refused' ? [] : (reading.dosage as Dosage[]);
  const reasons = reading.outcome === 'read' ? [] : reading.reasons;
  return {
    name: 'result',
    part: [
      { name: 'text', valueString: text },
      ...dosages.map((dosage) => ({ name: 'dosage', valueDosage: dosage })),
      { name: 'complete', valueBoolean: reading.outcome === 'read' },
      ...[...new Set(reasons.flatMap((each) => each.words))].map((words) => ({ name: 'unread', valueString: words })),
      ...reasons.map(({ message }) => ({ name: 'reason', valueString: message })),
    ],
  };
}
