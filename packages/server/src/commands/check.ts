import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  type CheckOptions,
  check,
  type Direction,
  type Layer,
  type LayerFinding,
  layers,
  type Mode,
} from '@concord/conformance';
import { openSnapshot, snapshotInUse } from '@concord/dmd';
import { BadSetting, dmdFolder } from '../config.ts';
import { documentsOf } from './check-documents.ts';
import { type Checked, type CheckFormat, checkReports } from './check-reports.ts';
import type { Command } from './command.ts';

type Flags = { [name: string]: string | boolean | undefined };

/** `concord check`: is every resource in these files right? */
export const checkCommand: Command = {
  name: 'check',
  summary: 'Check FHIR resources in files: R4, UK Core, the rules, dm+d, dosages, identifiers',
  help: `Usage: concord check [options] PATH...

Checks each resource in the files, or in the folders and all that is in them (.json, .xml, .ndjson): FHIR R4, UK Core,
the medicines guide's rules, dm+d codes, dosages, identifiers. What a file holds is told by its first character, not its
name. PATH may be - for standard input.

The exit status is 0 when nothing is wrong, 1 when there are errors, or a file could not be read, 2 when this command
was not understood. Warnings do not count unless --strict.

  --format FORMAT     text (the default), json (a line for each resource) or junit
  --setting SETTING   hospital, gp or any (the default): what differs by setting is a warning for any
  --mode MODE         the same as --setting
  --direction DIR     receive (the default), or send: resources about to be sent, of which more is asked
  --layer LAYERS      some layers only, with commas: ${layers.join(', ')}
  --dmd FOLDER        the folder of dm+d snapshots; without a release in use there, dm+d codes are not looked up
  --strict            warnings count as errors do
  --quiet             print errors only

Examples
  concord check messages/
  concord check --format junit --mode hospital --direction send orders.ndjson > check.xml`,
  options: {
    format: { type: 'string' },
    setting: { type: 'string' },
    mode: { type: 'string' },
    direction: { type: 'string' },
    layer: { type: 'string' },
    dmd: { type: 'string' },
    strict: { type: 'boolean' },
    quiet: { type: 'boolean' },
  },
  positionals: true,
  async run(flags, paths) {
    if (paths.length === 0) throw new BadSetting('name files or folders to check.');
    const format = oneOf(flags, 'format', ['text', 'json', 'junit'], 'text') as CheckFormat;
    const options = await readOptions(flags);
    const report = checkReports[format]((line) => console.log(line));
    let failed = false;
    for (const file of paths.flatMap(filesAt)) {
      for (const { name, resource, fault } of documentsOf(file)) {
        const found = fault === undefined ? check(resource, options) : [unreadable(fault)];
        const findings = flags.quiet === true ? found.filter(({ severity }) => severity === 'error') : found;
        const counted = (severity: string) => severity === 'error' || (flags.strict === true && severity === 'warning');
        const isWrong = found.some(({ severity }) => counted(severity));
        failed ||= isWrong;
        const checked: Checked = { file, name, findings, isWrong };
        report.add(checked);
      }
    }
    report.end();
    return failed ? 1 : 0;
  },
};

async function readOptions(flags: Flags): Promise<CheckOptions> {
  const setting = flags.setting === undefined ? 'mode' : 'setting';
  const mode = oneOf(flags, setting, ['hospital', 'gp', 'any'], 'any') as Mode;
  const direction = oneOf(flags, 'direction', ['send', 'receive'], 'receive') as Direction;
  return { mode, direction, layers: readLayers(flags), now: new Date().toISOString(), ...(await dictionaryOf(flags)) };
}

function readLayers({ layer }: Flags): readonly Layer[] {
  if (typeof layer !== 'string') return layers;
  return layer.split(',').map((name) => {
    const known = layers.find((each) => each === name.trim());
    if (known === undefined) throw new BadSetting(`--layer takes ${layers.join(', ')}; "${name}" is none.`);
    return known;
  });
}

async function dictionaryOf(flags: Flags): Promise<Pick<CheckOptions, 'dictionary'>> {
  const folder = dmdFolder(process.env, flags);
  const file = existsSync(folder) ? await snapshotInUse(folder) : undefined;
  if (file === undefined && flags.dmd !== undefined) throw new BadSetting(`--dmd: no release is in use in ${folder}.`);
  return file === undefined ? {} : { dictionary: openSnapshot(file) };
}

function oneOf(flags: Flags, name: string, allowed: readonly string[], usual: string): string {
  const given = flags[name] ?? usual;
  if (typeof given === 'string' && allowed.includes(given)) return given;
  throw new BadSetting(`--${name} takes ${allowed.join(', ')}; "${given}" is none.`);
}

/** The files at a path, in the order of their names; a file that is named itself may be called anything. */
function filesAt(path: string): string[] {
  if (path === '-') return [path];
  if (!existsSync(path)) throw new BadSetting(`there is no ${path}.`);
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      if (entry.isDirectory()) return filesAt(join(path, entry.name));
      return /\.(json|xml|ndjson)$/i.test(entry.name) ? [join(path, entry.name)] : [];
    });
}

function unreadable(fault: string): LayerFinding {
  return {
    ...{ layer: 'fhir', severity: 'error', code: 'structure', expression: '', rule: 'FHIR-unreadable' },
    diagnostics: fault,
  };
}
