import { readFileSync } from 'node:fs';
import { newId, severities } from '@assay/kernel';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import type { MessageSource } from '../outbound/webhook-message.js';
import { discordBody, discordLimits } from './discord-message.js';
import { mailOf } from './mail-message.js';
import { pagerDutyEvent } from './pagerduty-event.js';
import { severityReport } from './severity-report.js';
import { slackBody } from './slack-message.js';
import { teamsBody } from './teams-message.js';

const key = 'R0UT1NGKEY00000000000000000000AB';
const bodies: Record<string, (source: MessageSource) => object> = {
  slack: (source) => slackBody(source, 'https://assay.example/'),
  discord: (source) => discordBody(source, 'https://assay.example/'),
  teams: (source) => teamsBody(source, 'https://assay.example/'),
  pagerduty: (source) => pagerDutyEvent('acme', source, key, 'https://assay.example/'),
};
const ajv = new Ajv2020({ strict: false });
const schemas = new Map(
  Object.keys(bodies).map((name) => {
    const file = new URL(`../../test/fixtures/webhooks/${name}.schema.json`, import.meta.url);
    return [name, ajv.compile(JSON.parse(readFileSync(file, 'utf8')) as object)];
  }),
);

const aFinding = {
  vulnerabilityId: 'CVE-2021-44906',
  group: null,
  kind: 'vulnerability',
  severity: 'critical',
  kev: true,
  epss: 0.1,
  component: 'pkg:npm/minimist@1.2.5',
  fixedVersion: '1.2.6',
  target: '',
} as const;

function aMessage(
  changes: Partial<MessageSource> = {},
  content: Partial<MessageSource['content']> = {},
): MessageSource {
  return {
    alertId: newId(),
    ruleId: '019a964c-b206-7acb-a255-12100f80b56f',
    ruleName: 'New critical findings',
    eventName: 'findings.judged',
    eventTime: new Date('2026-01-15T10:30:00Z'),
    title: 'CVE-2021-44906 (critical, exploited) in acme/payments',
    severity: 'critical',
    matched: 1,
    receiptId: null,
    raisedAt: new Date('2026-01-15T10:30:01Z'),
    ...changes,
    content: {
      subject: { kind: 'branch', provider: '', org: 'acme', repo: 'payments', branch: 'main' },
      commitSha: '9c1f6a0f',
      runUrl: null,
      caseId: 7,
      runId: null,
      counts: { critical: 1, high: 0 },
      findings: [aFinding],
      details: null,
      ...content,
    },
  };
}

const none = { misconfigurations: 0, secrets: 0, licenses: 0, issues: 0 };
const report = severityReport('acme/payments', {
  'assay-osv': { ...none, critical: 1, high: 2, medium: 3, low: 4, unknown: 5 },
  trivy: { ...none, critical: 6, high: 7, medium: 8, low: 9, unknown: 10, misconfigurations: 11, secrets: 12 },
  semgrep: { ...none, critical: 0, high: 0, medium: 0, low: 0, unknown: 0, issues: 13 },
});
const aReport = aMessage({ eventName: 'run.recorded' }, { report });
const failed = (details: object): MessageSource =>
  aMessage({ eventName: 'verification.failed', severity: null }, { findings: [], details: { ...details } });

describe('the severity report of a run, as PatchHound sends it', () => {
  it('to Slack has three attachments with these fields, and text for numbers', () => {
    const body = slackBody(aReport, '') as {
      text: string;
      attachments: { color: string; fields: { title: string; value: string; short: boolean }[] }[];
    };
    expect(Object.keys(body)).toEqual(['text', 'attachments']);
    expect(body.text).toBe(':rotating_light: *Vulnerability Severity Report*');
    expect(body.attachments.map(({ color }) => color)).toEqual(['#FF0000', '#FF0000', '#FF0000']);
    expect(body.attachments.map(({ fields }) => fields.map(({ title, value }) => `${title}=${value}`))).toEqual([
      ['Repo=acme/payments', 'Critical=1', 'High=2', 'Medium=3', 'Low=4', 'Unknown=5'],
      [
        'Trivy Scan=',
        'Critical=6',
        'High=7',
        'Medium=8',
        'Low=9',
        'Unkown=10',
        'Misconfiguration=11',
        'Exposed Secret=12',
      ],
      ['Semgrep Scan=', 'Issues=13'],
    ]);
    expect(body.attachments[0]!.fields[0]!.short).toBe(false);
  });

  it('to Discord is one red embed', () => {
    const body = discordBody(aReport, '') as { embeds: { title: string; description: string; color: number }[] };
    expect(Object.keys(body)).toEqual(['embeds']);
    const [embed] = body.embeds;
    expect([embed!.title, embed!.color]).toEqual(['🚨 Vulnerability Severity Report', 16_711_680]);
    const numbers = [...embed!.description.matchAll(/: (\d+)/g)].map(([, number]) => Number(number));
    expect(numbers).toEqual(Array.from({ length: 13 }, (_, index) => index + 1));
    expect(embed!.description).toContain('acme/payments');
  });
});

