import type { Kind } from './kinds.ts';

/** What defaults may be worked out from: settings that are read before. */
export interface Basis {
  readonly data: string;
  readonly workers: number;
}

/** One key of the configuration. */
export interface Setting<T> {
  readonly kind: Kind<T>;
  /** Its value where nothing is set; a function where that follows from another setting. */
  readonly usual: T | ((basis: Basis) => T);
  /** What it is for, in a line. */
  readonly says: string;
  /** What the default is, where `usual` does not show it. */
  readonly usually?: string;
  /** The environment variable: `CONCORD_SECTION_KEY` unless told. */
  readonly environment?: string;
  /** The flag of `concord serve` without `--`; none unless told. */
  readonly flag?: string;
  /** The flag says no: `--no-demo`. */
  readonly negative?: boolean;
}

/** The settings of a section, by key. */
type Settings<T> = { readonly [K in keyof T]-?: Setting<T[K]> };

/**
 * A part of the configuration under one name, such as `limits`: what the file has at that key, and what `Config` has
 * there. A module for each, which says its settings once; reading, refusing what is wrong, the environment,
 * `concord config` and the page of all keys follow from that.
 *
 * To add one: write `src/config/<name>-section.ts` that exports `section('<name>', { key: { kind, usual, says } })`,
 * add it to `sections` in `sections.ts`, and run `npm run configuration-page -w packages/server`. A single value, list or
 * map (`name`, `neighbours`) is a row of `serverSection` instead, its kind made of `listOf`, `mapOf` and `object`.
 */
export interface Section<T = unknown> {
  /** Its key in the file; empty for the settings at the top. */
  readonly name: string;
  readonly settings: Settings<T>;
  /** Turns the whole section's environment variable (`CONCORD_LIMITS`) into what a file would have. JSON unless given. */
  readonly fromText?: (text: string) => unknown;
  /** What is to be said of it as a whole, on the page of all keys. */
  readonly says?: string;
}

/** The type of the values that a section reads. */
export type ValuesOf<S> = S extends Section<infer T> ? T : never;

/** Names a section and its settings. */
export function section<T>(
  name: string,
  settings: Settings<T>,
  more: Pick<Section, 'fromText' | 'says'> = {},
): Section<T> {
  return { name, settings, ...more };
}

/** The default of a setting. */
export function usualOf<T>({ usual }: Setting<T>, basis: Basis): T {
  return typeof usual === 'function' ? (usual as (basis: Basis) => T)(basis) : usual;
}

/** The variable of a setting. */
export function variableOf(part: Section, key: string): string {
  const snake = (text: string) => text.replace(/([a-z])([A-Z])|-/g, '$1_$2').toUpperCase();
  const own = (part.settings as { [key: string]: Setting<unknown> })[key]?.environment;
  return own ?? ['CONCORD', part.name, key].filter(Boolean).map(snake).join('_');
}
