/** Injects the service's environment, `AlertingEnv`. */
export const ALERTING_ENV = Symbol('assay-alerting-env');
