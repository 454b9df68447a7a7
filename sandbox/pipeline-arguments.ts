import { parseArgs } from 'node:util'
import type { PipelineRequest } from './agent/run-pipeline.ts'

/** What `npm run pipeline` is to run: a pipeline file, and what the request says beside it. */
export interface PipelineArguments {
  readonly file: string
  readonly request: Pick<
    PipelineRequest,
    'parameters' | 'variables' | 'secretVariables' | 'branch' | 'pullRequest' | 'job'
  >
}

const usage = `usage: npm run pipeline -- <azure-pipelines.yml> [options]
  --parameter name=value   a parameter of the pipeline; an object as YAML
  --variable name=value    a variable given when the run is queued
  --secret name=value      the same, as a secret
  --branch refs/heads/x    the branch of the run; of a pull request its source branch
  --pull-request N         runs as the validation of pull request N
  --job NAME               only this job (Job or Stage.Job), and first what it depends on`

/** Reads the command line; throws an Error that says what is wrong with it, and how to use it. */
export function readPipelineArguments(args: readonly string[]): PipelineArguments {
  const { positionals, values } = parse(args)
  const [file, second] = positionals
  if (file === undefined) throw wrong('Which pipeline file?')
  if (second !== undefined) throw wrong(`One pipeline file at a time: what is "${second}"?`)
  const variables = pairs('--variable', values.variable)
  const secretVariables = pairs('--secret', values.secret)
  const both = Object.keys(secretVariables).find((name) => name in variables)
  if (both !== undefined) throw wrong(`"${both}" is given as a variable and as a secret`)
  const { branch, job } = values
  if (branch !== undefined && !/^refs\/[^/]+\/./.test(branch)) {
    throw wrong(`"${branch}" is not a full ref. Did you mean --branch refs/heads/${branch}?`)
  }
  const pullRequest = values['pull-request']
  return {
    file,
    request: {
      parameters: pairs('--parameter', values.parameter),
      variables,
      secretVariables,
      ...(branch !== undefined && { branch }),
      ...(pullRequest !== undefined && { pullRequest: readNumber(pullRequest) }),
      ...(job !== undefined && { job }),
    },
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        parameter: { type: 'string', multiple: true },
        variable: { type: 'string', multiple: true },
        secret: { type: 'string', multiple: true },
        branch: { type: 'string' },
        'pull-request': { type: 'string' },
        job: { type: 'string' },
      },
    })
  } catch (error) {
    throw wrong(error instanceof Error ? error.message : String(error))
  }
}

function pairs(option: string, texts: readonly string[] = []): Record<string, string> {
  const entries = texts.map((text) => {
    const equals = text.indexOf('=')
    // A secret may have been forgotten its name: what was given is not repeated.
    if (equals < 1) throw wrong(`${option} needs name=value`)
    return [text.slice(0, equals), text.slice(equals + 1)] as const
  })
  return Object.fromEntries(entries)
}

function readNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw wrong(`"${text}" is not the number of a pull request`)
}

function wrong(problem: string): Error {
  return new Error(`${problem}\n${usage}`)
}
