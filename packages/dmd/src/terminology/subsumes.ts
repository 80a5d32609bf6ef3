/**
 * `CodeSystem/$subsumes` along the ladder: a VTM subsumes its VMPs, a VMP its AMPs and VMPPs, these their AMPPs; a class
 * subsumes its members and what lies below them.
 */

import type { Coding, Parameters, ParametersParameter } from 'fhir/r4';
import { askedSystem, findCode, formerSentence } from './asked-code.ts';
import { codeSystemUrlById } from './code-systems.ts';
import type { Concept } from './concepts.ts';
import type { Given } from './parameters.ts';
import { Refusal } from './refusal.ts';
import { systemUri } from './systems.ts';
import type { Terminology } from './terminology.ts';

/** Answers equivalent, subsumes, subsumed-by or not-subsumed; a former code counts as what it is now, and is named. */
export function subsumes(terminology: Terminology, given: Given, instance: string | undefined): Parameters | Refusal {
  const url = instance === undefined ? given.text('system') : codeSystemUrlById(instance);
  if (instance !== undefined && url === undefined) {
    return new Refusal('terminology-unknown-system', `No code system ${instance.slice(0, 64)} is held`);
  }
  const notes: string[] = [];
  const a = side(terminology, given, 'A', url, notes);
  if (a instanceof Refusal) return a;
  const b = side(terminology, given, 'B', url, notes);
  if (b instanceof Refusal) return b;
  if (a.system !== b.system) {
    return new Refusal('terminology-wrong-parameter', `The two codes are of ${a.system} and of ${b.system}`);
  }
  const parameter: ParametersParameter[] = [{ name: 'outcome', valueCode: outcome(terminology, a, b) }];
  for (const note of notes) parameter.push({ name: 'message', valueString: note });
  return { resourceType: 'Parameters', parameter };
}

function side(
  terminology: Terminology,
  given: Given,
  letter: 'A' | 'B',
  url: string | undefined,
  notes: string[],
): Concept | Refusal {
  const coding: Coding | undefined = given.coding(`coding${letter}`);
  const code = given.text(`code${letter}`) ?? coding?.code;
  if (typeof code !== 'string') {
    return new Refusal('terminology-missing-parameter', `Give code${letter} with system, or coding${letter}`);
  }
  const version = coding?.version ?? given.text('version');
  const asked = { system: coding?.system ?? url, version, code, display: undefined };
  const system = askedSystem(terminology, asked);
  if (system instanceof Refusal) return system;
  const found = findCode(terminology, system, code);
  if (found.status === 'current') return found.concept;
  if (found.status === 'unknown') {
    return new Refusal('terminology-unknown-code', `Code ${code.slice(0, 80)} is not in ${systemUri(system)}`);
  }
  const sentence = formerSentence(terminology, found);
  const [only] = found.current;
  const concept = found.current.length === 1 && only !== undefined ? terminology.concepts.byCode(only) : undefined;
  if (concept === undefined) {
    return new Refusal(found.current.length > 1 ? 'terminology-ambiguous-code' : 'terminology-unknown-code', sentence);
  }
  notes.push(sentence);
  return concept;
}

function outcome(terminology: Terminology, a: Concept, b: Concept): string {
  if (a.code === b.code) return 'equivalent';
  if (isAbove(terminology, a, b)) return 'subsumes';
  return isAbove(terminology, b, a) ? 'subsumed-by' : 'not-subsumed';
}

/** Whether `upper` is among the ancestors of `lower`: parents are few and the ladder is four steps high. */
function isAbove(terminology: Terminology, upper: Concept, lower: Concept): boolean {
  const { concepts } = terminology;
  const seen = new Set<string>();
  const waiting = concepts.parents(lower);
  for (let code = waiting.pop(); code !== undefined; code = waiting.pop()) {
    if (code === upper.code) return true;
    if (seen.has(code)) continue;
    seen.add(code);
    const concept = concepts.byCode(code);
    if (concept !== undefined) waiting.push(...concepts.parents(concept));
  }
  return false;
}
