import type { Severity } from '@assay/kernel';

/** Colours of reports; each is readable on white, or white on it, at a contrast of 4.5:1 or more (WCAG 2.2 §1.4.3). */
export const ink = '#1b1f24';
export const quietInk = '#57606a';
export const linkInk = '#0550ae';
export const rule = '#d0d7de';
export const shade = '#f6f8fa';

export const severityColours: Readonly<Record<Severity, string>> = {
  critical: '#8f1d1d',
  high: '#b3390a',
  medium: '#7a5200',
  low: '#0550ae',
  unknown: '#57606a',
};

export const verdictColours = { pass: '#116329', block: '#a40e26', 'not-applicable': '#57606a' } as const;
