import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PipelineResult } from '../agent/run-pipeline.ts'
import { servicingVersions } from '../base-images/base-images.ts'
import type { Sandbox } from '../sandbox.ts'
import { listContainers, readRuntimes, readTags, type Tags } from './observe.ts'

/** One run of the pipeline: what happened before it, how it is started, and what must be true after it. */
export interface Chapter {
  readonly title: string
  readonly prepare?: (world: World) => Promise<void>
  readonly parameters?: Readonly<Record<string, string | boolean>>
  readonly expect: (outcome: Outcome) => Promise<readonly Expectation[]>
}

export interface World {
  readonly sandbox: Sandbox
  /** The checked-out sources. */
  readonly sources: string
}

/** What a run left behind, read back from outside. */
export interface Outcome {
  readonly sandbox: Sandbox
  readonly run: PipelineResult
  readonly before: Observed
  readonly after: Observed
}

export interface Observed {
  readonly tags: Tags
  readonly cards: number
  readonly containers: readonly string[]
  /** Requests to the registry of base images, `HEAD /v2/...`, since the sandbox started. */
  readonly baseRequests: readonly string[]
}

/** A claim about the outcome, and whether it holds. */
export interface Expectation {
  readonly claim: string
  readonly holds: boolean
}

export const pipelineFile = 'platform-images/net10/aspnet/azure-pipelines.yml'
export const repositoryName = 'platform/aspnet'
const [olderRuntime, newerRuntime] = servicingVersions

/** The demo's five runs of one pipeline file. */
export const story: readonly Chapter[] = [
  {
    title: 'The first release',
    expect: async (outcome) => [
      ...released(outcome, '10.0-noble-1.0.0'),
      await runsOn(outcome, '10.0-noble-1.0.0', olderRuntime),
    ],
  },
  {
    title: 'Four hours later: nothing moved',
    expect: ({ run, before, after }) =>
      Promise.resolve([
        claim('the run succeeds', run.result === 'Succeeded'),
        claim('nothing is built or published', stepsThatRan(run).join() === 'Check the base image'),
        claim('one HEAD request to the base registry', isOneHead(after.baseRequests.slice(before.baseRequests.length))),
        claim('no tag moved', sameTags(before.tags, after.tags)),
        claim('no card', before.cards === after.cards),
      ]),
  },
  {
    title: `Microsoft moves the tag from .NET ${olderRuntime} to ${newerRuntime}`,
    prepare: ({ sandbox }) => sandbox.baseImages.moveTags(newerRuntime),
    expect: async (outcome) => [
      ...released(outcome, '10.0-noble-1.1.0'),
      await runsOn(outcome, '10.0-noble-1.1.0', newerRuntime),
    ],
  },
  {
    title: 'Somebody wants a release now (force_update)',
    parameters: { force_update: true },
    expect: (outcome) => Promise.resolve(released(outcome, '10.0-noble-1.2.0')),
  },
  {
    title: 'Somebody slims the platform image too much',
    prepare: removeFramework,
    expect: ({ run, before, after }) =>
      Promise.resolve([
        claim('the run fails', run.result === 'Failed'),
        claim('the test application is what failed', isTestFailure(run)),
        claim('no tag moved, nothing is published', sameTags(before.tags, after.tags)),
        claim('a card tells of the failure', after.cards === before.cards + 1),
        claim('no container is left', after.containers.join() === before.containers.join()),
      ]),
  },
]

/** Reads everything that a chapter's expectations compare. */
export async function observe(sandbox: Sandbox): Promise<Observed> {
  const isThere = sandbox.ecr.requests.some(
    ({ operation, status }) => operation === 'CreateRepository' && status === 200,
  )
  return {
    tags: isThere ? await readTags(sandbox, repositoryName) : new Map(),
    cards: sandbox.teams.cards.length,
    containers: await listContainers(sandbox),
    baseRequests: sandbox.baseRegistry.requests.map(({ method, path }) => `${method} ${path}`),
  }
}

function claim(text: string, holds: boolean): Expectation {
  return { claim: text, holds }
}

function released({ run, before, after }: Outcome, versionTag: string): Expectation[] {
  const digest = after.tags.get(versionTag)
  const floating = ['10.0', 'latest', '10.0-noble-current']
  const older = [...before.tags].filter(([tag]) => !floating.includes(tag))
  return [
    claim('the run succeeds', run.result === 'Succeeded'),
    claim(`${versionTag} is new in ECR`, digest !== undefined && !before.tags.has(versionTag)),
    claim(
      `${floating.join(', ')} stand on it`,
      floating.every((tag) => after.tags.get(tag) === digest),
    ),
    claim(
      'older versions stand where they were',
      older.every(([tag, to]) => after.tags.get(tag) === to),
    ),
    claim('a card tells of it', after.cards === before.cards + 1),
    claim('no container is left', after.containers.join() === before.containers.join()),
  ]
}

async function runsOn({ sandbox }: Outcome, tag: string, version: string): Promise<Expectation> {
  const runtimes = await readRuntimes(sandbox, repositoryName, tag)
  return claim(`the published image runs on .NET ${version}`, runtimes.includes(`Microsoft.AspNetCore.App ${version} `))
}

function stepsThatRan({ steps }: PipelineResult): string[] {
  return steps
    .filter(({ result, displayName }) => result !== 'Skipped' && !displayName.startsWith('Post-job'))
    .map(({ displayName }) => displayName)
}

function isOneHead(requests: readonly string[]): boolean {
  return requests.length === 1 && requests[0] === 'HEAD /v2/dotnet/aspnet/manifests/10.0-noble'
}

function isTestFailure({ steps }: PipelineResult): boolean {
  const failed = steps.filter(({ result }) => result === 'Failed')
  return (
    failed.length === 1 && failed[0]?.issues.some(({ message }) => message.startsWith('The application ended')) === true
  )
}

function sameTags(one: Tags, other: Tags): boolean {
  return one.size === other.size && [...one].every(([tag, digest]) => other.get(tag) === digest)
}

/** A change that looks like hardening, builds well, and breaks every application. */
async function removeFramework({ sources }: World): Promise<void> {
  const dockerfile = join(sources, 'platform-images/net10/aspnet/Dockerfile')
  const text = await readFile(dockerfile, 'utf8')
  const step = 'RUN rm -r /usr/share/dotnet/shared/Microsoft.AspNetCore.App'
  await writeFile(dockerfile, text.replace(/^USER /m, `${step}\nUSER `))
}
