import { elementTable } from '../structure/element-table.ts';
import { isObject, type JsonObject } from '../structure/walk.ts';

/** One value of an element, where it is, and the type that its name says. */
export interface Value {
  /** Undefined for a primitive that has only extensions. */
  readonly value: unknown;
  readonly path: string;
  /** For a choice: `Quantity`. */
  readonly type?: string | undefined;
}

/** An object that has elements, where it is, and its type by R4. */
export interface Owner {
  readonly object: JsonObject;
  readonly path: string;
  readonly type: string | undefined;
  /** Has it primitives with extensions (`_birthDate`)? Most have none: it is found once, for all elements. */
  readonly hasShadows: boolean;
}

/** An object as the owner of elements. */
export function ownerOf(object: JsonObject, path: string, type: string | undefined): Owner {
  return { object, path, type, hasShadows: Object.keys(object).some((key) => key.startsWith('_')) };
}

/** The values of an element; for a choice (`value[x]`) of whatever type they have. */
export function valuesIn({ object, path, type, hasShadows }: Owner, name: string): Value[] {
  const table = type === undefined ? undefined : elementTable(type);
  const shadowOf = (key: string) => (hasShadows ? object[`_${key}`] : undefined);
  if (!name.endsWith('[x]')) {
    const [value, shadow] = [object[name], shadowOf(name)];
    if (value === undefined && shadow === undefined) return [];
    const entry = table?.byKey.get(name);
    const choice = entry?.element.choice ? entry.type.code : undefined;
    return listOf(value, shadow, `${path}.${entry?.element.name ?? name}`, choice);
  }
  const stem = name.slice(0, -3);
  const keys = hasShadows ? namesIn(object) : Object.keys(object);
  return keys.flatMap((key) => {
    if (!key.startsWith(stem) || !/^[A-Z]/.test(key.slice(stem.length))) return [];
    const entry = table?.byKey.get(key);
    if (table !== undefined && entry?.element.name !== stem) return [];
    const rest = key.slice(stem.length);
    const code = entry?.type.code ?? (elementTable(rest) ? rest : rest.charAt(0).toLowerCase() + rest.slice(1));
    return listOf(object[key], shadowOf(key), `${path}.${stem}`, code);
  });
}

/** The properties of an object; that of a primitive which has only extensions by its own name. */
function namesIn(object: JsonObject): string[] {
  return Object.keys(object).flatMap((key) => {
    const name = key.startsWith('_') ? key.slice(1) : key;
    return name === key || object[name] === undefined ? [name] : [];
  });
}

function listOf(value: unknown, shadow: unknown, path: string, type: string | undefined): Value[] {
  if (!Array.isArray(value) && !Array.isArray(shadow)) return one(value, shadow, path, type);
  const values: unknown[] = Array.isArray(value) ? value : [];
  const shadows: unknown[] = Array.isArray(shadow) ? shadow : [];
  const longest = values.length < shadows.length ? shadows : values;
  return longest.flatMap((_, i) => one(values[i], shadows[i], `${path}[${i}]`, type));
}

function one(value: unknown, shadow: unknown, path: string, type: string | undefined): Value[] {
  if (value !== undefined && value !== null) return [{ value, path, type }];
  return isObject(shadow) ? [{ value: undefined, path, type }] : [];
}

/** The type of an element of a type, by R4. */
export function typeBelow(type: string | undefined, name: string): string | undefined {
  if (type === undefined) return undefined;
  const entry = elementTable(type)?.byKey.get(name);
  return entry?.type.table ?? entry?.type.code;
}

/** The type that a Reference says that it leads to: its `type`, or that of its address. */
export function typeOfReference({ type, reference }: JsonObject): string | undefined {
  if (typeof type === 'string' && /^[A-Z]\w*$/.test(type)) return type;
  return typeof reference === 'string'
    ? /(?:^|\/)([A-Z][A-Za-z]+)\/[A-Za-z0-9.-]{1,64}(?:\/_history\/[^/]+)?$/.exec(reference)?.[1]
    : undefined;
}
