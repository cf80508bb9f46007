import { describe, expect, it } from 'vitest';
import { mergeOpenApi, type OpenApiDocument } from './merge-openapi.js';

function aDocument(paths: Record<string, object>, schemas: Record<string, object> = {}): OpenApiDocument {
  return { openapi: '3.0.0', info: { title: 'x' }, paths, components: { schemas } };
}

const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });

describe('the merged document', () => {
  const own = aDocument({ '/b': { get: 'own' } }, { Problem: { type: 'object' }, Page: { type: 'object' } });

  it('has the paths of all, sorted, the first of each, and only public ones', () => {
    const other = aDocument({ '/a': { get: 'other' }, '/b': { get: 'other' }, '/internal/x': {} });
    const { paths } = mergeOpenApi(
      own,
      [{ service: 'scanner', document: other }],
      (path) => !path.startsWith('/internal'),
    );
    expect(Object.entries(paths)).toEqual([
      ['/a', { get: 'other' }],
      ['/b', { get: 'own' }],
    ]);
  });

  it('shares what is the same and renames what is not, references included', () => {
    const schemas = {
      Problem: { type: 'object' },
      Page: { items: reference('Finding') },
      Finding: { page: reference('Page') },
    };
    const document = aDocument({ '/a': { 200: reference('Page'), 400: reference('Problem') } }, schemas);
    const merged = mergeOpenApi(own, [{ service: 'case-engine', document }]);
    expect(merged.paths['/a']).toEqual({ 200: reference('CaseEnginePage'), 400: reference('Problem') });
    expect(merged.components?.['schemas']).toEqual({
      Problem: { type: 'object' },
      Page: { type: 'object' },
      CaseEnginePage: { items: reference('Finding') },
      Finding: { page: reference('CaseEnginePage') },
    });
  });
});
