import type { Token } from './tokens.ts';

/** What one slot of a pattern found: the place after it, and its value. */
export interface SlotMatch {
  readonly next: number;
  readonly value: unknown;
}

/** Reads one kind of thing (an amount, a unit, a clock time) at a place; every way it can be read. */
export type Slot = (text: Text, at: number) => readonly SlotMatch[];

/** What the slots of a phrase read, by name. */
export type Captures = Readonly<Record<string, unknown>>;

/** The sentence being read: its tokens, and what slots already found (each is tried once a place). */
export interface Text {
  readonly sentence: string;
  readonly tokens: readonly Token[];
  readonly slots: Readonly<Record<string, Slot>>;
  readonly found: Map<Slot, Map<number, readonly SlotMatch[]>>;
}

type Node =
  | { readonly type: 'word'; readonly word: string }
  | { readonly type: 'slot'; readonly name: string; readonly slot: string }
  | { readonly type: 'sequence'; readonly nodes: readonly Node[] }
  | { readonly type: 'choice'; readonly nodes: readonly Node[]; readonly first: First }
  | { readonly type: 'option'; readonly node: Node; readonly first: First };

/** Branches of a node by the word they start with, and those that start otherwise: saves trying the rest. */
interface First {
  readonly byWord: ReadonlyMap<string, readonly Node[]>;
  readonly others: readonly Node[];
}

function firstOf(branches: readonly Node[]): First {
  const byWord = new Map<string, Node[]>();
  const others: Node[] = [];
  for (const branch of branches) {
    const words = new Set<string>();
    const slots = new Set<string>();
    const empty = collectFirst(branch, words, slots);
    if (empty || slots.size > 0) others.push(branch);
    else for (const word of words) byWord.set(word, [...(byWord.get(word) ?? []), branch]);
  }
  return { byWord, others };
}

const NONE: readonly Node[] = [];

/**
 * A phrase as the tables write it, compiled. `[word]` may be absent, `(a|b c)` is a choice,
 * `<slot>` or `<name:slot>` is a slot, `%(` is a bracket in the sentence, anything else is the word itself. There is no repetition,
 * so the work at one place is bounded by the length of the pattern.
 */
export interface Pattern {
  readonly root: Node;
  /** Words the phrase can start with, and slots it can start with. */
  readonly firstWords: ReadonlySet<string>;
  readonly firstSlots: ReadonlySet<string>;
}

const PIECES = /<[^>]+>|%[()]|[[\]()|]|[^\s[\]()|<>%]+/g;

/** Compiles a phrase. Throws on a malformed one: tables are compiled when the module loads. */
export function compile(source: string): Pattern {
  const pieces = source.match(PIECES) ?? [];
  let at = 0;
  const choice = (close: string | undefined): Node => {
    const branches: Node[][] = [[]];
    for (;;) {
      const piece = pieces[at];
      if (piece === close) break;
      if (piece === undefined) throw new Error(`Phrase is not closed: ${source}`);
      at += 1;
      const branch = branches[branches.length - 1] as Node[];
      if (piece === '|') branches.push([]);
      else if (piece === '[') {
        const node = choice(']');
        branch.push({ type: 'option', node, first: firstOf([node]) });
      } else if (piece === '(') branch.push(choice(')'));
      else if (piece.startsWith('<')) {
        const [name = '', slot = name] = piece.slice(1, -1).split(':');
        branch.push({ type: 'slot', name, slot });
      } else branch.push({ type: 'word', word: piece.startsWith('%') ? piece.slice(1) : piece });
    }
    at += 1;
    const nodes = branches.map((branch): Node => ({ type: 'sequence', nodes: branch }));
    return nodes.length === 1 ? (nodes[0] as Node) : { type: 'choice', nodes, first: firstOf(nodes) };
  };
  const root = choice(undefined);
  const firstWords = new Set<string>();
  const firstSlots = new Set<string>();
  if (collectFirst(root, firstWords, firstSlots)) throw new Error(`Phrase can be empty: ${source}`);
  return { root, firstWords, firstSlots };
}

/** Gathers what a node can start with; true when it can match nothing at all. */
function collectFirst(node: Node, words: Set<string>, slots: Set<string>): boolean {
  switch (node.type) {
    case 'word':
      words.add(node.word);
      return false;
    case 'slot':
      slots.add(node.slot);
      return false;
    case 'option':
      collectFirst(node.node, words, slots);
      return true;
    case 'sequence':
      return node.nodes.every((part) => collectFirst(part, words, slots));
    case 'choice':
      return node.nodes.filter((part) => collectFirst(part, words, slots)).length > 0;
  }
}

/** Everything a slot reads at a place. */
export function slotAt(text: Text, name: string, at: number): readonly SlotMatch[] {
  const slot = text.slots[name];
  if (slot === undefined) throw new Error(`No such slot: ${name}`);
  let places = text.found.get(slot);
  if (places === undefined) {
    places = new Map();
    text.found.set(slot, places);
  }
  let matches = places.get(at);
  if (matches === undefined) {
    matches = slot(text, at);
    places.set(at, matches);
  }
  return matches;
}

/** Whether `word` stands at a place, after a joining hyphen if need be; the place after it or -1. */
export function wordAt(tokens: readonly Token[], at: number, word: string): number {
  const token = tokens[at];
  if (token === undefined) return -1;
  if (token.text === word) return at + 1;
  return token.joining && tokens[at + 1]?.text === word ? at + 2 : -1;
}

type Continue = (next: number, captures: Captures) => void;

function walk(text: Text, node: Node, at: number, captures: Captures, go: Continue): void {
  switch (node.type) {
    case 'word': {
      const next = wordAt(text.tokens, at, node.word);
      if (next >= 0) go(next, captures);
      return;
    }
    case 'slot': {
      const start = text.tokens[at]?.joining ? [at, at + 1] : [at];
      for (const place of start) {
        for (const match of slotAt(text, node.slot, place)) go(match.next, { ...captures, [node.name]: match.value });
      }
      return;
    }
    case 'option':
      walkBranches(text, node.first, [node.node], at, captures, go);
      go(at, captures);
      return;
    case 'choice':
      walkBranches(text, node.first, node.nodes, at, captures, go);
      return;
    case 'sequence':
      walkSequence(text, node.nodes, 0, at, captures, go);
  }
}

function walkBranches(
  text: Text,
  first: First,
  all: readonly Node[],
  at: number,
  captures: Captures,
  go: Continue,
): void {
  const token = text.tokens[at];
  if (token === undefined || token.joining) {
    for (const branch of all) walk(text, branch, at, captures, go);
    return;
  }
  for (const branch of first.byWord.get(token.text) ?? NONE) walk(text, branch, at, captures, go);
  for (const branch of first.others) walk(text, branch, at, captures, go);
}

function walkSequence(
  text: Text,
  nodes: readonly Node[],
  index: number,
  at: number,
  captures: Captures,
  go: Continue,
): void {
  const node = nodes[index];
  if (node === undefined) go(at, captures);
  else walk(text, node, at, captures, (next, more) => walkSequence(text, nodes, index + 1, next, more, go));
}

/** Every way a pattern matches at a place, longest first. */
export function matchesAt(text: Text, pattern: Pattern, at: number): { next: number; captures: Captures }[] {
  const matches: { next: number; captures: Captures }[] = [];
  walk(text, pattern.root, at, {}, (next, captures) => matches.push({ next, captures }));
  return matches.sort((a, b) => b.next - a.next);
}
