import assert from 'node:assert/strict'
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts'
import { readDockerfile } from '../../src/dockerfile/read-dockerfile.ts'
import { findTestBases } from '../../src/integration-test/find-test-bases.ts'
import { amd64, arm64 } from '../support/builders.ts'
import { throws } from '../support/problems.ts'

const digest = `sha256:${'1'.repeat(64)}`
const application = [
  'FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build',
  'FROM ubuntu',
  'FROM mcr.microsoft.com/dotnet/aspnet:10.0 AS final',
  'COPY --from=build /app /app',
].join('\n')

const find = (wanted: string, text = application, { buildArguments = {}, platform = amd64 } = {}) =>
  findTestBases(readDockerfile(parseDockerfile(text), { platform, buildArguments }), wanted, platform).map(
    ({ written }) => written,
  )

describe('findTestBases', () => {
  const aspnet = 'mcr.microsoft.com/dotnet/aspnet:10.0'
  const rows: readonly (readonly [wanted: string, found: readonly string[]])[] = [
    [aspnet, [aspnet]],
    ['mcr.microsoft.com/dotnet/aspnet', [aspnet]],
    ['dotnet/aspnet:10.0', [aspnet]],
    ['aspnet:10.0', [aspnet]],
    ['aspnet', [aspnet]],
    [`${aspnet}@${digest}`, [aspnet]],
    ['sdk:10.0', ['mcr.microsoft.com/dotnet/sdk:10.0']],
    ['ubuntu', ['ubuntu']],
    ['ubuntu:latest', ['ubuntu']],
    ['docker.io/library/ubuntu', ['ubuntu']],
  ]
  for (const [wanted, found] of rows) {
    it(`finds ${wanted}`, () => {
      assert.deepEqual(find(wanted), found)
    })
  }

  it('finds every use, also with a digest, a port or a variable', () => {
    const text = `ARG T=10.0\nFROM h:5000/aspnet:$T AS a\nFROM b.io/aspnet:10.0@${digest}\nCOPY --from=c.io/aspnet:10.0 x y`

    assert.deepEqual(find('aspnet:10.0', text), ['h:5000/aspnet:$T', `b.io/aspnet:10.0@${digest}`, 'c.io/aspnet:10.0'])
  })

  it('knows the build arguments that FROM uses', () => {
    const text = 'ARG REGISTRY\nARG TAG=8.0\nFROM ${REGISTRY}/dotnet/aspnet:${TAG}'
    const buildArguments = { REGISTRY: 'mcr.microsoft.com', TAG: '10.0' }

    assert.deepEqual(find(aspnet, text, { buildArguments }), ['${REGISTRY}/dotnet/aspnet:${TAG}'])
  })

  it('leaves a stage for another platform as it is', () => {
    const text = `FROM --platform=linux/arm64 ${aspnet} AS other\nFROM ${aspnet}\nCOPY --from=other /a /a`

    assert.equal(findTestBases(readDockerfile(parseDockerfile(text), { platform: amd64 }), aspnet, amd64).length, 1)
    assert.equal(findTestBases(readDockerfile(parseDockerfile(text), { platform: arm64 }), aspnet, arm64).length, 2)
  })

  it('takes the platform of the machine that builds for that of the image', () => {
    assert.deepEqual(find('aspnet', `FROM --platform=$BUILDPLATFORM ${aspnet}`), [aspnet])
    assert.deepEqual(find('aspnet', `FROM --platform=$TARGETPLATFORM ${aspnet}`), [aspnet])
  })

  it('refuses an image that is named for other platforms alone', () => {
    throws(() => find('aspnet', `FROM --platform=linux/arm64 ${aspnet}`), {
      name: 'InvalidInput',
      message:
        /names, but only for other platforms than linux\/amd64\. It names mcr\.microsoft\.com\/dotnet\/aspnet:10\.0 \(linux\/arm64\)\.$/,
    })
  })

  for (const wanted of [
    'aspnet:8.0',
    'net/aspnet',
    'core/aspnet:10.0',
    'build',
    'spnet',
    'aspnet:10',
    '',
    'h:5000/aspnet',
    'scratch',
  ]) {
    it(`refuses "${wanted}" and lists what there is`, () => {
      throws(() => find(wanted), {
        name: 'InvalidInput',
        field: 'testBaseImage',
        message:
          /It names mcr\.microsoft\.com\/dotnet\/sdk:10\.0, ubuntu, mcr\.microsoft\.com\/dotnet\/aspnet:10\.0\.$/,
      })
    })
  }

  it('says that a name without tag would find an image that is named by its digest alone', () => {
    const text = `FROM b.io/dotnet/aspnet@${digest}`

    throws(() => find('aspnet:10.0', text), {
      message: `The input "testBaseImage" is "aspnet:10.0", which the test application's Dockerfile does not name. It names b.io/dotnet/aspnet@${digest}. Without tag, "aspnet" matches it.`,
    })
    throws(() => find('runtime:10.0', text), { message: /It names b\.io\/dotnet\/aspnet@sha256:1+\.$/ })
    assert.deepEqual(find('aspnet', text), [`b.io/dotnet/aspnet@${digest}`])
  })

  it('says what is missing where a name has no value', () => {
    throws(() => find('aspnet', 'ARG TAG\nFROM a.io/aspnet:$TAG'), {
      message: /It names a\.io\/aspnet:\$TAG \("TAG" has no value: check the input "testBuildArguments"\)\.$/,
    })
  })

  it('says so where a Dockerfile names no image', () => {
    throws(() => find('aspnet', 'FROM scratch'), { message: /It names no image\.$/ })
  })
})
