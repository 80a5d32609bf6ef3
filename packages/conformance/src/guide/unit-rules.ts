import { text } from '../invariants/reading.ts';
import type { Rule } from '../rules/rule.ts';
import { isUcum, ucumFor } from './ucum.ts';

const layer = 'guide';
const sct = 'http://snomed.info/sct';
const ucum = 'http://unitsofmeasure.org';

/** Spellings of the two systems that are not quite them. */
const meant: readonly (readonly [RegExp, string])[] = [
  [/^https?:\/\/(www\.)?snomed\.info\/sct\/?$/i, sct],
  [/^https?:\/\/(www\.)?unitsofmeasure\.org\/?$/i, ucum],
];

/** The same two systems as OIDs. */
const oids = ['urn:oid:2.16.840.1.113883.6.96', 'urn:oid:2.16.840.1.113883.6.8'];

/** UCUM's codes for units of time, as FHIR uses them. */
const timeCodes = ['s', 'min', 'h', 'd', 'wk', 'mo', 'a', 'ms', 'us', 'ns'];

/** Code systems of units and clinical terms, which must be written exactly. */
export const unitRules: readonly Rule[] = [
  {
    ...{
      id: 'R-066a',
      on: ['Coding', 'Quantity', 'Duration'],
      layer,
      severity: 'warning',
      code: 'value',
      at: 'system',
    },
    says: `A system is written exactly, without a slash at the end: ${sct} or ${ucum}.`,
    holds: (node) => {
      const system = text(node, 'system') ?? '';
      return system.length > 64 || !meant.some(([like, exact]) => like.test(system) && system !== exact);
    },
  },
  {
    ...{ id: 'R-066b', on: ['Quantity', 'Duration'], layer, severity: 'error', code: 'code-invalid', at: 'system' },
    says: `A SNOMED CT code under the system of UCUM: send the system ${sct}.`,
    holds: (node) => text(node, 'system') !== ucum || !/^\d{6,18}$/.test(text(node, 'code') ?? ''),
  },
  {
    ...{ id: 'R-067a', on: ['Duration'], layer, severity: 'error', code: 'code-invalid', at: 'code' },
    says: `Not a unit of time: write ${timeCodes.slice(0, 7).join(', ')} (m is metre).`,
    holds: (node) => text(node, 'system') !== ucum || timeCodes.includes(text(node, 'code') ?? 'd'),
  },
  {
    ...{ id: 'R-067b', on: ['Quantity'], layer, severity: 'error', code: 'code-invalid', at: 'code' },
    says: 'The UCUM code m is metre: a month is mo, a minute min.',
    holds: (node) =>
      text(node, 'system') !== ucum || text(node, 'code') !== 'm' || !/^m(on|in)/i.test(text(node, 'unit') ?? ''),
  },
  {
    ...{ id: 'R-067c', on: ['Quantity'], layer, severity: 'error', code: 'code-invalid', at: 'code' },
    says: `Not a unit of UCUM: write it as UCUM does (mg, ug, mL, [iU]), or the unit of dm+d under ${sct}.`,
    holds: (node) => {
      const code = text(node, 'code');
      // A code of SNOMED CT under UCUM's system is told by R-066b.
      if (text(node, 'system') !== ucum || code === undefined || isUcum(code) || /^\d{6,18}$/.test(code)) return true;
      const meant = ucumFor(code);
      return meant === undefined ? false : [{ at: '.code', says: `Not a unit of UCUM: it writes ${meant}.` }];
    },
  },
  {
    ...{ id: 'R-066c', on: ['Coding', 'Quantity', 'Duration'], layer, severity: 'error', code: 'value', at: 'system' },
    says: `A system is written as a URI, not as an OID: ${sct} or ${ucum}.`,
    holds: (node) => !oids.includes(text(node, 'system') ?? ''),
  },
];
