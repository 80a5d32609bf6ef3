import type { Dosage } from '../dosage.ts';
import { snomed } from '../words/units.ts';
import type { Carried } from './dose-elements.ts';
import { explain, explainOtherwise, ofKind, type Placed, refuse, type Work, wordsOf } from './work.ts';

/** Writes route and site; the route of the medicine where the sentence names none. */
export function addPlace(work: Work, dosage: Dosage, placed: readonly Placed[], carried: Carried): void {
  const routes = ofKind(placed, 'route');
  const route = routes[0] ?? carried.route;
  if (new Set(routes.map(({ part }) => part.code)).size > 1)
    refuse(
      work,
      'contradictory',
      'Two routes are named.',
      routes.map(({ stretch }) => stretch),
    );
  const own = work.medicine.route;
  if (route !== undefined) {
    // D-005 prefers `text`: the sentence's own word for the route stays.
    dosage.route = { coding: [{ system: snomed, code: route.part.code, display: route.part.display }] };
    explain(work, 'route', route.stretch);
    carried.route = route;
    if (own !== undefined && own.code !== route.part.code) {
      work.doubts.push({
        code: 'route-contradicts-medicine',
        message: `The sentence says ${route.part.display}, and the medicine is ${own.display}.`,
        words: [wordsOf(work.text, route.stretch)],
      });
    }
  } else if (own !== undefined) {
    dosage.route = { coding: [{ system: own.system ?? snomed, code: own.code, display: own.display }] };
    explainOtherwise(work, 'route', 'medicine', `its route is ${own.display}`);
  }
  const sites = ofKind(placed, 'site');
  const site = sites[0] ?? carried.site;
  if (sites.length > 1)
    refuse(
      work,
      'not-expressible',
      'FHIR has room for one site only.',
      sites.map(({ stretch }) => stretch),
    );
  if (site === undefined) return;
  const text = placeWords(wordsOf(work.text, site.stretch));
  dosage.site = {
    ...(site.part.code === undefined
      ? {}
      : {
          coding: [
            {
              system: snomed,
              code: site.part.code,
              ...(site.part.display === undefined ? {} : { display: site.part.display }),
            },
          ],
        }),
    text,
  };
  explain(work, 'site', site.stretch);
  carried.site = site;
}

/** "In the affected eye(s)" is the place "affected eye(s)". */
const placeWords = (words: string): string =>
  words
    .replace(/^(?:in|into|to|on|onto|over|around|inside)\s+(?:all\s+)?(?:(?:the|your)\s+)?/i, '')
    .replaceAll(/\s+/g, ' ');
