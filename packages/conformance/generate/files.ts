import { fileURLToPath } from 'node:url';
import { elementTablesText } from './element-tables.ts';
import { requiredCodesText } from './required-codes.ts';
import { searchParametersText } from './search-parameters.ts';

/** Every generated file: where it is committed and what it must hold, from the definitions in `folder`. */
export function generatedFiles(folder: string): { path: string; text: string }[] {
  const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  return [
    { path: at('../src/generated/elements.json'), text: elementTablesText(folder) },
    { path: at('../src/generated/required-codes.json'), text: requiredCodesText(folder) },
    { path: at('../../server/src/search/generated/search-parameters.json'), text: searchParametersText(folder) },
  ];
}
