import { standings } from '../../messaging/operate.ts';
import { partiesOf } from '../deliveries/ways.ts';
import type { WorkVisit } from './work-visit.ts';

/** What neighbours were sent and have not taken, in a line for each; whoever looks at a list would think that they had. */
export async function undelivered({ store, config }: WorkVisit): Promise<readonly string[]> {
  const parties = partiesOf(config, await standings(store.db), Date.now());
  return parties.flatMap(({ name, base, ways, isOff }) => {
    if (base === undefined) return [];
    const told = ways.filter((way) => /\/(deliver|notify)$/.test(way.name));
    const refused = told.reduce((sum, way) => sum + way.refused, 0);
    const held = told.filter((way) => way.waiting > 0 && (way.failures > 0 || way.paused || isOff));
    const says = [
      ...(refused > 0 ? [`${refused} refused`] : []),
      ...held.map((way) => `${way.waiting} waiting, for ${way.lag}`),
    ];
    return says.length === 0 ? [] : [`Not everything has reached ${name}: ${says.join('; ')}.`];
  });
}
