import { londonDay } from '@concord/medication-record';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import type { Dmd } from '../dmd/dmd.ts';
import { loggable } from '../failure.ts';
import { NHS_NUMBER } from '../fhir/nhs-number.ts';
import { isStorable } from '../fhir/storable-text.ts';
import { isId } from '../fhir/url.ts';
import type { Messaging } from '../messaging/messaging.ts';
import { ROLES } from '../roles.ts';
import { type Identity, PATIENT_ID } from '../store/patients.ts';
import type { Store } from '../store/store.ts';
import { openAssets } from './assets.ts';
import { checkedPage, checkPage, LONGEST_MESSAGE, tooLongPage } from './check-page.ts';
import { conformancePage } from './conformance-page.ts';
import { deliveriesPages } from './deliveries/deliveries-pages.ts';
import { dmdConceptPage } from './dmd-concept-page.ts';
import { dmdSearchPage } from './dmd-search-page.ts';
import type { DmdVisit } from './dmd-visit.ts';
import { findPage } from './find-page.ts';
import { fieldOf, readForms } from './form-body.ts';
import { homePage } from './home-page.ts';
import { medicinePage } from './medicine-page.ts';
import { medicinesPage } from './medicines-page.ts';
import { workPages } from './orders/work-pages.ts';
import { type Page, PageFault, type Redirect, type Visit } from './page.ts';
import { resourcePage } from './resource-page.ts';
import { rulePage, rulesPage } from './rules-page.ts';
import { timelinePage } from './timeline-page.ts';
import { translateDosePage } from './translate-dose-page.ts';
import { translatePage } from './translate-page.ts';
import { openViews } from './views.ts';

/**
 * Nothing from elsewhere, nothing inline, no framing; and no address of a patient handed on to another site. Under
 * `no-referrer` browsers would not say, on plain http, that a form is this server's own.
 */
const HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
};

/** Pages about a patient, each at an address by the Patient's id and at one by an identifier. */
const PATIENT_PAGES = [
  { path: '', page: medicinesPage },
  { path: '/medicine', page: medicinePage },
  { path: '/timeline', page: timelinePage },
] as const;

/** Serves the web pages, made on the server from the same record that the FHIR API serves. */
export function webPages(store: Store, config: Config, dmd: Dmd | undefined, messaging: Messaging) {
  return async (app: FastifyInstance) => {
    const assets = openAssets();
    const { register: _register, ...addresses } = assets;
    const render = openViews({ ...addresses, site: siteOf(config) });

    const send = (reply: FastifyReply, page: Page) =>
      reply
        .status(page.status ?? 200)
        .header('Cache-Control', 'no-store')
        .type('text/html; charset=utf-8')
        .send(render(page));
    const show = (path: string, make: (visit: DmdVisit) => Promise<Page | Redirect>) =>
      app.get(path, async (request, reply) => {
        const answer = await make({ ...visitOf(store, config, request), dmd });
        if ('redirect' in answer) return reply.header('Cache-Control', 'no-store').redirect(answer.redirect, 303);
        return send(reply, answer);
      });

    app.addHook('onRequest', async (_request, reply) => {
      reply.headers(HEADERS);
    });
    app.setErrorHandler((error, request, reply) => send(reply, errorPage(error, request)));
    app.setNotFoundHandler((_request, reply) => send(reply, faultPage(NOT_FOUND)));
    await assets.register(app);

    show('/', homePage);
    show('/patients', findPage);
    show('/dmd', dmdSearchPage);
    show('/dmd/:id', dmdConceptPage);
    show('/translate', translatePage);
    show('/translate/dose', translateDosePage);
    show('/check', checkPage);
    show('/rules', rulesPage);
    show('/rules/:id', rulePage);
    readForms(app);
    app.post('/check', {
      // What a form adds about a message, and the bytes of what is no ASCII, have room beside it.
      bodyLimit: 3 * LONGEST_MESSAGE,
      errorHandler: async (error, request, reply) => {
        const isTooLong = (error as { statusCode?: number }).statusCode === 413;
        const visit = { ...visitOf(store, config, request), dmd };
        return send(reply, isTooLong ? await tooLongPage(visit) : errorPage(error, request));
      },
      handler: async (request, reply) => {
        const field = (name: string) => fieldOf(request.body, name);
        const form = {
          ...{ message: (await field('message')) ?? '', file: await field('file') },
          ...{ mode: await field('mode'), direction: await field('direction') },
        };
        return send(reply, await checkedPage({ ...visitOf(store, config, request), dmd }, form));
      },
    });
    const visit = (request: FastifyRequest) => ({ ...visitOf(store, config, request), dmd });
    workPages(app, { ...{ store, role: config.role, render, send, visit } });
    for (const { path, page } of PATIENT_PAGES) {
      show(`/patients/by-identifier${path}`, async (visit) => page(visit, namedByIdentifier(visit)));
      show(`/patients/:id${path}`, async (visit) => page(visit, namedById(visit)));
    }
    show('/conformance', conformancePage);
    deliveriesPages(app, { store, config, messaging, send });
    show('/resources/:type/:id', resourcePage);
    show('/resources/:type/:id/versions/:version', resourcePage);
  };
}

/** What every page says of the server: its name, and the work pages that its role has. */
function siteOf({ name, role }: Config) {
  const has = (place: 'ward' | 'pharmacy') => ROLES[role].pages.includes(place);
  return { name, ward: has('ward'), pharmacy: has('pharmacy') };
}

const NOT_FOUND = new PageFault(404, 'Page not found', 'Check the address, or find the patient by NHS number or name.');

function visitOf({ record }: Store, config: Config, request: FastifyRequest): Visit {
  const params = request.params as { [name: string]: string | undefined };
  const query = request.query as { [name: string]: string | string[] | undefined };
  const now = Date.now();
  return {
    ...{ record, config, now, today: londonDay(now) },
    path: (name) => readable(params[name] ?? ''),
    query(name) {
      const value = query[name];
      const text = readable((Array.isArray(value) ? value[0] : value) ?? '').trim();
      return text === '' ? undefined : text;
    },
  };
}

/** @throws PageFault for text that neither the database nor a page takes */
function readable(text: string): string {
  if (isStorable(text)) return text;
  throw new PageFault(400, 'The address cannot be read', 'It has a character that no address here has.');
}

function namedById(visit: Visit): Identity {
  const id = visit.path('id');
  if (!isId(id)) throw NOT_FOUND;
  return { system: PATIENT_ID, value: id };
}

function namedByIdentifier(visit: Visit): Identity {
  const system = visit.query('system');
  const value = visit.query('value');
  if (system === undefined || value === undefined) {
    throw new PageFault(400, 'Which patient?', 'The address of a patient by identifier has a system and a value.');
  }
  return { system, value: system === NHS_NUMBER ? value.replace(/[\s-]/g, '') : value };
}

function errorPage(error: unknown, request: FastifyRequest): Page {
  if (error instanceof PageFault) return faultPage(error);
  const status = (error as { statusCode?: number }).statusCode;
  if (status !== undefined && status >= 400 && status < 500) {
    return faultPage(new PageFault(status, 'The request cannot be answered', 'Go back and try again.'));
  }
  request.log.error(loggable(error));
  return faultPage(
    new PageFault(
      500,
      'Sorry, there is a problem',
      'The page could not be made. Nothing was changed. Try again later.',
    ),
  );
}

function faultPage({ status, title, advice }: PageFault): Page {
  return { view: 'error', title, status, model: { heading: title, advice, status } };
}
