import type { Command } from './command.ts';

/** The flags of `concord serve`, each a setting of the configuration. */
export const serveOptions: Command['options'] = {
  config: { type: 'string' },
  port: { type: 'string' },
  host: { type: 'string' },
  data: { type: 'string' },
  dmd: { type: 'string' },
  packages: { type: 'string' },
  database: { type: 'string' },
  workers: { type: 'string' },
  'public-url': { type: 'string' },
  role: { type: 'string' },
  name: { type: 'string' },
  'no-demo': { type: 'boolean' },
};
