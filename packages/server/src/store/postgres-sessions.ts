import pg from 'pg';
import type { Leadership } from './database.ts';

/** How long to wait before a broken connection is made again. */
const AGAIN_MILLISECONDS = 1000;

/**
 * Listens on a channel over a connection of its own, made again whenever it breaks; what was said meanwhile is not heard,
 * so each new connection counts as news.
 */
export async function postgresListen(url: string, channel: string, heard: () => void): Promise<() => Promise<void>> {
  let ended = false;
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  const connect = async () => {
    const next = new pg.Client({ connectionString: url, keepAlive: true });
    const broken = () => {
      if (client !== next || ended) return;
      client = undefined;
      timer = setTimeout(() => void connect().catch(broken), AGAIN_MILLISECONDS);
      timer.unref();
    };
    client = next;
    next.on('error', broken).on('end', broken).on('notification', heard);
    try {
      await next.connect();
      await next.query(`listen ${channel}`);
      heard();
    } catch (error) {
      await next.end().catch(() => undefined);
      broken();
      throw error;
    }
  };
  await connect();
  return async () => {
    ended = true;
    clearTimeout(timer);
    await client?.end().catch(() => undefined);
  };
}

/** Leads by an advisory lock of a connection of its own: when the process dies, the server lets go of it. */
export async function postgresLead(url: string, name: string): Promise<Leadership | undefined> {
  const client = new pg.Client({ connectionString: url, keepAlive: true });
  const lost = new Promise<void>((resolve) => {
    client.on('error', () => resolve()).on('end', () => resolve());
  });
  await client.connect();
  const { rows } = await client.query('select pg_try_advisory_lock(hashtextextended($1, 1)) as held', [name]);
  if (rows[0]?.held !== true) {
    await client.end();
    return undefined;
  }
  return { lost, release: () => client.end() };
}
