import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { slowFirst } from './slow-files.ts';

const { sort: byVitest } = BaseSequencer.prototype;

/** Vitest's order of test files, with those first that would otherwise run alone at the end, while a core has nothing to do. */
export default class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return slowFirst(await byVitest.call(this, files), ({ moduleId }) => moduleId);
  }
}
