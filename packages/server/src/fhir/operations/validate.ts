import { type CheckOptions, check, type Direction, type Layer, layers, type Mode } from '@concord/conformance';
import type { FhirResource, Parameters, ParametersParameter } from 'fhir/r4';
import { outcomeOf } from '../check-outcome.ts';
import { answered, checkOptions } from '../conformance.ts';
import { answerOutcome } from '../interactions/answers.ts';
import { information, refuse } from '../refusal.ts';
import type { FhirAnswer, FhirRequest, Session } from '../request.ts';
import { RESOURCE_TYPES } from '../resource-types.ts';
import type { Operation } from './operation.ts';
import { parametersIn } from './parameters-in.ts';

/** What a check may be asked for, beside the resource and a profile. */
const ASKED: Readonly<Record<string, readonly string[]>> = {
  mode: ['create', 'update', 'delete', 'profile'],
  setting: ['hospital', 'gp', 'any'],
  layer: layers,
};

/**
 * `$validate`: is this resource right? Checks FHIR R4, UK Core, the guide's rules, dm+d codes, dosages and identifiers,
 * each finding with its layer and rule, and writes nothing. `POST [base]/[type]/$validate` with the resource, or with
 * Parameters that hold it as `resource`; `GET [base]/[type]/[id]/$validate` for one that is stored.
 *
 * `mode` create or update asks what is asked of a resource about to be sent, delete whether what is stored could be
 * deleted; `profile` checks by that profile too, as if it were claimed; `setting` (hospital, gp) asks what that setting
 * asks; `layer`, any number of times, is for some of the layers only.
 * @see https://hl7.org/fhir/R4/resource-operation-validate.html
 */
export const validateOperation: Operation = {
  name: 'validate',
  definition: 'http://hl7.org/fhir/OperationDefinition/Resource-validate',
  on: { system: false, types: [...RESOURCE_TYPES], instances: [...RESOURCE_TYPES] },
  get: true,
  async run(session, request, target) {
    const parameters = parametersOf(request);
    const wanted = [...request.query.filter(isMeant), ...parameters.flatMap(namedValue)];
    for (const [name, value] of wanted) refuseUnknown(name, value);
    const askedFor = (name: string) => wanted.find(([each]) => each === name)?.[1];
    const mode = askedFor('mode');
    if (mode === 'delete') return deletable(session, target);
    const profile = askedFor('profile');
    if (mode === 'profile' && profile === undefined) {
      throw refuse(400, 'required', 'mode profile checks by a profile: send "profile" too.', { expression: 'profile' });
    }
    const resource = await subjectOf(session, request, parameters, target);
    refuseOtherType(resource, target.type);
    const some = wanted.filter(([name]) => name === 'layer').map(([, value]) => value as Layer);
    session.release ??= await session.dmd?.find();
    const direction: Direction = mode === 'create' || mode === 'update' ? 'send' : 'receive';
    const setting = (askedFor('setting') ?? 'any') as Mode;
    const asked = some.length === 0 ? layers : some;
    const options = { ...checkOptions(session), direction, mode: setting, layers: asked };
    const claiming = profile === undefined ? resource : withClaim(resource, profile, options);
    const found = await answered(session, check(claiming, options));
    // What cannot be created can be what becomes of a request.
    const told = mode === 'update' ? found.filter(({ rule }) => rule !== 'R-006') : found;
    return answerOutcome(200, outcomeOf(told));
  },
};

function isMeant([name]: [string, string]): boolean {
  return name !== '_format' && name !== '_pretty';
}

function parametersOf({ body }: FhirRequest): ParametersParameter[] {
  const given = body as FhirResource | null | undefined;
  return given?.resourceType === 'Parameters' ? parametersIn(given as Parameters) : [];
}

function namedValue({ name, resource, ...value }: ParametersParameter): [string, string][] {
  const { valueCode, valueString, valueUri, valueCanonical } = value;
  const given = valueCode ?? valueString ?? valueUri ?? valueCanonical ?? '';
  return resource !== undefined && name === 'resource' ? [] : [[name, given]];
}

/** @throws Refusal 400: nothing that is asked for is ignored */
function refuseUnknown(name: string, value: string) {
  if (name === 'profile' && value !== '') return;
  const allowed = Object.hasOwn(ASKED, name) ? ASKED[name] : undefined;
  if (allowed?.includes(value)) return;
  const says =
    name === 'profile'
      ? '$validate takes profile, the address of one.'
      : allowed === undefined
        ? `$validate does not take "${name.slice(0, 64)}". It takes resource, profile, ${Object.keys(ASKED).join(', ')}.`
        : `$validate takes ${name} ${allowed.join(', ')}; not "${value.slice(0, 64)}".`;
  throw refuse(400, 'not-supported', says, { expression: name.slice(0, 64) });
}

/** Whether what is stored could be deleted: anything can, and nothing refers to what a deletion would break. */
async function deletable(session: Session, { type, id }: { type?: string; id?: string }): Promise<FhirAnswer> {
  if (type === undefined || id === undefined) {
    const says = 'mode delete asks of a resource that is stored: send it to [type]/[id]/$validate.';
    throw refuse(400, 'required', says, { expression: 'mode' });
  }
  await storedContent(session, type, id);
  return answerOutcome(200, information(`${type}/${id} can be deleted.`));
}

/**
 * The resource as if it claimed the profile too.
 * @throws Refusal 400 for a profile that cannot be checked here, as FHIR asks
 */
function withClaim(resource: unknown, profile: string, options: CheckOptions): unknown {
  const { meta, ...rest } = (resource ?? {}) as FhirResource;
  const claimed = Array.isArray(meta?.profile) ? meta.profile : [];
  const at = claimed.includes(profile) ? claimed.indexOf(profile) : claimed.length;
  const claiming = { ...rest, meta: { ...meta, profile: claimed.toSpliced(at, 1, profile) } };
  if (options.profiles?.profile(profile) !== undefined) return claiming;
  const place = `${rest.resourceType}.meta.profile[${at}]`;
  // A profile of another type is an error among others; one that is not there leaves nothing to check by.
  const unchecked = check(claiming, { ...options, layers: ['uk-core', 'profile'] }).find(
    ({ rule, severity, expression }) =>
      severity !== 'error' && expression === place && (rule === 'UKC-claim' || rule === 'PRO-unknown'),
  );
  if (unchecked === undefined) return claiming;
  const says = `This server cannot check by that profile. ${unchecked.diagnostics}`;
  throw refuse(400, 'not-supported', says, { expression: 'profile' });
}

/** @throws Refusal 400 where the resource is of another type than the address, as a write of it would be refused */
function refuseOtherType(resource: unknown, type: string | undefined) {
  const found = (resource as { resourceType?: unknown } | null)?.resourceType;
  if (type === undefined || found === type || !RESOURCE_TYPES.has(String(found))) return;
  const says = `The resource is a ${found}, but the address is of ${type}: send it to ${found}/$validate.`;
  throw refuse(400, 'invalid', says, { expression: 'resourceType' });
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
  if (type !== undefined && id !== undefined) return JSON.parse(await storedContent(session, type, id));
  if (!isParameters)
    throw refuse(400, 'required', 'Send the resource to validate, or Parameters with it as "resource".');
  throw refuse(400, 'required', 'The Parameters have no "resource".', { expression: 'resource' });
}

/** @throws Refusal 404 */
async function storedContent(session: Session, type: string, id: string): Promise<string> {
  const row = await session.record.read(type, id);
  if (!row?.content) throw refuse(404, 'not-found', `There is no ${type}/${id} here.`);
  return row.content;
}
