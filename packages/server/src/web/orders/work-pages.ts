import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isStorable } from '../../fhir/storable-text.ts';
import type { Role } from '../../roles.ts';
import type { Store } from '../../store/store.ts';
import type { DmdVisit } from '../dmd-visit.ts';
import { refuseForeignForm } from '../foreign-form.ts';
import { type Page, PageFault, type Redirect } from '../page.ts';
import { labelPage } from '../pharmacy/label-page.ts';
import { pharmacyList, pharmacyPage } from '../pharmacy/pharmacy-page.ts';
import { actOnSupply, beginSupply, declineOrder } from '../pharmacy/supply-actions.ts';
import { supplyOrderPage, supplyOrderPart } from '../pharmacy/supply-order-page.ts';
import type { Render } from '../views.ts';
import { goHome, goingHomePage } from '../ward/discharge-page.ts';
import { editOrderPage, newOrderPage, saveOrder } from '../ward/draft-page.ts';
import { actOnOrder, orderPage, orderPart, resupply } from '../ward/order-page.ts';
import { signTogether, togetherPage } from '../ward/together-page.ts';
import { wardList, wardPage } from '../ward/ward-page.ts';
import { readYou } from './acting-as.ts';
import { Live, type LivePart, markOf } from './live.ts';
import { askWho, sayWho, withYou } from './who-page.ts';
import { hasPages, type WorkPlace, type WorkVisit } from './work-visit.ts';

type Answer = Page | Redirect | (Redirect & { readonly cookie: string });
type Make = (visit: WorkVisit) => Promise<Answer>;
type MakePart = (visit: WorkVisit) => Promise<Page & { readonly news: string }>;

/** Pages by address, for each place of work: what is asked for, and what forms send. */
const PAGES: Readonly<Record<WorkPlace, { readonly get: Addresses; readonly post: Addresses }>> = {
  ward: {
    get: {
      '/ward': wardPage,
      '/ward/new': withYou(newOrderPage),
      '/ward/going-home': withYou((visit) => goingHomePage(visit)),
      '/ward/together': withYou((visit) => togetherPage(visit)),
      '/ward/orders/:id': (visit) => orderPage(visit),
      '/ward/orders/:id/edit': withYou(editOrderPage),
    },
    post: {
      '/ward/new': saveOrder,
      '/ward/going-home': goHome,
      '/ward/together': signTogether,
      '/ward/orders/:id/edit': saveOrder,
      '/ward/orders/:id/again': resupply,
      '/ward/orders/:id/do/:action': actOnOrder,
    },
  },
  pharmacy: {
    get: {
      '/pharmacy': pharmacyPage,
      '/pharmacy/orders/:id': (visit) => supplyOrderPage(visit),
      '/pharmacy/supplies/:id/label': labelPage,
    },
    post: {
      '/pharmacy/orders/:id/supply': beginSupply,
      '/pharmacy/orders/:id/decline': declineOrder,
      '/pharmacy/orders/:id/supplies/:supply/:action': actOnSupply,
    },
  },
};
interface Addresses {
  readonly [path: string]: Make;
}

/** Parts that are kept up to date: by the view that holds them, and where they are told of. */
const PARTS: readonly { place: WorkPlace; view: string; live: string; make: MakePart }[] = [
  { place: 'ward', view: 'ward', live: '/ward/live', make: wardList },
  { place: 'ward', view: 'ward-order', live: '/ward/orders/:id/live', make: orderPart },
  { place: 'pharmacy', view: 'pharmacy', live: '/pharmacy/live', make: pharmacyList },
  { place: 'pharmacy', view: 'pharmacy-order', live: '/pharmacy/orders/:id/live', make: supplyOrderPart },
];

/** What the pages work with. */
export interface WorkSite {
  readonly store: Store;
  readonly role: Role;
  readonly render: Render;
  readonly send: (reply: FastifyReply, page: Page) => FastifyReply;
  readonly visit: (request: FastifyRequest) => DmdVisit;
}

/** Serves the pages on which orders are written and supplied, those that the server's role has. */
export function workPages(app: FastifyInstance, { store, role, render, send, visit }: WorkSite): void {
  const places = (['ward', 'pharmacy'] as const).filter((place) => hasPages(role, place));
  if (places.length === 0) return;
  const live = new Live(store.signals);
  app.addHook('preClose', async () => live.close());

  const workVisit = (request: FastifyRequest): WorkVisit => ({
    ...visit(request),
    ...{ store, you: readYou(request.headers.cookie), here: request.url },
    field: (name) => fieldsOf(request.body, name)[0],
    fields: (name) => fieldsOf(request.body, name),
  });
  const part = async (make: MakePart, of: WorkVisit): Promise<LivePart> => {
    const page = await make(of);
    return { html: render(page), news: page.news };
  };
  const answer = async (reply: FastifyReply, of: WorkVisit, made: Answer) => {
    if ('cookie' in made) reply.header('Set-Cookie', made.cookie);
    if ('redirect' in made) return reply.header('Cache-Control', 'no-store').redirect(made.redirect, 303);
    const holds = PARTS.find(({ view }) => view === made.view);
    if (holds === undefined) return send(reply, made);
    const shown = await part(holds.make, of);
    return send(reply, { ...made, model: { ...made.model, part: shown.html, news: shown.news, mark: markOf(shown) } });
  };
  const get = (path: string, make: Make) =>
    app.get(path, async (request, reply) => {
      const of = workVisit(request);
      return answer(reply, of, await make(of));
    });
  const post = (path: string, make: Make) =>
    app.post(path, async (request, reply) => {
      refuseForeignForm(request);
      const of = workVisit(request);
      return answer(reply, of, await make(of));
    });

  get('/you', askWho);
  post('/you', sayWho);
  for (const place of places) {
    for (const [path, make] of Object.entries(PAGES[place].get)) get(path, make);
    for (const [path, make] of Object.entries(PAGES[place].post)) post(path, make);
  }
  for (const { live: path, make } of PARTS.filter(({ place }) => places.includes(place))) {
    app.get(path, async (request, reply) => {
      // What cannot be shown at all is refused as any page is.
      await make(workVisit(request));
      const seen = request.headers['last-event-id'] ?? workVisit(request).query('seen');
      const headers = { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store' };
      reply.hijack();
      reply.raw.writeHead(200, { ...reply.getHeaders(), ...headers, 'X-Accel-Buffering': 'no' } as Record<
        string,
        string
      >);
      const name = request.url.replace(/[?&]seen=[^&]*/, '');
      const isAdded = live.add(name, () => part(make, workVisit(request)), reply.raw, text(seen));
      if (!isAdded) reply.raw.end();
    });
  }
}

function text(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

/** The texts of a field, trimmed; what is empty, or could not be kept, is left out. */
function fieldsOf(body: unknown, name: string): string[] {
  if (!(body instanceof FormData)) return [];
  const values = body.getAll(name).map((each) => (typeof each === 'string' ? each.trim() : ''));
  if (!values.every(isStorable)) {
    throw new PageFault(400, 'The form cannot be read', 'It has a character that no record here can hold.');
  }
  return values.filter((each) => each !== '');
}
