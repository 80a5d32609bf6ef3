/**
 * The indexes of products and packs as a file beside the snapshot, so that a process that opens the release need not build it again.
 * A file that is missing, damaged or of another release is no error: the index is then built from the dictionary.
 */

import { readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { Dictionary } from '../dictionary/dictionary.ts';
import { writeFileWhole } from '../snapshot/file.ts';
import { createProductSearch, type ProductSearch } from './search.ts';
import type { KeptShelves } from './shelves.ts';

const MAGIC = 'CONCDMS\x1a';
const FORMAT = 2;
/** Magic, format, length of the header, CRC-32 of these two and of all that follows. */
const PREAMBLE = 20;

interface Header {
  readonly release: string;
  readonly sections: readonly (readonly [name: string, bytes: number])[];
}

/** What must be equal for an index to belong to a dictionary. */
function releaseOf(dictionary: Dictionary): string {
  const { date, version, counts } = dictionary.release;
  return JSON.stringify([FORMAT, date, version, counts]);
}

/** The index of a search as bytes. */
export function encodeProductIndex(dictionary: Dictionary, kept: KeptShelves): Uint8Array {
  const { products, packs } = kept;
  const sections = [
    ...named('products', { ...products.index, ...products.standings }),
    ...named('packs', { ...packs.index, unusable: packs.unusable }),
  ];
  const header: Header = {
    release: releaseOf(dictionary),
    sections: sections.map(([name, data]) => [name, data.byteLength]),
  };
  const json = new TextEncoder().encode(JSON.stringify(header));
  const start = padded(PREAMBLE + json.length);
  const total = sections.reduce((sum, [, data]) => sum + padded(data.byteLength), start);
  const bytes = new Uint8Array(total);
  bytes.set(new TextEncoder().encode(MAGIC), 0);
  bytes.set(json, PREAMBLE);
  let at = start;
  for (const [, data] of sections) {
    bytes.set(data, at);
    at += padded(data.byteLength);
  }
  const view = new DataView(bytes.buffer);
  view.setUint32(8, FORMAT, true);
  view.setUint32(12, json.length, true);
  view.setUint32(16, checkSum(bytes), true);
  return bytes;
}

function checkSum(bytes: Uint8Array): number {
  return crc32(bytes.subarray(PREAMBLE), crc32(bytes.subarray(8, 16)));
}

/** The index in the bytes; undefined where they are not a whole index of this dictionary's release. */
export function decodeProductIndex(dictionary: Dictionary, source: Uint8Array): KeptShelves | undefined {
  // A Buffer's slice would share its memory: take the plain array.
  const bytes = new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  if (bytes.byteLength < PREAMBLE || new TextDecoder().decode(bytes.subarray(0, 8)) !== MAGIC) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(12, true);
  const whole = view.getUint32(8, true) === FORMAT && checkSum(bytes) === view.getUint32(16, true);
  if (!whole || PREAMBLE + length > bytes.byteLength) return undefined;
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(PREAMBLE, PREAMBLE + length))) as Header;
  if (header.release !== releaseOf(dictionary)) return undefined;
  const found = new Map<string, Uint8Array>();
  let at = padded(PREAMBLE + length);
  for (const [name, size] of header.sections) {
    // Copied out, so that wider numbers are aligned and the file's bytes can be let go.
    found.set(name, bytes.slice(at, at + size));
    at += padded(size);
  }
  const small = (name: string) => found.get(name) ?? new Uint8Array();
  const wide = (name: string) => new Uint32Array(small(name).buffer);
  const index = (shelf: string) => ({
    vocabulary: small(`${shelf}.vocabulary`),
    nameStarts: wide(`${shelf}.nameStarts`),
    nameTokens: wide(`${shelf}.nameTokens`),
    ownWords: small(`${shelf}.ownWords`),
  });
  const standings = {
    standing: small('products.standing'),
    rarity: small('products.rarity'),
    vmpOfAmp: wide('products.vmpOfAmp'),
  };
  return {
    products: { index: index('products'), standings },
    packs: { index: index('packs'), unusable: small('packs.unusable') },
  };
}

/** Arrays as bytes, each under its shelf's name and its own. */
function named(shelf: string, arrays: Readonly<Record<string, Uint8Array | Uint32Array>>): [string, Uint8Array][] {
  return Object.entries(arrays).map(([name, data]) => [
    `${shelf}.${name}`,
    new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  ]);
}

/** Where the index of a snapshot is kept. */
function indexPath(snapshotPath: string): string {
  return `${snapshotPath}.search`;
}

/** Builds and writes the index beside a snapshot; done once, when a release is loaded. */
export async function writeProductIndex(snapshotPath: string, dictionary: Dictionary): Promise<void> {
  const bytes = encodeProductIndex(dictionary, createProductSearch(dictionary).kept());
  await writeFileWhole(indexPath(snapshotPath), bytes);
}

/** Search over a snapshot's dictionary with the index kept beside it, where there is one that fits. */
export function openProductSearch(snapshotPath: string, dictionary: Dictionary): ProductSearch {
  let bytes: Uint8Array | undefined;
  try {
    bytes = readFileSync(indexPath(snapshotPath));
  } catch {
    // No index beside the snapshot: it is built at the first search.
  }
  return createProductSearch(dictionary, bytes && decodeProductIndex(dictionary, bytes));
}

function padded(length: number): number {
  return (length + 7) & ~7;
}
