import { parseArgs } from 'node:util';
import { checkCommand } from './commands/check.ts';
import type { Command } from './commands/command.ts';
import { configCommand } from './commands/config.ts';
import { dmdCommand } from './commands/dmd.ts';
import { doseCommand } from './commands/dose.ts';
import { packagesCommand } from './commands/packages.ts';
import { serveCommand } from './commands/serve.ts';
import { translateCommand } from './commands/translate.ts';
import { BadSetting } from './config.ts';
import { VERSION } from './version.ts';

const commands: readonly Command[] = [
  serveCommand,
  configCommand,
  dmdCommand,
  packagesCommand,
  doseCommand,
  translateCommand,
  checkCommand,
];

/**
 * The `concord` command.
 * @param argv the arguments after the command's name
 * @returns the exit status: 0 done, 1 failed, 2 not understood
 */
export async function main(argv: string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === '--version' || name === '-v') {
    console.log(VERSION);
    return 0;
  }
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    console.log(overview());
    return name === undefined ? 2 : 0;
  }
  const command = commands.find((each) => each.name === name);
  if (command === undefined) {
    console.error(
      `concord: there is no command "${name}". It has: ${commands.map((each) => each.name).join(', ')}. See concord --help.`,
    );
    return 2;
  }
  try {
    const options = { ...command.options, help: { type: 'boolean' as const, short: 'h' } };
    const { values, positionals } = parseArgs({ args: rest, options, allowPositionals: command.positionals ?? false });
    if (values.help) {
      console.log(command.help);
      return 0;
    }
    return await command.run(values as { [name: string]: string | boolean | undefined }, positionals);
  } catch (error) {
    const code = (error as { code?: string }).code ?? '';
    const isUsage = error instanceof BadSetting || code.startsWith('ERR_PARSE_ARGS');
    console.error(`concord ${name}: ${(error as Error).message}`);
    if (isUsage) console.error(`See concord ${name} --help.`);
    return isUsage ? 2 : 1;
  }
}

function overview(): string {
  const width = Math.max(...commands.map((each) => each.name.length));
  return `concord ${VERSION}: one record of a patient's medicines

Usage: concord <command> [options]

Commands:
${commands.map((each) => `  ${each.name.padEnd(width)}  ${each.summary}`).join('\n')}

concord <command> --help says more of each. concord --version prints the version.`;
}
