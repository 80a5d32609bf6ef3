import Fastify, { type FastifyInstance, LogController } from 'fastify';
import type { Config } from './config.ts';
import type { Dmd } from './dmd/dmd.ts';
import type { Conformance } from './fhir/conformance.ts';
import { answerBadAddress, answerBadConnection } from './fhir/connection-faults.ts';
import { fhirRoutes } from './fhir/routes.ts';
import { Messaging } from './messaging/messaging.ts';
import { notificationRoutes } from './messaging/neighbours/notification-routes.ts';
import { asksForWebSocket } from './messaging/subscriptions/sockets.ts';
import { profilesIn } from './packages/package-folder.ts';
import type { Store } from './store/store.ts';
import { terminologyOf } from './terminology/terminology.ts';
import { webPages } from './web/pages.ts';

/**
 * Assembles the server over an open store; it listens when told to.
 * @param dmd        the dm+d release to serve; without it, what needs one is refused
 * @param willListen others are told of what is written once it listens, because only then its address is known;
 *                   an app that is only asked from inside tells them from the first request on
 */
export async function buildApp(
  store: Store,
  given: Config,
  dmd?: Dmd,
  { willListen = false } = {},
): Promise<FastifyInstance> {
  const config = withMeans(given);
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
    http: { shouldUpgradeCallback: asksForWebSocket },
  });
  closeIdleWhileStopping(app);
  const log = { info: (said: string) => app.log.info(said), warn: (said: string) => app.log.warn(said) };
  const messaging = new Messaging({ store, config, dmd, log, base: () => ownBase(app, config) });
  const begin = async () => messaging.start();
  if (willListen) app.addHook('onListen', begin);
  else app.addHook('onReady', begin);
  messaging.sockets.attach(app.server);
  app.addHook('preClose', async () => messaging.sockets.close());
  app.addHook('onClose', () => messaging.close());
  await app.register(fhirRoutes(store, config, dmd, messaging), { prefix: '/fhir' });
  await app.register(notificationRoutes(messaging.neighbours));
  await app.register(webPages(store, config, dmd, messaging));
  return app;
}

/** The configuration with what checks need beside settings: the packages' profiles, and the terminology server. */
function withMeans(config: Config): Config {
  const { conformance, packages, terminology } = config;
  const conform: Conformance = {
    ...conformance,
    profiles: profilesIn(packages.folder),
    terminology: terminologyOf(terminology),
  };
  return { ...config, conformance: conform };
}

/** The FHIR base under which others reach this server. */
function ownBase(app: FastifyInstance, { publicUrl, host }: Config): string | undefined {
  if (publicUrl !== undefined) return `${publicUrl}/fhir`;
  const address = app.server.address();
  if (address === null || typeof address === 'string') return undefined;
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${address.port}/fhir`;
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
