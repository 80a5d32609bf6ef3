import type { SearchParameter } from 'fhir/r4';
import { readDefinitions, searchedTypes } from './definitions.ts';

/** What the server's search needs of an R4 SearchParameter. */
interface SearchParameterRow {
  code: string;
  type: string;
  base: string[];
  expression: string;
  target?: string[];
  component?: { definition: string; expression: string }[];
  comparator?: string[];
  multipleOr?: boolean;
  url: string;
}

/** Splits a FHIRPath union at its outermost bars: `A.x | (B.y | B.z).c` has two parts. */
function unionParts(expression: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < expression.length; i++) {
    const ch = expression[i];
    if (ch === '(') depth++;
    else if (ch === ')') depth--;
    else if (ch === '|' && depth === 0) {
      parts.push(expression.slice(start, i).trim());
      start = i + 1;
    }
  }
  parts.push(expression.slice(start).trim());
  return parts;
}

/**
 * R4's standard search parameters for the types of `searchedTypes`, `Resource` and `DomainResource`, each base list and
 * union cut down to those types. Parameters without an expression (`_text`, `_content`, `_query`) are left out.
 */
function searchParameters(folder: string): SearchParameterRow[] {
  const kept = new Set([...searchedTypes, 'Resource', 'DomainResource']);
  const rows: SearchParameterRow[] = [];
  for (const parameter of readDefinitions<SearchParameter>(folder, 'search-parameters.json')) {
    const base = parameter.base.filter((type) => kept.has(type));
    if (!base.length || !parameter.expression || parameter.version !== '4.0.1') continue;
    const parts = unionParts(parameter.expression).filter((part) => {
      const type = /^\(*([A-Z]\w*)/.exec(part)?.[1];
      return !type || kept.has(type);
    });
    rows.push({
      code: parameter.code,
      type: parameter.type,
      base,
      expression: parts.join(' | '),
      target: parameter.target,
      component: parameter.component?.map(({ definition, expression }) => ({ definition, expression })),
      comparator: parameter.comparator,
      multipleOr: parameter.multipleOr,
      url: parameter.url,
    });
  }
  return rows.sort((a, b) => (a.url < b.url ? -1 : 1));
}

/** The rows as the committed file holds them: one parameter a line, so that a difference reads well. */
export function searchParametersText(folder: string): string {
  return `[\n${searchParameters(folder)
    .map((row) => JSON.stringify(row))
    .join(',\n')}\n]\n`;
}