describe('an event that PatchHound knows', () => {
  it.each([
    [{ occasion: 'attest', check: 'signature' }, 'Workflow : Signature Fail'],
    [{ occasion: 'attest', check: 'attestation' }, 'Workflow : Verification Fail'],
    [{ occasion: 'rescan', check: 'document', role: 'sbom' }, 'Scheduled Event : Tampering Detected'],
    [{ occasion: 'rescan', check: 'attestation', role: 'sbom' }, 'Scheduled Event : SYFT_Attestation Fail'],
    [
      { occasion: 'rescan', check: 'attestation', role: 'sbom', missing: true },
      'Scheduled Event : SYFT_Attestation Missing',
    ],
    [{ occasion: 'rescan', check: 'signature', role: 'sbom' }, 'Scheduled Event : SYFT_Signature Fail'],
    [{ occasion: 'rescan', check: 'attestation', role: 'trivy_report' }, 'Scheduled Event : TRVIY_Attestation Fail'],
    [{ occasion: 'rescan', check: 'signature', role: 'trivy_report' }, 'Scheduled Event : TRVIY_Signature Fail'],
    [{ occasion: 'rescan', check: 'signature', role: 'sast_report' }, 'Scheduled Event : Signature Fail'],
  ])('has its name: %j', (details, name) => {
    const message = failed({ ...details, reason: 'The signature does not fit.' });
    expect(slackBody(message, '')).toMatchObject({
      text: `:rotating_light: ${name}`,
      attachments: [{ color: '#FF0000', text: expect.stringContaining('The signature does not fit.') as string }],
    });
    expect(discordBody(message, '')).toMatchObject({
      embeds: [
        { title: `🚨 ${name}`, description: expect.stringContaining('acme/payments') as string, color: 16_711_680 },
      ],
    });
  });

  it.each([
    ['not-matched', 'Scheduled Event : Scan Fail'],
    ['missing-document', 'Scheduled Event : Tampering Detected'],
    ['damaged-findings', 'Scheduled Event : Internal Error'],
  ])('of a rescan that failed has its name: %s', (status, name) => {
    const message = aMessage({ eventName: 'run.rescan-failed' }, { details: { status, reason: 'It cannot be read.' } });
    expect(slackBody(message, '')).toMatchObject({ text: `:rotating_light: ${name}` });
  });

  it.each([
    ['vulnerabilities', 'Scheduled Event : Vulnerabilities Detected'],
    ['kev', 'Scheduled Event : Kev Vulnerabilities Detected'],
  ])('of a rescan has its name: %s', (about, name) => {
    const message = aMessage({ eventName: 'run.rescanned' }, { details: { about } });
    const body = slackBody(message, '') as { text: string; attachments: { text: string }[] };
    expect(body.text).toBe(`:rotating_light: ${name}`);
    expect(body.attachments[0]!.text).toContain('CVE-2021-44906 (critical, exploited)');
  });
});

