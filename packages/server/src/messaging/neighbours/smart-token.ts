import { createPrivateKey, type KeyObject, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { calculateJwkThumbprint, exportJWK, type JWK, SignJWT } from 'jose';
import type { Agent } from 'undici';
import type { NeighbourAuth } from '../neighbour.ts';

/** How long an assertion may be used; SMART allows five minutes. */
const ASSERTION_SECONDS = 240;
/** A token is renewed so long before it ends, or after nine tenths of its life where that is short. */
const BEFORE_SECONDS = 30;

/** The key with which this server signs, and what it is called. */
interface SigningKey {
  key: KeyObject;
  alg: 'RS384' | 'ES384';
  kid: string;
}

/**
 * Access tokens by SMART backend services: client_credentials with an assertion signed by our key (private_key_jwt).
 * @see https://hl7.org/fhir/smart-app-launch/backend-services.html
 */
export class SmartToken {
  readonly #settings: NonNullable<NeighbourAuth['smart']>;
  readonly #agent: Agent;
  readonly #key: Promise<SigningKey>;
  #held: { token: string; until: number } | undefined;
  #asking: Promise<string> | undefined;

  /** @throws when the key cannot be read, or is of no kind that SMART signs with */
  constructor(settings: NonNullable<NeighbourAuth['smart']>, agent: Agent) {
    this.#settings = settings;
    this.#agent = agent;
    this.#key = named(readKey(settings.keyFile));
    this.#key.catch(() => undefined);
  }

  /** A token that holds; those who ask together wait for one. */
  async token(signal: AbortSignal): Promise<string> {
    if (this.#held !== undefined && this.#held.until > Date.now()) return this.#held.token;
    this.#asking ??= this.#ask(signal).finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  /** The neighbour refused this token: the next is a new one. */
  forget(token: string | undefined): void {
    if (this.#held?.token === token) this.#held = undefined;
  }

  async #ask(signal: AbortSignal): Promise<string> {
    const { tokenUrl, scope } = this.#settings;
    const url = new URL(tokenUrl);
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      scope,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await this.#assertion(),
    });
    const { statusCode, body } = await this.#agent.request({
      ...{ origin: url.origin, path: `${url.pathname}${url.search}`, method: 'POST', signal, body: form.toString() },
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    });
    const text = await body.text();
    const answer = readObject(text);
    const { access_token: token, expires_in: seconds, error, error_description: description } = answer;
    if (statusCode !== 200 || typeof token !== 'string' || token === '') {
      const why = [error, description].filter((each) => typeof each === 'string').join(': ');
      throw new Error(`No token from ${url.origin}: ${statusCode}${why === '' ? '' : ` ${why.slice(0, 200)}`}`);
    }
    const life = typeof seconds === 'number' && seconds > 0 ? seconds : 300;
    const early = Math.min(BEFORE_SECONDS, life / 10);
    this.#held = { token, until: Date.now() + (life - early) * 1000 };
    return token;
  }

  async #assertion(): Promise<string> {
    const { key, alg, kid } = await this.#key;
    const { clientId, tokenUrl } = this.#settings;
    return new SignJWT()
      .setProtectedHeader({ alg, kid, typ: 'JWT' })
      .setIssuer(clientId)
      .setSubject(clientId)
      .setAudience(tokenUrl)
      .setJti(randomUUID())
      .setIssuedAt()
      .setExpirationTime(Math.floor(Date.now() / 1000) + ASSERTION_SECONDS)
      .sign(key);
  }
}

interface KeyInFile extends Omit<SigningKey, 'kid'> {
  kid: string | undefined;
}

/** A private key from a file: a JWK (or the first private key of a set), or PEM. @throws where it will not do */
function readKey(file: string): KeyInFile {
  try {
    const text = readFileSync(file, 'utf8').trim();
    const { kid, ...given } = text.startsWith('{') ? jwkIn(text) : { kid: undefined, pem: text };
    const key = createPrivateKey('pem' in given ? given.pem : { key: given.jwk as never, format: 'jwk' });
    return { key, alg: algorithmOf(key), kid };
  } catch (error) {
    throw new Error(`The key in ${file} cannot be used: ${(error as Error).message}`);
  }
}

function jwkIn(text: string): { kid: string | undefined; jwk: JWK } {
  const parsed = JSON.parse(text) as JWK & { keys?: JWK[] };
  const jwk = parsed.keys?.find((each) => each.d !== undefined) ?? parsed;
  return { kid: jwk.kid, jwk };
}

/** @returns the key with its name: the JWK's own, or its thumbprint (RFC 7638) */
async function named({ key, alg, kid }: KeyInFile): Promise<SigningKey> {
  return { key, alg, kid: kid ?? (await calculateJwkThumbprint(await exportJWK(key))) };
}

function algorithmOf(key: KeyObject): SigningKey['alg'] {
  if (key.asymmetricKeyType === 'rsa') return 'RS384';
  if (key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'secp384r1') return 'ES384';
  throw new Error('SMART backend services sign with RS384 or ES384: the key must be RSA, or EC on the curve P-384.');
}

function readObject(text: string): { [name: string]: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as { [name: string]: unknown }) : {};
  } catch {
    return {};
  }
}
