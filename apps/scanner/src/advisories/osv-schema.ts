import { z } from 'zod';

/** Absent, null and a wrong type all become `fallback`: one odd field costs that field, not the advisory. */
function lenient<T extends z.ZodType>(schema: T, fallback: z.output<T>) {
  return schema
    .nullish()
    .catch(null)
    .transform((value) => value ?? fallback);
}

/** The items of a list that fit; the list itself may be absent or null. */
function listOf<T extends z.ZodType>(item: T) {
  const list = z.array(z.unknown()).nullish().catch(null);
  return list.transform((items) =>
    (items ?? []).flatMap((each) => {
      const parsed = item.safeParse(each);
      return parsed.success ? [parsed.data] : [];
    }),
  );
}

const texts = listOf(z.string());
const text = lenient(z.string(), '');
const severities = listOf(z.object({ type: z.string(), score: z.string() }));

/** A bag of fields that each database defines for itself. */
const specific = lenient(z.record(z.string(), z.unknown()), {});

export const osvAffected = z.object({
  package: z
    .object({ ecosystem: z.string().min(1), name: z.string().min(1) })
    .nullish()
    .catch(null),
  severity: severities,
  ranges: listOf(z.object({ type: z.string(), events: listOf(z.record(z.string(), z.unknown())) })),
  versions: texts,
  database_specific: specific,
  ecosystem_specific: specific,
});

/**
 * An OSV record (ossf.github.io/osv-schema, 1.7) as it is found in the wild: only `id` and `affected` must be of the right
 * type, as without them there is nothing to match.
 */
export const osvRecord = z.object({
  id: z.string().trim().min(1),
  aliases: texts,
  related: texts,
  upstream: texts,
  summary: text,
  details: text,
  references: listOf(z.object({ type: z.string(), url: z.string() })),
  published: text,
  modified: text,
  withdrawn: text,
  severity: severities,
  affected: z
    .array(z.unknown())
    .nullish()
    .transform((items) => items ?? []),
  database_specific: specific,
});

export type OsvRecord = z.output<typeof osvRecord>;
export type OsvAffected = z.output<typeof osvAffected>;
