import type { PipeTransform } from '@nestjs/common';
import { notFound } from '../ingest-gateway.errors.js';

const toolName = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

/**
 * The name of a tool in a path. Which tools are read is the scanner's to say: an unknown one fails the receipt with its
 * words, so that a new reader needs nothing here.
 */
export class ToolPipe implements PipeTransform<string, string> {
  /** @throws AssayError `ingest.no-such-tool` for what cannot be a tool's name */
  transform(tool: string): string {
    if (toolName.test(tool)) return tool;
    throw notFound('ingest.no-such-tool', 'A tool is named like `trivy` or `npm-audit`.');
  }
}
