import type { Dictionary } from '@concord/dmd';
import type { OrderRow } from '../orders/order-row.ts';

/** What a medicine is of, by dm+d: its virtual therapeutic moiety, its ingredients, and what those are salts of. */
function substancesIn(dictionary: Dictionary, code: string | undefined): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  if (code === undefined) return found;
  const resolved = dictionary.resolve(code);
  const id = resolved.status === 'current' || resolved.status === 'superseded' ? resolved.id : code;
  const vtm = dictionary.vtmOf(id);
  if (vtm !== undefined) found.set(vtm.id, vtm.name);
  const vmp = dictionary.vmpOf(id);
  if (vmp === undefined && vtm !== undefined) {
    for (const { id: ingredient, name } of dictionary.ingredientsOfVtm(vtm.id)) found.set(ingredient, name);
  }
  for (const { ingredientId, ingredientName, baseSubstanceId, baseSubstanceName } of vmp?.ingredients ?? []) {
    found.set(ingredientId, ingredientName ?? ingredientId);
    if (baseSubstanceId !== undefined) found.set(baseSubstanceId, baseSubstanceName ?? baseSubstanceId);
  }
  return found;
}

/**
 * Which of the drafts that are signed together have a substance in common, such as paracetamol by itself and in co-codamol.
 * It may be meant (two strengths that make one dose): it is for whoever signs to say.
 * @param beside what was signed of the same group, and goes with them
 * @returns for each draft in turn, a sentence for each other that has the same in it
 */
export function sharedSubstances(
  dictionary: Dictionary | undefined,
  drafts: readonly OrderRow[],
  beside: readonly OrderRow[],
): string[][] {
  if (dictionary === undefined) return drafts.map(() => []);
  const all = [...drafts, ...beside].map((row) => ({ row, has: substancesIn(dictionary, row.medicine.code) }));
  return all.slice(0, drafts.length).map(({ row, has }) =>
    all.flatMap((other) => {
      const shared = other.row === row ? [] : [...has].filter(([id]) => other.has.has(id)).map(([, name]) => name);
      if (shared.length === 0) return [];
      const names = [...new Map(shared.map((name) => [name.toLowerCase(), name])).values()].join(', ');
      const dose = other.row.dosage.doses.map(({ text }) => text ?? 'dose not shown').join(', ');
      return [`${names}: also in ${other.row.medicine.name} (${dose}). Are both meant?`];
    }),
  );
}
