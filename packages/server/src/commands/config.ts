import type { Origins } from '../config/read-section.ts';
import { configText, shownConfig } from '../config/show-config.ts';
import { DEFAULTS, readConfig } from '../config.ts';
import type { Command } from './command.ts';
import { serveOptions } from './serve-options.ts';

/** `concord config`: what is set, and where. */
export const configCommand: Command = {
  name: 'config',
  summary: 'Print the configuration in effect, and where each value is from',
  help: `Usage: concord config [options]

Prints what concord serve would run with, passwords left out, as a config file would have it. What is not the default
says where it is from. Takes the options of concord serve.

A config file is concord.config.json, concord.config.yaml or concord.config.yml in the working directory, or the one
named by --config FILE or CONCORD_CONFIG. A flag wins over the environment, and that over the file.
docs/configuration.md lists every key with its variable; the port, unless set, is ${DEFAULTS.port}.

  --json      print JSON
  --help      print this

Examples
  concord config
  concord config --config /etc/concord.yaml --json`,
  options: { ...serveOptions, json: { type: 'boolean' } },
  async run(flags) {
    const origins: Origins = new Map();
    const config = readConfig(process.env, flags, process.cwd(), origins);
    console.log(flags.json ? JSON.stringify(shownConfig(config), null, 2) : configText(config, origins));
    return 0;
  },
};
