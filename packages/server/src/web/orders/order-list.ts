import type { Visit } from '../page.ts';
import { type OrderRow, orderRow } from './order-row.ts';
import { MOST, type Order, type Orders } from './read-orders.ts';
import { type Standing, standingOf } from './standing.ts';
import type { WorkVisit } from './work-visit.ts';

/** A block of orders under one heading. */
export interface OrderGroup {
  readonly id: string;
  readonly heading: string;
  /** What it means, where the heading does not say it all. */
  readonly says?: string;
  readonly isAlert?: boolean;
  readonly rows: readonly OrderRow[];
}

/** A block as data: which orders stand in it. */
export interface GroupRule extends Omit<OrderGroup, 'rows'> {
  readonly holds: (standing: Standing, isUnderWay: boolean) => boolean;
  /** Said in the summary at the top: `3 waiting`. */
  readonly short: string;
}

/**
 * Orders as the rows of the first block whose rule holds; blocks without rows are left out.
 * @param isShown leaves out orders that are no business of the list
 */
export async function orderGroups(
  visit: WorkVisit,
  orders: Orders,
  rules: readonly GroupRule[],
  isShown: (order: Order, standing: Standing) => boolean = () => true,
): Promise<{ readonly groups: readonly OrderGroup[]; readonly summary: string }> {
  const dictionary = (await visit.dmd?.find())?.dictionary;
  const rows = new Map<GroupRule, OrderRow[]>(rules.map((rule) => [rule, []]));
  for (const order of orders.orders) {
    const stands = standingOf(order, orders, dictionary);
    const rule = rules.find(({ holds }) => holds(stands.standing, stands.isUnderWay));
    if (rule && isShown(order, stands.standing)) rows.get(rule)?.push(orderRow(order, orders, stands));
  }
  const groups = rules.flatMap(({ holds: _holds, short: _short, ...rule }, i) => {
    const of = rows.get(rules[i] as GroupRule) ?? [];
    return of.length === 0 ? [] : [{ ...rule, rows: of }];
  });
  const said = rules.flatMap((rule) => {
    const count = rows.get(rule)?.length ?? 0;
    return count === 0 ? [] : [`${count.toLocaleString('en-GB')} ${rule.short}`];
  });
  return { groups, summary: said.length === 0 ? 'No orders' : said.join(', ') };
}

/** What is said where more fits than a list shows. */
export function cutWords(what: string): string {
  return `Only the first ${MOST} ${what} are shown. Choose a patient to see all of theirs.`;
}

/** What the address of a list has: for its live part, and to come back to. */
export function listQuery(visit: Visit): string {
  const names = ['patient', 'system', 'value'] as const;
  const query = new URLSearchParams();
  for (const name of names) {
    const value = visit.query(name);
    if (value !== undefined) query.set(name, value);
  }
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}
