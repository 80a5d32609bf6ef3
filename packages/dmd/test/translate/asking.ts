/** Cases as a pharmacist writes them, as questions. */

import type { Dosage, DoseAndRate } from '@concord/dosage';
import type { AskedDose, Dictionary } from '../../src/index.ts';

const UCUM = 'http://unitsofmeasure.org';
const SNOMED = 'http://snomed.info/sct';

/** Words of units of presentation in cases, and their code. */
const CODES: Readonly<Record<string, string>> = {
  tablet: '428673006',
  capsule: '428641000',
  patch: '419702001',
  puff: '415215001',
  dose: '3317411000001100',
  spoonful: '733015007',
  vial: '415818006',
  ampoule: '413516001',
  drop: '10693611000001100',
  plaster: '733010002',
  unit: '767525000',
  'unit dose': '408102007',
  bag: '428672001',
};

/** `250 mg`, `30 to 60 mg`, `from 30 mg` or `up to 60 mg` as a dose. */
export function doseOf(text: string): AskedDose {
  const open = /^(from|up to) (.+)$/.exec(text);
  if (open) return { [open[1] === 'from' ? 'low' : 'high']: quantityOf(open[2] ?? '') };
  const range = /^(\S+) to (\S+) (.+)$/.exec(text);
  if (range) return { low: quantityOf(`${range[1]} ${range[3]}`), high: quantityOf(`${range[2]} ${range[3]}`) };
  return quantityOf(text);
}

/** `250 mg` as a quantity; `250 mg (microgram)` with another word than its code. */
export function quantityOf(text: string): { value: string; unit: { system: string; code: string }; said?: string } {
  const [, value = '', unit = '', said] = /^(\S+) (.+?)(?: \(([a-z]+)\))?$/.exec(text) ?? [];
  const code = CODES[unit];
  const named = code === undefined ? { system: UCUM, code: unit } : { system: SNOMED, code };
  return { value, unit: named, ...(said === undefined ? {} : { said }) };
}

/** `1 tablet` or `1 to 2 tablet` as a Dosage, twice a day. */
export function dosageOf(text: string): Dosage {
  type Asked = ReturnType<typeof quantityOf>;
  const asked = doseOf(text) as Asked | { low?: Asked; high?: Asked };
  const write = ({ value, unit, said }: Asked) => ({ value: Number(value), unit: said ?? unit.code, ...unit });
  if ('value' in asked) return twiceADay({ doseQuantity: write(asked) });
  const { low, high } = asked;
  return twiceADay({ doseRange: { ...(low && { low: write(low) }), ...(high && { high: write(high) }) } });
}

function twiceADay(dose: DoseAndRate): Dosage {
  return { timing: { repeat: { frequency: 2, period: 1, periodUnit: 'd' } }, doseAndRate: [dose] };
}

/** The id of a concept by its name, or the id itself. */
export function idOf(dictionary: Dictionary, level: 'VTM' | 'VMP', name: string): string {
  if (/^\d+$/.test(name)) return name;
  for (const each of dictionary.all(level))
    if (each.name === name && !(each.invalid && level === 'VTM')) return each.id;
  throw new Error(`No ${level} is called ${name}`);
}
