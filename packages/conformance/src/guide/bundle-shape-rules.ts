import { certainlyAfter } from '../invariants/date-order.ts';
import { child, children, has, text } from '../invariants/reading.ts';
import { rowOf } from '../rules/row-of.ts';
import type { Fault, Here, Rule } from '../rules/rule.ts';
import { elementTable } from '../structure/element-table.ts';
import type { JsonObject } from '../structure/walk.ts';
import { entriesOf, isTogether, ofTypes } from './bundle-entries.ts';
import { referencesIn } from './references-in.ts';

const on = ['Bundle'];
const layer = 'guide';
/** The events that the guide and UK Core use. */
const events = [
  ...['prescription-order', 'prescription-order-update', 'prescription-order-response', 'dispense-notification'],
  ...['medication-dispense', 'medication-statement', 'current-medication', 'individual-requirements-1'],
];

const uuidUrn = /^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Types of which one resource has an identifier. */
const identified = ['MedicationRequest', 'MedicationDispense', 'MedicationStatement', 'MedicationAdministration'];

/** The types of resource that a Reference in an element may lead to; undefined where it may be any. */
function targetsOf(owner: string, element: string): ReadonlySet<string> | undefined {
  const keys = elementTable(owner)?.byKey;
  const key = keys?.get(element) ?? keys?.get(`${element}Reference`);
  return key?.type.code === 'Reference' ? key.type.targets : undefined;
}

/** The rules for a Bundle as a whole: its header, its references, what is in it for nothing. */
export const bundleShapeRules: readonly Rule[] = [
  {
    ...{ id: 'R-251a', on, layer, severity: 'error', code: 'not-found' },
    says: 'This reference leads to nothing in the Bundle: add the resource, or send an absolute URL or an identifier.',
    holds: (node, here) => unresolved(node, here, 'nowhere'),
  },
  {
    ...{ id: 'R-251b', on, layer, severity: 'warning', code: 'value' },
    says: 'This reference names an id, not a fullUrl of the Bundle: strict readers do not find it. Send the fullUrl.',
    holds: (node, here) => unresolved(node, here, 'by-id'),
  },
  {
    ...{ id: 'R-251c', on: ['Bundle.entry'], layer, severity: 'warning', code: 'value', at: 'fullUrl' },
    says: 'A fullUrl is absolute: urn:uuid: and a UUID in lower case, or the address of the resource, with its type and id.',
    holds: (node) => {
      const url = text(node, 'fullUrl');
      const resource = child(node, 'resource');
      const [type, id] = [text(resource, 'resourceType'), text(resource, 'id')];
      if (url === undefined || (/^https?:/.test(url) && (id === undefined || url.endsWith(`/${type}/${id}`))))
        return true;
      return url.startsWith('urn:uuid:') ? uuidUrn.test(url) : /^[a-z]+:/.test(url) && !/^https?:/.test(url);
    },
  },
  {
    ...{ id: 'R-251d', on: ['Reference'], layer, severity: 'error', code: 'value', at: 'reference' },
    says: 'The resource of the Bundle that this leads to is of a type that the element does not take.',
    holds: (node, here) => {
      // An address that names the type is looked at with R4's structure.
      if (!text(node, 'reference')?.startsWith('urn:')) return true;
      const type = text(here.target(node), 'resourceType');
      const takes = type === undefined ? undefined : targetsOf(here.owner, here.element);
      if (type === undefined || takes === undefined || takes.has(type)) return true;
      return [{ at: '.reference', says: `This leads to a ${type}; the element takes ${[...takes].join(', ')}.` }];
    },
  },
  {
    ...{ id: 'BUN-identifier', on, layer, severity: 'warning', code: 'duplicate' },
    says: 'Another resource of this type in the Bundle has the same identifier: nobody can say which one is meant.',
    holds: (node) => {
      const seen = new Map<string, JsonObject>();
      return ofTypes(node, identified).flatMap(({ resource, at }) =>
        children(resource, 'identifier').flatMap((identifier, i) => {
          const [system, value] = [text(identifier, 'system'), text(identifier, 'value')];
          const key = `${String(resource.resourceType)} ${system}|${value}`;
          if (system === undefined || value === undefined) return [];
          const first = seen.get(key) ?? resource;
          seen.set(key, first);
          return first === resource ? [] : [`${at}.identifier[${i}]`];
        }),
      );
    },
  },
  {
    ...{ id: 'R-252', on, layer, severity: 'error', code: 'business-rule' },
    says: 'The focus of a message is the business resource (the request, dispense or statement), not what it refers to.',
    holds: (node, here) => [
      ...ofTypes(node, ['MessageHeader']).flatMap(({ resource, at }) =>
        children(resource, 'focus').flatMap((focus, i) => {
          const target = here.target(focus);
          const type = String(target?.resourceType);
          return ['Medication', 'Patient', 'Practitioner', 'PractitionerRole', 'Organization'].includes(type)
            ? [`${at}.focus[${i}]`]
            : [];
        }),
      ),
      ...withoutFocus(node),
    ],
  },
  {
    ...{ id: 'R-254a', on, layer, severity: 'warning', code: 'required', at: 'timestamp' },
    says: 'A message should say when it was made: send timestamp.',
    holds: (node) => node.type !== 'message' || has(node, 'timestamp'),
  },
  {
    ...{ id: 'R-254b', on, layer, severity: 'warning', code: 'business-rule', at: 'timestamp' },
    says: 'The timestamp is in the future: correct it, or the clock.',
    holds: (node, { now }) => !certainlyAfter(text(node, 'timestamp'), now),
  },
  {
    ...{ id: 'R-255', on: ['MessageHeader'], layer, severity: 'warning', code: 'code-invalid', at: 'event' },
    says: `An event that receivers may not know. Known ones: ${events.join(', ')}.`,
    holds: (node) => {
      const event = child(node, 'eventCoding');
      return event === undefined || events.includes(text(event, 'code') ?? '');
    },
  },
  {
    ...{ id: 'R-257', on, layer, severity: 'information', code: 'business-rule' },
    says: 'A contained resource, where an entry of the Bundle would do: nothing else can refer to it.',
    holds: (node) =>
      node.type !== 'message' ||
      entriesOf(node).flatMap(({ resource, at }) =>
        children(resource, 'contained').flatMap((_, i) => [`${at}.contained[${i}]`]),
      ),
  },
  {
    ...{ id: 'BUN-orphan', on, layer, severity: 'warning', code: 'business-rule' },
    says: 'Nothing in the message or document leads to this resource: refer to it, or leave it out.',
    holds: orphans,
  },
];

