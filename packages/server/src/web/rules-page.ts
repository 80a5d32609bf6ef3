import { explainRule, ruleCatalogue, rulesElsewhere } from '@concord/conformance';
import { type Page, PageFault, type Visit } from './page.ts';

/** Every rule that a message is checked against. */
export async function rulesPage(): Promise<Page> {
  return {
    view: 'rules',
    title: 'The rules',
    model: {
      sections: ruleCatalogue,
      elsewhere: Object.entries(rulesElsewhere).map(([id, where]) => [id, plain(where)]),
    },
  };
}

/** One rule, or those that share a number. */
export async function rulePage(visit: Visit): Promise<Page> {
  const id = visit.path('id');
  const explained = explainRule(id);
  const elsewhere = Object.hasOwn(rulesElsewhere, id) ? plain(rulesElsewhere[id] ?? '') : undefined;
  if (explained !== undefined) {
    const { title: layerTitle, layer, rules } = explained;
    return {
      view: 'rule',
      title: `Rule ${id}`,
      model: { id, layerTitle, layer, rules, elsewhere, beside: beside(elsewhere) },
    };
  }
  if (elsewhere !== undefined) return { view: 'rule', title: `Rule ${id}`, model: { id, rules: [], elsewhere } };
  throw new PageFault(404, 'There is no such rule', 'All rules are listed at /rules.');
}

/** Without the marks that the page of rules in the documentation has about code. */
const plain = (words: string) => words.replaceAll('`', '');

/** What is said beside the rules of this number: where they are checked too, or what is not. */
function beside(elsewhere = ''): string {
  if (elsewhere.startsWith('also ')) return `Checked ${elsewhere}`;
  return `${elsewhere.charAt(0).toUpperCase()}${elsewhere.slice(1)}`;
}
