/** Interning of ids and texts while a release is read: each distinct value is kept once, outside the heap of objects. */

/** What `TextPool.packed` gives. */
export interface PackedTexts {
  readonly bytes: Uint8Array;
  readonly ends: Uint32Array;
  readonly prefixes: Uint32Array;
}

const FNV_START = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const SPACE = 32;
// A shorter prefix saves less than reading it costs.
const SHORTEST_PREFIX = 16;
const DEEPEST_PREFIX = 3;

/** Ids of up to 18 digits as two numbers of nine: exact where a double would not be. */
export class IdPool {
  #high = new Uint32Array(1 << 16);
  #low = new Uint32Array(1 << 16);
  #slots = new Uint32Array(1 << 18);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Index of an id, from 1; 0 where the text is no number of one to eighteen digits without leading zero. */
  intern(text: string): number {
    const parts = splitId(text);
    if (parts === undefined) return 0;
    const { high, low } = parts;
    let slot = hashId(high, low) & (this.#slots.length - 1);
    for (;;) {
      const found = this.#slots[slot] ?? 0;
      if (found === 0) break;
      if (this.#low[found - 1] === low && this.#high[found - 1] === high) return found;
      slot = (slot + 1) & (this.#slots.length - 1);
    }
    if (this.#size === this.#high.length) this.#grow();
    this.#high[this.#size] = high;
    this.#low[this.#size] = low;
    this.#size++;
    this.#slots[slot] = this.#size;
    if (this.#size * 2 > this.#slots.length) this.#rehash();
    return this.#size;
  }

  /** The ids in numeric order, and for each index given by `intern` its place in that order, from 1. */
  sorted(): { high: Uint32Array; low: Uint32Array; place: Uint32Array } {
    const order = Uint32Array.from({ length: this.#size }, (_, i) => i);
    const high = this.#high;
    const low = this.#low;
    order.sort((a, b) => (high[a] ?? 0) - (high[b] ?? 0) || (low[a] ?? 0) - (low[b] ?? 0));
    const place = new Uint32Array(this.#size + 1);
    order.forEach((index, i) => {
      place[index + 1] = i + 1;
    });
    return {
      high: order.map((i) => high[i] ?? 0),
      low: order.map((i) => low[i] ?? 0),
      place,
    };
  }

  #grow(): void {
    this.#high = enlarge(this.#high);
    this.#low = enlarge(this.#low);
  }

  #rehash(): void {
    const slots = new Uint32Array(this.#slots.length * 2);
    for (let i = 0; i < this.#size; i++) {
      let slot = hashId(this.#high[i] ?? 0, this.#low[i] ?? 0) & (slots.length - 1);
      while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = i + 1;
    }
    this.#slots = slots;
  }
}

/**
 * Texts as one run of UTF-8 bytes with offsets. Index 0 stands for a missing value, so texts count from 1. The table
 * that finds a text again points into the bytes, so that a release's half million names are never strings on the heap.
 */
export class TextPool {
  #bytes = Buffer.allocUnsafeSlow(1 << 20);
  #ends = new Uint32Array(1 << 16);
  #hashes = new Uint32Array(1 << 16);
  #slots = new Uint32Array(1 << 18);
  #used = 0;
  #size = 0;
  #hash = 0;

  get size(): number {
    return this.#size;
  }

  /** Index of a text, from 1. */
  intern(text: string): number {
    const start = this.#used;
    // Written where a new text would go: if it turns out to be known, the next one overwrites it.
    const end = this.#write(text, start);
    const hash = this.#hash;
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const found = this.#slots[slot] as number;
      if (found === 0) break;
      if (this.#hashes[found] === hash && this.#same(found, start, end)) return found;
      slot = (slot + 1) & mask;
    }
    this.#used = end;
    this.#size++;
    if (this.#size >= this.#ends.length) {
      this.#ends = enlarge(this.#ends);
      this.#hashes = enlarge(this.#hashes);
    }
    this.#ends[this.#size] = end;
    this.#hashes[this.#size] = hash;
    this.#slots[slot] = this.#size;
    if (this.#size * 2 > this.#slots.length) this.#rehash();
    return this.#size;
  }

  text(index: number): string | undefined {
    if (index < 1 || index > this.#size) return undefined;
    return this.#bytes.toString('utf8', this.#ends[index - 1], this.#ends[index]);
  }

  /**
   * The texts packed: bytes, the end of each text's own bytes (the end at 0 is 0), and for each text the text that comes
   * before its own bytes, 0 for none. The name of a pack begins with the description of its product, and that with its
   * name, so that most bytes need to be kept once only.
   */
  packed(): PackedTexts {
    const bytes = Buffer.allocUnsafeSlow(this.#used);
    const ends = new Uint32Array(this.#size + 1);
    const prefixes = new Uint32Array(this.#size + 1);
    const depths = new Uint8Array(this.#size + 1);
    let used = 0;
    for (let index = 1; index <= this.#size; index++) {
      const prefix = this.#longestPrefix(index, depths);
      const length = prefix === 0 ? 0 : this.#length(prefix);
      prefixes[index] = prefix;
      depths[index] = prefix === 0 ? 0 : (depths[prefix] as number) + 1;
      used += this.#bytes.copy(bytes, used, (this.#ends[index - 1] as number) + length, this.#ends[index]);
      ends[index] = used;
    }
    return { bytes: bytes.subarray(0, used), ends, prefixes };
  }

  #length(index: number): number {
    return (this.#ends[index] as number) - (this.#ends[index - 1] as number);
  }

  /** The longest text that this one begins with, up to a space; 0 where there is none worth it. */
  #longestPrefix(index: number, depths: Uint8Array): number {
    const start = this.#ends[index - 1] as number;
    const end = this.#ends[index] as number;
    let found = 0;
    let hash = FNV_START;
    for (let at = start; at < end; at++) {
      const byte = this.#bytes[at] as number;
      if (byte === SPACE && at - start >= SHORTEST_PREFIX) {
        const prefix = this.#find(finish(hash), start, at);
        // A text that comes later has no depth yet, so a chain could pass the limit or close on itself.
        if (prefix !== 0 && prefix < index && (depths[prefix] as number) < DEEPEST_PREFIX) found = prefix;
      }
      hash = Math.imul(hash ^ byte, FNV_PRIME);
    }
    return found;
  }

  /** The text with this hash and these bytes, 0 where there is none. */
  #find(hash: number, start: number, end: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const found = this.#slots[slot] as number;
      if (found === 0 || (this.#hashes[found] === hash && this.#same(found, start, end))) return found;
    }
  }

  /** Writes a text at a place, remembers its hash (FNV-1a) and gives its end. */
  #write(text: string, start: number): number {
    while (start + text.length * 3 > this.#bytes.length) {
      const bytes = Buffer.allocUnsafeSlow(this.#bytes.length * 2);
      this.#bytes.copy(bytes, 0, 0, this.#used);
      this.#bytes = bytes;
    }
    const bytes = this.#bytes;
    let hash = FNV_START;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 127) return this.#writeBeyondAscii(text, start);
      bytes[start + i] = code;
      hash = Math.imul(hash ^ code, FNV_PRIME);
    }
    this.#hash = finish(hash);
    return start + text.length;
  }

  #writeBeyondAscii(text: string, start: number): number {
    const end = start + this.#bytes.write(text, start, 'utf8');
    let hash = FNV_START;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ (this.#bytes[i] as number), FNV_PRIME);
    this.#hash = finish(hash);
    return end;
  }

  #same(index: number, start: number, end: number): boolean {
    const bytes = this.#bytes;
    const known = this.#ends[index - 1] as number;
    if ((this.#ends[index] as number) - known !== end - start) return false;
    for (let i = 0; i < end - start; i++) if (bytes[known + i] !== bytes[start + i]) return false;
    return true;
  }

  #rehash(): void {
    const slots = new Uint32Array(this.#slots.length * 2);
    for (let index = 1; index <= this.#size; index++) {
      let slot = (this.#hashes[index] as number) & (slots.length - 1);
      while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = index;
    }
    this.#slots = slots;
  }
}

// FNV-1a leaves the low bits of short texts too alike for a table that looks at them alone.
function finish(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}

/** The two halves of an id, or undefined where the text is not 1 to 18 digits without leading zero. */
export function splitId(text: string): { high: number; low: number } | undefined {
  const length = text.length;
  if (length === 0 || length > 18 || text.charCodeAt(0) === 48) return undefined;
  let high = 0;
  let low = 0;
  const cut = length - 9;
  for (let i = 0; i < length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return undefined;
    if (i < cut) high = high * 10 + digit;
    else low = low * 10 + digit;
  }
  return { high, low };
}

/** The text of an id from its two halves. */
export function joinId(high: number, low: number): string {
  return high === 0 ? String(low) : String(high) + String(low).padStart(9, '0');
}

function hashId(high: number, low: number): number {
  const mixed = Math.imul(high ^ (low >>> 15), 0x9e3779b1) ^ Math.imul(low, 0x85ebca6b);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** A copy of twice the length. */
export function enlarge(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(array.length * 2);
  larger.set(array);
  return larger;
}
