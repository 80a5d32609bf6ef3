import { DEFAULTS, readConfig } from '../config.ts';
import { serve } from '../main.ts';
import type { Command } from './command.ts';

/** `concord serve`: runs the server until it is told to stop. */
export const serveCommand: Command = {
  name: 'serve',
  summary: 'Run the server: FHIR API, current medication and pages',
  help: `Usage: concord serve [options]

Serves the FHIR API at /fhir and the pages at /. Without a database it keeps everything in a folder.
Ctrl-C ends it cleanly.

Options                       Environment           Default
  --port NUMBER               PORT                  ${DEFAULTS.port} (0: any free port)
  --host ADDRESS              HOST                  ${DEFAULTS.host} (0.0.0.0: all interfaces)
  --data FOLDER               CONCORD_DATA          ${DEFAULTS.data}: the embedded database's folder
  --dmd FOLDER                  CONCORD_DMD           dmd in the data folder: dm+d snapshots (concord dmd)
  --database URL              DATABASE_URL          none; postgres://user:password@host/name uses PostgreSQL
  --workers NUMBER            CONCORD_WORKERS       1: server processes (more need PostgreSQL)
  --public-url URL            CONCORD_PUBLIC_URL    the address called; set it behind a reverse proxy
  --no-demo                   CONCORD_DEMO=false    do not load the demo patients into an empty record
  --help                                            print this

CONCORD_CONFORMANCE says what each layer of checks does to a write: fhir, uk-core, guide, dmd, dosage, identity = refuse,
warn (told to who asks with Prefer: return=OperationOutcome) or off; fhir=refuse and warn unless set.
LOG_LEVEL is info, warn (the default), error or silent.

Examples
  concord serve
  concord serve --port 9000 --data /var/lib/concord --no-demo
  DATABASE_URL=postgres://concord@db/concord concord serve --workers 4`,
  options: {
    port: { type: 'string' },
    host: { type: 'string' },
    data: { type: 'string' },
    dmd: { type: 'string' },
    database: { type: 'string' },
    workers: { type: 'string' },
    'public-url': { type: 'string' },
    'no-demo': { type: 'boolean' },
  },
  async run(flags) {
    await serve(readConfig(process.env, flags));
    return 0;
  },
};
