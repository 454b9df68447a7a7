import assert from 'node:assert/strict'
import fc from 'fast-check'
import { InvalidDockerfileError } from '../../src/dockerfile/invalid-dockerfile-error.ts'
import { type ImageUse, imageUses, readDockerfile } from '../../src/dockerfile/read-dockerfile.ts'
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts'
import { formatPlatform, type Platform } from '../../src/model/platform.ts'
import { formatReference, parseReference } from '../../src/model/reference.ts'
import { amd64, arm64 } from '../support/builders.ts'
import { formattedDockerfile } from './dockerfile-arbitrary.ts'
import { throws } from '../support/problems.ts'

/** One line for each image use: what it names. */
function named({ names }: ImageUse): string {
  switch (names.kind) {
    case 'image':
      return formatReference(names.reference)
    case 'stage':
      return `stage ${String(names.index)}`
    case 'scratch':
      return 'scratch'
    case 'unresolved':
      return `unresolved: ${names.because}`
  }
}

const read = (text: string, buildArguments: Record<string, string> = {}) =>
  imageUses(readDockerfile(parseDockerfile(text), { platform: amd64, buildArguments })).map(named)

const aspnet = 'mcr.microsoft.com/dotnet/aspnet:10.0'
const digest = `sha256:${'1'.repeat(64)}`

