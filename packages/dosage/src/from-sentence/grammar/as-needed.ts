import type { Part } from '../parts.ts';
import { CONDITIONS, type ConditionRow } from '../vocabulary/conditions.ts';
import { type PhraseRow, row } from './phrase.ts';

const NEEDED =
  '[only] ((when|if|as|where|whenever) [it is|you are|absolutely] (required|necessary|needed|require|reqd|req)|prn|(as|if|when) and (when|if|as) (required|necessary|needed)|when and if (required|needed)|as often as (required|necessary|needed)|(when|if) you need (it|them|to)|as you need|sos)';

/** The reason's own words are filled in where the phrase is read; they stand after the last "for" or "of". */
const needed = ({ code, display }: ConditionRow): Part => ({
  kind: 'asNeeded',
  reason: { words: '', ...(code === undefined ? {} : { code }), ...(display === undefined ? {} : { display }) },
});

/** When required, and for what. */
export const AS_NEEDED_PHRASES: readonly PhraseRow[] = [
  row(NEEDED, { kind: 'asNeeded' }),
  ...CONDITIONS.flatMap((condition) => [
    row(
      `${NEEDED} (for|to (relieve|help|control|ease|treat)) [the] [relief of|treatment of|onset of] ${condition.phrase}`,
      needed(condition),
    ),
    row(`prn ${condition.phrase}`, needed(condition)),
    row(`for [the] [relief of|treatment of|onset of] ${condition.phrase} ${NEEDED}`, needed(condition)),
    row(`(at|on) [the] [first] (onset|start|sign|signs) of ${condition.phrase}`, needed(condition)),
    row(`for [a|an] ${condition.phrase} attack`, needed(condition)),
    row(`(for|to (relieve|help|control|ease|treat)) [the] [relief of|treatment of] ${condition.phrase}`, {
      kind: 'instruction',
      instruction: {},
    }),
  ]),
];
