import type { Parameters, ParametersParameter } from 'fhir/r4';
import { countRules, findingsOf, type RuleCount } from '../../store/findings.ts';
import { outcomeOf } from '../check-outcome.ts';
import { answerOutcome } from '../interactions/answers.ts';
import { information, refuse } from '../refusal.ts';
import type { FhirAnswer, FhirRequest, Session } from '../request.ts';
import { RESOURCE_TYPES } from '../resource-types.ts';
import type { Operation } from './operation.ts';
import { parametersIn } from './parameters-in.ts';

/** How far back the overview looks where nothing is asked. */
export const OVERVIEW_DAYS = 30;
const DAY = 86_400_000;

/**
 * `$findings`: what the checks found about what was accepted. `GET [base]/[type]/[id]/$findings` is an OperationOutcome
 * with what was found when the current version was written, or another one (`version=2`), as it was told then: nothing
 * is checked anew ($validate does that). `GET [base]/$findings` counts findings by sender and rule, since a date
 * (`since=2026-11-01`), so that a site can see whether a sender is ready for an error to refuse.
 */
export const findingsOperation: Operation = {
  name: 'findings',
  definition: 'https://concord.example/OperationDefinition/findings',
  on: { system: true, types: [], instances: [...RESOURCE_TYPES] },
  get: true,
  run: (session, request, { type, id }) =>
    type === undefined || id === undefined ? overview(session, request) : ofVersion(session, request, type, id),
};

async function ofVersion(session: Session, request: FhirRequest, type: string, id: string): Promise<FhirAnswer> {
  const asked = parameter(request, 'version');
  if (asked !== undefined && !/^[1-9]\d{0,8}$/.test(asked)) {
    throw refuse(400, 'value', '$findings takes version, a number from 1.', { expression: 'version' });
  }
  const { record } = session;
  const row = asked === undefined ? await record.read(type, id) : await record.readVersion(type, id, Number(asked));
  if (row === undefined) {
    const which = asked === undefined ? '' : ` in version ${asked}`;
    throw refuse(404, 'not-found', `There is no ${type}/${id}${which} here.`);
  }
  const findings = await findingsOf(record.q, type, id, row.version);
  if (findings !== undefined) return answerOutcome(200, outcomeOf(findings.found));
  return answerOutcome(200, information(`Nothing was found about version ${row.version} when it was written.`));
}

async function overview(session: Session, request: FhirRequest): Promise<FhirAnswer> {
  const given = parameter(request, 'since');
  const since = given ?? new Date(session.now - OVERVIEW_DAYS * DAY).toISOString();
  if (
    !/^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d))?$/.test(since) ||
    Number.isNaN(Date.parse(since))
  ) {
    throw refuse(400, 'value', '$findings takes since, a date or an instant.', { expression: 'since' });
  }
  const counts = await countRules(session.record.q, new Date(since).toISOString());
  const bySource = Map.groupBy(counts, ({ source }) => source);
  const answer: Parameters = {
    resourceType: 'Parameters',
    parameter: [
      { name: 'since', valueInstant: new Date(since).toISOString() },
      ...[...bySource].map(([source, rules]) => ({
        name: 'source',
        part: [...(source === '' ? [] : [{ name: 'sender', valueString: source }]), ...rules.map(countParameter)],
      })),
    ],
  };
  return { status: 200, text: JSON.stringify(answer) };
}

function countParameter({ severity, layer, rule, versions, last }: RuleCount): ParametersParameter {
  return {
    name: 'finding',
    part: [
      { name: 'severity', valueCode: severity },
      { name: 'layer', valueCode: layer },
      { name: 'rule', valueCode: rule },
      { name: 'versions', valueInteger: versions },
      { name: 'last', valueInstant: last },
    ],
  };
}

/** The value of the only parameter that there is. @throws Refusal 400 for another */
function parameter(request: FhirRequest, name: string): string | undefined {
  const body = request.body as Parameters | undefined;
  const inBody = (body?.resourceType === 'Parameters' ? parametersIn(body) : []).map((each): [string, string] => {
    const { valueInteger, valueString, valueInstant, valueDate, valueDateTime } = each;
    return [each.name, String(valueInteger ?? valueString ?? valueInstant ?? valueDate ?? valueDateTime ?? '')];
  });
  const all = [...request.query.filter(([each]) => each !== '_format' && each !== '_pretty'), ...inBody];
  const other = all.find(([each]) => each !== name);
  if (other !== undefined) {
    throw refuse(400, 'not-supported', `$findings takes ${name} here, not "${other[0].slice(0, 64)}".`, {
      expression: other[0].slice(0, 64),
    });
  }
  return all[0]?.[1];
}
