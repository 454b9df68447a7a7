import assert from 'node:assert/strict'
import { BuildError, type BuildFault } from '../../src/build-image/build-error.ts'
import { ImageUnavailableError } from '../../src/dockerfile-build/build-dockerfile.ts'
import { BuildFailedError } from '../../src/dockerfile-build/builder.ts'
import { EngineTooOldError } from '../../src/dockerfile-build/require-capable-engine.ts'
import { explainBuild } from '../../src/problems/explain-build.ts'
import { formatProblem } from '../../src/problems/problem.ts'
import { amd64, arm64, aspnet } from '../support/builders.ts'
import { told } from '../support/problems.ts'

const path = '/src/Dockerfile'
const unavailable = (use: ImageUnavailableError['use']) =>
  new ImageUnavailableError({ path, use, reason: 'connection refused' })
const copied = { instruction: 'COPY --from', written: 'a.io/tool:1', line: 2 } as const
const reader = { instruction: '# syntax', written: 'docker/dockerfile:1', line: 1 } as const

describe('explainBuild', () => {
  const faults: readonly (readonly [what: string, fault: BuildFault, text: string])[] = [
    [
      'the context changed after the check',
      { what: 'context-changed', context: '/src' },
      "The context /src changed after the check read it, so the check's record does not fit it. Run the pipeline again.",
    ],
    [
      'the check watched another image',
      { what: 'other-base', watched: aspnet, path, builtOn: 'mcr.microsoft.com/dotnet/aspnet:8.0' },
      `The check watched mcr.microsoft.com/dotnet/aspnet:10.0, but ${path} is built on mcr.microsoft.com/dotnet/aspnet:8.0. Check and build the same Dockerfile.`,
    ],
    [
      'the Dockerfile is built on nothing',
      { what: 'other-base', watched: aspnet, path, builtOn: 'scratch, and does not name it' },
      `The check watched mcr.microsoft.com/dotnet/aspnet:10.0, but ${path} is built on scratch, and does not name it. Check and build the same Dockerfile.`,
    ],
    [
      'the image has other layers than the base',
      { what: 'not-on-base', watched: aspnet },
      'The image was not built on mcr.microsoft.com/dotnet/aspnet:10.0 as the check saw it: its lowest layers differ from the base\'s. Run the pipeline again. If it happens again, look for a "# syntax=" line in the Dockerfile.',
    ],
    [
      'the base is for another platform',
      { what: 'other-platform', reference: aspnet, wanted: amd64, found: arm64 },
      'Cannot build on mcr.microsoft.com/dotnet/aspnet:10.0 for linux/amd64: it is an image for linux/arm64/v8. Run the check again for the platform that is built.',
    ],
  ]
  for (const [what, fault, text] of faults) {
    it(`says what to do where ${what}`, () => {
      assert.equal(told(new BuildError(fault)), text)
    })
  }

  const others: readonly (readonly [what: string, error: Error, text: string])[] = [
    [
      'a step fails',
      new BuildFailedError('[2/2] RUN x', 'exit code: 3', ['not told']),
      'The step "[2/2] RUN x" failed: exit code: 3.',
    ],
    [
      'an image of the Dockerfile cannot be had',
      unavailable(copied),
      `Cannot get a.io/tool:1, which ${path} names in line 2: connection refused. Let the agent reach it or name a mirror of its registry in the input "registryMirrors".`,
    ],
    [
      'the image that reads the Dockerfile cannot be had',
      unavailable(reader),
      `Cannot get docker/dockerfile:1, which ${path} names to read it by "# syntax=": connection refused. Remove that line or name a mirror of its registry in the input "registryMirrors".`,
    ],
    [
      'the engine is too old',
      new EngineTooOldError({ path, syntax: { what: 'a heredoc', line: 2, engine: 23 }, version: '20.10.24' }),
      `${path} has a heredoc in line 2, which needs engine 23 or later; the agent has 20.10.24. Update Docker on the agent, or begin the file with # syntax=docker/dockerfile:1.`,
    ],
  ]
  for (const [what, error, text] of others) {
    it(`says what to do where ${what}`, () => {
      assert.equal(told(error), text)
    })
  }

  it('shows the beginning of a step that is a whole script', () => {
    const text = told(new BuildFailedError(`RUN ${'x'.repeat(1000)}`, 'exit code: 3', []))

    assert.equal(text, `The step "RUN ${'x'.repeat(155)}…" failed: exit code: 3.`)
  })

  for (const use of [copied, reader]) {
    it(`names no input that the form lacks, for ${use.instruction}`, () => {
      const problem = explainBuild(unavailable(use), {})

      assert.ok(problem)
      assert.doesNotMatch(formatProblem(problem), /input/)
    })
  }

  it('has no words for any other error', () => {
    assert.equal(explainBuild(new Error('x'), {}), undefined)
  })
})
