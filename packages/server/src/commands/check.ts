import { closeSync, existsSync, openSync, readdirSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import {
  type CheckOptions,
  check,
  type Direction,
  type Layer,
  type LayerFinding,
  layers,
  type Mode,
  uncheckedLayers,
} from '@concord/conformance';
import { openSnapshot, snapshotInUse } from '@concord/dmd';
import { faultSentence, type MessageFault } from '../check/read-message.ts';
import { BadSetting, readConfig } from '../config.ts';
import { profilesIn } from '../packages/package-folder.ts';
import { answeredBy } from '../terminology/answered.ts';
import { type Terminology, terminologyOf } from '../terminology/terminology.ts';
import { documentsOf } from './check-documents.ts';
import { checkProgress } from './check-progress.ts';
import { type CheckFormat, checkReports, type Print, withLines } from './check-reports.ts';
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
was not understood, or there is nothing to check. Warnings do not count unless --strict.

  --format FORMAT     text (the default), json (a line for each resource), junit, or html: one page that needs no other
                      file, with each message and what was found at its place
  --output FILE       write there, not to standard output
  --setting SETTING   hospital, gp or any (the default): what differs by setting is a warning for any
  --mode MODE         the same as --setting
  --direction DIR     receive (the default), or send: resources about to be sent, of which more is asked
  --layer LAYERS      some layers only, with commas: ${layers.join(', ')}
  --dmd FOLDER        the folder of dm+d snapshots; without a release in use there, dm+d codes are not looked up
  --packages FOLDER   the folder of FHIR packages, whose profiles count where they are claimed (concord packages)
  --data FOLDER       the data folder of a server: its dm+d and its packages, unless they are named
  --config FILE       the configuration of a server: as --data, and its terminology server, which is asked about codes
                      that cannot be listed here. Default: CONCORD_CONFIG, or concord.config.json, .yaml or .yml here
  --strict            warnings count as errors do
  --quiet             print errors only

Examples
  concord check messages/
  concord check --format html --output report.html messages/
  generate-order | concord check --direction send -
  concord check --format junit --mode hospital --direction send orders.ndjson > check.xml`,
  options: {
    format: { type: 'string' },
    output: { type: 'string' },
    setting: { type: 'string' },
    mode: { type: 'string' },
    direction: { type: 'string' },
    layer: { type: 'string' },
    dmd: { type: 'string' },
    packages: { type: 'string' },
    data: { type: 'string' },
    config: { type: 'string' },
    strict: { type: 'boolean' },
    quiet: { type: 'boolean' },
  },
  positionals: true,
  async run(flags, paths) {
    if (paths.length === 0) throw new BadSetting('name files or folders to check.');
    const format = oneOf(flags, 'format', ['text', 'json', 'junit', 'html'], 'text') as CheckFormat;
    const { options, terminology } = await readOptions(flags);
    const files = paths.flatMap(filesAt);
    if (files.length === 0) throw new BadSetting(`there is no .json, .xml or .ndjson file in ${paths.join(', ')}.`);
    const progress = checkProgress(files.length, process.stderr);
    const output = openOutput(flags, progress.clear);
    const report = checkReports[format](output.print, { options });
    let failed = false;
    for (const file of files) {
      for (const { name, read } of documentsOf(file)) {
        const found =
          'fault' in read ? [unreadable(read)] : await answeredBy(terminology, check(read.resource, options));
        const findings = flags.quiet === true ? found.filter(({ severity }) => severity === 'error') : found;
        const counted = (severity: string) => severity === 'error' || (flags.strict === true && severity === 'warning');
        const isWrong = found.some(({ severity }) => counted(severity));
        failed ||= isWrong;
        const unchecked = 'fault' in read ? {} : uncheckedLayers(read.resource, options);
        report.add({ file, name, findings: withLines(findings, read), isWrong, unchecked }, read);
      }
      progress.step();
    }
    progress.clear();
    report.end();
    output.close();
    return failed ? 1 : 0;
  },
};

/** Where the report goes; opened before anything is checked, so that a mistyped name costs no time. */
function openOutput({ output }: Flags, before: () => void): { print: Print; close: () => void } {
  if (typeof output !== 'string') {
    const print: Print = (lines) => {
      before();
      console.log(lines);
    };
    return { print, close: () => {} };
  }
  let file: number;
  try {
    file = openSync(output, 'w');
  } catch (error) {
    throw new BadSetting(`--output: ${(error as Error).message}`);
  }
  return { print: (lines) => void writeSync(file, `${lines}\n`), close: () => closeSync(file) };
}

/** What is asked, and what there is to check by: the same as a server has that is configured so. */
async function readOptions(flags: Flags): Promise<{ options: CheckOptions; terminology: Terminology | undefined }> {
  const setting = flags.setting === undefined ? 'mode' : 'setting';
  const mode = oneOf(flags, setting, ['hospital', 'gp', 'any'], 'any') as Mode;
  const direction = oneOf(flags, 'direction', ['send', 'receive'], 'receive') as Direction;
  const config = readConfig(process.env, flags);
  const options: CheckOptions = {
    ...{ mode, direction, layers: readLayers(flags), now: new Date().toISOString(), actsOnDoNotPerform: true },
    ...{ profiles: profilesIn(config.packages.folder), ...(await dictionaryOf(config.dmd, flags)) },
  };
  return { options, terminology: terminologyOf(config.terminology) };
}

function readLayers({ layer }: Flags): readonly Layer[] {
  if (typeof layer !== 'string') return layers;
  return layer.split(',').map((name) => {
    const known = layers.find((each) => each === name.trim());
    if (known === undefined) throw new BadSetting(`--layer takes ${layers.join(', ')}; "${name}" is none.`);
    return known;
  });
}

async function dictionaryOf(folder: string, flags: Flags): Promise<Pick<CheckOptions, 'dictionary'>> {
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

function unreadable(read: MessageFault): LayerFinding {
  return {
    ...{ layer: 'fhir', severity: 'error', code: 'structure', expression: '', rule: 'FHIR-unreadable' },
    diagnostics: faultSentence(read),
  };
}