describe('every kind of message', () => {
  const nasty = '<!channel> @everyone <@123> *bold* `code` [click](http://evil) & <http://evil|x>\n# big';
  const long = 'x'.repeat(9_000);
  const many = Array.from({ length: 60 }, () => ({ ...aFinding, component: `${nasty}${long}` }));
  const messages: [string, MessageSource][] = [
    ['findings', aMessage()],
    ['a report', aReport],
    ['a failed verification', failed({ reason: nasty, occasion: 'rescan', role: 'sbom', check: 'document' })],
    ['nothing', aMessage({ severity: null, matched: 0 }, { subject: null, findings: [], counts: null, caseId: null })],
    ['what is over', aMessage({ title: 'Nothing left' }, { findings: [], resolves: true })],
    [
      'far too much',
      aMessage(
        { title: `${nasty}${long}`, ruleName: long, matched: 900 },
        { findings: many, subject: { kind: 'image', imageName: `${nasty}${long}` }, details: { reason: long } },
      ),
    ],
  ];
  const cases = messages.flatMap(([what, message]) =>
    Object.keys(bodies).map((type) => [type, what, message] as const),
  );

  it.each(cases)('of %s keeps to its schema: %s', (type, _what, message) => {
    const validate = schemas.get(type)!;
    expect(validate(bodies[type]!(message)), JSON.stringify(validate.errors)).toBe(true);
  });

  it.each(cases)('of %s mentions nobody and marks nothing up: %s', (type, _what, message) => {
    const text = JSON.stringify(bodies[type]!(message));
    const forbidden: Record<string, RegExp[]> = {
      slack: [/<!channel>/, /@everyone/, /<http:/, /(?<!\u200b)`/],
      discord: [/@everyone/, /(?<!\\)<@/, /(?<!\\)\[click/, /(?<!\\)`/],
      teams: [/(?<!\\)\[click/, /<http:/],
    };
    for (const pattern of forbidden[type] ?? []) expect(pattern.exec(text)?.index ?? null).toBeNull();
  });

  it('of Discord stays below its limit for all texts together, of Teams below 28 KiB, of Slack below 40,000', () => {
    const big = messages.at(-1)![1];
    const { embeds } = discordBody(big, '') as {
      embeds: { title: string; description: string; fields: { name: string; value: string }[] }[];
    };
    const [{ title, description, fields }] = embeds as [(typeof embeds)[number]];
    const all = [title, description, ...fields.flatMap(({ name, value }) => [name, value])].join('').length;
    expect(all).toBeLessThan(discordLimits.all);
    expect(Buffer.byteLength(JSON.stringify(teamsBody(big, '')))).toBeLessThan(28_672);
    expect(JSON.stringify(slackBody(big, '')).length).toBeLessThan(40_000);
  });

  it('says of names with underscores what they are', () => {
    const message = aMessage({}, { findings: [{ ...aFinding, component: 'pkg:pypi/my_package_name@1' }] });
    expect(JSON.stringify([slackBody(message, ''), discordBody(message, '')]).match(/my_package_name/g)).toHaveLength(
      2,
    );
  });
});

describe('an incident of PagerDuty', () => {
  const keyOf = (message: MessageSource): string =>
    (pagerDutyEvent('acme', message, key, '') as { dedup_key: string }).dedup_key;

  it('is that of rule and subject: it is triggered again, and resolved under the same key', () => {
    const [one, again, over] = [aMessage(), aMessage({ title: 'more' }), aMessage({}, { resolves: true })];
    expect(new Set([one, again, over].map(keyOf)).size).toBe(1);
    expect(pagerDutyEvent('acme', over, key, '')).toMatchObject({ event_action: 'resolve', routing_key: key });
    const other = aMessage({}, { subject: { kind: 'host', hostId: 'web-1' } });
    expect(keyOf(other)).not.toBe(keyOf(one));
  });

  it.each(severities)('has a severity of theirs for %s', (severity) => {
    const { payload } = pagerDutyEvent('acme', aMessage({ severity }), key, '') as { payload: { severity: string } };
    expect(['critical', 'error', 'warning', 'info']).toContain(payload.severity);
  });
});

describe('a mail', () => {
  it('has one line for its subject, whatever the title holds', () => {
    const { subject, text } = mailOf(aMessage({ title: 'x\r\nBcc: everybody@example.com' }), 'https://assay.example');
    expect(subject).not.toMatch(/[\r\n]/);
    expect(text).toContain('- CVE-2021-44906 (critical, exploited) in pkg:npm/minimist@1.2.5, fixed in 1.2.6');
    expect(text).toContain('https://assay.example/api/v1/cases/7');
  });
});
