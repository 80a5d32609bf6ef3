import type { Part } from '../parts.ts';
import type { Captures } from '../pattern.ts';
import type { ConditionRow } from '../vocabulary/conditions.ts';
import { type PhraseRow, row } from './phrase.ts';

const NEEDED =
  '[only] ((when|if|as|where|whenever) [it is|you are|absolutely] (required|necessary|needed|require|reqd|req)|prn|(as|if|when) and (when|if|as) (required|necessary|needed)|when and if (required|needed)|as often as (required|necessary|needed)|(when|if) you need (it|them|to)|as you need|sos)';

/** The reason's own words are taken where the phrase is read. */
function needed(captures: Captures): Part {
  const { code, display } = captures.condition as ConditionRow;
  return {
    kind: 'asNeeded',
    reason: { ...(code === undefined ? {} : { code }), ...(display === undefined ? {} : { display }) },
  };
}

const FOR = '(for|to (relieve|help|control|ease|treat))';

/** When required, and for what. */
export const AS_NEEDED_PHRASES: readonly PhraseRow[] = [
  row(NEEDED, { kind: 'asNeeded' }),
  row(`${NEEDED} ${FOR} [the] [relief of|treatment of|onset of] <condition>`, needed),
  row('prn <condition>', needed),
  row(`for [the] [relief of|treatment of|onset of] <condition> ${NEEDED}`, needed),
  row('(at|on) [the] [first] (onset|start|sign|signs) of <condition>', needed),
  row('for [a|an] <condition> attack', needed),
  row(
    '(for|to (relieve|help|control|ease|treat|prevent|protect|lower|reduce|thin|strengthen)) [the|your] [relief of|treatment of|prevention of] <condition>',
    {
      kind: 'instruction',
      instruction: {},
    },
  ),
];
