import assert from 'node:assert/strict'
import { planUnchecked, type UncheckedBuild } from '../../src/build-image/plan-unchecked.ts'
import { digestOf } from '../../src/model/digest.ts'
import { formatReference, parseReference } from '../../src/model/reference.ts'
import { aBuildContext, aDockerfile, amd64, aReleaseLine, arm64 } from '../support/builders.ts'
import { capturedLog } from '../support/captured-log.ts'
import { rejects } from '../support/problems.ts'

const registry = {
  resolve: (reference: Parameters<typeof formatReference>[0]) => Promise.resolve(digestOf(formatReference(reference))),
  resolvePlatform: (_: unknown, digest: string, { architecture }: { architecture: string }) =>
    Promise.resolve(digestOf(`${digest} ${architecture}`)),
}

async function plan(build: Partial<UncheckedBuild> & { text?: string } = {}) {
  const { text = 'FROM mcr.microsoft.com/dotnet/aspnet', ...more } = build
  const log = capturedLog()
  const form: UncheckedBuild = {
    releaseLine: aReleaseLine(),
    dockerfile: aDockerfile(text),
    platform: amd64,
    target: undefined,
    buildArguments: {},
    mirrors: {},
    ...more,
  }
  const buildContext = aBuildContext((made: object) => Promise.resolve(`v1:${JSON.stringify(made)}`))
  return { log, record: await planUnchecked(form, { registry, buildContext, log }) }
}

describe('planUnchecked', () => {
  it('plans to build on the base as it is now, and to record that for the line', async () => {
    const { record, log } = await plan({
      text: 'FROM mcr.microsoft.com/dotnet/aspnet AS first\nFROM a.io/b',
      target: 'first',
      platform: arm64,
      mirrors: { 'a.io': 'b.io' },
    })

    const digest = digestOf('mcr.microsoft.com/dotnet/aspnet:latest')
    assert.deepEqual(record, {
      releaseLine: aReleaseLine(),
      replaces: { kind: 'unknown' },
      platform: arm64,
      base: {
        reference: parseReference('mcr.microsoft.com/dotnet/aspnet:latest'),
        digest,
        platformDigest: digestOf(`${digest} arm64`),
      },
      target: 'first',
      buildArguments: {},
      contextHash: 'v1:{"buildArguments":{},"target":"first"}',
      mirrors: { 'a.io': 'b.io' },
    })
    assert.match(log.lines.join(), /aspnet:latest as it is now, sha256:\w{12}\. It is recorded for platform\/aspnet:10/)
  })

  it('says that without a line the layers alone will tell', async () => {
    const { record, log } = await plan({ releaseLine: undefined })

    assert.equal(record.releaseLine, undefined)
    assert.equal(record.contextHash, undefined)
    assert.match(log.lines.join(), /by its layers alone: give "repositoryName" and "tagPrefix"/)
  })

  it('finds the base by the arguments of this build, which are part of no record', async () => {
    const { record } = await plan({ text: 'ARG TAG\nFROM a.io/b:$TAG', buildArguments: { TAG: '7' } })

    assert.equal(formatReference(record.base.reference), 'a.io/b:7')
    assert.deepEqual(record.buildArguments, {})
  })

  it('refuses what is built from scratch: only a check can tell what it follows', async () => {
    await rejects(plan({ text: 'FROM scratch' }), { name: 'InvalidInput', field: 'buildRecord' })
  })

  it('refuses a FROM that nobody can resolve', async () => {
    await rejects(plan({ text: 'ARG TAG\nFROM a.io/b:$TAG' }), { name: 'InvalidDockerfileError' })
  })
})
