/** Promise: nothing that was accepted is lost or done twice, whatever is killed. Twenty random histories of `kill -9`. */
import { isDeepStrictEqual } from 'node:util';
import { flow, type FlowOutcome } from '../test/journeys/support/nothing-lost.js';
import type { RunMode } from '../test/journeys/support/platform-process.js';
import { bench, demand } from './support/bench.js';
import { optionsOf } from './support/options.js';

const options = optionsOf({ seeds: 20, first: 1, documents: 200, kills: 12 });

/** The documents that left something else behind than without kills. */
function differences(disturbed: FlowOutcome, undisturbed: FlowOutcome): string[] {
  const names = new Set([...undisturbed.traces.keys(), ...disturbed.traces.keys()]);
  return [...names].filter((name) => !isDeepStrictEqual(disturbed.traces.get(name), undisturbed.traces.get(name)));
}

await bench('Nothing accepted is lost', async (say) => {
  say.fact(
    'documents',
    `${options.documents}, sent 8 at a time while ${options.kills} processes are killed with SIGKILL`,
  );
  say.fact('compared', 'receipt, finding keys, case version and counts, webhook ids, audit entries of every document');
  say.fact('durability', 'the settings of the product: fsync on, synchronous_commit on');
  const undisturbed = await flow('split', options.documents, null);
  demand(undisturbed.traces.size === options.documents, `${undisturbed.traces.size} documents left a trace`);

  let total = 0;
  for (let seed = options.first; seed < options.first + options.seeds; seed += 1) {
    const mode: RunMode = seed % 2 === 1 ? 'split' : 'all-in-one';
    const begun = performance.now();
    const disturbed = await flow(mode, options.documents, { seed, kills: options.kills });
    const different = differences(disturbed, undisturbed);
    total += different.length;
    const seconds = ((performance.now() - begun) / 1000).toFixed(0);
    const summary = `differences ${different.length}/${options.documents}, ${seconds} s`;
    say.say(`seed ${seed} (${mode}): ${disturbed.killed.length} kills (${disturbed.killed.join(', ')}): ${summary}`);
    for (const name of different.slice(0, 5)) {
      say.say(`  ${name} without kills: ${JSON.stringify(undisturbed.traces.get(name))}`);
      say.say(`  ${name} with kills:    ${JSON.stringify(disturbed.traces.get(name))}`);
    }
  }
  demand(total === 0, `${total} documents left something else behind than without kills`);
  say.say(`${options.seeds} seeds, no difference`);
});
