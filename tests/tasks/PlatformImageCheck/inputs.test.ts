import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { digestOf } from '../../../src/model/digest.ts'
import { formatReference } from '../../../src/model/reference.ts'
import { type CheckContext, checkTask } from '../../../tasks/PlatformImageCheck/form.ts'
import { readCheckInputs } from '../../../tasks/PlatformImageCheck/inputs.ts'
import { aDockerfile, amd64, aPolicy, aspnet, aSupportPolicy } from '../../support/builders.ts'
import { capturedLog } from '../../support/captured-log.ts'
import { mapInputs } from '../../support/map-inputs.ts'
import { defaultInputs } from '../../support/task-sources.ts'
import { rejects } from '../../support/problems.ts'

describe('readCheckInputs', () => {
  const dockerfileText = [
    'ARG TAG=10.0',
    'FROM mcr.microsoft.com/dotnet/runtime:${TAG} AS small',
    'FROM mcr.microsoft.com/dotnet/aspnet:${TAG}',
  ].join('\n')
  let root: string

  /** The form as it is where only these fields were touched; undefined empties a field. */
  function read(values: Readonly<Record<string, string | undefined>> = {}) {
    const form = {
      ...defaultInputs('PlatformImageCheck'),
      contextPath: join(root, 'image'),
      ...values,
    }
    const inputs = mapInputs(checkTask.inputs, form)
    const context: Partial<CheckContext> = {
      inputs,
      variable: () => undefined,
      holdsSecret: () => false,
      log: capturedLog(),
    }
    return readCheckInputs(context as CheckContext)
  }

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'check-inputs-'))
    for (const folder of ['image', 'empty']) await mkdir(join(root, folder))
    await writeFile(join(root, 'image', 'Dockerfile'), dockerfileText)
  })
  after(() => rm(root, { recursive: true }))

  it('has a whole policy where nobody touched the form', async () => {
    assert.deepEqual(await read(), {
      sources: {
        context: join(root, 'image'),
        dockerfile: aDockerfile(dockerfileText, join(root, 'image', 'Dockerfile')),
      },
      base: aspnet,
      standsOnBase: true,
      platform: amd64,
      dockerfile: 'Dockerfile',
      buildArguments: {},
      mirrors: {},
      forced: false,
      policy: aPolicy(),
      supportPolicy: aSupportPolicy(),
      bump: 'minor',
      onlyWarnWhenCheckFails: false,
    })
  })

  it('reads the policy', async () => {
    const inputs = await read({
      compareBy: 'pushDate',
      rebuildOnContextChange: 'false',
      maxAgeDays: '30',
      whenUnverifiable: 'fail',
      whenTagsBehind: 'repair',
      whenCheckFails: 'warn',
      versionBump: 'auto',
      forceUpdate: 'true',
    })

    assert.deepEqual(inputs.policy, {
      compareBy: 'pushDate',
      rebuildOnContextChange: false,
      maxAgeDays: 30,
      whenUnverifiable: 'fail',
      whenTagsBehind: 'repair',
    })
    assert.deepEqual([inputs.onlyWarnWhenCheckFails, inputs.bump, inputs.forced], [true, 'auto', true])
  })

  for (const maxAgeDays of ['0', '-1', '1.5', '030', '10000', '30 days', 'never']) {
    it(`refuses ${maxAgeDays} for an age`, async () => {
      await rejects(read({ maxAgeDays }), {
        name: 'InvalidInput',
        field: 'maxAgeDays',
        message: `The input "maxAgeDays" is "${maxAgeDays}". Give a whole number of days, or nothing for no limit.`,
      })
    })
  }

  describe('on the end of support', () => {
    const readDates = async (text: string) => {
      await writeFile(join(root, 'dates.json'), text)
      return read({ supportDates: join(root, 'dates.json') })
    }

    it('reads the policy, and a file instead of our dates', async () => {
      await writeFile(join(root, 'dates.json'), '{"10.0": "2030-01-31"}')

      const { supportPolicy } = await read({
        whenOutOfSupport: 'fail',
        endOfSupportWarningDays: '0',
        supportDates: join(root, 'dates.json'),
      })

      const dates = new Map([['10.0', '2030-01-31']])
      assert.deepEqual(supportPolicy, { whenOutOfSupport: 'fail', warningDays: 0, dates })
    })

    const refused: readonly (readonly [what: string, read: () => Promise<unknown>, message: RegExp])[] = [
      [
        'a number of days below none',
        () => read({ endOfSupportWarningDays: '-1' }),
        /"endOfSupportWarningDays" is "-1"/,
      ],
      ['no number of days', () => read({ endOfSupportWarningDays: 'soon' }), /"endOfSupportWarningDays" is "soon"/],
      [
        'an unknown policy',
        () => read({ whenOutOfSupport: 'stop' }),
        /"whenOutOfSupport" is "stop". Give one of warn,/,
      ],
      ['a file that is not there', () => read({ supportDates: join(root, 'no.json') }), /no\.json, .*read \(ENOENT\)/],
      ['a folder', () => read({ supportDates: join(root, 'empty') }), /empty, which cannot be read \(EISDIR\)/],
      ['a file that is no JSON', () => readDates('8.0: 2026-11-10'), /dates\.json, which is not JSON\. Write \{/],
      ['a day that is none', () => readDates('{"8.0": "soon"}'), /dates\.json, which has "soon" for "8\.0"/],
    ]
    for (const [what, attempt, message] of refused) {
      it(`refuses ${what}`, async () => {
        await rejects(attempt, { name: 'InvalidInput', message })
      })
    }
  })

  const bases: readonly (readonly [what: string, values: Record<string, string>, base: string])[] = [
    ['the target', { target: 'small' }, 'mcr.microsoft.com/dotnet/runtime:10.0'],
    ['a build argument', { buildArguments: 'TAG=8.0' }, 'mcr.microsoft.com/dotnet/aspnet:8.0'],
    ['both', { target: 'small', buildArguments: '\nOTHER=1\nTAG=8.0\n' }, 'mcr.microsoft.com/dotnet/runtime:8.0'],
  ]
  for (const [what, values, base] of bases) {
    it(`watches the base that ${what} leads to`, async () => {
      const inputs = await read(values)

      assert.equal(formatReference(inputs.base), base)
      assert.equal(inputs.target, values.target)
    })
  }

  it('compares a base that is pinned by digest by digest, since it has no date', async () => {
    const [tagged, pinned] = await Promise.all(
      ['TAG=10.0', `TAG=10.0@${digestOf('pin')}`].map((buildArguments) =>
        read({ buildArguments, compareBy: 'pushDate' }),
      ),
    )

    assert.equal(tagged?.policy.compareBy, 'pushDate')
    assert.equal(pinned?.policy.compareBy, 'digest')
  })

  it('reads build arguments with all that may be in their values', async () => {
    const { buildArguments } = await read({ buildArguments: 'A=1\r\n\n  B= x=y, z\nA_2=' })

    assert.deepEqual(buildArguments, { A: '1', B: ' x=y, z', A_2: '' })
  })

  const lines: readonly (readonly [text: string, line: number])[] = [
    ['A', 1],
    ['A=1\n\nnot one', 3],
    ['A=1\r\n=2', 2],
    ['1A=2', 1],
    ['A-B=2', 1],
  ]
  for (const [text, line] of lines) {
    it(`refuses ${JSON.stringify(text)} for build arguments and names line ${String(line)}`, async () => {
      await rejects(read({ buildArguments: text }), {
        name: 'InvalidInput',
        field: 'buildArguments',
        message: new RegExp(`^Line ${String(line)} of the input "buildArguments" is not a build argument: `),
      })
    })
  }

  describe('in a release without sources', () => {
    const compareNothing = { rebuildOnContextChange: 'false', baseImage: 'mcr.microsoft.com/dotnet/aspnet:10.0' }
    const absent = [
      ['a folder without a Dockerfile', () => join(root, 'empty'), 'dockerfile'],
      ['a folder that is not there', () => join(root, 'gone'), 'contextPath'],
      ['no folder', () => undefined, 'contextPath'],
    ] as const
    for (const [what, contextPath, field] of absent) {
      it(`takes ${what} where a base is given and files do not count`, async () => {
        const { sources, base } = await read({ ...compareNothing, contextPath: contextPath() })

        assert.equal(sources, undefined)
        assert.deepEqual(base, aspnet)
      })

      it(`refuses ${what} where files count`, async () => {
        const values = { ...compareNothing, rebuildOnContextChange: 'true', contextPath: contextPath() }

        await rejects(read(values), {
          name: 'InvalidInput',
          field,
          message: /\. To check without the sources, set "rebuildOnContextChange" to false\.$/,
        })
      })

      it(`refuses ${what} where no base is given`, async () => {
        const values = { ...compareNothing, baseImage: undefined, contextPath: contextPath() }

        await rejects(read(values), {
          name: 'InvalidInput',
          field,
          message: /\. To check without the sources, name the image in "baseImage"\.$/,
        })
      })
    }

    it('refuses a Dockerfile that is named and not there', async () => {
      await rejects(read({ ...compareNothing, dockerfile: 'Dokerfile' }), {
        message: `The input "dockerfile" names ${join(root, 'image', 'Dokerfile')}, which is not a file.`,
      })
    })

    it('names both ways out where neither is taken', async () => {
      await rejects(read({ contextPath: join(root, 'gone') }), {
        message: `The input "contextPath" names ${join(root, 'gone')}, which is not a folder. To check without the sources, name the image in "baseImage" and set "rebuildOnContextChange" to false.`,
      })
    })

    it('reads the base from the address of its catalogue', async () => {
      const baseImage = 'https://mcr.microsoft.com/api/v1/catalog/dotnet/aspnet/tags:10.0'

      assert.deepEqual((await read({ ...compareNothing, baseImage, contextPath: join(root, 'empty') })).base, aspnet)
    })

    it('refuses a base that is no reference', async () => {
      const values = { ...compareNothing, baseImage: 'Not an image', contextPath: join(root, 'empty') }

      await rejects(read(values), { name: 'InvalidInput', field: 'baseImage' })
    })

    it('reads the Dockerfile nevertheless where there is one', async () => {
      const values = { ...compareNothing, baseImage: 'mcr.microsoft.com/dotnet/aspnet:8.0' }

      await rejects(read(values), { name: 'InvalidInput', field: 'baseImage' })
    })
  })
})
