// Reads a document, the fixture that is named or one made on the way with so many rules, with the built library, and prints
// what that took.
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { readBenchmark } from '../dist/index.js';

const [, , name] = process.argv;
const ruleCount = Number(name);

async function* manyRules() {
  yield Buffer.from('<Benchmark xmlns="http://checklists.nist.gov/xccdf/1.2"><Group id="g"><title>G</title>');
  const text = 'What the rule wants, in the words of its authors, who had several. '.repeat(2);
  for (let from = 0; from < ruleCount; from += 100) {
    let rules = '';
    for (let rule = from; rule < from + 100; rule++) {
      rules += `<Rule id="xccdf_demo_rule_${rule}" severity="low"><title>Rule ${rule}</title><description>${text}</description></Rule>`;
    }
    yield Buffer.from(rules);
  }
  yield Buffer.from('</Group><TestResult id="t"><target>demo</target>');
  for (let from = 0; from < ruleCount; from += 100) {
    let results = '';
    for (let rule = from; rule < from + 100; rule++) {
      results += `<rule-result idref="xccdf_demo_rule_${rule}"><result>${rule % 2 ? 'pass' : 'fail'}</result></rule-result>`;
    }
    yield Buffer.from(results);
  }
  yield Buffer.from('</TestResult></Benchmark>');
}

let bytes = 0;
async function* counted(source) {
  for await (const chunk of source) {
    bytes += chunk.length;
    yield chunk;
  }
}

const file = new URL(`../../../test/fixtures/compliance/${name}`, import.meta.url);
const open = () => counted(ruleCount > 0 ? manyRules() : createReadStream(file).pipe(createGunzip()));

globalThis.gc();
const before = process.memoryUsage();
let residentBytes = 0;
let heapBytes = 0;
let batches = 0;
const look = () => {
  residentBytes = Math.max(residentBytes, process.memoryUsage().rss);
  if (++batches % 500 !== 1) return;
  globalThis.gc();
  heapBytes = Math.max(heapBytes, process.memoryUsage().heapUsed);
};

const document = await readBenchmark(name.includes('.arf.') ? 'arf' : 'xccdf', open);
look();
const [scan] = document.scans;
let rules = 0;
let results = 0;
for await (const batch of scan.batches()) {
  rules += batch.rules.length;
  results += batch.results.length;
  look();
}

const mb = (value) => Math.round(value / 1e5) / 10;
const residentMb = mb(residentBytes - before.rss);
console.log(
  JSON.stringify({
    megabytes: mb(bytes / 2),
    rules,
    results,
    score: scan.score,
    residentMb,
    heapMb: mb(heapBytes - before.heapUsed),
  }),
);
