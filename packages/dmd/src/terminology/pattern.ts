/**
 * Regular expressions of value set filters, matched in time proportional to the text whatever the pattern: a set of
 * states is carried along instead of trying alternatives one after another, so no pattern can be made to run away.
 *
 * A pattern matches a whole value, as the filters of the NHS server do (`.*[pP]aracetamol.*`). Supported: literals,
 * `.`, classes `[a-z]` and `[^...]`, `\d \w \s` and their opposites, groups, `|`, `* + ?`, `{m}`, `{m,}`, `{m,n}`, and
 * `^` and `$` at the ends. Back references and look-around are refused.
 */

/** A compiled pattern. */
export interface Pattern {
  /** Whether the whole text matches. */
  test(text: string): boolean;
  /** Steps that a letter can at most take: the work of a test is at most this times the text's length. */
  readonly size: number;
}

const LONGEST_PATTERN = 300;
const MOST_STATES = 1000;
const MOST_REPEATS = 200;

type Step =
  | { readonly kind: 'take'; readonly takes: (letter: number) => boolean; next: number }
  | { readonly kind: 'split'; next: number; other: number }
  | { readonly kind: 'end' };

type Node =
  | { readonly kind: 'take'; readonly takes: (letter: number) => boolean }
  | { readonly kind: 'sequence'; readonly nodes: readonly Node[] }
  | { readonly kind: 'choice'; readonly nodes: readonly Node[] }
  | { readonly kind: 'repeat'; readonly node: Node; readonly least: number; readonly most: number };

class PatternFault extends Error {}

/** Compiles a pattern; a text says what is wrong with one that is not supported. */
export function compilePattern(source: string): Pattern | string {
  if (source.length > LONGEST_PATTERN) return `a pattern may have at most ${LONGEST_PATTERN} characters`;
  try {
    const steps: Step[] = [];
    const start = build(new Parser(source).parse(), steps);
    return { test: (text) => run(steps, start, text), size: steps.length };
  } catch (error) {
    if (error instanceof PatternFault) return error.message;
    throw error;
  }
}

class Parser {
  readonly #source: string;
  #at = 0;
  #depth = 0;

  constructor(source: string) {
    // A leading ^ and a trailing $ say what holds anyway.
    this.#source = source.replace(/^\^/, '').replace(/(^|[^\\])\$$/, '$1');
  }

