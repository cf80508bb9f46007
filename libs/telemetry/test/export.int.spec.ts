import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { currentTraceparent, inSpan, startTelemetry, withTraceparent } from '../src/index.js';

interface ExportedSpan {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  status?: { code?: number };
}

interface ExportRequest {
  resourceSpans: {
    resource: { attributes: { key: string; value: { stringValue?: string } }[] };
    scopeSpans: { spans: ExportedSpan[] }[];
  }[];
}

const requests: { path: string | undefined; body: ExportRequest }[] = [];

/** A collector as far as OTLP/HTTP goes: it takes JSON and answers 200. */
const collector = createServer((request, response) => {
  let text = '';
  request.on('data', (chunk: Buffer) => (text += chunk.toString()));
  request.on('end', () => {
    requests.push({ path: request.url, body: JSON.parse(text) as ExportRequest });
    response.setHeader('content-type', 'application/json').end('{}');
  });
});

describe('with a collector', () => {
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
    const { port } = collector.address() as AddressInfo;
    // The SDK reads the standard variables itself.
    process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = `http://127.0.0.1:${port}`;
    process.env['OTEL_EXPORTER_OTLP_PROTOCOL'] = 'http/json';
    env = process.env;
  });

  afterAll(() => void collector.close());

  it('one trace runs through all services of a process, and the last to stop sends the rest', async () => {
    const gateway = await startTelemetry({ service: 'ingest-gateway', env });
    const scanner = await startTelemetry({ service: 'scanner', env });
    const sent = await inSpan('POST /api/v1/ingest/sbom', {}, () => currentTraceparent());
    await withTraceparent(sent, () =>
      inSpan('scanner-index', {}, () => Promise.reject(new Error('broken'))).catch(() => {}),
    );
    await gateway.shutdown();
    await gateway.shutdown();
    expect(requests).toHaveLength(0);
    await scanner.shutdown();

    expect(requests.map(({ path }) => path)).toEqual(['/v1/traces']);
    const [batch] = requests[0]!.body.resourceSpans;
    expect(batch!.resource.attributes).toContainEqual({
      key: 'service.name',
      value: { stringValue: 'assay-ingest-gateway' },
    });
    const spans = new Map(batch!.scopeSpans.flatMap(({ spans: each }) => each).map((span) => [span.name, span]));
    const [root, child] = [spans.get('POST /api/v1/ingest/sbom')!, spans.get('scanner-index')!];
    expect(sent).toBe(`00-${root.traceId}-${root.spanId}-01`);
    expect(child).toMatchObject({ traceId: root.traceId, parentSpanId: root.spanId, status: { code: 2 } });
  });

  it('a process that stopped exporting still hands traces on', async () => {
    const before = await inSpan('outer', {}, async () => [
      currentTraceparent(),
      await inSpan('inner', {}, () => currentTraceparent()),
    ]);
    expect(before[0]!.slice(0, 35)).toBe(before[1]!.slice(0, 35));
  });

  it('can be started again', async () => {
    const telemetry = await startTelemetry({ service: 'signer', env });
    await inSpan('sign', {}, () => {});
    await telemetry.shutdown();
    expect(requests).toHaveLength(2);
  });
});
