import assert from 'node:assert/strict'
import fc from 'fast-check'
import { digestOf } from '../../src/model/digest.ts'
import {
  bookmarkTag,
  currentRelease,
  formatReleaseLine,
  nextVersion,
  parseReleaseLine,
  parseVersionTag,
  type Version,
  type VersionBump,
  versionOf,
  versionTag,
} from '../../src/model/release-line.ts'
import { aReleaseLine, aRelease } from '../support/builders.ts'
import { throws } from '../support/problems.ts'

describe('parseReleaseLine', () => {
  const accepted: readonly (readonly [repositoryName: string, tagPrefix: string])[] = [
    ['platform/aspnet', '10.0-noble'],
    ['ab', '_'],
    ['a'.repeat(256), 'p'.repeat(116)],
    ['a.b_c__d--e/f', 'UPPER.lower_-'],
  ]
  for (const [repositoryName, tagPrefix] of accepted) {
    it(`takes ${repositoryName.slice(0, 30)}:${tagPrefix.slice(0, 30)}`, () => {
      assert.deepEqual(parseReleaseLine(repositoryName, tagPrefix), { repositoryName, tagPrefix })
    })
  }

  const noRepository = /is not a repository of ECR/
  const noPrefix = /cannot start a tag/
  const refused: readonly (readonly [what: string, reason: RegExp, repositoryName: string, tagPrefix: string])[] = [
    ['no repository', noRepository, '', 'a'],
    ['a repository of one letter', noRepository, 'a', 'a'],
    ['a repository of 257 letters', noRepository, 'a'.repeat(257), 'a'],
    ['a repository in upper case', noRepository, 'Platform', 'a'],
    ['a repository with its registry', noRepository, 'host:5000/a', 'a'],
    ['a slash at the end', noRepository, 'platform/', 'a'],
    ['a slash in front', noRepository, '/platform', 'a'],
    ['no prefix', noPrefix, 'platform', ''],
    ['a prefix that starts with a dot', noPrefix, 'platform', '.a'],
    ['a prefix that starts with a dash', noPrefix, 'platform', '-a'],
    ['a prefix with a slash', noPrefix, 'platform', 'a/b'],
    ['a prefix with a star', noPrefix, 'platform', '10.0*'],
    ['a prefix that leaves no room for a version', /has 117 characters/, 'platform', 'p'.repeat(117)],
  ]
  for (const [what, reason, repositoryName, tagPrefix] of refused) {
    it(`refuses ${what}`, () => {
      throws(() => parseReleaseLine(repositoryName, tagPrefix), { name: 'InvalidValue', message: reason })
    })
  }

  const addresses = [
    '123456789012.dkr.ecr.eu-west-1.amazonaws.com/platform/aspnet',
    'https://123456789012.dkr.ecr.eu-west-1.amazonaws.com/platform/aspnet:10.0-noble-1.4.0',
    '123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com/platform/aspnet@sha256:abc',
    '123456789012.dkr-ecr.eu-west-1.on.aws/platform/aspnet',
    '123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/platform/aspnet',
    'public.ecr.aws/platform/aspnet',
    'arn:aws-cn:ecr:cn-north-1:123456789012:repository/platform/aspnet',
    'oci://registry.example/platform/aspnet',
  ]
  for (const address of addresses) {
    it(`says which part of ${address} is the repository`, () => {
      throws(() => parseReleaseLine(address, 'a'), { name: 'InvalidValue', rule: 'Give platform/aspnet' })
    })
  }

  it('takes a name that looks a little like an address, as ECR does', () => {
    for (const name of ['123456789012/aspnet', 'mcr.microsoft.com/dotnet/aspnet', 'dkr.ecr/aspnet']) {
      assert.equal(parseReleaseLine(name, 'a').repositoryName, name)
    }
  })

  it('says how long a prefix may be', () => {
    throws(() => parseReleaseLine('platform', 'p'.repeat(120)), {
      message: /has 120 characters\..*give at most 116\./,
    })
  })
})

describe('formatReleaseLine', () => {
  it('writes repository and prefix as labels carry them', () => {
    assert.equal(formatReleaseLine(aReleaseLine()), 'platform/aspnet:10.0-noble')
  })
})

