import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openDemoServer } from './support/demo.ts';
import { textOf, titleOf } from './support/page-text.ts';
import { aPatient, aStatement, newNhsNumber, nhs } from './support/people.ts';
import { openTestServer, type TestServer } from './support/test-server.ts';

let server: TestServer;
before(async () => {
  server = await openDemoServer();
});
after(() => server.close());

const find = (asked: string) => server.send('GET', `/patients?q=${encodeURIComponent(asked)}`);

describe('finding a patient', () => {
  test('the home page lists the demo patients by name', async () => {
    const { status, text } = await server.send('GET', '/');
    assert.equal(status, 200);
    const names = [...text.matchAll(/href="\/patients\/[^"]*">([^<]*)</g)].map((each) => each[1]);
    assert.equal(names.length, 11);
    assert.equal(names[0], 'ADEYEMI, Grace (Miss)');
    assert.deepEqual(names, names.toSorted());
  });

  test('the home page of a site that is no demonstration lists nobody', async () => {
    const site = await openTestServer({ demo: false });
    await site.create(aPatient(newNhsNumber()));
    const { status, text } = await site.send('GET', '/');
    assert.equal(status, 200);
    assert.doesNotMatch(text, /CONCORDIA/);
    await site.close();
  });

  for (const asked of ['9990001014', '999 000 1014', '999-000-1014', ' 999 0001014 ']) {
    test(`an NHS number written "${asked}" leads straight to its patient`, async () => {
      const { status, headers } = await find(asked);
      assert.equal(status, 303);
      assert.equal(headers.location, '/patients/demo-patient-margaret');
    });
  }

  for (const asked of ['ellison', 'Margaret Ellison', 'ellison, marg', 'ELLI']) {
    test(`the name "${asked}" finds its patient`, async () => {
      const { status, text } = await find(asked);
      assert.equal(status, 200);
      assert.match(textOf(text), /Patients found .*ELLISON, Margaret \(Mrs\)/);
      assert.doesNotMatch(textOf(text), /FINCH/);
    });
  }

  test('a number known only from what others sent leads to its page', async () => {
    const number = newNhsNumber();
    await server.create(aStatement({ identifier: nhs(number) }));
    const { status, headers } = await find(number);
    assert.equal(status, 303);
    const page = await server.send('GET', headers.location as string);
    assert.equal(page.status, 200);
    assert.match(textOf(page.text), /Ramipril/);
  });

  test('a number that two records have lets the reader choose', async () => {
    const number = newNhsNumber();
    await server.create(aPatient(number, { name: [{ family: 'One', given: ['A'] }] }));
    await server.create(aPatient(number, { name: [{ family: 'Two', given: ['B'] }] }));
    assert.match(textOf((await find(number)).text), /Patients found .*ONE, A .*TWO, B/);
  });

  test('where two records of one number disagree, each page says so', async () => {
    const number = newNhsNumber();
    const one = await server.create(
      aPatient(number, { name: [{ family: 'Three', given: ['A'] }], birthDate: '1980-01-01' }),
    );
    await server.create(aPatient(number, { name: [{ family: 'Four', given: ['B'] }] }));
    const { text } = await server.send('GET', `/patients/${one.id}`);
    assert.match(textOf(text), /THREE, A .*also recorded here for B Four\. Check that this is one person/);
  });

  test('a wrong check digit is named', async () => {
    const { status, text } = await find('9990001015');
    assert.equal(status, 400);
    assert.match(titleOf(text), /^Error: /);
    assert.match(textOf(text), /There is a problem 999 000 1015 is not a valid NHS number/);
    assert.match(text, /value="9990001015"/);
  });

  test('a valid number that nobody here has is said to be unknown here, no more', async () => {
    const { status, text } = await find(newNhsNumber());
    assert.equal(status, 200);
    assert.match(
      textOf(text),
      /Nothing is recorded here for NHS number 999 .* says nothing about what the patient takes/,
    );
  });

  for (const asked of ['', '   ', ',', '12345', 'x'.repeat(101)]) {
    test(`"${asked.slice(0, 10)}" is asked for again`, async () => {
      const { status, text } = await find(asked);
      assert.equal(status, 400);
      assert.match(textOf(text), /There is a problem/);
    });
  }

  for (const asked of ["O'Brien", 'a\\b', '100%', 'a|b', 'a$b', '*', '<b>', '&amp;', 'Ωmega', '😀']) {
    test(`"${asked}" is only a name that nobody has`, async () => {
      const { status, text } = await find(asked);
      assert.equal(status, 200);
      assert.match(textOf(text), /No patient found/);
    });
  }
});
