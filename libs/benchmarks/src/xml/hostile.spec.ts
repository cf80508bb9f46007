import { describe, expect, it } from 'vitest';
import { opened } from '../../test/bytes.js';
import { readBenchmark } from '../read-benchmark.js';

const open = '<TestResult xmlns="http://checklists.nist.gov/xccdf/1.2">';
const close = '</TestResult>';
const results = '<target>t</target><rule-result idref="r"><result>pass</result></rule-result>';

async function refusal(content: string | Buffer): Promise<unknown> {
  return readBenchmark('xccdf', opened(content)).then(
    () => 'taken',
    (error: { kind: string; code: string }) => `${error.kind} ${error.code}`,
  );
}

const laughs = Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join('');

describe('XML that wants more than to be read', () => {
  it.each([
    ['a billion laughs', `<!DOCTYPE t [<!ENTITY l0 "lol">${laughs}]>${open}&l9;${close}`],
    ['an entity that is itself', `<!DOCTYPE t [<!ENTITY a "&b;"><!ENTITY b "&a;">]>${open}&a;${close}`],
    ['a file', `<!DOCTYPE t [<!ENTITY x SYSTEM "file:///etc/passwd">]>${open}&x;${close}`],
    ['an address', `<!DOCTYPE t SYSTEM "http://127.0.0.1:1/x.dtd">${open}${close}`],
    ['a parameter entity', `<!DOCTYPE t [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x"> %x;]>${open}${close}`],
    ['a document type after a comment', `<?xml version="1.0"?><!-- x --><!DOCTYPE t>${open}${close}`],
  ])('%s is refused with its document type', async (_, text) =>
    expect(await refusal(text)).toBe('invalid benchmarks.doctype'),
  );

  it.each([
    ['an entity that nobody declared', `${open}&lol;${close}`, 'documents.syntax'],
    ['a document type inside', `${open}<!DOCTYPE t>${close}`, 'documents.syntax'],
    ['tags that cross', `${open}<a><b></a></b>${close}`, 'documents.syntax'],
    ['an attribute twice', `${open}<a x="1" x="2"/>${close}`, 'documents.syntax'],
    ['a character that XML does not have', `${open}\u0001${close}`, 'documents.syntax'],
    ['a reference to one', `${open}&#0;${close}`, 'documents.syntax'],
    ['a prefix of no namespace', `${open}<x:a/>${close}`, 'documents.syntax'],
    ['something behind its end', `${open}${close}<a/>`, 'documents.syntax'],
    ['an end too early', `${open}<rule-result idref="r">`, 'documents.truncated'],
    ['nothing', '', 'documents.empty'],
    ['nothing but a comment', '<!-- x -->', 'documents.empty'],
    ['64 levels and one more', `${open}${'<a>'.repeat(64)}${'</a>'.repeat(64)}${close}`, 'documents.too-deep'],
    ['an attribute too many', `${open}<a ${attributes(257)}/>${close}`, 'documents.too-wide'],
    ['a text without end', `${open}${'x'.repeat(2_000_000)}${close}`, 'documents.string-too-long'],
    ['an attribute without end', `${open}<a x="${'x'.repeat(2_000_000)}"/>${close}`, 'documents.string-too-long'],
    ['a name without end', `${open}<${'x'.repeat(2_000_000)}/>${close}`, 'documents.string-too-long'],
    ['a document type without end', `<!DOCTYPE t [${'<!ENTITY a "b">'.repeat(200_000)}`, 'documents.string-too-long'],
    ['another encoding', `<?xml version="1.0" encoding="ISO-8859-1"?>${open}${close}`, 'documents.encoding'],
    ['the wrong root', '<html xmlns="http://www.w3.org/1999/xhtml"></html>', 'benchmarks.unknown-form'],
    ['the right root of nothing', '<TestResult/>', 'benchmarks.unknown-form'],
  ])('%s is refused', async (_, text, code) => expect(await refusal(text)).toBe(`invalid ${code}`));

  it('bytes that are no UTF-8, and other encodings, are refused', async () => {
    expect(await refusal(Buffer.concat([Buffer.from(open), Buffer.from([0xe9]), Buffer.from(close)]))).toBe(
      'invalid documents.encoding',
    );
    expect(await refusal(Buffer.from(`\ufeff${open}${results}${close}`, 'utf16le'))).toBe('invalid documents.encoding');
    expect(await refusal(Buffer.from(`\ufeff${open}${results}${close}`))).toBe('taken');
  });

  it('what is only odd is read', async () => {
    const odd = `<?xml-stylesheet href="x"?>${open}<!-- ${'-x'.repeat(99)} --><?pi x?>${results}${'<a/>'.repeat(1_000)}${close}<!-- end -->\n`;
    expect(await refusal(odd)).toBe('taken');
  });

  it('names that every object has are names', async () => {
    const names = `<target>t</target><rule-result idref="__proto__" constructor="x"><result>constructor</result></rule-result>`;
    expect(await refusal(`${open}${names}${close}`)).toBe('taken');
  });
});

function attributes(count: number): string {
  return Array.from({ length: count }, (_, n) => `a${n}="x"`).join(' ');
}
