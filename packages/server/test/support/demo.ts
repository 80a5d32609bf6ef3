import { DEFAULTS } from '../../src/config.ts';
import { loadDemo } from '../../src/demo/load-demo.ts';
import { openTestServer, type TestServer } from './test-server.ts';

/** A server over a database of its own that holds the demo patients. */
export async function openDemoServer(): Promise<TestServer> {
  const server = await openTestServer();
  await loadDemo(server.store, DEFAULTS);
  return server;
}
