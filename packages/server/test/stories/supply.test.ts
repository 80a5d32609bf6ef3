import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { ARCHITECTURES, type ArchitectureName } from '../../demo/supply/architectures.ts';
import { STORIES } from '../../demo/supply/stories.ts';
import { Scene } from '../../demo/supply/story.ts';
import { useSampleUnlessLoaded } from '../../src/dmd/sample.ts';
import { openWorld, type World } from './world.ts';

let folder: string;
const dmd = () => join(folder, 'dmd');
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'concord-stories-'));
  await useSampleUnlessLoaded(dmd());
});
after(() => rmSync(folder, { recursive: true, force: true }));

for (const [name, { title }] of Object.entries(ARCHITECTURES)) {
  suite(title, () => {
    let world: World;
    before(async () => {
      world = await openWorld(name as ArchitectureName, { folder, dmd: dmd() });
    });
    after(() => world?.close());

    for (const [story, { title: says, patient, run }] of Object.entries(STORIES)) {
      test(says, async (context) => {
        const tell = (who: string, what: string) => context.diagnostic(`${who}: ${what}`);
        const scene = new Scene(world.eco, patient, tell, story.replaceAll(' ', '-'));
        await scene.begin();
        await run(scene);
      });
    }
  });
}
