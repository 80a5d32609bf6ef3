import { gunzipSync } from 'node:zlib';

/** What a package may unpack to. */
const MOST_BYTES = 1024 ** 3;
const BLOCK = 512;

/**
 * The files of a .tgz, by path. Reads tar as npm and FHIR registries write it (ustar, with long names of pax and GNU).
 * @throws Error when it is no .tgz, is cut short, or unpacks to more than a gigabyte
 */
export function readTgz(bytes: Buffer): Map<string, Buffer> {
  let tar: Buffer;
  try {
    tar = gunzipSync(bytes, { maxOutputLength: MOST_BYTES });
  } catch (error) {
    throw new Error(`it is no .tgz: ${(error as Error).message}`);
  }
  const files = new Map<string, Buffer>();
  let longName: string | undefined;
  for (let at = 0; at + BLOCK <= tar.length; ) {
    const header = tar.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) break;
    const size = Number.parseInt(field(header, 124, 12), 8);
    const from = at + BLOCK;
    if (!Number.isInteger(size) || from + size > tar.length) throw new Error('its archive is damaged or cut short');
    const content = tar.subarray(from, from + size);
    const kind = field(header, 156, 1);
    if (kind === 'x') longName = /(?:^|\n)\d+ path=([^\n]*)\n/.exec(content.toString('utf8'))?.[1];
    else if (kind === 'L') longName = content.toString('utf8').replace(/\0.*$/s, '');
    else {
      const prefix = field(header, 257, 5) === 'ustar' ? field(header, 345, 155) : '';
      const name = longName ?? (prefix === '' ? '' : `${prefix}/`) + field(header, 0, 100);
      longName = undefined;
      if (kind === '0' || kind === '') files.set(name.replace(/^\.\//, ''), content);
    }
    at = from + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}

function field(header: Buffer, from: number, length: number): string {
  return header
    .toString('utf8', from, from + length)
    .replace(/\0.*$/s, '')
    .trim();
}
