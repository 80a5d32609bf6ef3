import type { Finding } from '../finding.ts';
import { type ElementKey, type ElementTable, elementTable } from '../structure/element-table.ts';
import { isObject, type JsonObject } from '../structure/walk.ts';
import type { Kept } from './kept.ts';
import type { Here, Layer, Place, Rule, RuleContext, Severity } from './rule.ts';
import { targetsIn } from './targets.ts';

/** A finding with the layer that made it. */
export interface LayerFinding extends Finding {
  readonly layer: Layer;
}

/** Rules by the type that they are asked of, ready to be run. */
export type RuleBook = ReadonlyMap<string, readonly Rule[]>;

/** Sorts rules by type. */
export function ruleBook(rules: readonly Rule[]): RuleBook {
  const book = new Map<string, Rule[]>();
  for (const rule of rules) {
    for (const type of rule.on) {
      const list = book.get(type);
      if (list) list.push(rule);
      else book.set(type, [rule]);
    }
  }
  return book;
}

const maxDepth = 64;
const maxFindings = 1000;

/** Runs rules over a resource and all that is in it; never throws. */
export function runRules(resource: JsonObject, book: RuleBook, context: RuleContext): LayerFinding[] {
  const run = new Run(book, context, targetsIn(resource));
  run.resource(resource);
  return run.findings;
}

class Run {
  readonly findings: LayerFinding[] = [];
  readonly #book: RuleBook;
  readonly #context: RuleContext;
  readonly #targets: ReturnType<typeof targetsIn>;
  readonly #kept: Kept = new Map();
  #depth = 0;
  /** The resource that local references (`#med`) are looked up in: the outermost one outside a Bundle's entries. */
  #container: JsonObject | undefined;

  constructor(book: RuleBook, context: RuleContext, targets: ReturnType<typeof targetsIn>) {
    this.#book = book;
    this.#context = context;
    this.#targets = targets;
  }

  resource(node: JsonObject, path?: string, parent?: JsonObject, contained = false): void {
    const type = node.resourceType;
    const table = typeof type === 'string' ? elementTable(type) : undefined;
    if (!table?.resource) return;
    const container = this.#container;
    if (!contained) this.#container = node;
    const at = path ?? table.name;
    this.#node(node, table, { path: at, element: table.name, parent, owner: '', resource: node, resourcePath: at });
    this.#container = container;
  }

  #node(node: JsonObject, table: ElementTable, place: Place): void {
    if (this.#depth >= maxDepth || this.findings.length >= maxFindings) return;
    this.#depth++;
    const rules = this.#book.get(table.name);
    if (rules) this.#ask(rules, node, place);
    const owner = place.primitive ?? table.name;
    for (const key of Object.keys(node)) {
      const entry = table.byKey.get(key);
      if (!entry || (entry.type.kind === 'primitive' && !entry.shadow) || entry.type.kind === 'xhtml') continue;
      const value = node[key];
      const path = `${place.path}.${entry.element.name}`;
      if (!Array.isArray(value)) this.#value(value, entry, node, path, owner, place);
      else for (let i = 0; i < value.length; i++) this.#value(value[i], entry, node, `${path}[${i}]`, owner, place);
    }
    this.#depth--;
  }

  #value(value: unknown, entry: ElementKey, parent: JsonObject, path: string, owner: string, above: Place): void {
    if (!isObject(value)) return;
    const { type, shadow } = entry;
    const element = entry.element.name;
    if (type.kind === 'resource') {
      this.resource(value, path, parent, element === 'contained');
      return;
    }
    const table = shadow ? elementTable('Element') : type.elements();
    if (!table) return;
    const { resource, resourcePath } = above;
    const primitive = shadow ? `${owner}.${element}` : undefined;
    this.#node(value, table, { path, element, parent, owner, primitive, resource, resourcePath });
  }

  #ask(rules: readonly Rule[], node: JsonObject, place: Place): void {
    const context = this.#context;
    const container = this.#container ?? place.resource;
    const { path } = place;
    // Written out, not spread: this is made for every node that has rules.
    const here: Here = {
      path,
      element: place.element,
      parent: place.parent,
      owner: place.owner,
      primitive: place.primitive,
      resource: place.resource,
      resourcePath: place.resourcePath,
      mode: context.mode,
      direction: context.direction,
      now: context.now,
      dictionary: context.dictionary,
      actsOnDoNotPerform: context.actsOnDoNotPerform,
      kept: this.#kept,
      target: (reference) => this.#targets.of(reference, container),
    };
    for (const rule of rules) {
      if (rule.direction !== undefined && rule.direction !== context.direction) continue;
      if (rule.mode !== undefined && rule.mode !== context.mode) continue;
      const answer = rule.holds(node, here);
      if (answer === true) continue;
      const severity: Severity = typeof rule.severity === 'string' ? rule.severity : rule.severity[context.mode];
      const whole = rule.at === undefined ? '' : `.${rule.at}`;
      for (const fault of answer === false ? [whole] : answer) {
        if (this.findings.length >= maxFindings) return;
        const { at = whole, says = rule.says, ...own } = typeof fault === 'string' ? { at: fault } : fault;
        this.findings.push({
          layer: rule.layer,
          severity: own.severity ?? severity,
          code: rule.code,
          expression: path + at,
          rule: rule.id,
          diagnostics: says,
          ...(own.question === undefined ? {} : { question: own.question }),
        });
      }
    }
  }
}