  parse(): Node {
    const node = this.#choice();
    if (this.#at < this.#source.length) throw new PatternFault(`unexpected "${this.#source[this.#at]}"`);
    return node;
  }

  #choice(): Node {
    if (++this.#depth > 50) throw new PatternFault('groups are nested too deeply');
    const nodes = [this.#sequence()];
    while (this.#source[this.#at] === '|') {
      this.#at += 1;
      nodes.push(this.#sequence());
    }
    this.#depth -= 1;
    return nodes.length === 1 ? (nodes[0] as Node) : { kind: 'choice', nodes };
  }

  #sequence(): Node {
    const nodes: Node[] = [];
    while (this.#at < this.#source.length && !'|)'.includes(this.#source[this.#at] as string)) {
      nodes.push(this.#repeated(this.#atom()));
    }
    return { kind: 'sequence', nodes };
  }

  #repeated(node: Node): Node {
    let result = node;
    for (;;) {
      const sign = this.#source[this.#at];
      let least: number;
      let most: number;
      if (sign === '*') [least, most] = [0, Number.POSITIVE_INFINITY];
      else if (sign === '+') [least, most] = [1, Number.POSITIVE_INFINITY];
      else if (sign === '?') [least, most] = [0, 1];
      else if (sign === '{') {
        const counts = /^\{(\d{1,4})(,(\d{1,4})?)?\}/.exec(this.#source.slice(this.#at, this.#at + 14));
        if (counts === null) throw new PatternFault('a "{" must begin a count such as {2,5}');
        least = Number(counts[1]);
        most = counts[2] === undefined ? least : counts[3] === undefined ? Number.POSITIVE_INFINITY : Number(counts[3]);
        if (most < least) throw new PatternFault('a count must not end below its start');
        if (least > MOST_REPEATS || (Number.isFinite(most) && most > MOST_REPEATS)) {
          throw new PatternFault(`at most ${MOST_REPEATS} repetitions can be counted`);
        }
        this.#at += counts[0].length - 1;
      } else return result;
      this.#at += 1;
      // A lazy or possessive sign changes what is found first, not whether the whole matches.
      if (this.#source[this.#at] === '?' || this.#source[this.#at] === '+') this.#at += 1;
      result = { kind: 'repeat', node: result, least, most };
    }
  }

  #atom(): Node {
    const letter = this.#source[this.#at] as string;
    this.#at += 1;
    switch (letter) {
      case '(': {
        if (this.#source[this.#at] === '?') {
          if (this.#source[this.#at + 1] !== ':')
            throw new PatternFault('look-around and named groups are not supported');
          this.#at += 2;
        }
        const node = this.#choice();
        if (this.#source[this.#at] !== ')') throw new PatternFault('a group is not closed');
        this.#at += 1;
        return node;
      }
      case '[':
        return { kind: 'take', takes: this.#class() };
      case '.':
        return { kind: 'take', takes: () => true };
      case '\\':
        return { kind: 'take', takes: this.#escape() };
      case '*':
      case '+':
      case '?':
      case '{':
        throw new PatternFault(`nothing before "${letter}" to repeat`);
      case '^':
      case '$':
        throw new PatternFault(`"${letter}" is supported only at the ends; write \\${letter} for the sign itself`);
      default:
        return { kind: 'take', takes: only(letter.charCodeAt(0)) };
    }
  }

  #escape(): (letter: number) => boolean {
    const letter = this.#source[this.#at];
    if (letter === undefined) throw new PatternFault('the pattern ends in a backslash');
    this.#at += 1;
    const known = ESCAPES[letter];
    if (known !== undefined) return known;
    if (/[a-zA-Z0-9]/.test(letter)) throw new PatternFault(`"\\${letter}" is not supported`);
    return only(letter.charCodeAt(0));
  }

  #class(): (letter: number) => boolean {
    const not = this.#source[this.#at] === '^';
    if (not) this.#at += 1;
    const tests: ((letter: number) => boolean)[] = [];
    for (let first = true; ; first = false) {
      const letter = this.#source[this.#at];
      if (letter === undefined) throw new PatternFault('a class is not closed');
      this.#at += 1;
      if (letter === ']' && !first) break;
      if (letter === '\\') {
        tests.push(this.#escape());
        continue;
      }
      const from = letter.charCodeAt(0);
      const to = this.#source[this.#at + 1];
      if (this.#source[this.#at] === '-' && to !== undefined && to !== ']') {
        this.#at += 2;
        const end = to.charCodeAt(0);
        if (end < from) throw new PatternFault('a range in a class must not end below its start');
        tests.push((code) => code >= from && code <= end);
      } else tests.push(only(from));
    }
    return (code) => tests.some((test) => test(code)) !== not;
  }
}

function only(code: number): (letter: number) => boolean {
  return (letter) => letter === code;
}

const isDigit = (code: number) => code >= 48 && code <= 57;
const isWord = (code: number) =>
  isDigit(code) || code === 95 || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
const isSpace = (code: number) => code === 32 || (code >= 9 && code <= 13) || code === 160;

const ESCAPES: Readonly<Record<string, ((letter: number) => boolean) | undefined>> = {
  d: isDigit,
  D: (code) => !isDigit(code),
  w: isWord,
  W: (code) => !isWord(code),
  s: isSpace,
  S: (code) => !isSpace(code),
  t: only(9),
  n: only(10),
  r: only(13),
};

/** Lays the tree out as steps, last first; returns where to start. */
function build(tree: Node, steps: Step[]): number {
  const add = (step: Step): number => {
    if (steps.length >= MOST_STATES) throw new PatternFault('the pattern is too large');
    steps.push(step);
    return steps.length - 1;
  };
  const lay = (node: Node, next: number): number => {
    switch (node.kind) {
      case 'take':
        return add({ kind: 'take', takes: node.takes, next });
      case 'sequence':
        return node.nodes.reduceRight((after, part) => lay(part, after), next);
      case 'choice':
        return node.nodes
          .map((part) => lay(part, next))
          .reduceRight((other, first) => add({ kind: 'split', next: first, other }));
      case 'repeat': {
        let after = next;
        if (node.most === Number.POSITIVE_INFINITY) {
          const loop = add({ kind: 'split', next, other: next });
          (steps[loop] as { next: number }).next = lay(node.node, loop);
          after = loop;
        } else {
          for (let count = node.least; count < node.most; count++) {
            after = add({ kind: 'split', next: lay(node.node, after), other: next });
          }
        }
        for (let count = 0; count < node.least; count++) after = lay(node.node, after);
        return after;
      }
    }
  };
  return lay(tree, add({ kind: 'end' }));
}

function run(steps: readonly Step[], start: number, text: string): boolean {
  const seen = new Uint32Array(steps.length);
  let round = 0;
  const enter = (at: number, into: number[]) => {
    const waiting = [at];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (seen[next] === round) continue;
      seen[next] = round;
      const step = steps[next] as Step;
      if (step.kind === 'split') waiting.push(step.other, step.next);
      else into.push(next);
    }
  };
  round = 1;
  let states: number[] = [];
  enter(start, states);
  for (let at = 0; at < text.length && states.length > 0; at++) {
    const letter = text.charCodeAt(at);
    const following: number[] = [];
    round += 1;
    for (const state of states) {
      const step = steps[state] as Step;
      if (step.kind === 'take' && step.takes(letter)) enter(step.next, following);
    }
    states = following;
  }
  return states.some((state) => (steps[state] as Step).kind === 'end');
}
