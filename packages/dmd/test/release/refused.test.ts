import assert from 'node:assert/strict';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ReleaseError, type ReleaseErrorCode } from '../../src/release/errors.ts';
import { loadRelease } from '../../src/release/load.ts';
import { type ArchiveMember, zip } from '../archive.ts';
import { changedSample, SAMPLE, temporaryFolder } from '../releases.ts';

async function refused(paths: readonly string[], code: ReleaseErrorCode): Promise<ReleaseError> {
  try {
    await loadRelease(paths);
  } catch (error) {
    assert.ok(error instanceof ReleaseError, String(error));
    assert.equal(error.code, code, error.message);
    return error;
  }
  return assert.fail(`loaded, though ${code} was expected`);
}

/** What is done to f_vtm2, the refusal, and the line of the fault (the root element is on line 2 of the file). */
const CHANGES: readonly [string, (text: string) => string | Buffer, ReleaseErrorCode, number?][] = [
  ['a page of HTML', () => '<!-- x -->\n<html><body/></html>', 'not-dmd', 2],
  ['nothing at all', () => '', 'malformed-xml'],
  ['white space only', () => ' \n ', 'malformed-xml'],
  ['text that is no XML', () => 'VTMID,NM\n1,Paracetamol\n', 'malformed-xml'],
  ['binary', () => Buffer.from([0x50, 0x4b, 0xff, 0xfe, 0x00]), 'malformed-xml'],
  ['a document type', (t) => t.replace('?>', '?><!DOCTYPE x [<!ENTITY a "aaaa">]>'), 'forbidden-xml', 1],
  [
    'entities that grow (a billion laughs)',
    (t) => t.replace('?>', '?>\n<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>\n'),
    'forbidden-xml',
    2,
  ],
  ['an entity that is not defined', (t) => t.replace('<NM>', '<NM>&secret;'), 'malformed-xml', 4],
  ['an external entity', (t) => t.replace('?>', '?><!DOCTYPE x SYSTEM "file:///etc/passwd">'), 'forbidden-xml', 1],
  ['another encoding', (t) => t.replace('utf-8', 'iso-8859-1'), 'malformed-xml', 1],
  ['bytes that are not UTF-8', (t) => Buffer.from(t.replace('<NM>', '<NM>\xe9'), 'latin1'), 'malformed-xml'],
  ['its second half cut off', (t) => t.slice(0, t.length / 2), 'malformed-xml'],
  ['its last tag cut off', (t) => t.slice(0, t.lastIndexOf('</')), 'malformed-xml'],
  ['a row that the file does not have', (t) => t.replace(/<(\/?)VTM>/g, '<$1VMP>'), 'wrong-element', 4],
  ['an element twice', (t) => t.replace('<NM>', '<NM>Again</NM><NM>'), 'wrong-element', 4],
  ['an element in an element', (t) => t.replace('<NM>', '<NM><B>bold</B>'), 'wrong-element', 4],
  ['a row without its id', (t) => t.replace(/<VTMID>\d+<\/VTMID>/, ''), 'wrong-value', 4],
  ['an empty id', (t) => t.replace(/<VTMID>\d+<\/VTMID>/, '<VTMID/>'), 'wrong-value', 4],
  ['an id that is no number', (t) => t.replace(/<VTMID>\d+/, '<VTMID>12x'), 'wrong-value', 4],
  ['an id with a leading zero', (t) => t.replace(/<VTMID>/, '<VTMID>0'), 'wrong-value', 4],
  ['an id of 19 digits', (t) => t.replace(/<VTMID>\d+/, '<VTMID>1234567890123456789'), 'wrong-value', 4],
  ['many unknown elements', (t) => t.replace('<NM>', `${unknownElements(40)}<NM>`), 'wrong-element', 4],
  ['an endless value', (t) => t.replace('<NM>', `<NM>${'x'.repeat(200_000)}`), 'wrong-value'],
];

function unknownElements(count: number): string {
  return Array.from({ length: count }, (_, i) => `<X${i}>1</X${i}>`).join('');
}

describe('a release is refused, with file and line, when a file has', () => {
  for (const [what, change, code, line] of CHANGES) {
    test(what, async () => {
      const error = await refused([await changedSample('vtm', change)], code);
      assert.match(error.file ?? '', /f_vtm2_3091025\.xml$/);
      if (line !== undefined) assert.equal(error.line, line, error.message);
      assert.match(error.message, /f_vtm2_3091025\.xml:\d+: \w/);
    });
  }

  test('a group that the file does not have', async () => {
    const folder = await changedSample('vmp', (t) => t.replaceAll('DRUG_ROUTE>', 'DRUG_ROUTES>'));
    const error = await refused([folder], 'wrong-element');
    assert.match(error.message, /<DRUG_ROUTES> in <VIRTUAL_MED_PRODUCTS>/);
  });
});

describe('a release is refused when', () => {
  test('a path does not exist', async () => {
    assert.match((await refused(['/nowhere/release.zip'], 'not-found')).message, /^\/nowhere\/release\.zip: no such/);
  });

  test('a folder holds no XML', async () => {
    await refused([await temporaryFolder()], 'missing-file');
  });

  test('a required file is missing, naming it', async () => {
    const folder = await changedSample('vtm', (t) => t);
    await rm(join(folder, 'f_amp2_3091025.xml'));
    assert.match((await refused([folder], 'missing-file')).message, /AMPs \(ACTUAL_MEDICINAL_PRODUCTS\)/);
  });

  test('two releases are given at once, naming both files', async () => {
    const error = await refused([SAMPLE, SAMPLE], 'duplicate-file');
    assert.match(error.message, /is a second file of \w+, after .*samples\/dmd\/f_/);
  });
});

