import { applyDecorators } from '@nestjs/common';
import { ApiBadRequestResponse, ApiBody, ApiDefaultResponse, ApiUnauthorizedResponse } from '@nestjs/swagger';

/** A field of a form: an example of its text, or that it is a file. */
export type FormField = { readonly example: string } | { readonly file: string };

/** Fields that the routes of PatchHound have in common, with examples. */
export const formFields = {
  token: { example: '0ca3f939-a250-41dc-88b7-78754c267fb0' },
  apiKey: { example: 'assay_admin_…' },
  repository: { example: 'acme/shop' },
  imageDigest: { example: 'sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae' },
  imageName: { example: 'registry.example/base/node:24' },
} as const satisfies Readonly<Record<string, FormField>>;

const error = { schema: { type: 'object', properties: { error: { type: 'string' } } } } as const;

/** Describes a form of PatchHound in the OpenAPI document, and how it is refused: `{"error": …}`. */
export function PatchHoundForm(
  required: Readonly<Record<string, FormField>>,
  optional: Readonly<Record<string, FormField>> = {},
): MethodDecorator {
  const properties = Object.entries({ ...required, ...optional }).map(([name, field]) => [
    name,
    'file' in field
      ? { type: 'string', format: 'binary', description: field.file }
      : { type: 'string', example: field.example },
  ]);
  return applyDecorators(
    ApiBody({
      schema: { type: 'object', required: Object.keys(required), properties: Object.fromEntries(properties) },
    }),
    ApiDefaultResponse({ description: 'What went wrong', ...error }),
    ApiBadRequestResponse({ description: 'A field is missing, or a file is not what it should be', ...error }),
    ApiUnauthorizedResponse({
      description: 'The token or admin key is missing, wrong, switched off or expired',
      ...error,
    }),
  );
}
