import type { Command } from 'commander';
import { contentOf, type IngestRoute, reportRoute, routeOf } from '../documents.js';
import { exitCodes } from '../exit-codes.js';
import { gateWaitSeconds } from '../limits.js';
import { originQuery, type OriginOptions, withOrigin } from '../origin-options.js';
import type { CommandContext, RunCommand } from './command-context.js';
import { type IngestAnswer, verdictLines } from './verdict-lines.js';

/** Sends one file and gives the gateway's answer: a receipt, or with `waitSeconds` the verdict. */
export async function send(
  { gateway, output }: CommandContext,
  file: string,
  route: IngestRoute,
  options: OriginOptions,
  waitSeconds?: number,
): Promise<IngestAnswer> {
  output.progress(`sending ${file}`);
  const answer = await gateway.json<IngestAnswer>({
    method: 'POST',
    path: `${route}${originQuery(options, waitSeconds)}`,
    contentType: 'application/json',
    ...contentOf(file),
  });
  return { ...answer, file };
}

/** The exit code for the answers to documents whose verdicts were waited for. */
export function gateCode(answers: readonly IngestAnswer[]): number {
  if (answers.some((answer) => !answer.result)) return exitCodes.error;
  return answers.some((answer) => answer.result?.gate) ? exitCodes.blocked : exitCodes.ok;
}

/** `assay ingest sbom FILE`, `assay ingest report FILE` and `assay gate FILE…`. */
export function addIngestCommands(program: Command, run: RunCommand): void {
  const ingest = program.command('ingest').description('send documents and go on');
  withOrigin(
    ingest
      .command('sbom <file>')
      .description('send an SBOM: CycloneDX or SPDX as JSON')
      .option('--wait <seconds>', 'wait for the verdict, up to 300 seconds'),
  ).action((file: string, options: OriginOptions & { wait?: string }) =>
    run(async (context) => {
      const answer = await send(context, file, '/api/v1/ingest/sbom', options, secondsOf(options.wait));
      context.output.result(answer, verdictLines(answer));
      return exitCodes.ok;
    }),
  );
  withOrigin(
    ingest
      .command('report <file>')
      .description('send the report of a tool as JSON: trivy, grype, osv-scanner, semgrep, SARIF, gitleaks, npm audit')
      .option('--tool <name>', 'what wrote it; recognised by content where that is left out')
      .option('--wait <seconds>', 'wait for the verdict, up to 300 seconds'),
  ).action((file: string, options: OriginOptions & { wait?: string; tool?: string }) =>
    run(async (context) => {
      const { tool } = options;
      const route = tool === undefined ? '/api/v1/ingest/reports' : reportRoute(tool);
      const answer = await send(context, file, route, options, secondsOf(options.wait));
      context.output.result(answer, verdictLines(answer));
      return exitCodes.ok;
    }),
  );

  withOrigin(
    program.command('gate <files...>').description('send SBOMs and reports and wait: exit 0 pass, 1 blocked, 2 error'),
  ).action((files: string[], options: OriginOptions) =>
    run(async (context) => {
      const answers: IngestAnswer[] = [];
      for (const file of files) {
        answers.push(await send(context, file, await routeOf(file), options, gateWaitSeconds));
      }
      context.output.result(answers, answers.flatMap(verdictLines));
      return gateCode(answers);
    }),
  );
}

function secondsOf(wait: string | undefined): number | undefined {
  return wait === undefined ? undefined : Number(wait);
}