/** Bundles that travel without the record that they come from. */
const closed = ['message', 'document'];

/** The references that lead nowhere, or only by an id. */
function unresolved(node: JsonObject, here: Here, wanted: 'nowhere' | 'by-id'): readonly Fault[] {
  if (!isTogether(node)) return [];
  const urls = new Set(entriesOf(node).flatMap(({ fullUrl }) => fullUrl ?? []));
  return entriesOf(node).flatMap(({ resource, at }) =>
    referencesIn(resource, at).flatMap(({ reference, at: place }) => {
      const literal = text(reference, 'reference');
      if (literal === undefined || literal.startsWith('#') || urls.has(literal)) return [];
      const isUrn = /^urn:/.test(literal);
      const found = here.target(reference);
      if (wanted === 'by-id') return isUrn && found ? [{ at: `${place}.reference` }] : [];
      // A relative reference may be to the holder's own record: in a transaction or collection it is.
      const isOutside =
        /^https?:/.test(literal) || !closed.includes(text(node, 'type') ?? '') || has(reference, 'identifier');
      return found || (isOutside && !isUrn) ? [] : [{ at: `${place}.reference` }];
    }),
  );
}

/** The header of a message that says nothing of what else is in it. */
function withoutFocus(node: JsonObject): readonly Fault[] {
  const [header, ...others] = entriesOf(node);
  if (node.type !== 'message' || header?.resource.resourceType !== 'MessageHeader') return [];
  if (others.length === 0 || has(header.resource, 'focus')) return [];
  const says = 'The header has no focus: say which resources the message is about.';
  return [{ at: `${header.at}.focus`, severity: 'warning', says }];
}

/** Where reading begins in a Bundle that is read from its first entry. */
const beginnings: Readonly<Record<string, string>> = { message: 'MessageHeader', document: 'Composition' };

/** The entries that nothing leads to from the header of a message, or the Composition of a document. */
function orphans(node: JsonObject, here: Here): readonly string[] {
  const entries = entriesOf(node);
  const first = entries[0];
  if (first === undefined || first.resource.resourceType !== rowOf(beginnings, text(node, 'type') ?? '')) return [];
  // A List or Provenance counts as led to by what it is about, which does not name it.
  const leads = new Map<JsonObject, JsonObject[]>();
  const lead = (from: JsonObject, to: JsonObject) => {
    const known = leads.get(from);
    if (known) known.push(to);
    else leads.set(from, [to]);
  };
  for (const { resource } of entries) {
    const isAbout = resource.resourceType === 'Provenance' || resource.resourceType === 'List';
    for (const { reference } of referencesIn(resource, '')) {
      const target = here.target(reference);
      if (!target) continue;
      lead(resource, target);
      if (isAbout) lead(target, resource);
    }
  }
  // A header whose focus leads nowhere is told of by itself: all else would be an orphan for that reason only.
  const isLost = node.type === 'message' && !children(first.resource, 'focus').some((each) => here.target(each));
  if (isLost) return [];
  const reached = new Set<JsonObject>([first.resource]);
  for (const from of reached) for (const to of leads.get(from) ?? []) reached.add(to);
  return entries.filter(({ resource }) => !reached.has(resource)).map(({ at }) => at);
}
