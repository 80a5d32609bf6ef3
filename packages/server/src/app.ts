import Fastify, { type FastifyInstance, LogController } from 'fastify';
import type { Config } from './config.ts';
import type { Dmd } from './dmd/dmd.ts';
import { answerBadAddress, answerBadConnection } from './fhir/connection-faults.ts';
import { fhirRoutes } from './fhir/routes.ts';
import type { Store } from './store/store.ts';
import { webPages } from './web/pages.ts';

/**
 * Assembles the server over an open store; it listens when told to.
 * @param dmd the dm+d release to serve; without it, what needs one is refused
 */
export async function buildApp(store: Store, config: Config, dmd?: Dmd): Promise<FastifyInstance> {
  const app = Fastify({
    bodyLimit: config.limits.bodyBytes,
    logger: config.logLevel === 'silent' ? false : { level: config.logLevel },
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: 'idle',
    // While stopping, what still arrives on an open connection is answered, and the connection closed.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 2000, ignoreTrailingSlash: true },
    trustProxy: config.publicUrl !== undefined,
    frameworkErrors: answerBadAddress,
    clientErrorHandler: answerBadConnection,
  });
  closeIdleWhileStopping(app);
  await app.register(fhirRoutes(store, config, dmd), { prefix: '/fhir' });
  await app.register(webPages(store, config, dmd));
  return app;
}

/**
 * Node closes idle connections once, when the server is told to stop. One whose last answer comes after that moment
 * would stay open as long as its client likes, and hold the stop up.
 */
function closeIdleWhileStopping(app: FastifyInstance) {
  app.addHook('preClose', async () => {
    if (!app.server.listening) return;
    const sweep = setInterval(() => app.server.closeIdleConnections(), 50);
    app.server.once('close', () => clearInterval(sweep));
  });
}
