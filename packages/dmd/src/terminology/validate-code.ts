/** `$validate-code`: is this code good, in a code system or in a value set, and does its wording fit. */

import type { Parameters, ParametersParameter } from 'fhir/r4';
import {
  type AskedCode,
  askedCodes,
  askedSystem,
  checkSystemVersions,
  findCode,
  formerSentence,
} from './asked-code.ts';
import { codeSystemUrlById } from './code-systems.ts';
import type { Concept } from './concepts.ts';
import { askedValueSet } from './expand.ts';
import { Budget } from './filters.ts';
import type { Given } from './parameters.ts';
import { Refusal } from './refusal.ts';
import { canonicalUri, codeSystemVersion, type KnownSystem, knownSystem, systemUri, unpadded } from './systems.ts';
import type { Terminology } from './terminology.ts';

interface Verdict {
  readonly result: boolean;
  readonly message?: string;
  readonly display?: string;
  readonly code?: string;
  readonly system?: string;
  readonly inactive?: boolean;
}

/** Is the code in the code system. A former code is, as inactive; the message says what it is now. */
export function validateCodeInSystem(
  terminology: Terminology,
  given: Given,
  instance: string | undefined,
): Parameters | Refusal {
  const url = instance === undefined ? given.text('url') : codeSystemUrlById(instance);
  if (instance !== undefined && url === undefined) {
    return new Refusal('terminology-unknown-system', `No code system ${instance.slice(0, 64)} is held`);
  }
  const codes = askedCodes(given, 'url');
  if (codes instanceof Refusal) return codes;
  const verdicts: Verdict[] = [];
  for (const asked of codes) {
    const named: AskedCode = { ...asked, system: asked.system ?? url };
    const system = askedSystem(terminology, named);
    if (system instanceof Refusal) return system;
    if (url !== undefined && systemUri(system) !== systemUri(knownSystem(url.split('|')[0] ?? '') ?? system)) {
      const message = `The coding is of ${systemUri(system)}, not of ${canonicalUri(url)}`;
      verdicts.push({ result: false, message, code: asked.code, system: systemUri(system) });
      continue;
    }
    verdicts.push(judge(terminology, system, named, undefined));
  }
  return answer(terminology, verdicts);
}

/** Is the code in the value set. */
export function validateCodeInValueSet(
  terminology: Terminology,
  given: Given,
  instance: string | undefined,
): Parameters | Refusal {
  const versions = checkSystemVersions(terminology, given);
  if (versions !== undefined) return versions;
  const asked = askedValueSet(terminology, given, instance);
  if (asked instanceof Refusal) return asked;
  const codes = askedCodes(given, 'system');
  if (codes instanceof Refusal) return codes;
  const { url } = asked.valueSet;
  const name = typeof url === 'string' ? url : 'the value set';
  const verdicts: Verdict[] = [];
  for (const code of codes) {
    if (code.system !== undefined && knownSystem(code.system.split('|')[0] ?? '') === undefined) {
      const message = `Code ${code.code} of ${code.system} is not in ${name}`;
      verdicts.push({ result: false, message, code: code.code, system: code.system });
      continue;
    }
    const system = askedSystem(terminology, code);
    if (system instanceof Refusal) return system;
    const inSet = (concept: Concept) => asked.membership.has(concept, new Budget(10_000));
    verdicts.push(judge(terminology, system, code, { name, inSet }));
  }
  return answer(terminology, verdicts);
}

function judge(
  terminology: Terminology,
  system: KnownSystem,
  asked: AskedCode,
  within: { readonly name: string; inSet(concept: Concept): boolean } | undefined,
): Verdict {
  const uri = systemUri(system);
  const code = asked.code;
  const found = findCode(terminology, system, code);
  if (found.status === 'unknown') {
    return { result: false, code, system: uri, message: `Code ${code.slice(0, 80)} is not in ${uri}` };
  }
  if (found.status === 'former') {
    const sentence = formerSentence(terminology, found);
    const [only] = found.current;
    const display =
      found.current.length === 1 && only !== undefined ? terminology.dictionary.displayOf(only) : undefined;
    const base = { code, system: uri, inactive: true, ...(display === undefined ? {} : { display }) };
    if (within === undefined) return { ...base, result: true, message: sentence };
    // A value set lists current concepts only.
    const inside = found.current.some((id) => {
      const concept = terminology.concepts.byCode(id);
      return concept !== undefined && within.inSet(concept);
    });
    const message = `${sentence}${inside ? `, which is in ${within.name}` : ''}; the former code is not`;
    return { ...base, result: false, message };
  }
  const { concept } = found;
  const base = { code: concept.code, system: uri, display: concept.display, inactive: concept.inactive };
  if (system.kind === 'lookup' && code !== concept.code) {
    const message = `Codes of ${uri} have no zero padding: write ${unpadded(code)}, not ${code}`;
    return { ...base, result: false, message };
  }
  if (within !== undefined && !within.inSet(concept)) {
    return { ...base, result: false, message: `Code ${code} (${concept.display}) is not in ${within.name}` };
  }
  if (
    asked.display !== undefined &&
    ![concept.display, ...concept.synonyms].some((name) => same(name, asked.display))
  ) {
    const message = `The display "${asked.display.slice(0, 300)}" is not that of ${code}: it is "${concept.display}"`;
    return { ...base, result: false, message };
  }
  return { ...base, result: true };
}

/** Wordings are the same if only case and spaces differ. */
function same(name: string, asked: string | undefined): boolean {
  const plain = (text: string) => text.trim().replace(/\s+/g, ' ').toLowerCase();
  return asked !== undefined && plain(name) === plain(asked);
}

/** A codeable concept is good when one of its codings is; that one answers. */
function answer(terminology: Terminology, verdicts: readonly Verdict[]): Parameters {
  const verdict = verdicts.find((one) => one.result) ?? verdicts[0];
  const parameter: ParametersParameter[] = [{ name: 'result', valueBoolean: verdict?.result ?? false }];
  if (verdict?.message !== undefined) parameter.push({ name: 'message', valueString: verdict.message });
  if (verdict?.display !== undefined) parameter.push({ name: 'display', valueString: verdict.display });
  if (verdict?.code !== undefined) parameter.push({ name: 'code', valueCode: verdict.code });
  if (verdict?.system !== undefined) parameter.push({ name: 'system', valueUri: verdict.system });
  parameter.push({ name: 'version', valueString: codeSystemVersion(terminology.dictionary) });
  if (verdict?.inactive !== undefined) parameter.push({ name: 'inactive', valueBoolean: verdict.inactive });
  return { resourceType: 'Parameters', parameter };
}
