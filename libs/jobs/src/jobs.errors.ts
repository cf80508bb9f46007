export type JobsErrorCode =
  | 'jobs.schema-newer'
  | 'jobs.schema-missing'
  | 'jobs.bad-declaration'
  | 'jobs.unknown-job'
  | 'jobs.state-too-large'
  | 'jobs.bad-slice';
