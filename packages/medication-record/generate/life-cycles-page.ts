/** docs/life-cycles.md, made from the tables. */

import {
  COMPLETION_RULES,
  judgeTransition,
  LIFE_CYCLES,
  type LifeCycle,
  type LifeCycleType,
  SUPPLY_STATUS_RULES,
  type Verdict,
} from '../src/index.ts';

const MARK: Readonly<Record<Verdict, string>> = { allowed: 'yes', warned: 'warned', refused: '' };
const NAMES: Readonly<Record<LifeCycleType, string>> = {
  MedicationRequest: 'Requests',
  MedicationDispense: 'Dispenses',
};
const SITE: Readonly<Record<string, string>> = { own: 'this site', elsewhere: 'another system' };

/** The page, as Markdown. */
export function lifeCyclesPage(): string {
  return `${[INTRODUCTION, ...Object.values(LIFE_CYCLES).flatMap(lifeCycle), ...supply()].join('\n\n')}\n`;
}

const INTRODUCTION = `# Life cycles

Which status may follow which, for a MedicationRequest and a MedicationDispense, why, and what the other side is sent.
Made from the tables in \`packages/medication-record/src/rules\` by \`npm run life-cycles -w packages/medication-record\`:
change those, not this page.

What is **allowed** is stored. What is **warned** is stored, and whoever sent it is told. What is **refused** is not
stored, and the answer says what would be. A change that is for the other party to make is warned; whether it may be
made at all is the site's ownership policy. \`PUT\` is by business identifier, so that it also creates what was never sent;
and a \`POST\` of what was sent before, as of an order put back to draft and signed again, is to be a \`PUT\`. What a
system that only receives does with it is for its role to say.`;

function lifeCycle(cycle: LifeCycle): string[] {
  return [
    `## ${NAMES[cycle.type]}`,
    table(
      ['status', 'meaning', ''],
      cycle.statuses.map(({ status, meaning, end }) => [status, meaning, end ? 'an end' : '']),
    ),
    '### From each status (down) to each (across)',
    matrix(cycle),
    '### The first status',
    table(
      ['from', 'status', '', 'sends', 'rule', 'why'],
      cycle.first.map((row) => [
        row.origin.map((origin) => SITE[origin]).join(', '),
        row.status.join(', '),
        row.verdict,
        row.onward === 'none' ? '' : row.onward,
        row.rule,
        row.because,
      ]),
    ),
    '### A change of status: the first row that fits decides',
    table(
      ['from', 'to', 'by', '', 'sends', 'rule', 'why'],
      cycle.transitions.map((row) => [
        row.from.join(', '),
        row.to === 'same' ? '*the same*' : row.to.length === cycle.statuses.length ? '*any other*' : row.to.join(', '),
        row.who.join(', '),
        row.verdict,
        row.onward === 'none' ? '' : row.onward,
        row.rule,
        row.because,
      ]),
    ),
  ];
}

function matrix({ type, statuses }: LifeCycle): string {
  const codes = statuses.map(({ status }) => status);
  const rows = codes.map((from) => [
    `**${from}**`,
    ...codes.map((to) => MARK[judgeTransition(type, from, to, { origin: 'own' }).verdict]),
  ]);
  return table(['', ...codes], rows);
}

function supply(): string[] {
  return [
    '## What counts as supplied',
    table(
      ['status of the dispense', 'counts as', 'what is said of it'],
      SUPPLY_STATUS_RULES.map(({ status, handedOver, countsAs, because }) => [
        `${status.length > 0 ? status.join(', ') : '*any other*'}${handedOver ? ', with a time of handing over' : ''}`,
        countsAs,
        because ?? '',
      ]),
    ),
    '## When a request becomes completed by itself (R-114)',
    table(
      ['policy', 'meaning'],
      Object.entries(COMPLETION_RULES).map(([policy, meaning]) => [`\`${policy}\``, meaning]),
    ),
  ];
}

function table(head: readonly string[], rows: readonly (readonly (string | undefined)[])[]): string {
  const line = (cells: readonly (string | undefined)[]) => `| ${cells.map((cell) => cell ?? '').join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
