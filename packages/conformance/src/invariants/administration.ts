import { certainlyAfter } from './date-order.ts';
import type { Invariant } from './invariant.ts';
import { child, coded, has, hasChoice, places, text } from './reading.ts';

const consentScope = 'http://terminology.hl7.org/CodeSystem/consentscope';

function scopeNeedsPatient(id: string, code: string): Invariant {
  return {
    id,
    on: ['Consent'],
    // R4's own expression names no real system and so never fails: its words are followed, as a warning.
    severity: 'warning',
    at: 'patient',
    human: `A consent of scope ${code} needs its patient.`,
    test: (node) => has(node, 'patient') || !coded(child(node, 'scope'), consentScope, code),
  };
}

/** R4's invariants on people, organisations, documents and workflow. */
export const administrationInvariants: readonly Invariant[] = [
  {
    id: 'pat-1',
    on: ['Patient.contact'],
    severity: 'error',
    human: 'A contact needs a name, telecom, address or organization.',
    test: (node) => ['name', 'telecom', 'address', 'organization'].some((name) => has(node, name)),
  },
  {
    id: 'org-1',
    on: ['Organization'],
    severity: 'error',
    human: 'An organisation needs a name or an identifier.',
    test: (node) => has(node, 'name') || has(node, 'identifier'),
  },
  {
    id: 'org-2',
    on: ['Organization'],
    severity: 'error',
    human: 'An address of an organisation is never of use home.',
    test: (node) => places(node, 'address', (address) => text(address, 'use') !== 'home'),
  },
  {
    id: 'org-3',
    on: ['Organization'],
    severity: 'error',
    human: 'A telecom of an organisation is never of use home.',
    test: (node) => places(node, 'telecom', (telecom) => text(telecom, 'use') !== 'home'),
  },
  {
    id: 'grp-1',
    on: ['Group'],
    severity: 'error',
    at: 'member',
    human: 'Only a group that is actual has members.',
    test: (node) => !has(node, 'member') || node.actual === true,
  },
  {
    id: 'cmp-1',
    on: ['Composition.section'],
    severity: 'error',
    human: 'A section needs a text, an entry or a section within it.',
    test: (node) => has(node, 'text') || has(node, 'entry') || has(node, 'section'),
  },
  {
    id: 'cmp-2',
    on: ['Composition.section'],
    severity: 'error',
    at: 'emptyReason',
    human: 'A section with entries has no emptyReason: remove it.',
    test: (node) => !has(node, 'emptyReason') || !has(node, 'entry'),
  },
  {
    id: 'sev-1',
    on: ['AuditEvent.entity'],
    severity: 'error',
    human: 'An entity has a name or a query, not both.',
    test: (node) => !has(node, 'name') || !has(node, 'query'),
  },
  {
    id: 'ppc-1',
    on: ['Consent'],
    severity: 'error',
    human: 'A consent needs a policy or a policyRule.',
    test: (node) => has(node, 'policy') || has(node, 'policyRule'),
  },
  scopeNeedsPatient('ppc-2', 'patient-privacy'),
  scopeNeedsPatient('ppc-3', 'research'),
  scopeNeedsPatient('ppc-4', 'adr'),
  scopeNeedsPatient('ppc-5', 'treatment'),
  {
    id: 'Parameters-inv-1',
    on: ['Parameters.parameter'],
    severity: 'error',
    human: 'A parameter has exactly one of value[x], resource and part.',
    test: (node) => [hasChoice(node, 'value'), has(node, 'resource'), has(node, 'part')].filter(Boolean).length === 1,
  },
  {
    id: 'Task-inv-1',
    on: ['Task'],
    severity: 'error',
    at: 'lastModified',
    human: 'lastModified is before authoredOn: correct one of them.',
    test: (node) => !certainlyAfter(text(node, 'authoredOn'), text(node, 'lastModified')),
  },
];
