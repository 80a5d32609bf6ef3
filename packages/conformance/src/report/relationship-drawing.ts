import type { Relationships } from './relationships.ts';

/** A resource in the drawing: a box with its type and label, and a row for each element of it that points. */
interface DrawnBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly type: string;
  readonly label: string;
  /** It is pointed to, but not in the message. */
  readonly isOutside: boolean;
  readonly rows: readonly { readonly y: number; readonly element: string }[];
}

/** Where everything goes, in SVG's units. */
export interface RelationshipDrawing {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly DrawnBox[];
  /** For each relationship, the curve from its element's row to the resource that it leads to, as a `path`'s `d`. */
  readonly curves: readonly string[];
}

const size = { width: 224, gapAcross: 72, gapDown: 18, head: 46, row: 18, foot: 8, margin: 8, text: 29 };
const mostBoxes = 40;

/**
 * Draws who points to whom: what points stands to the left of what it points to. Undefined where there is nothing to
 * draw, or more than can be read as a picture.
 */
export function drawRelationships({ resources, relationships }: Relationships): RelationshipDrawing | undefined {
  if (relationships.length === 0 || resources.length > mostBoxes) return undefined;
  const columns = columnsOf(resources.length, relationships);
  const rows = resources.map((_, i) => [
    ...new Set(relationships.filter(({ from }) => from === i).map(({ element }) => element)),
  ]);
  const boxes: DrawnBox[] = new Array(resources.length);
  let height = 0;
  columns.forEach((column, at) => {
    let y = size.margin;
    for (const i of inOrder(column, relationships, boxes)) {
      const resource = resources[i];
      const elements = rows[i] ?? [];
      if (resource === undefined) continue;
      const tall = size.head + elements.length * size.row + (elements.length > 0 ? size.foot : 0);
      boxes[i] = {
        ...{ x: size.margin + at * (size.width + size.gapAcross), y, width: size.width, height: tall },
        ...{ type: cut(resource.type), label: cut(resource.label), isOutside: resource.expression === undefined },
        rows: elements.map((element, n) => ({ y: y + size.head + n * size.row + size.row / 2, element: cut(element) })),
      };
      y += tall + size.gapDown;
    }
    height = Math.max(height, y - size.gapDown + size.margin);
  });
  const curves = relationships.map(({ from, to, element }) => {
    const [source, target] = [boxes[from], boxes[to]];
    const y = source?.rows[rows[from]?.indexOf(element) ?? 0]?.y ?? 0;
    return source && target ? curve(source.x + source.width, y, target.x, target.y + 16) : '';
  });
  const width = columns.length * (size.width + size.gapAcross) - size.gapAcross + 2 * size.margin;
  return { width, height, boxes, curves };
}

/** Each resource stands a column to the right of the last that points to it; a circle is opened where it is entered. */
function columnsOf(count: number, relationships: Relationships['relationships']): number[][] {
  const next = new Map<number, number[]>();
  for (const { from, to } of relationships) next.set(from, [...(next.get(from) ?? []), to]);
  const isTarget = new Set(relationships.filter(({ from, to }) => from !== to).map(({ to }) => to));
  const order: number[] = [];
  const state = new Array<'open' | 'done' | undefined>(count).fill(undefined);
  const forward = new Map<number, number[]>();
  function visit(i: number): void {
    state[i] = 'open';
    for (const to of next.get(i) ?? []) {
      if (state[to] === 'open') continue;
      forward.set(i, [...(forward.get(i) ?? []), to]);
      if (state[to] === undefined) visit(to);
    }
    state[i] = 'done';
    order.unshift(i);
  }
  const all = [...new Array(count).keys()];
  for (const i of [...all.filter((each) => !isTarget.has(each)), ...all]) if (state[i] === undefined) visit(i);
  const depth = new Array<number>(count).fill(0);
  for (const i of order)
    for (const to of forward.get(i) ?? []) depth[to] = Math.max(depth[to] ?? 0, (depth[i] ?? 0) + 1);
  const columns: number[][] = [];
  for (const i of all) {
    const at = depth[i] ?? 0;
    while (columns.length <= at) columns.push([]);
    columns[at]?.push(i);
  }
  return columns;
}

/** The resources of a column, each near those that point to it. */
function inOrder(
  column: readonly number[],
  relationships: Relationships['relationships'],
  placed: readonly DrawnBox[],
) {
  const height = (i: number) => {
    const above = relationships.flatMap(({ from, to }) => (to === i && placed[from] ? [placed[from].y] : []));
    return above.length === 0 ? 0 : above.reduce((sum, y) => sum + y, 0) / above.length;
  };
  return [...column].sort((a, b) => height(a) - height(b) || a - b);
}

function curve(x: number, y: number, toX: number, toY: number): string {
  const bend = toX > x ? (toX - x) / 2 : size.gapAcross / 2;
  return `M${x} ${y}C${x + bend} ${y} ${toX - bend} ${toY} ${toX} ${toY}`;
}

function cut(words: string): string {
  const characters = [...words];
  return characters.length <= size.text ? words : `${characters.slice(0, size.text - 1).join('')}…`;
}
