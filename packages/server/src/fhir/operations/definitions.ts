import type { Bundle, OperationDefinition, OperationDefinitionParameter } from 'fhir/r4';
import { VERSION } from '../../version.ts';
import { refuse } from '../refusal.ts';
import type { FhirAnswer, FhirRequest, Session } from '../request.ts';
import type { Operation } from './operation.ts';

/** What an operation of our own takes and gives: one parameter a line. */
interface Described {
  readonly title: string;
  /** `in|out name min..max type documentation` */
  readonly parameters: string;
  /** It changes the record. */
  readonly affectsState?: boolean;
}

const DESCRIBED: { readonly [name: string]: Described } = {
  'current-medication': {
    title: 'What is this patient taking now?',
    parameters: `
      in  patient             0..1 Reference The Patient: an id, or Patient/[id]. Not where the address names one.
      in  patient:identifier  0..1 Identifier The Patient by [system]|[value], such as an NHS number.
      in  asOf                0..1 date      What was current on that day.
      in  knownAt             0..1 instant   What was known at that instant.
      in  include             0..* string    Also requests, dispenses, on-hold or review.
      out return              1..1 Bundle   A searchset: one entry for each medicine, and why it is there.`,
  },
  'dose-to-product': {
    title: 'The products that make a dose of a moiety, best first',
    parameters: `
      in  medication       0..1 Coding   The moiety: a VTM of dm+d. With dose, or else a resource.
      in  dose             0..* Element  valueQuantity or valueRange; several are the steps of one dosage.
      in  form             0..1 Coding   Only products of this dm+d form.
      in  route            0..1 Coding   Only products of this dm+d route.
      in  setting          0..1 code     primary (the default) or secondary care.
      in  weight           0..1 Quantity For doses per kilogram.
      in  bodySurfaceArea  0..1 Quantity For doses per square metre.
      in  preferred        0..* Coding   Come first within their rank.
      in  blocked          0..* Coding   Are not offered.
      in  inStock          0..* Coding   Where given, what is in stock comes first within its rank.
      in  resource         0..1 Resource A MedicationRequest or MedicationStatement of a moiety, instead of medication.
      in  product          0..1 Coding   The product that a person chose for the resource.
      out product          0..* Element  medication, level, quantity or fraction, sameAs, arithmetic, exact, rank, reason, caution, under.
      out combination      0..* Element  Strengths of one form together: product, arithmetic.
      out excluded         0..* Element  A product that is not offered: medication, reason.
      out refusal          0..* Element  Why no product is offered: rule, code, text, path.
      out resource         0..1 Resource The resource for the product chosen.
      out arithmetic       0..* string   How the amounts of the resource were found.
      out outcome          0..1 OperationOutcome What else there is to know.`,
  },
  'product-to-dose': {
    title: 'What is said of a product, said of its moiety',
    parameters: `
      in  resource         0..1 Resource A MedicationRequest or MedicationStatement of a VMP or AMP.
      in  medication       0..1 Coding   The VMP or AMP, where no resource is sent.
      in  dosage           0..* Dosage   Its dosage.
      out resource         0..1 Resource The resource for the moiety, linked to the original, ready to post.
      out medication       0..1 Coding   The VTM.
      out form             0..1 Coding   The form, where it must survive.
      out tradeFamily      0..1 string   The brand, where it must survive.
      out dosage           0..* Dosage   The dosage of the moiety, with new text.
      out arithmetic       0..* string   How the amounts were found.
      out refusal          0..* Element  Why there is none: rule, code, text, path.
      out outcome          0..1 OperationOutcome What else there is to know.`,
  },
  'supply-quantity': {
    title: 'How much of a product a dosage needs, or how long a quantity lasts',
    parameters: `
      in  medication       1..1 Coding   A VMP or AMP.
      in  dosage           1..* Dosage   Its dosage.
      in  duration         0..1 Duration For how long.
      in  quantity         0..1 Quantity A quantity, to be told how long it lasts.
      out quantity         0..1 Quantity What the dosage needs.
      out pack             0..* Element  Whole packs: medication, size, packs, left.
      out days             0..1 integer  Whole days that the quantity lasts.
      out left             0..1 Quantity What is left after them.
      out arithmetic       0..* string   How it was counted.
      out refusal          0..* Element  Why it cannot be counted: rule, code, text, path.
      out outcome          0..1 OperationOutcome What else there is to know.`,
  },
  'dose-to-text': {
    title: 'Dosages as the text that UK systems print',
    parameters: `
      in  dosage           0..* Dosage   The dosages of one order, or else a resource.
      in  resource         0..1 Resource A MedicationRequest, MedicationDispense or MedicationStatement.
      in  times            0..1 code     24h (the default) or 12h.
      in  dates            0..1 code     dd/mm/yyyy (the default) or dd-mmm-yyyy.
      out text             0..1 string   The text.
      out part             0..* Element  A component of it: dosage, name, text.
      out algorithm        1..1 string   What made it.
      out outcome          0..1 OperationOutcome Warnings and what was left out; or the refusal.`,
  },
  findings: {
    title: 'What the checks found about what was accepted: of one version, or counted by sender and rule',
    parameters: `
      in  version          0..1 integer  Of a resource: another version than the current one.
      in  since            0..1 dateTime Of the whole record: from when on; 30 days unless given.
      out return           0..1 OperationOutcome Of a resource: what was found when the version was written.
      out source           0..* Element  Of the whole record: sender, finding.`,
  },
  status: {
    title: 'How Subscriptions are: whether they are active, and how many events there were',
    parameters: `
      in  id               0..* id       Of a type: these Subscriptions; without it, all.
      in  status           0..* code     Only those that are requested, active, error or off.
      out return           1..1 Bundle   A searchset with a subscription status (Parameters) for each.`,
  },
  events: {
    title: 'What a Subscription told of, again, for a receiver that sees a gap in the numbers',
    parameters: `
      in  eventsSinceNumber 0..1 string  The first event, by its number.
      in  eventsUntilNumber 0..1 string  The last event, by its number.
      in  content          0..1 code     empty, id-only or full-resource; without it, as the Subscription has it.
      out return           1..1 Bundle   A notification with the events that are kept.`,
  },
  'get-ws-binding-token': {
    title: 'Leave to be told of Subscriptions over a websocket',
    parameters: `
      in  id               0..* id       Of a type: these Subscriptions; without it, all that have a websocket.
      out token            1..1 string   Good for one bind-with-token.
      out expiration       1..1 dateTime Until when.
      out subscription     0..* string   The ids of the Subscriptions that it is for.
      out websocket-url    1..1 url      The address to connect to.`,
  },
  'process-message': {
    title: 'Take a message about medicines, file what it brings, and answer with a message',
    affectsState: true,
    parameters: `
      in  content          1..1 Bundle   The message: a Bundle of type message. It may be the body itself.
      in  async            0..1 boolean  In the address. 202 at once; the response message is sent later.
      in  response-url     0..1 url      In the address. Where it is sent, if not to where the source takes messages.
      out return           0..1 Bundle   The response message; none with async.`,
  },
  'text-to-dose': {
    title: 'Dose sentences as structured dosages',
    parameters: `
      in  text             1..* string   The sentences.
      in  medication       0..1 Coding   Settles what "one" means.
      out result           1..* Element  text, dosage, complete, unread, reason.
      out outcome          0..1 OperationOutcome What there is to say of the medicine.`,
  },
};

