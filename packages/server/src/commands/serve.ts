import { DEFAULTS, readConfig } from '../config.ts';
import { serve } from '../main.ts';
import type { Command } from './command.ts';
import { serveOptions } from './serve-options.ts';

/** `concord serve`: runs the server until it is told to stop. */
export const serveCommand: Command = {
  name: 'serve',
  summary: 'Run the server: FHIR API, current medication and pages',
  help: `Usage: concord serve [options]

Serves the FHIR API at /fhir and the pages at /. Without a database it keeps everything in a folder.
Ctrl-C ends it cleanly.

Options                       Environment           Default
  --config FILE               CONCORD_CONFIG        concord.config.json, .yaml or .yml here, if there is one
  --port NUMBER               PORT                  ${DEFAULTS.port} (0: any free port)
  --host ADDRESS              HOST                  ${DEFAULTS.host} (0.0.0.0: all interfaces)
  --data FOLDER               CONCORD_DATA          ${DEFAULTS.data}: the embedded database's folder
  --dmd FOLDER                CONCORD_DMD           dmd in the data folder: dm+d snapshots (concord dmd)
  --database URL              DATABASE_URL          none; postgres://user:password@host/name uses PostgreSQL
  --workers NUMBER            CONCORD_WORKERS       1: server processes (more need PostgreSQL)
  --public-url URL            CONCORD_PUBLIC_URL    the address called; set it behind a reverse proxy
  --role ROLE                 CONCORD_ROLE          ${DEFAULTS.role}; prescribing, dispensing or broker
  --name NAME                 CONCORD_NAME          ${DEFAULTS.name}: what the site is called, on pages and in messages
  --no-demo                   CONCORD_DEMO=false    do not load the demo patients into an empty record
  --help                                            print this

Everything can be set in a file too: concord.config.json, .yaml or .yml in the working directory, or --config FILE
(CONCORD_CONFIG). concord config prints what is in effect; docs/configuration.md lists every key: what each layer of
checks does to a write (conformance), limits, neighbours to work with, logging (LOG_LEVEL) and more.

Examples
  concord serve
  concord serve --port 9000 --data /var/lib/concord --no-demo
  DATABASE_URL=postgres://concord@db/concord concord serve --workers 4`,
  options: serveOptions,
  async run(flags) {
    await serve(readConfig(process.env, flags));
    return 0;
  },
};
