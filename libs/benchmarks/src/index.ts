export type {
  BenchmarkBatch,
  BenchmarkHead,
  BenchmarkHost,
  Claim,
  ComplianceHash,
  OpenDocument,
  OsInfo,
  ReadBenchmark,
  ReadScan,
  RuleReference,
  RuleResult,
  RuleText,
  ScanHead,
  ScannerInfo,
} from './benchmark.js';
export type { BenchmarkErrorCode } from './benchmarks.errors.js';
export { maxLineLength, maxRuleRefLength, maxTextLength } from './limits.js';
export { complianceHash } from './patchmon/compliance-hash.js';
export { readBenchmark } from './read-benchmark.js';
export { recogniseForm, recognitionBytes } from './recognise-form.js';
export { outweighs, severityOf, statusesByWeight, statusOf } from './rule-status.js';
export {
  addStatus,
  countStatuses,
  dockerBenchScore,
  imageScore,
  noRules,
  patchMonScore,
  rounded,
  scoreOf,
} from './score.js';
export { BenchmarkReader } from './thread/benchmark-reader.js';
