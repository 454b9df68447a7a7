import assert from 'node:assert/strict'
import { chooseBase } from '../../src/check/choose-base.ts'
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts'
import { formatReference } from '../../src/model/reference.ts'
import { amd64 } from '../support/builders.ts'
import { throws } from '../support/problems.ts'

const choose = (dockerfile: string, baseImage?: string) =>
  formatReference(chooseBase(parseDockerfile(dockerfile), { platform: amd64, buildArguments: {}, baseImage }).reference)

const catalogue = 'https://mcr.microsoft.com/api/v1/catalog/dotnet/aspnet/tags'
const aspnet = 'mcr.microsoft.com/dotnet/aspnet:10.0'
const from = `FROM ${aspnet}`
const digest = `sha256:${'1'.repeat(64)}`

describe('chooseBase', () => {
  const rows: readonly (readonly [what: string, dockerfile: string, baseImage: string | undefined, base: string])[] = [
    ['what the Dockerfile is built on', from, undefined, aspnet],
    ['the same, named again', from, aspnet, aspnet],
    ['the same, named by the address of its catalogue', from, `${catalogue}:10.0`, aspnet],
    ["the same, by the address that the catalogue's page uses", from, `${catalogue}?reg=mar:10.0`, aspnet],
    ["the Dockerfile's host where the input names a mirror", from, 'mirror.example/dotnet/aspnet:10.0', aspnet],
    [
      "a mirror's host where the Dockerfile names it",
      'FROM m.example/dotnet/aspnet:10.0',
      aspnet,
      'm.example/dotnet/aspnet:10.0',
    ],
    ['latest where no tag is written', 'FROM ubuntu', undefined, 'docker.io/library/ubuntu:latest'],
    ['latest where only the input writes it', 'FROM ubuntu', 'ubuntu:latest', 'docker.io/library/ubuntu:latest'],
    ['a pinned digest with its tag', `${from}@${digest}`, undefined, `${aspnet}@${digest}`],
    ['a pinned digest that the input names without it', `${from}@${digest}`, aspnet, `${aspnet}@${digest}`],
    ['a pinned digest that the input names as well', `${from}@${digest}`, `${aspnet}@${digest}`, `${aspnet}@${digest}`],
    ['a pinned digest without tag', `FROM a.io/b@${digest}`, undefined, `a.io/b@${digest}`],
    ['the input where the FROM has no value', 'ARG V\nFROM a.io/b:$V', aspnet, aspnet],
    ['the input where the Dockerfile starts from scratch', 'FROM scratch', aspnet, aspnet],
    [
      'the input, by its catalogue, on scratch',
      'FROM scratch',
      `${catalogue}:8.0-noble`,
      'mcr.microsoft.com/dotnet/aspnet:8.0-noble',
    ],
    [
      "the machine's own platform, since nobody knows it here",
      `FROM --platform=$BUILDPLATFORM ${aspnet}`,
      undefined,
      aspnet,
    ],
    ['the platform of the image, written out', `FROM --platform=linux/amd64 ${aspnet}`, undefined, aspnet],
    ['a platform of another stage', `FROM --platform=linux/arm64 a.io/sdk AS build\n${from}`, undefined, aspnet],
    ['the final stage', `FROM a.io/sdk AS build\n${from}`, undefined, aspnet],
  ]
  for (const [what, dockerfile, baseImage, base] of rows) {
    it(`watches ${what}`, () => {
      assert.equal(choose(dockerfile, baseImage), base)
    })
  }

  const refused: readonly (readonly [
    what: string,
    dockerfile: string,
    baseImage: string | undefined,
    error: Parameters<typeof throws>[1],
  ])[] = [
    [
      'another tag, and shows both',
      from,
      'mcr.microsoft.com/dotnet/aspnet:8.0',
      {
        field: 'baseImage',
        message: /names mcr\.microsoft\.com\/dotnet\/aspnet:8\.0, but .* on mcr\.microsoft\.com\/dotnet\/aspnet:10\.0/,
      },
    ],
    [
      'another repository',
      from,
      'mcr.microsoft.com/dotnet/runtime:10.0',
      { field: 'baseImage', message: /dotnet\/runtime:10\.0, but/ },
    ],
    [
      'a digest that the Dockerfile does not pin',
      from,
      `${aspnet}@${digest}`,
      {
        field: 'baseImage',
        message: /aspnet:10\.0@sha256:1{64}, but .* on mcr\.microsoft\.com\/dotnet\/aspnet:10\.0\./,
      },
    ],
    [
      'another digest than the Dockerfile pins',
      `${from}@sha256:${'2'.repeat(64)}`,
      `${aspnet}@${digest}`,
      { field: 'baseImage', message: /@sha256:1{64}, but .*@sha256:2{64}\./ },
    ],
    ['a catalogue of another tag', from, `${catalogue}:8.0`, { field: 'baseImage', message: /aspnet:8\.0, but/ }],
    ['a catalogue without tag', from, catalogue, { field: 'baseImage', message: /cannot be read/ }],
    [
      'what is no reference',
      from,
      'Not An Image',
      { field: 'baseImage', message: /cannot be read: .*Write it as mcr/ },
    ],
    [
      'scratch without a name',
      'FROM scratch',
      undefined,
      { field: 'baseImage', message: /is empty, but .* FROM scratch/ },
    ],
    [
      'a base for another platform than the image',
      `FROM --platform=linux/arm64 ${aspnet}`,
      undefined,
      {
        field: 'platform',
        message: /is linux\/amd64, but the Dockerfile's final FROM is for linux\/arm64\/v8\. Make both the same/,
      },
    ],
    ['an ARG without value', 'ARG T\nFROM a.io/b:$T', undefined, { name: 'InvalidDockerfileError', line: 2 }],
    ['no FROM', 'RUN x', undefined, { name: 'InvalidDockerfileError' }],
  ]
  for (const [what, dockerfile, baseImage, error] of refused) {
    it(`refuses ${what}`, () => {
      throws(() => choose(dockerfile, baseImage), error)
    })
  }
})

describe('chooseBase, where the image may stand on it', () => {
  const stands = (dockerfile: string, target?: string) =>
    chooseBase(parseDockerfile(dockerfile), { platform: amd64, baseImage: aspnet, target }).standsOnBase

  it('holds where the final stage begins with the layers of an image, also one that only the input names', () => {
    assert.equal(stands(`FROM ${aspnet}`), true)
    assert.equal(stands('ARG V\nFROM a.io/b:$V'), true)
  })

  it('does not hold where the final stage, or the target, begins from scratch', () => {
    assert.equal(stands(`FROM ${aspnet} AS files\nFROM scratch\nCOPY --from=files / /`), false)
    assert.equal(stands(`FROM scratch AS small\nFROM ${aspnet}`, 'small'), false)
  })
})
