const names: Readonly<Record<string, string>> = {
  'assay-osv': 'Assay (SBOM)',
  cosign: 'Cosign',
  cyclonedx: 'CycloneDX SBOM',
  gitleaks: 'Gitleaks',
  grype: 'Grype',
  'npm-audit': 'npm audit',
  'osv-scanner': 'OSV-Scanner',
  patchhound: 'PatchHound',
  sarif: 'SARIF',
  semgrep: 'Semgrep',
  spdx: 'SPDX SBOM',
  syft: 'Syft',
  trivy: 'Trivy',
};

/** A tool's name as people write it. */
export function sourceName(tool: string): string {
  const bare = tool.replace(/_version$/, '');
  return Object.hasOwn(names, bare) ? names[bare]! : bare;
}
