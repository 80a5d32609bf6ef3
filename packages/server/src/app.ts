import Fastify, { type FastifyInstance, LogController } from 'fastify';
import type { Config } from './config.ts';
import { fhirRoutes } from './fhir/routes.ts';
import type { Store } from './store/store.ts';

/** Assembles the server over an open store; it listens when told to. */
export async function buildApp(store: Store, config: Config): Promise<FastifyInstance> {
  const app = Fastify({
    bodyLimit: config.limits.bodyBytes,
    logger: config.logLevel === 'silent' ? false : { level: config.logLevel },
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 2000, ignoreTrailingSlash: true },
    trustProxy: config.publicUrl !== undefined,
  });
  await app.register(fhirRoutes(store, config), { prefix: '/fhir' });
  return app;
}
