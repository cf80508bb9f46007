/** What the well-known rule sets of Semgrep's registry look for, one sentence each (names as in semgrep.dev/explore). */
const packs: Readonly<Record<string, string>> = {
  auto: 'Semgrep chooses rules of its registry that fit the languages and frameworks of the project.',
  'p/default': 'Semgrep’s general set: security and correctness problems that matter in most projects.',
  'p/ci': 'Rules with few false alarms, meant to run on every change.',
  'p/security-audit': 'A broad set for security reviews: what deserves a look, even where it may turn out harmless.',
  'p/owasp-top-ten': 'Problems of the OWASP Top Ten: injection, broken access control, weak cryptography and the rest.',
  'p/cwe-top-25': 'The 25 most dangerous kinds of weakness according to MITRE.',
  'p/secrets': 'Keys, tokens and passwords that stand in the code.',
  'p/gitleaks': 'Keys, tokens and passwords, by the patterns of Gitleaks.',
  'p/xss': 'Ways in which foreign scripts get into web pages.',
  'p/sql-injection': 'Database queries put together from texts of strangers.',
  'p/command-injection': 'Commands of the system put together from texts of strangers.',
  'p/insecure-transport': 'Connections without, or with weakened, encryption.',
  'p/jwt': 'Mistakes in making and checking JSON Web Tokens.',
  'p/docker': 'Dockerfiles that run as root, take unpinned images or leak secrets.',
  'p/dockerfile': 'Dockerfiles that run as root, take unpinned images or leak secrets.',
  'p/kubernetes': 'Kubernetes manifests that grant more than a workload needs.',
  'p/terraform': 'Terraform that leaves cloud resources open or unencrypted.',
  'p/supply-chain': 'Dependencies and build steps through which others may slip code in.',
  'p/r2c-ci': 'Rules with few false alarms, meant to run on every change.',
  'p/r2c-security-audit':
    'A broad set for security reviews: what deserves a look, even where it may turn out harmless.',
};

const languages: Readonly<Record<string, string>> = {
  bash: 'shell scripts',
  c: 'C',
  csharp: 'C#',
  django: 'Django',
  expressjs: 'Express',
  flask: 'Flask',
  'github-actions': 'GitHub Actions workflows',
  golang: 'Go',
  java: 'Java',
  javascript: 'JavaScript',
  kotlin: 'Kotlin',
  nginx: 'nginx configurations',
  nodejs: 'Node.js',
  php: 'PHP',
  python: 'Python',
  react: 'React',
  ruby: 'Ruby',
  rust: 'Rust',
  scala: 'Scala',
  swift: 'Swift',
  typescript: 'TypeScript',
};

/** A rule set as a client names it (`--config=p/ci`, `p/ci`, a path), and one sentence that says what it is. */
export interface ExplainedRuleset {
  readonly name: string;
  readonly explanation: string;
}

/** The rule sets of a run, explained; blank entries, which clients send for none, are left out. */
export function explainRulesets(sent: readonly string[]): ExplainedRuleset[] {
  const names = sent
    .map((text) =>
      text
        .trim()
        .replace(/^(--config|-c)[=\s]+/, '')
        .trim(),
    )
    .filter((name) => name !== '');
  return [...new Set(names)].map((name) => ({ name, explanation: explanationOf(name) }));
}

function explanationOf(name: string): string {
  const known = Object.hasOwn(packs, name) ? packs[name] : undefined;
  if (known !== undefined) return known;
  const pack = /^p\/([\w-]+)$/.exec(name)?.[1];
  const language = pack !== undefined && Object.hasOwn(languages, pack) ? languages[pack] : undefined;
  if (language !== undefined) return `Security problems and mistakes that are typical of ${language}.`;
  if (pack !== undefined) return 'A set of Semgrep’s registry.';
  if (name.startsWith('r/')) return 'A single rule, or a group of rules, of Semgrep’s registry.';
  if (/^https?:\/\//i.test(name)) return 'Rules fetched from this address when the scan ran.';
  return 'Rules of the project itself, from this file or folder.';
}