/** The OperationDefinitions of our own operations, by id. */
function definitionsOf(operations: readonly Operation[]): OperationDefinition[] {
  return operations.flatMap((operation) => {
    const described = DESCRIBED[operation.name];
    return described === undefined ? [] : [definitionOf(operation, described)];
  });
}

function definitionOf(
  { name, definition, on }: Operation,
  { title, parameters, affectsState = false }: Described,
): OperationDefinition {
  const resource = [...new Set([...on.types, ...on.instances])] as NonNullable<OperationDefinition['resource']>;
  return {
    resourceType: 'OperationDefinition',
    id: name,
    url: definition,
    version: VERSION,
    // FHIR asks for a name that a program can use: DoseToProduct.
    name: name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase()),
    title,
    status: 'active',
    kind: 'operation',
    affectsState,
    code: name,
    ...(resource.length > 0 ? { resource } : {}),
    system: on.system,
    type: on.types.length > 0,
    instance: on.instances.length > 0,
    parameter: parameters.trim().split('\n').map(parameterOf),
  };
}

function parameterOf(line: string): OperationDefinitionParameter {
  const [use = '', name = '', range = '', type = '', ...words] = line.trim().split(/ +/);
  const [min = '0', max = '1'] = range.split('..');
  const documentation = words.join(' ');
  // What has parts, or takes one of several types, has no one type of its own.
  const parts = type === 'Element' && !documentation.startsWith('value') ? partsOf(use, documentation) : undefined;
  return {
    ...{ name, use: use as 'in' | 'out', min: Number(min), max, documentation },
    ...(parts ? { part: parts } : { type: type as NonNullable<OperationDefinitionParameter['type']> }),
  };
}

/** The names at the end of what is said of a parameter with parts. */
function partsOf(use: string, documentation: string): OperationDefinitionParameter[] {
  const names = documentation.replace(/\.$/, '').split(': ').at(-1) ?? '';
  return names
    .split(/, | or /)
    .filter((each) => /^[a-zA-Z]+$/.test(each))
    .map((name) => ({ name, use: use as 'in' | 'out', min: 0, max: '*', type: 'Element' }));
}

/**
 * Read and search of our OperationDefinitions: `OperationDefinition/dose-to-product`, `OperationDefinition?code=...`,
 * `?url=`, `?name=`.
 * @throws Refusal
 */
export function definitionInteraction(
  session: Session,
  request: FhirRequest,
  method: string,
  operations: readonly Operation[],
): FhirAnswer {
  const [, id, ...more] = request.path;
  if (method !== 'GET')
    throw refuse(
      405,
      'not-supported',
      'OperationDefinitions come with the server: they can be read and searched only.',
    );
  const all = definitionsOf(operations);
  if (id !== undefined) {
    const found = more.length === 0 ? all.find((each) => each.id === id) : undefined;
    if (found === undefined) throw refuse(404, 'not-found', `There is no OperationDefinition/${id.slice(0, 64)} here.`);
    return { status: 200, text: JSON.stringify(found) };
  }
  let matching = all;
  for (const [name, value] of request.query) {
    if (name === '_format' || name === '_pretty') continue;
    if (name !== 'url' && name !== 'name' && name !== 'code') {
      throw refuse(400, 'not-supported', 'OperationDefinition is searched by url, name or code here.', {
        expression: name,
      });
    }
    matching = matching.filter((each) =>
      name === 'name' ? each.name.toLowerCase().startsWith(value.toLowerCase()) : each[name] === value,
    );
  }
  const bundle: Bundle = {
    resourceType: 'Bundle',
    type: 'searchset',
    total: matching.length,
    entry: matching.map((resource) => ({
      fullUrl: `${session.base}/OperationDefinition/${resource.id}`,
      resource,
      search: { mode: 'match' },
    })),
  };
  return { status: 200, text: JSON.stringify(bundle) };
}
