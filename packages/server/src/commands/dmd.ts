import { existsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import {
  codeSystemVersion,
  dmdDiff,
  dmdLoad,
  dmdUse,
  findSnapshot,
  listSnapshots,
  type Output,
  openSnapshot,
  snapshotInUse,
} from '@concord/dmd';
import { BadSetting, DEFAULTS, dmdFolder } from '../config.ts';
import type { Command } from './command.ts';

type Flags = { [name: string]: string | boolean | undefined };

/** One thing that `concord dmd` does. */
interface Action {
  /** How many arguments it takes. */
  readonly least: number;
  readonly most: number;
  run(words: readonly string[], folder: string, flags: Flags): Promise<number>;
}

const ACTIONS: { readonly [name: string]: Action } = {
  load: {
    ...{ least: 1, most: Number.POSITIVE_INFINITY },
    run: (paths, folder, flags) => dmdLoad(paths, folder, terminal(), { use: flags['no-use'] !== true }),
  },
  use: { ...{ least: 1, most: 1 }, run: ([which = ''], folder) => dmdUse(which, folder, terminal()) },
  diff: {
    ...{ least: 2, most: 2 },
    run: async ([earlier = '', later = ''], folder) =>
      dmdDiff(await snapshotOrPath(earlier, folder), await snapshotOrPath(later, folder), terminal()),
  },
  status: { ...{ least: 0, most: 0 }, run: (_words, folder) => status(folder) },
};

/** `concord dmd`: releases of the dictionary of medicines and devices. */
export const dmdCommand: Command = {
  name: 'dmd',
  summary: 'Load a dm+d release, choose the one to serve, compare two',
  help: `Usage: concord dmd load [--no-use] PATH...
       concord dmd use DATE|VERSION|FILE
       concord dmd diff EARLIER LATER
       concord dmd status

load    reads a release and keeps it as one file (a snapshot), then serves it. PATHs are the archives as downloaded from
        NHS TRUD, item 24 (dm+d) and item 25 (BNF, ATC, history, VTM ingredients), or folders or files of XML unpacked
        from them, in any order. Nothing is served until all of it was read and found whole.
use     serves another snapshot: by the release's date (2025-10-13), its number (10.1.0_20251013) or its file.
diff    lists what changed between two releases: each a snapshot as for use, an archive or a folder.
status  says which snapshot is served, and which there are.

Servers that are running move to the release in use by themselves, within seconds, without a restart and without
refusing a request. Every server process on this folder does.

Options          Environment       Default
  --dmd FOLDER   CONCORD_DMD       dmd in the data folder: where snapshots are kept
  --data FOLDER  CONCORD_DATA      ${DEFAULTS.data}: the data folder
  --no-use                         load: keep the snapshot, go on serving the one in use
  --help                           print this

Examples
  concord dmd load nhsbsa_dmd_10.1.0_20251013000001.zip nhsbsa_dmdbonus_10.1.0_20251013000001.zip
  concord dmd diff 2025-10-06 2025-10-13
  concord dmd use 2025-10-06`,
  options: { dmd: { type: 'string' }, data: { type: 'string' }, 'no-use': { type: 'boolean' } },
  positionals: true,
  async run(flags, [name, ...words]) {
    const action = name === undefined || !Object.hasOwn(ACTIONS, name) ? undefined : ACTIONS[name];
    if (action === undefined) {
      throw new BadSetting(`say what to do: ${Object.keys(ACTIONS).join(', ')}.`);
    }
    if (words.length < action.least || words.length > action.most) {
      throw new BadSetting(`${name} takes ${ARGUMENTS[name ?? '']}.`);
    }
    return action.run(words, dmdFolder(process.env, flags), flags);
  },
};

const ARGUMENTS: { readonly [name: string]: string } = {
  load: 'the archives or folders of a release',
  use: "one release: its date, number or snapshot's file",
  diff: 'two releases: the earlier and the later',
  status: 'nothing more',
};

/** A snapshot of the folder by what it is called, or the path as given. */
async function snapshotOrPath(which: string, folder: string): Promise<string> {
  if (existsSync(which)) return which;
  return (await findSnapshot(which, folder)) ?? which;
}

async function status(folder: string): Promise<number> {
  const inUse = await snapshotInUse(folder);
  const paths = await listSnapshots(folder);
  console.log(`dm+d snapshots in ${folder}:`);
  if (paths.length === 0) console.log('  none: concord dmd load ARCHIVE... makes one');
  let damaged = false;
  for (const path of paths) {
    const mark = path === inUse ? '*' : ' ';
    try {
      const dictionary = openSnapshot(path);
      const { release } = dictionary;
      const { VTM, VMP, AMP } = release.counts;
      const size = (statSync(path).size / 1_000_000).toFixed(1);
      const version = codeSystemVersion(dictionary);
      console.log(
        `${mark} ${basename(path)}  release of ${release.date}, version ${version}: ${VTM} VTMs, ${VMP} VMPs, ${AMP} AMPs; ${size} MB`,
      );
    } catch (error) {
      damaged ||= path === inUse;
      console.log(`${mark} ${basename(path)}  cannot be used: ${(error as Error).message}`);
    }
  }
  if (inUse !== undefined && !paths.includes(inUse)) {
    console.log(`* ${basename(inUse)}  is named as the one in use, and is not there`);
    return 1;
  }
  console.log(inUse === undefined ? 'None is in use.' : '* is in use.');
  return damaged ? 1 : 0;
}

/** Progress is overwritten on a terminal; elsewhere each step and each file is a line once. */
function terminal(): Output {
  const { stderr } = process;
  let shown = '';
  const clear = () => {
    if (stderr.isTTY && shown !== '') stderr.write('\r\u001b[2K');
    shown = '';
  };
  return {
    line(text) {
      clear();
      console.log(text);
    },
    error(text) {
      clear();
      console.error(`concord dmd: ${text}`);
    },
    progress(text) {
      const now = stderr.isTTY ? text : text.replace(/\d+ % /, '');
      if (now === shown) return;
      stderr.write(stderr.isTTY ? `\r\u001b[2K${now}` : `${now}\n`);
      shown = now;
    },
  };
}