describe('readDockerfile', () => {
  const rows: readonly (readonly [what: string, text: string, uses: readonly string[]])[] = [
    ['one FROM', `FROM ${aspnet}`, [aspnet]],
    ['lower case', `from ${aspnet} as Base\nfrom base\ncopy --from=base /a /b`, [aspnet, 'stage 0', 'stage 0']],
    ['tabs and spaces', `\t FROM \t${aspnet} \t AS\tbase  \nRUN x`, [aspnet]],
    ['CRLF', `ARG A=1\r\nFROM ${aspnet} AS a\r\nRUN x\r\nFROM a\r\n`, [aspnet, 'stage 0']],
    ['a byte order mark', `\uFEFFFROM ${aspnet}\n`, [aspnet]],
    ['a byte order mark before ARG', `\uFEFFARG A=ubuntu\nFROM $A\n`, ['docker.io/library/ubuntu']],
    ['comments and empty lines', `# FROM a\n\n  # FROM b\nFROM ${aspnet}\n# FROM c`, [aspnet]],
    ['--platform', `FROM --platform=linux/amd64 ${aspnet} AS a`, [aspnet]],
    ['--platform with a variable', `FROM --platform=$BUILDPLATFORM ${aspnet}`, [aspnet]],
    ['a continued FROM', `FROM \\\n  ${aspnet} \\\n  AS a\nFROM a`, [aspnet, 'stage 0']],
    ['a comment in a continued line', `FROM \\\n# not this\n  ${aspnet}`, [aspnet]],
    ['a continued RUN', `FROM ${aspnet}\nRUN echo \\\nFROM nowhere \\\n# FROM comment\n  && x`, [aspnet]],
    [
      'an escape directive',
      `# escape=\`\nFROM \`\n  ${aspnet}\nRUN dir C:\\\nFROM ubuntu`,
      [aspnet, 'docker.io/library/ubuntu'],
    ],
    ['a syntax directive', `# syntax=docker/dockerfile:1\nFROM ${aspnet}`, [aspnet]],
    [
      'a heredoc',
      `FROM ${aspnet}\nRUN <<EOF\nFROM nowhere\nCOPY --from=nowhere a b\nEOF\nCOPY --from=b/c a b`,
      [aspnet, 'docker.io/b/c'],
    ],
    ['a heredoc of COPY', `FROM ${aspnet}\nCOPY <<"FILE" /Dockerfile\nFROM nowhere\nFILE\n`, [aspnet]],
    ['a heredoc with tabs', `FROM ${aspnet}\nRUN <<-EOF\n\tFROM nowhere\n\tEOF\n`, [aspnet]],
    [
      'two heredocs',
      `FROM ${aspnet}\nRUN cat <<A <<B\nFROM x\nA\nFROM y\nB\nFROM ubuntu`,
      [aspnet, 'docker.io/library/ubuntu'],
    ],
    [
      'no heredoc in quotes',
      `FROM ${aspnet} AS a\nFROM ubuntu\nRUN sh -c "cat <<EOF"\nCOPY --from=a x y\nFROM a`,
      [aspnet, 'docker.io/library/ubuntu', 'stage 0', 'stage 0'],
    ],
    [
      'what is quoted as it is written',
      "FROM '<<EOF'",
      ['unresolved: "<<EOF" is not an image reference: "library/<<EOF" is not a repository'],
    ],
    ['an image over two lines', 'FROM ubun\\\ntu:24.04 AS a', ['docker.io/library/ubuntu:24.04']],
    ['a digest', `FROM ${aspnet}@${digest}`, [`${aspnet}@${digest}`]],
    ['a digest alone', `FROM ubuntu@${digest}`, [`docker.io/library/ubuntu@${digest}`]],
    ['a port', 'FROM localhost:5000/a', ['localhost:5000/a']],
    ['scratch', 'FROM scratch', ['scratch']],
    ['a stage by its name in lower case', `FROM ${aspnet} AS Build\nFROM build`, [aspnet, 'stage 0']],
    ['a chain of stages', `FROM ${aspnet} AS a\nFROM a AS b\nFROM b`, [aspnet, 'stage 0', 'stage 1']],
    [
      'the nearest of two stages with one name',
      `FROM a AS x\nFROM b AS x\nFROM x`,
      ['docker.io/library/a', 'docker.io/library/b', 'stage 1'],
    ],
    [
      'a stage with the name of an image',
      'FROM ubuntu AS ubuntu\nFROM ubuntu',
      ['docker.io/library/ubuntu', 'stage 0'],
    ],
    [
      'a stage that comes later as an image',
      'FROM later\nFROM ubuntu AS later',
      ['docker.io/library/later', 'docker.io/library/ubuntu'],
    ],
    ['a number in FROM as an image', 'FROM ubuntu\nFROM 0', ['docker.io/library/ubuntu', 'docker.io/library/0']],
    [
      'COPY --from a stage by number',
      `FROM ${aspnet}\nFROM ubuntu\nCOPY --from=0 a b`,
      [aspnet, 'docker.io/library/ubuntu', 'stage 0'],
    ],
    ['COPY --from an image', `FROM ${aspnet}\nCOPY --from=busybox:1 a b`, [aspnet, 'docker.io/library/busybox:1']],
    [
      'COPY --from behind other flags',
      `FROM ${aspnet}\nCOPY --chown=1:1 --from=busybox --link a b`,
      [aspnet, 'docker.io/library/busybox'],
    ],
    [
      'a mount from an image',
      `FROM ${aspnet}\nRUN --mount=type=bind,from=busybox,target=/b x`,
      [aspnet, 'docker.io/library/busybox'],
    ],
    [
      'two mounts',
      `FROM a AS s\nFROM ${aspnet}\nRUN --mount=from=s,target=/a --mount=type=bind,source=/,from=b x`,
      ['docker.io/library/a', aspnet, 'stage 0', 'docker.io/library/b'],
    ],
    ['a mount without image', `FROM ${aspnet}\nRUN --mount=type=cache,target=/c x`, [aspnet]],
    [
      'a mount in capitals',
      `FROM a\nRUN --mount=type=bind,FROM=b,target=/m x`,
      ['docker.io/library/a', 'docker.io/library/b'],
    ],
    [
      'a mount in quotes',
      `FROM a\nRUN --mount=type=bind,"from=b",target=/m --mount='type=bind,from=c' --mount=from="d" x`,
      ['docker.io/library/a', 'docker.io/library/b', 'docker.io/library/c', 'docker.io/library/d'],
    ],
    ['the last of two sources', `FROM a\nRUN --mount=from=b,from=c x`, ['docker.io/library/a', 'docker.io/library/c']],
    [
      'no part of another option',
      `FROM a\nRUN --mount=type=secret,id=from,target=/from=b,xfrom=c x`,
      ['docker.io/library/a'],
    ],
    [
      'a tag by a pattern',
      'ARG V=v1\nFROM a:${V#v} AS x\nFROM b\nCOPY --from=x /x /y',
      ['docker.io/library/a:1', 'docker.io/library/b', 'stage 0'],
    ],
    [
      'ONBUILD of a stage that another one is built on',
      `FROM a AS x\nONBUILD COPY --from=b /x /y\nONBUILD RUN --mount=from=c x\nFROM x`,
      ['docker.io/library/a', 'docker.io/library/b', 'docker.io/library/c', 'stage 0'],
    ],
    [
      'a stage between an ONBUILD and where it runs',
      `FROM a AS x\nONBUILD COPY --from=b /x /y\nFROM c AS b\nFROM x`,
      ['docker.io/library/a', 'stage 1', 'docker.io/library/c', 'stage 0'],
    ],
    ['ONBUILD of the image as nothing of this build', `FROM a\nONBUILD COPY --from=b /x /y`, ['docker.io/library/a']],
    ['ONBUILD as nothing of this build', `FROM ${aspnet}\nONBUILD RUN x`, [aspnet]],
    ['a variable', `ARG T=10.0\nFROM mcr.microsoft.com/dotnet/aspnet:$T`, [aspnet]],
    ['braces', `ARG REPO=mcr.microsoft.com/dotnet/aspnet\nFROM \${REPO}:10.0`, [aspnet]],
    ['a variable made of another', `ARG T=10.0\nARG I=dotnet/aspnet:\${T}\nFROM mcr.microsoft.com/$I`, [aspnet]],
    ['a default', 'ARG T\nFROM ubuntu:${T:-24.04}', ['docker.io/library/ubuntu:24.04']],
    ['an alternative', 'ARG T=x\nFROM ubuntu${T:+:24.04}', ['docker.io/library/ubuntu:24.04']],
    ['quotes around a value', 'ARG I="ubuntu:24.04"\nFROM $I', ['docker.io/library/ubuntu:24.04']],
    ['quotes around an image', 'ARG T=24.04\nFROM "ubuntu:$T"', ['docker.io/library/ubuntu:24.04']],
    ['several values in one ARG', 'ARG A=ubuntu B=24.04\nFROM $A:$B', ['docker.io/library/ubuntu:24.04']],
    ['the later of two values', 'ARG A=x\nARG A=y\nFROM $A', ['docker.io/library/y']],
    [
      'an ARG behind FROM as of no use',
      'FROM a\nARG X=b\nFROM $X',
      ['docker.io/library/a', 'unresolved: "X" has no value'],
    ],
    ['the platform', 'FROM ubuntu:$TARGETARCH', ['docker.io/library/ubuntu:amd64']],
    ['a variable without value', 'ARG X\nFROM $X', ['unresolved: "X" has no value']],
    [
      'what is no reference',
      'FROM Ubuntu',
      ['unresolved: "Ubuntu" is not an image reference: a repository is written in lower case'],
    ],
  ]
  for (const [what, text, uses] of rows) {
    it(`reads ${what}`, () => {
      assert.deepEqual(read(text), uses)
    })
  }

  it('takes a value of the build before the default, but only for a declared ARG', () => {
    assert.deepEqual(read('ARG T=1\nFROM ubuntu:$T', { T: '2' }), ['docker.io/library/ubuntu:2'])
    assert.deepEqual(read('ARG T=1\nFROM ubuntu:$T', { T: '' }), [
      'unresolved: "ubuntu:" is not an image reference: "" is not a tag',
    ])
    assert.deepEqual(read('FROM ubuntu:$T', { T: '2' }), ['unresolved: "T" has no value'])
  })

  it('writes out the platform that is built for', () => {
    const { stages } = readDockerfile(parseDockerfile('FROM a/b:$TARGETOS-$TARGETARCH'), { platform: arm64 })

    assert.deepEqual(
      stages.map(({ from }) => named(from)),
      ['docker.io/a/b:linux-arm64'],
    )
  })

  it('keeps name, platform and place of a stage', () => {
    const { stages } = readDockerfile(parseDockerfile(`ARG A\n\nFROM --platform=$BUILDPLATFORM ${aspnet} AS Build\n`), {
      platform: amd64,
    })

    const { name, from } = stages[0] ?? assert.fail('no stage')
    assert.equal(name, 'Build')
    assert.equal(from.platform, '$BUILDPLATFORM')
    assert.equal(from.line, 3)
    assert.equal(from.written, aspnet)
  })

  const platforms: readonly (readonly [written: string, platform: Platform | undefined])[] = [
    ['linux/arm64', arm64],
    ['$BUILDPLATFORM', arm64],
    ['${TARGETPLATFORM}', amd64],
    ['"linux/$BUILDARCH"', arm64],
    ['$OTHER', { os: 'linux', architecture: 's390x' }],
    ['$NOBODY', undefined],
    ['arm64', arm64],
    ['arm65', undefined],
  ]
  const shown = (platform: Platform | undefined) => platform && formatPlatform(platform)
  for (const [written, platform] of platforms) {
    it(`reads the platform of FROM --platform=${written}`, () => {
      const text = `ARG OTHER=linux/s390x\nFROM --platform=${written} a`

      const [stage] = readDockerfile(parseDockerfile(text), { platform: amd64, buildPlatform: arm64 }).stages

      assert.equal(shown(stage?.from.forPlatform), shown(platform))
    })
  }

  it('does not guess the platform that is built on', () => {
    const [stage] = readDockerfile(parseDockerfile('FROM --platform=$BUILDPLATFORM a'), { platform: amd64 }).stages

    assert.equal(stage?.from.forPlatform, undefined)
  })

  const syntaxes: readonly (readonly [text: string, written: string | undefined])[] = [
    ['# syntax=docker/dockerfile:1\nFROM a', 'docker/dockerfile:1'],
    ['\uFEFF#SYNTAX = docker/dockerfile:1 x=y\r\nFROM a', 'docker/dockerfile:1'],
    ['# escape=`\n# syntax=docker/dockerfile:1\nFROM a', 'docker/dockerfile:1'],
    ['# a comment\n# syntax=docker/dockerfile:1\nFROM a', undefined],
    ['FROM a', undefined],
  ]
  for (const [text, written] of syntaxes) {
    it(`reads the image of the syntax in ${JSON.stringify(text)}`, () => {
      const { syntax } = readDockerfile(parseDockerfile(text), { platform: amd64 })

      assert.equal(syntax && text.slice(syntax.start, syntax.end), written)
      const reference = written && parseReference(written)
      assert.deepEqual(syntax?.names, reference && { kind: 'image', reference })
    })
  }

  const refused: readonly (readonly [what: string, text: string, message: RegExp])[] = [
    ['an empty file', '', /^The Dockerfile has no FROM\.$/],
    ['only comments', '# FROM a\n', /has no FROM/],
    ['only ARG', 'ARG A=b\n', /has no FROM/],
    ['a FROM without an image', 'ARG A\nFROM', /^Line 2 of the Dockerfile has a FROM without an image\.$/],
  ]
  for (const [what, text, message] of refused) {
    it(`refuses ${what}`, () => {
      throws(() => readDockerfile(parseDockerfile(text), { platform: amd64 }), {
        name: 'InvalidDockerfileError',
        message,
      })
    })
  }

  it('reads the same from a Dockerfile however it is laid out', () => {
    fc.assert(
      fc.property(formattedDockerfile, ({ text, meaning }) => {
        const { stages } = readDockerfile(parseDockerfile(text), { platform: amd64 })

        const found = stages.map(({ name, from, sources }) => ({
          ...(name !== undefined && { name }),
          ...(from.platform !== undefined && { platform: from.platform }),
          from: named(from),
          sources: sources.map(named),
        }))
        assert.deepEqual(found, meaning.stages)
      }),
      { numRuns: 1000 },
    )
  })

  it('leaves an ONBUILD of the target alone, whatever stands on it in other builds', () => {
    const text = 'FROM a AS x\nONBUILD COPY --from=b /x /y\nFROM x'

    const uses = imageUses(readDockerfile(parseDockerfile(text), { platform: amd64, target: 'X' })).map(named)

    assert.deepEqual(uses, ['docker.io/library/a', 'stage 0'])
  })

  it('reads any text or throws InvalidDockerfileError, and its offsets point at what is written, one after the other', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), soup), (text) => {
        try {
          let position = 0
          for (const { written, start, end } of imageUses(readDockerfile(parseDockerfile(text), { platform: amd64 }))) {
            assert.ok(position <= start && start < end && end <= text.length, `${String(start)} to ${String(end)}`)
            // An escape inside a token is not part of what it says.
            if (!/[\\`]/.test(text)) assert.equal(text.slice(start, end), written)
            position = end
          }
        } catch (error) {
          assert.ok(error instanceof InvalidDockerfileError, String(error))
        }
      }),
      { numRuns: 1000 },
    )
  })
})

/** Texts out of what Dockerfiles are made of, in any order. */
const soup = fc
  .array(
    fc.constantFrom(
      ...[
        'FROM',
        'from',
        'ARG',
        'COPY',
        'RUN',
        'ONBUILD',
        'AS',
        '--from=',
        '--mount=',
        'type=bind,from=',
        '--platform=',
      ],
      ...['a', 'B', 'a/b:1', '0', 'X=1', '$X', '${X:-a}', '${', '"', "'", '@', ',', '=', '<<EOF', 'EOF'],
      ...[' ', ' ', ' ', '\t', '\n', '\n', '\n', '\r\n', '\\', '\\\n', '`', '# escape=`\n', '#', '\uFEFF', 'é', '😀'],
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''))
