import { expect, it } from 'vitest';
import { componentsOf } from './cyclonedx-components.js';

async function* bytesOf(document: unknown): AsyncGenerator<Uint8Array> {
  yield Buffer.from(JSON.stringify(document));
}

it('the components of an SBOM are listed by their purls, nested ones too, each once', async () => {
  const sbom = {
    components: [
      { type: 'library', name: 'a', version: '1', purl: 'pkg:npm/a@1', components: [{ name: 'b', version: '2' }] },
      { type: 'library', name: 'a', version: '1', purl: 'pkg:npm/a@1', 'bom-ref': 'again' },
      'nonsense',
      { type: 'library' },
    ],
  };
  const listed = [];
  for await (const component of componentsOf(bytesOf(sbom))) listed.push(component);
  expect(listed).toEqual([
    { type: 'library', name: 'a', version: '1', purl: 'pkg:npm/a@1', 'bom-ref': 'pkg:npm/a@1' },
    { type: 'library', name: 'b', version: '2', 'bom-ref': 'b@2' },
  ]);
});
