import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, suite, type TestContext, test } from 'node:test';
import type { Bundle } from 'fhir/r4';
import { parse } from 'yaml';
import { ARCHITECTURES, type SiteConfig, type SiteName } from '../../demo/supply/architectures.ts';
import { until } from '../../demo/supply/site.ts';
import { DEFAULTS, readConfig } from '../../src/config.ts';
import { blocks, curlExamples, guide } from '../support/guide-examples.ts';
import { startSites } from '../support/sites.ts';

const PAGE = guide('docs/neighbours.md');
const LOCAL = { ward: 'http://127.0.0.1:9001', pharmacy: 'http://127.0.0.1:9002', broker: 'http://127.0.0.1:9003' };
const AWAY = {
  ward: 'https://ward.example.nhs.uk',
  pharmacy: 'https://pharmacy.example.nhs.uk',
  broker: 'https://broker.example.nhs.uk',
};

/** What the page says of an architecture. */
function sectionOf(name: string): string {
  return PAGE.split(/^## /m).find((section) => section.startsWith(`${name}:`)) ?? assert.fail(`no section ${name}`);
}

/** The config files that a section shows, by site. */
function filesOf(section: string): Map<SiteName, string> {
  const named = (text: string) => /^# (ward|pharmacy|broker)\.yaml/.exec(text)?.[1] as SiteName | undefined;
  return new Map(blocks(section, 'yaml').map((text) => [named(text) ?? assert.fail(text), text]));
}

/** The role and the neighbours that a config file comes to; how often is asked is for each site to say. */
function meaning(t: TestContext, text: string) {
  const folder = mkdtempSync(join(tmpdir(), 'concord-guide-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'concord.config.yaml'), text);
  const { role, neighbours } = readConfig({}, {}, folder);
  return { role, neighbours: neighbours.map((each) => ({ ...each, poll: each.poll !== undefined })) };
}

suite('the config files of docs/neighbours.md', () => {
  for (const [name, { configure }] of Object.entries(ARCHITECTURES)) {
    test(`${name}: are those that the stories are run with`, (t) => {
      const files = filesOf(sectionOf(name));
      const sites: { readonly [site in SiteName]?: SiteConfig } = configure(name === 'P1' ? LOCAL : AWAY);
      assert.deepEqual([...files.keys()].sort(), Object.keys(sites).sort());
      for (const [site, text] of files) {
        assert.deepEqual(meaning(t, text), meaning(t, JSON.stringify(sites[site])), site);
      }
    });
  }

  test('all others are understood', (t) => {
    const others = blocks(PAGE, 'yaml').filter((text) => !/^# \w+\.yaml/.test(text));
    assert.ok(others.length > 0);
    for (const text of others) assert.ok(meaning(t, text).neighbours.length > 0);
  });
});

describe('P1 on one machine, as docs/neighbours.md says', () => {
  test('an order that is sent to the ward comes to the pharmacy', async () => {
    const section = sectionOf('P1');
    const files = filesOf(section);
    const { site, close } = await startSites(['ward', 'pharmacy'], (base) => {
      const config = (name: 'ward' | 'pharmacy') => {
        const here = (files.get(name) ?? '').replaceAll(`${LOCAL.ward}/fhir`, base.ward);
        const { port: _port, data: _data, ...rest } = parse(here.replaceAll(`${LOCAL.pharmacy}/fhir`, base.pharmacy));
        return { ...rest, conformance: DEFAULTS.conformance };
      };
      return { ward: config('ward'), pharmacy: config('pharmacy') };
    });
    try {
      const [sent, asked, ...others] = curlExamples(section);
      assert.ok(sent !== undefined && asked !== undefined && others.length === 0);
      assert.equal(sent.address.origin, LOCAL.ward);
      assert.equal(asked.address.origin, LOCAL.pharmacy);
      const made = await fetch(`${site.ward.address}${sent.address.pathname}`, {
        ...{ method: sent.method, headers: sent.headers, body: sent.body ?? null },
      });
      assert.equal(made.status, 201, await made.text());
      const found = async () => {
        const answer = await fetch(`${site.pharmacy.address}${asked.address.pathname}${asked.address.search}`);
        return ((await answer.json()) as Bundle).entry?.[0]?.resource;
      };
      const order = await until(found, () => 'the order at the pharmacy');
      assert.deepEqual(order.resourceType, 'MedicationRequest');
    } finally {
      await close();
    }
  });
});
