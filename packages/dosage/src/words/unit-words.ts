import type { TimeUnit } from '../dosage.ts';
import type { CompiledWords } from './compiled-words.ts';
import { measuredUnits, snomed, snomedUnits, timeUnitOf, ucum } from './units.ts';

/** What a unit is, from the words and the code that a quantity carries. */
export interface UnitReading {
  /** The words as sent (D-012, D-019); undefined where only a code was. */
  readonly words: string | undefined;
  /** The code as sent, and whether it is one of UCUM or of SNOMED CT. */
  readonly code: string | undefined;
  readonly system: 'ucum' | 'snomed' | undefined;
  /** The unit of time it is, whose words then follow the number (D-015). */
  readonly time: TimeUnit | undefined;
  /** Keeps decimals: SI and other measured units, and international units (D-013b). */
  readonly measured: boolean;
  /** A SNOMED CT unit, such as tablet: leads where a dose is given two ways (D-026a). */
  readonly presentation: boolean;
  /** The same unit has the same identity, however it is spelt. */
  readonly identity: string;
  /** Faults to warn of, and one that makes the unit unsafe. */
  readonly warnings: readonly UnitFault[];
  readonly unsafe: UnitFault | undefined;
}

interface UnitFault {
  readonly rule: string;
  readonly message: string;
}

/** A unit met before. */
interface Met {
  readonly system: unknown;
  readonly code: unknown;
  readonly reading: UnitReading;
}

/** Units met before, by their words, since a record uses few: results of a pure function, bounded. */
const met = new Map<unknown, Met[]>();
let metCount = 0;
const mostMet = 2000;
const mostOfOneUnit = 8;
const longestMet = 60;

/** Reads a unit. Takes `Quantity.unit`, `.system` and `.code` as sent, undefined where absent. */
export function readUnit(unit: unknown, system: unknown, code: unknown): UnitReading {
  const known = met.get(unit);
  if (known !== undefined) {
    for (let i = 0; i < known.length; i++) {
      const one = known[i];
      if (one !== undefined && one.code === code && one.system === system) return one.reading;
    }
  }
  const reading = interpret(asText(unit), asText(system), asText(code));
  if (typeof unit === 'string' && unit.length > longestMet) return reading;
  if (metCount >= mostMet) {
    met.clear();
    metCount = 0;
  }
  metCount++;
  const entry = { system, code, reading };
  const list = met.get(unit);
  if (list === undefined) met.set(unit, [entry]);
  else if (list.length < mostOfOneUnit) list.push(entry);
  return reading;
}

function asText(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const trimmed = value.trim();
  return trimmed === '' ? undefined : trimmed;
}

/** The UCUM codes that a measured unit's words can be held against. */
const measuredCodes: ReadonlySet<string> = new Set(measuredUnits.values());

function interpret(sent: string | undefined, system: string | undefined, code: string | undefined): UnitReading {
  const warnings: UnitFault[] = [];
  const inUcum = system === ucum || system === `${ucum}/`;
  if (system === `${ucum}/`) {
    warnings.push({ rule: 'R-066', message: 'The UCUM system is http://unitsofmeasure.org, without the last slash.' });
  }
  const inSnomed = system === snomed;
  const words = sent?.replace(/\s+/g, ' ');
  const counted = inSnomed && code !== undefined ? snomedUnits.get(code) : undefined;
  const spelling = singular((words ?? counted)?.toLowerCase() ?? '');
  const timeByWord = timeUnitOf.get(spelling);
  const timeByCode = inUcum && code !== undefined && timeUnitOf.get(code) === code ? timeUnitOf.get(code) : undefined;
  const expected = measuredUnits.get(spelling);
  const canonical = code === undefined ? undefined : canonicalCode(code);
  let unsafe: UnitFault | undefined;
  if (timeByWord !== undefined && timeByCode !== undefined && timeByWord !== timeByCode) {
    unsafe = { rule: 'R-068', message: `The unit says "${sent}" and its code "${code}": they are different times.` };
  } else if (inUcum && canonical !== undefined && words !== undefined) {
    if (expected !== undefined && expected !== '' && canonical !== expected && measuredCodes.has(canonical)) {
      unsafe = {
        rule: 'R-068',
        message: `The unit says "${sent}" and its code "${code}": they are different amounts.`,
      };
    } else if (timeByWord !== undefined && timeByCode === undefined) {
      warnings.push({ rule: 'R-067', message: `The code "${code}" is not UCUM for "${sent}".` });
    }
  } else if (counted !== undefined && words !== undefined && !spelling.startsWith(counted)) {
    warnings.push({ rule: 'R-068', message: `The unit says "${sent}" and its code ${code} means ${counted}.` });
  }
  const time = timeByWord ?? (words === undefined ? timeByCode : undefined);
  return {
    words,
    code,
    system: inUcum ? 'ucum' : inSnomed ? 'snomed' : undefined,
    time,
    measured: inUcum || expected !== undefined || measuredUnits.has(singular(spelling.split(/[ /]/, 1)[0] ?? '')),
    presentation: inSnomed,
    identity: time ?? (canonical === undefined ? spelling : `${inUcum ? ucum : system}|${canonical}`),
    warnings,
    unsafe,
  };
}

/** A unit's word without a plural s, where the word without it is known. */
function singular(word: string): string {
  const shorter = word.endsWith('s') ? word.slice(0, -1) : word;
  return measuredUnits.has(shorter) && !measuredUnits.has(word) ? shorter : word;
}

/** UCUM allows both letters for litre, and units of presentation stand in two SNOMED CT hierarchies (D-020). */
function canonicalCode(code: string): string {
  return snomedUnits.get(code) ?? code.replace(/^([dmu]?)l$/, '$1L').replace('[IU]', '[iU]');
}

/**
 * D-012, D-019: the words to print for a unit: as sent, else those of its code, else the code. Undefined when there is
 * neither, or only a bare number, which beside an amount would be read as one.
 */
export function unitWords({ words, code, system }: UnitReading, compiled: CompiledWords): string | undefined {
  if (words !== undefined || code === undefined) return words;
  const whole = system === undefined ? undefined : compiled.units.get(code);
  if (whole !== undefined) return whole;
  if (system === 'snomed' || /^\d+$/.test(code)) return undefined;
  if (system === undefined) return code;
  const annotation = /^\{([^{}]+)\}$/.exec(code);
  if (annotation !== null) return annotation[1];
  if (!code.includes('/')) return code;
  const parts = code.split('/').map((part) => compiled.units.get(part) ?? part);
  return parts.join(compiled.words.unitPer);
}
