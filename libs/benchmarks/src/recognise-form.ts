import type { BenchmarkForm } from '@assay/contracts';
import { stripVTControlCharacters } from 'node:util';

/** Bytes from which a form is recognised: the longest prolog and comment before a root that anybody writes. */
export const recognitionBytes = 64 * 1024;

const signs: readonly { readonly form: BenchmarkForm; readonly sign: RegExp }[] = [
  { form: 'arf', sign: /<(?:[\w.-]+:)?asset-report-collection[\s>]/ },
  // Any other XML is called by the one name; reading it says what it is instead.
  { form: 'xccdf', sign: /^\s*</ },
  { form: 'docker-bench-json', sign: /^\s*\{[^]*?"(?:dockerbenchsecurity|tests)"\s*:/ },
  { form: 'docker-bench-text', sign: /^\s*\[(?:PASS|WARN|INFO|NOTE)\]\s+(?:\d|c\.)|Docker Bench for Security/im },
];

/** The form of a tool's own output by its first bytes; null for a document that is none of ours. */
export function recogniseForm(beginning: Uint8Array): BenchmarkForm | null {
  const text = new TextDecoder().decode(beginning.subarray(0, recognitionBytes));
  const plain = stripVTControlCharacters(text);
  return signs.find(({ sign }) => sign.test(plain))?.form ?? null;
}
