import type { TimeUnit } from '../dosage.ts';
import { measuredUnits, snomed, snomedWords, timeUnitOf, ucum, ucumWords } from './units.ts';

/** What a unit is, from the words and the code that a quantity carries. */
export interface UnitReading {
  /** The words to print, as sent (D-012, D-019); undefined when neither words nor a readable code were sent. */
  readonly words: string | undefined;
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
  if (metCount >= mostMet) {
    met.clear();
    metCount = 0;
  }
  metCount++;
  const entry = { system, code, reading };
  const list = met.get(unit);
  if (list === undefined) met.set(unit, [entry]);
  else list.push(entry);
  return reading;
}

function asText(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const trimmed = value.trim();
  return trimmed === '' ? undefined : trimmed;
}

function interpret(unit: string | undefined, system: string | undefined, code: string | undefined): UnitReading {
  const warnings: UnitFault[] = [];
  const inUcum = system === ucum || system === `${ucum}/`;
  if (system === `${ucum}/`) {
    warnings.push({ rule: 'R-066', message: 'The UCUM system is http://unitsofmeasure.org, without the last slash.' });
  }
  const inSnomed = system === snomed;
  const fromCode = code === undefined ? undefined : wordsOfCode(code, inUcum, inSnomed);
  const words = unit?.replace(/\s+/g, ' ') ?? fromCode;
  const spelling = words?.toLowerCase() ?? '';
  const timeByWord = timeUnitOf.get(spelling);
  const timeByCode = inUcum && code !== undefined && timeUnitOf.get(code) === code ? timeUnitOf.get(code) : undefined;
  const expected = measuredUnits.get(spelling);
  let unsafe: UnitFault | undefined;
  if (timeByWord !== undefined && timeByCode !== undefined && timeByWord !== timeByCode) {
    unsafe = { rule: 'R-068', message: `The unit says "${unit}" and its code "${code}": they are different times.` };
  } else if (inUcum && code !== undefined && unit !== undefined) {
    if (expected !== undefined && expected !== '' && canonicalCode(code) !== expected && ucumWords.has(code)) {
      unsafe = {
        rule: 'R-068',
        message: `The unit says "${unit}" and its code "${code}": they are different amounts.`,
      };
    } else if (timeByWord !== undefined && timeByCode === undefined) {
      warnings.push({ rule: 'R-067', message: `The code "${code}" is not UCUM for "${unit}".` });
    }
  } else if (inSnomed && code !== undefined && unit !== undefined) {
    const known = snomedWords.get(code);
    if (known !== undefined && known !== spelling && !spelling.startsWith(known)) {
      warnings.push({ rule: 'R-068', message: `The unit says "${unit}" and its code ${code} means ${known}.` });
    }
  }
  const time = timeByWord ?? (unit === undefined ? timeByCode : undefined);
  return {
    words,
    time,
    measured: inUcum || expected !== undefined,
    presentation: inSnomed,
    identity: time ?? (code === undefined ? spelling : `${inUcum ? ucum : system}|${canonicalCode(code)}`),
    warnings,
    unsafe,
  };
}

/** UCUM allows both letters for litre, and units of presentation stand in two SNOMED CT hierarchies (D-020). */
function canonicalCode(code: string): string {
  return snomedWords.get(code) ?? code.replace(/^([dmu]?)l$/, '$1L').replace('[IU]', '[iU]');
}

function wordsOfCode(code: string, inUcum: boolean, inSnomed: boolean): string | undefined {
  if (inSnomed) return snomedWords.get(code);
  // A bare number cannot stand beside an amount: it would be read as one.
  if (/^\d+$/.test(code)) return undefined;
  if (!inUcum) return code;
  const whole = ucumWords.get(code);
  if (whole !== undefined) return whole;
  const annotation = /^\{([^{}]+)\}$/.exec(code);
  if (annotation !== null) return annotation[1];
  if (!code.includes('/')) return code;
  return code
    .split('/')
    .map((part) => ucumWords.get(part) ?? part)
    .join(' per ');
}
