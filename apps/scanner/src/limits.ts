/**
 * Limits of the scanner. Pinned by `limits.spec.ts`; lengths are in UTF-16 code units, what JavaScript calls `length`.
 */

/** A component's name. The longest of our corpus has 199; more is cut, for lists and messages carry the name. */
export const maxNameLength = 1_000;

/** A component's version. Real ones reach 120 (Go pseudo-versions, module builds of rpm). */
export const maxVersionLength = 300;

/** A purl. Cutting one would name another package, so a longer one is no purl for us. Qualifiers of syft reach 600. */
export const maxPurlLength = 4_000;

/** A licence name or expression; some tools put the first lines of the licence text there. */
export const maxLicenseLength = 500;

/** Licences of one component; a kernel package lists about 60. */
export const maxLicensesPerComponent = 100;

/** Warnings kept for one document. They are for a person to read; the number of the rest is told. */
export const maxWarningsPerDocument = 100;

/** A title or summary of an advisory or a finding; the details stay in the document. */
export const maxTitleLength = 1_000;

/** Alias ids of one advisory. Real ones have up to 60; a record that names thousands would merge what is not the same. */
export const maxAliasesPerAdvisory = 200;

/**
 * Packages of one SPDX document whose names are kept until the end, where the relationship stands that says which of them the
 * document describes. In larger documents a later one is not found, and the document's own name is shown.
 */
export const maxRememberedPackages = 20_000;

/** One line of a feed, thus one advisory. The largest of the public feeds (a kernel advisory with its packages) has 3 MiB. */
export const maxFeedLineBytes = 16 * 1024 * 1024;

/** Bytes looked at to tell what a document is before it is read. Real reports say what they are within the first 300. */
export const reportHeadBytes = 1_024;
