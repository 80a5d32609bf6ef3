import { check, type Direction, type Layer, layers, type Mode } from '@concord/conformance';
import type { FhirResource, Parameters, ParametersParameter } from 'fhir/r4';
import { outcomeOf } from '../check-outcome.ts';
import { answered, checkOptions } from '../conformance.ts';
import { answerOutcome } from '../interactions/answers.ts';
import { refuse } from '../refusal.ts';
import type { FhirRequest, Session } from '../request.ts';
import { RESOURCE_TYPES } from '../resource-types.ts';
import type { Operation } from './operation.ts';
import { parametersIn } from './parameters-in.ts';

/** What a check may be asked for, beside the resource. */
const ASKED: Readonly<Record<string, readonly string[]>> = {
  mode: ['create', 'update'],
  setting: ['hospital', 'gp', 'any'],
  layer: layers,
};

/**
 * `$validate`: is this resource right? Checks FHIR R4, UK Core, the guide's rules, dm+d codes, dosages and identifiers,
 * each finding with its layer and rule, and writes nothing. `POST [base]/[type]/$validate` with the resource, or with
 * Parameters that hold it as `resource`; `GET [base]/[type]/[id]/$validate` for one that is stored.
 *
 * `mode` (create, update) asks what is asked of a resource about to be sent; `setting` (hospital, gp) what that setting
 * asks; `layer`, any number of times, for some of the layers only.
 * @see https://hl7.org/fhir/R4/resource-operation-validate.html
 */
export const validateOperation: Operation = {
  name: 'validate',
  definition: 'http://hl7.org/fhir/OperationDefinition/Resource-validate',
  on: { system: false, types: [...RESOURCE_TYPES], instances: [...RESOURCE_TYPES] },
  get: true,
  async run(session, request, target) {
    const parameters = parametersOf(request);
    const resource = await subjectOf(session, request, parameters, target);
    const wanted = [...request.query.filter(isMeant), ...parameters.flatMap(namedValue)];
    for (const [name, value] of wanted) refuseUnknown(name, value);
    const askedFor = (name: string) => wanted.find(([each]) => each === name)?.[1];
    const some = wanted.filter(([name]) => name === 'layer').map(([, value]) => value as Layer);
    session.release ??= await session.dmd?.find();
    const direction: Direction = askedFor('mode') === undefined ? 'receive' : 'send';
    const mode = (askedFor('setting') ?? 'any') as Mode;
    const asked = some.length === 0 ? layers : some;
    const options = { ...checkOptions(session), direction, mode, layers: asked };
    const found = await answered(session, check(resource, options));
    return answerOutcome(200, outcomeOf(found));
  },
};

function isMeant([name]: [string, string]): boolean {
  return name !== '_format' && name !== '_pretty';
}

function parametersOf({ body }: FhirRequest): ParametersParameter[] {
  const given = body as FhirResource | null | undefined;
  return given?.resourceType === 'Parameters' ? parametersIn(given as Parameters) : [];
}

function namedValue({ name, valueCode, valueString, resource }: ParametersParameter): [string, string][] {
  return resource !== undefined && name === 'resource' ? [] : [[name, valueCode ?? valueString ?? '']];
}

/** @throws Refusal 400: nothing that is asked for is ignored */
function refuseUnknown(name: string, value: string) {
  const allowed = Object.hasOwn(ASKED, name) ? ASKED[name] : undefined;
  if (allowed?.includes(value)) return;
  throw refuse(
    400,
    'not-supported',
    allowed === undefined
      ? `$validate does not take "${name.slice(0, 64)}". It takes resource, ${Object.keys(ASKED).join(', ')}.`
      : `$validate takes ${name} ${allowed.join(', ')}; not "${value.slice(0, 64)}".`,
    { expression: name.slice(0, 64) },
  );
}

async function subjectOf(
  session: Session,
  request: FhirRequest,
  parameters: ParametersParameter[],
  { type, id }: { type?: string; id?: string },
): Promise<unknown> {
  const body = request.body as FhirResource | null | undefined;
  const isParameters = body?.resourceType === 'Parameters';
  const resource = isParameters ? parameters.find((each) => each.name === 'resource')?.resource : body;
  if (resource !== undefined) return resource;
  if (type !== undefined && id !== undefined) {
    const row = await session.record.read(type, id);
    if (!row?.content) throw refuse(404, 'not-found', `There is no ${type}/${id} here.`);
    return JSON.parse(row.content);
  }
  if (!isParameters)
    throw refuse(400, 'required', 'Send the resource to validate, or Parameters with it as "resource".');
  throw refuse(400, 'required', 'The Parameters have no "resource".', { expression: 'resource' });
}