async function sampleMembers(): Promise<ArchiveMember[]> {
  const names = (await readdir(SAMPLE)).filter((name) => name.endsWith('.xml'));
  return Promise.all(names.map(async (name) => ({ name, content: await readFile(join(SAMPLE, name)) })));
}

async function archive(bytes: Buffer): Promise<string> {
  const path = join(await temporaryFolder(), 'nhsbsa_dmd_10.1.0_20251013000001.zip');
  await writeFile(path, bytes);
  return path;
}

describe('an archive is refused when', () => {
  test('it is no archive', async () => {
    const path = await archive(Buffer.from('<html>Please sign in</html>'));
    assert.match((await refused([path], 'corrupt-archive')).message, /download it again/);
  });

  test('it is empty', async () => {
    await refused([await archive(Buffer.alloc(0))], 'corrupt-archive');
  });

  test('its download broke off', async () => {
    const whole = zip(await sampleMembers());
    await refused([await archive(whole.subarray(0, whole.length - 500))], 'corrupt-archive');
  });

  test('a byte of a member changed', async () => {
    const whole = zip(await sampleMembers());
    whole[200] = (whole[200] ?? 0) ^ 0xff;
    await refused([await archive(whole)], 'corrupt-archive');
  });

  test('the checksum of a member is wrong', async () => {
    const members = await sampleMembers();
    const wrong = members.map((m) => ({ ...m, crc: 1 }));
    assert.match((await refused([await archive(zip(wrong))], 'corrupt-archive')).message, /checksum is wrong/);
  });

  test('a member is larger than it says', async () => {
    const members = await sampleMembers();
    await refused([await archive(zip(members.map((m) => ({ ...m, size: 10 }))))], 'corrupt-archive');
  });

  test('a member is encrypted', async () => {
    const members = await sampleMembers();
    await refused([await archive(zip(members.map((m) => ({ ...m, encrypted: true }))))], 'corrupt-archive');
  });

  test('a member unpacks to far more than any release file does', async () => {
    const bomb = { name: 'f_vtm2_3091025.xml', content: Buffer.alloc(20_000_000, 32) };
    assert.match((await refused([await archive(zip([bomb]))], 'too-large')).message, /200 times its size/);
  });

  test('it has a great many members', async () => {
    const many = Array.from({ length: 3000 }, (_, i) => ({ name: `${i}.txt`, content: '' }));
    await refused([await archive(zip(many))], 'too-large');
  });

  test('archives are nested without end', async () => {
    let inner = zip([{ name: 'a.xml', content: '<x/>' }]);
    for (let i = 0; i < 6; i++) inner = zip([{ name: 'a.zip', content: inner }]);
    await refused([await archive(inner)], 'too-large');
  });

  test('a name would leave the archive', async () => {
    const path = await archive(zip([{ name: '../../f_vtm2_3091025.xml', content: '<x/>' }]));
    await refused([path], 'corrupt-archive');
  });
});

describe('a release loads the same', () => {
  test('from an archive as downloaded, with the GTIN archive inside, as from a folder', async () => {
    const members = await sampleMembers();
    const gtin = members.filter((m) => m.name.startsWith('f_gtin'));
    const inner = zip([...gtin, { name: 'gtin_v2_0.xsd', content: '<xs:schema/>' }]);
    const rest = members.filter((m) => !m.name.startsWith('f_gtin'));
    const path = await archive(
      zip([...rest.reverse(), { name: 'week412025-r2_3-GTIN-zip.zip', content: inner, store: true }]),
    );
    const packed = await loadRelease([path]);
    const loose = await loadRelease([SAMPLE]);
    assert.deepEqual(packed.report.counts, loose.report.counts);
    assert.deepEqual(packed.report.anomalies, []);
    assert.equal(packed.report.date, '2025-10-13');
    assert.equal(packed.report.version, '10.1.0_20251013');
    assert.match(packed.report.ignored.join(), /week412025-r2_3-GTIN-zip\.zip\/gtin_v2_0\.xsd/);
  });

  test('from files in folders, in any order', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'HISTORIC_CODES'));
    const names = (await readdir(SAMPLE)).filter((name) => name.endsWith('.xml'));
    for (const name of names) {
      await copyFile(join(SAMPLE, name), join(folder, name.startsWith('f_history') ? 'HISTORIC_CODES' : '.', name));
    }
    const paths = names.reverse().map((name) => join(SAMPLE, name));
    const { report } = await loadRelease(paths);
    assert.deepEqual((await loadRelease([folder])).report.counts, report.counts);
  });

  test('without the optional files, saying which are absent', async () => {
    const folder = await temporaryFolder();
    for (const name of await readdir(SAMPLE)) {
      if (/^f_(lookup|ingredient|vtm2|vmp2|amp2|vmpp|ampp)/.test(name)) {
        await copyFile(join(SAMPLE, name), join(folder, name));
      }
    }
    const { report } = await loadRelease([folder]);
    assert.deepEqual(report.absent, ['gtin', 'bnf', 'history', 'vtm-ingredient']);
  });

  test('with comments, CDATA, white space and references in the rows', async () => {
    const folder = await changedSample('vtm', (text) =>
      text.replace('<NM>Paracetamol</NM>', '\n <!-- name --> <NM><![CDATA[Para]]><!-- > -->c&#101;t&#x61;mol</NM >\n'),
    );
    assert.deepEqual((await loadRelease([folder])).report.anomalies, []);
  });
});
