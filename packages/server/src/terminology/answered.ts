import type { LayerFinding } from '@concord/conformance';
import type { Terminology } from './terminology.ts';

/**
 * The findings, with what the terminology server says of codes that could not be checked here; as they are where there is
 * no such server.
 * @param mayAsk false where nothing may be waited for: then only what is known already counts
 */
export async function answeredBy(
  terminology: Terminology | undefined,
  found: LayerFinding[],
  mayAsk = true,
): Promise<LayerFinding[]> {
  const questions = found.flatMap(({ question }) => question ?? []);
  if (terminology === undefined || questions.length === 0) return found;
  if (mayAsk) await terminology.ask(questions);
  return found.flatMap(({ question, ...finding }) => {
    if (question === undefined) return [finding];
    const answer = terminology.isIn(question);
    if (answer === true) return [];
    if (answer === false) return [{ ...finding, ...question.otherwise }];
    return [{ ...finding, diagnostics: `${finding.diagnostics} The terminology server gave no answer.` }];
  });
}
