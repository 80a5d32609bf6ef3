/**
 * Where release files come from: archives as downloaded, archives inside archives, folders, single files. Lists the
 * XML members of all given paths; nothing is unpacked to disk.
 */

import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { type Entry, fromBufferPromise, openPromise, type ZipFile } from 'yauzl';
import { ReleaseError } from './errors.ts';

/** Bounds that keep a hostile archive from exhausting the machine. Sizes in bytes after decompression. */
export interface SourceLimits {
  /** One XML file. A real f_ampp2 has about 120 million. */
  readonly memberBytes: number;
  /** All XML files together. */
  readonly totalBytes: number;
  /** An archive inside an archive, which is held in memory while it is read. */
  readonly nestedArchiveBytes: number;
  /** Decompressed over compressed size, for members above one million bytes. Real releases stay below 25. */
  readonly ratio: number;
  /** Entries in one archive, and files in one folder. */
  readonly entries: number;
}

/** Several times what a real release needs. */
export const DEFAULT_LIMITS: SourceLimits = {
  memberBytes: 1_000_000_000,
  totalBytes: 3_000_000_000,
  nestedArchiveBytes: 200_000_000,
  ratio: 200,
  entries: 2_000,
};

/** One XML file somewhere in the given paths. */
export interface Member {
  /** Path for messages, e.g. `nhsbsa_dmd_10.1.0.zip/week412025-r2_3-GTIN-zip.zip/f_gtin2_0091025.xml`. */
  readonly path: string;
  /** File name alone. */
  readonly name: string;
  readonly bytes: number;
  /** The bytes, once. Fails with a ReleaseError where they cannot be had whole. */
  read(): AsyncIterable<Buffer>;
}

/** The members found, what was left aside, and the archives to close afterwards. */
export interface Sources {
  readonly members: readonly Member[];
  /** Files that are no XML and no archive (schemas, documents), by path. */
  readonly ignored: readonly string[];
  /** Base names of the archives read, nested ones not included. */
  readonly archives: readonly string[];
  close(): void;
}

const NESTING = 3;

/**
 * Lists the XML members of archives, folders and files, in the order given.
 * @throws ReleaseError where a path does not exist, an archive is corrupt or a limit is passed.
 */
export async function openSources(paths: readonly string[], limits: SourceLimits = DEFAULT_LIMITS): Promise<Sources> {
  const found = new SourceList(limits);
  try {
    for (const path of paths) await found.addPath(path, 0);
  } catch (error) {
    found.close();
    throw error;
  }
  return found;
}

class SourceList implements Sources {
  readonly members: Member[] = [];
  readonly ignored: string[] = [];
  readonly archives: string[] = [];
  readonly #limits: SourceLimits;
  readonly #open: ZipFile[] = [];
  #total = 0;

  constructor(limits: SourceLimits) {
    this.#limits = limits;
  }