describe('versionOf', () => {
  const releaseLine = aReleaseLine({ tagPrefix: '10.0-noble' })
  const rows: readonly (readonly [tag: string, version: string | undefined])[] = [
    ['10.0-noble-1.4.0', '1.4.0'],
    ['10.0-noble-0.0.0', '0.0.0'],
    ['10.0-noble-1.10.0', '1.10.0'],
    ['10.0-noble-9007199254740991.0.0', '9007199254740991.0.0'],
    ['10.0-noble-1.4', undefined],
    ['10.0-noble-1.4.0.1', undefined],
    ['10.0-noble-1.4.0-rc1', undefined],
    ['10.0-noble-1.4.0+build', undefined],
    ['10.0-noble-v1.4.0', undefined],
    ['10.0-noble-01.4.0', undefined],
    ['10.0-noble-1.04.0', undefined],
    ['10.0-noble-1.4.0\n', undefined],
    ['10.0-noble-', undefined],
    ['10.0-noble', undefined],
    ['10.0-noble-current', undefined],
    ['10.0-noble2-9.0.0', undefined],
    ['10.0-noble-chiseled-9.0.0', undefined],
    ['x10.0-noble-9.0.0', undefined],
    ['10x0-noble-9.0.0', undefined],
    ['10.0-NOBLE-9.0.0', undefined],
    ['1.4.0', undefined],
    ['latest', undefined],
    ['', undefined],
  ]
  for (const [tag, version] of rows) {
    it(`gives ${version ?? 'no version'} for ${JSON.stringify(tag)}`, () => {
      assert.equal(versionOf(releaseLine, tag), version)
    })
  }

  it('takes the characters of a prefix for themselves', () => {
    const odd = aReleaseLine({ tagPrefix: 'a.b_c' })

    assert.equal(versionOf(odd, 'a.b_c-1.0.0'), '1.0.0')
    assert.equal(versionOf(odd, 'aXb_c-1.0.0'), undefined)
  })

  it('reads back every tag that versionTag writes', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 3, maxLength: 3 }), (numbers) => {
        const version = numbers.join('.') as Version

        assert.equal(versionOf(releaseLine, versionTag(releaseLine, version)), version)
      }),
    )
  })

  for (const tag of ['10.0-noble-9007199254740992.0.0', '10.0-noble-1.99999999999999999999.0']) {
    it(`throws for ${tag}, above which no version could be found`, () => {
      throws(() => versionOf(aReleaseLine(), tag), {
        name: 'VersionTooLargeError',
        version: tag,
        message: /^The version .* too large.*Remove its tag\.$/,
      })
    })
  }
})

describe('parseVersionTag', () => {
  it('gives the version of a tag of the line', () => {
    assert.equal(parseVersionTag(aReleaseLine(), '10.0-noble-1.4.0'), '1.4.0')
  })

  it('refuses a tag of another line, and shows one of this line', () => {
    throws(() => parseVersionTag(aReleaseLine(), '8.0-noble-1.4.0'), {
      name: 'InvalidValue',
      message: /"8\.0-noble-1\.4\.0".*not a version of platform\/aspnet:10\.0-noble.*10\.0-noble-1\.4\.0/,
    })
  })
})

describe('nextVersion', () => {
  const rows: readonly (readonly [highest: string | undefined, bump: VersionBump, next: string])[] = [
    [undefined, 'minor', '1.0.0'],
    [undefined, 'major', '1.0.0'],
    ['1.9.0', 'minor', '1.10.0'],
    ['1.4.7', 'minor', '1.5.0'],
    ['1.4.7', 'patch', '1.4.8'],
    ['1.4.7', 'major', '2.0.0'],
    ['0.0.0', 'patch', '0.0.1'],
  ]
  for (const [highest, bump, next] of rows) {
    it(`gives ${next} after ${highest ?? 'nothing'} by ${bump}`, () => {
      assert.equal(nextVersion(highest as Version | undefined, bump), next)
    })
  }
})

describe('currentRelease', () => {
  const tagged = (...tags: string[]) => new Map(tags.map((tag) => [tag, digestOf(tag)]))

  it('compares versions by their numbers', () => {
    const release = currentRelease(aReleaseLine(), tagged('10.0-noble-1.9.0', '10.0-noble-1.10.0', '10.0-noble-1.2.0'))

    assert.deepEqual(release, aRelease({ version: '1.10.0' }))
  })

  it('does not care where floating tags stand', () => {
    const tags = tagged('10.0-noble-1.2.0', '10.0-noble-1.4.0')
    tags.set('latest', digestOf('10.0-noble-1.2.0')).set(bookmarkTag(aReleaseLine()), digestOf('10.0-noble-1.2.0'))

    assert.equal(currentRelease(aReleaseLine(), tags)?.version, '1.4.0')
  })

  it('sees only its own line', () => {
    const tags = tagged('8.0-noble-7.0.0', '10.0-noble2-9.0.0', '10.0-noble-1.0.0', '10.0-8.0.0')

    assert.equal(currentRelease(aReleaseLine(), tags)?.version, '1.0.0')
  })

  it('has none where no tag is a version', () => {
    assert.equal(currentRelease(aReleaseLine(), tagged('latest', '10.0-noble-1.4.0-rc1')), undefined)
  })
})
