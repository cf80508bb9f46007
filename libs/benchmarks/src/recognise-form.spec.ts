import { expect, it } from 'vitest';
import { recogniseForm } from './recognise-form.js';

it.each([
  ['<?xml version="1.0"?>\n<Benchmark xmlns="http://checklists.nist.gov/xccdf/1.2">', 'xccdf'],
  ['\ufeff<cdf:TestResult>', 'xccdf'],
  ['<?xml version="1.0"?><!-- x --><arf:asset-report-collection xmlns:arf="x">', 'arf'],
  ['<html>', 'xccdf'],
  ['\n{ "dockerbenchsecurity": "1.3.4", "tests": [', 'docker-bench-json'],
  ['{"tests":[]', 'docker-bench-json'],
  ['\u001b[1;34m[INFO]\u001b[0m 1 - Host Configuration\n', 'docker-bench-text'],
  ['# ------\n# Docker Bench for Security v1.3.6\n', 'docker-bench-text'],
  ['{"platform":{"name":"x"},"profiles":[]}', null],
  ['{"scans":[]}', null],
  ['', null],
  ['hello', null],
])('%j is %j', (beginning, form) => expect(recogniseForm(Buffer.from(beginning))).toBe(form));