  close(): void {
    for (const zip of this.#open.splice(0)) zip.close();
  }

  async addPath(path: string, depth: number): Promise<void> {
    const info = await stat(path).catch((error: NodeJS.ErrnoException) => {
      throw new ReleaseError(
        error.code === 'ENOENT' ? 'not-found' : 'unreadable',
        error.code === 'ENOENT' ? 'no such file or folder' : `cannot be read (${error.code ?? error.message})`,
        path,
      );
    });
    if (info.isDirectory()) {
      if (depth > NESTING) throw new ReleaseError('too-large', 'folders are nested too deep for a release', path);
      const names = (await readdir(path)).sort();
      if (names.length > this.#limits.entries) {
        throw new ReleaseError('too-large', `holds ${names.length} files: not a release folder`, path);
      }
      for (const name of names) if (!name.startsWith('.')) await this.addPath(join(path, name), depth + 1);
      return;
    }
    if (!info.isFile()) throw new ReleaseError('unreadable', 'is neither a file nor a folder', path);
    if (isArchive(path)) {
      this.archives.push(basename(path));
      const zip = await openPromise(path, { autoClose: false }).catch((error) => corrupt(path, error));
      this.#open.push(zip);
      await this.#addArchive(zip, path, 0);
    } else if (isXml(path)) {
      this.#addMember({
        path,
        name: basename(path),
        bytes: info.size,
        read: () => readFrom(createReadStream(path, { highWaterMark: 1 << 18 }), path),
      });
    } else {
      this.ignored.push(path);
    }
  }

  async #addArchive(zip: ZipFile, path: string, depth: number): Promise<void> {
    if (depth > NESTING) throw new ReleaseError('too-large', 'archives are nested too deep for a release', path);
    if (zip.entryCount > this.#limits.entries) {
      throw new ReleaseError('too-large', `holds ${zip.entryCount} entries: not a release archive`, path);
    }
    const entries: Entry[] = [];
    try {
      for await (const entry of zip.eachEntry()) entries.push(entry);
    } catch (error) {
      corrupt(path, error);
    }
    for (const entry of entries) {
      const inner = `${path}/${entry.fileName}`;
      if (entry.fileName.endsWith('/')) continue;
      if (isArchive(entry.fileName)) await this.#addNested(zip, entry, inner, depth);
      else if (isXml(entry.fileName)) {
        this.#checkSize(entry, inner, this.#limits.memberBytes);
        this.#addMember({
          path: inner,
          name: basename(entry.fileName),
          bytes: entry.uncompressedSize,
          read: () => readEntry(zip, entry, inner),
        });
      } else {
        this.ignored.push(inner);
      }
    }
  }

  async #addNested(zip: ZipFile, entry: Entry, path: string, depth: number): Promise<void> {
    this.#checkSize(entry, path, this.#limits.nestedArchiveBytes);
    const chunks: Buffer[] = [];
    for await (const chunk of readEntry(zip, entry, path)) chunks.push(chunk);
    const nested = await fromBufferPromise(Buffer.concat(chunks)).catch((error) => corrupt(path, error));
    await this.#addArchive(nested, path, depth + 1);
  }

  #addMember(member: Member): void {
    this.#total += member.bytes;
    if (member.bytes > this.#limits.memberBytes || this.#total > this.#limits.totalBytes) {
      throw new ReleaseError('too-large', `is larger than the limit for a release file`, member.path);
    }
    this.members.push(member);
  }

  // yauzl holds the stream to the sizes that the archive states, so checking the stated sizes is enough.
  #checkSize(entry: Entry, path: string, limit: number): void {
    if (entry.uncompressedSize > limit) {
      throw new ReleaseError('too-large', `unpacks to ${entry.uncompressedSize} bytes, more than ${limit}`, path);
    }
    if (entry.uncompressedSize > 1_000_000 && entry.uncompressedSize > entry.compressedSize * this.#limits.ratio) {
      throw new ReleaseError(
        'too-large',
        `unpacks to more than ${this.#limits.ratio} times its size: no dm+d file does`,
        path,
      );
    }
    if (!entry.canDecodeFileData()) {
      throw new ReleaseError('corrupt-archive', 'is encrypted or packed by an unknown method', path);
    }
  }
}

async function* readEntry(zip: ZipFile, entry: Entry, path: string): AsyncGenerator<Buffer> {
  const stream = await zip.openReadStreamPromise(entry).catch((error) => corrupt(path, error));
  let checksum = 0;
  for await (const chunk of readFrom(stream, path)) {
    checksum = crc32(chunk, checksum);
    yield chunk;
  }
  if (checksum !== entry.crc32) {
    throw new ReleaseError('corrupt-archive', 'its checksum is wrong: download the archive again', path);
  }
}

async function* readFrom(stream: AsyncIterable<Buffer>, path: string): AsyncGenerator<Buffer> {
  const chunks = stream[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await chunks.next().catch((error) => corrupt(path, error));
      if (next.done) return;
      yield next.value;
    }
  } finally {
    await chunks.return?.();
  }
}

function corrupt(path: string, error: unknown): never {
  const reason = error instanceof Error ? error.message : String(error);
  throw new ReleaseError('corrupt-archive', `cannot be unpacked, download it again (${reason})`, path);
}

const isArchive = (name: string): boolean => /\.zip$/i.test(name);
const isXml = (name: string): boolean => /\.xml$/i.test(name);
