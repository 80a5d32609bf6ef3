import { isPatientSystem } from '../identity/systems.ts';
import { child, children, text } from '../invariants/reading.ts';
import { wordsOf } from '../rules/reading.ts';
import { targetsIn } from '../rules/targets.ts';
import { isObject, type JsonObject } from '../structure/walk.ts';
import { walkResources } from './walk-resources.ts';

/** A resource of a message, or one outside it that is pointed to. */
interface RelatedResource {
  readonly type: string;
  /** What tells it from others of its type: a medicine, a name, an id; may be empty. */
  readonly label: string;
  /** FHIRPath; undefined for one that is not in the message. */
  readonly expression: string | undefined;
}

/** One resource points to another. */
interface Relationship {
  /** Indexes into the resources. */
  readonly from: number;
  readonly to: number;
  /** The element that points, without indexes: `subject`, `context.related`. */
  readonly element: string;
  /** FHIRPath of the Reference. */
  readonly expression: string;
}

/** The resources of a message, and how they point to each other. */
export interface Relationships {
  readonly resources: readonly RelatedResource[];
  readonly relationships: readonly Relationship[];
  /** Some resources or references were left out: there are more than anybody reads. */
  readonly isCut: boolean;
}

const most = 500;
const longestLabel = 60;

/**
 * The resources in a message and what points to what. A Bundle itself is left out, as what it holds is what matters.
 * What a Reference leads to is found as the rules find it: by fullUrl, `Type/id`, `#id` or identifier. Never throws.
 */
export function relationships(message: unknown): Relationships {
  const resources: RelatedResource[] = [];
  const found: Relationship[] = [];
  if (!isObject(message)) return { resources, relationships: found, isCut: false };
  const targets = targetsIn(message);
  const places = new Map<JsonObject, number>();
  const outside = new Map<string, number>();
  let isCut = false;
  const add = (resource: RelatedResource): number => resources.push(resource) - 1;

  walkResources(message, ({ resource, expression }) => {
    if (resource.resourceType === 'Bundle' && resource === message) return;
    if (resources.length >= most) isCut = true;
    else places.set(resource, add({ type: String(resource.resourceType), label: labelOf(resource), expression }));
  });
  walkResources(
    message,
    () => {},
    ({ reference, expression, from }) => {
      const source = places.get(from.resource);
      if (source === undefined) return;
      if (found.length >= most) {
        isCut = true;
        return;
      }
      const held = targets.of(reference, from.container);
      const target = (held && places.get(held)) ?? outsider(reference, held !== undefined);
      if (target === undefined) return;
      const element = expression.slice(from.expression.length + 1).replace(/\[\d+\]/g, '');
      found.push({ from: source, to: target, element, expression });
    },
  );
  return { resources, relationships: found, isCut };

  /** One that is not in the message: one for each address or identifier. */
  function outsider(reference: JsonObject, isHeld: boolean): number | undefined {
    const identifier = child(reference, 'identifier');
    const label = text(reference, 'reference') ?? text(identifier, 'value') ?? text(reference, 'display');
    if (label === undefined || isHeld) return undefined;
    const byNumber = isPatientSystem(text(identifier, 'system')) ? 'Patient' : undefined;
    const type =
      text(reference, 'type') ?? byNumber ?? /^(?:.*\/)?([A-Z][A-Za-z]+)\/[^/]+$/.exec(label)?.[1] ?? 'Resource';
    const key = `${type} ${text(identifier, 'system') ?? ''} ${label}`;
    const known = outside.get(key);
    if (known !== undefined) return known;
    const place = add({
      type: type.slice(0, longestLabel),
      label: label.slice(0, longestLabel),
      expression: undefined,
    });
    outside.set(key, place);
    return place;
  }
}

/** What a person would call a resource. */
function labelOf(resource: JsonObject): string {
  const concept = ['medicationCodeableConcept', 'code', 'vaccineCode', 'type']
    .map((name) => wordsOf(child(resource, name)))
    .find((words) => words !== undefined);
  const name = text(resource, 'name') ?? nameOf(children(resource, 'name')[0]);
  const event = text(child(resource, 'eventCoding'), 'code');
  return (concept ?? name ?? event ?? text(resource, 'title') ?? text(resource, 'id') ?? '').slice(0, longestLabel);
}

function nameOf(name: JsonObject | undefined): string | undefined {
  if (name === undefined) return undefined;
  const given = Array.isArray(name.given) ? name.given.filter((each) => typeof each === 'string') : [];
  const family = text(name, 'family');
  return text(name, 'text') ?? ([...given, ...(family === undefined ? [] : [family])].join(' ') || undefined);
}
