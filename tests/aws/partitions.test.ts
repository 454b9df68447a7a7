import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readManifest } from '../support/task-sources.ts'
import { partitionOf, partitions, regionOfRegistry } from '../../src/aws/partitions.ts'

const registry = '123456789012.dkr.ecr.eu-west-1.amazonaws.com'

describe('partitions', () => {
  const file = 'node_modules/@aws-sdk/core/dist-es/submodules/client/util-endpoints/lib/aws/partitions.js'
  const sdk = readFileSync(join(import.meta.dirname, '..', '..', file), 'utf8')

  it('have the regions that the forms suggest', () => {
    const regionsOfSdk = [...sdk.matchAll(/"([a-z]+(?:-[a-z]+)+-\d)": \{\s*"description"/g)].map(
      ([, region = '']) => region,
    )
    // The isolated regions have no way to Azure DevOps.
    const reachable = regionsOfSdk.filter((region) => !/-iso[a-z]?-/.test(region))

    for (const task of ['PlatformImageCheck', 'PlatformImagePublish']) {
      const { options = {} } = readManifest(task).inputs.find(({ name }) => name === 'regionName') ?? {}
      assert.deepEqual(Object.keys(options).sort(), reachable.sort())
      for (const [region, label] of Object.entries(options)) assert.ok(label.endsWith(` ${region}`), label)
    }
  })

  it('are those of the SDK, with the same regions', () => {
    const fields = (partition: string) =>
      ['id', 'dnsSuffix', 'regionRegex'].map((name) => new RegExp(`"${name}": "(.*?)"`).exec(partition)?.[1] ?? '')
    const ofSdk = sdk
      .split(/(?="id":)/)
      .slice(1)
      .map(fields)

    assert.deepEqual(
      ofSdk
        .map(([name, domain, regions = '']) => [
          name,
          domain,
          regions.replaceAll(/\\\\-/g, '-').replaceAll('\\\\', '\\').replace('(de)', 'de'),
        ])
        .sort(),
      partitions.map(({ name, registryDomains, regions }) => [name, registryDomains[0], regions.source]).sort(),
    )
  })

  it('have no region twice', () => {
    for (const region of ['us-east-1', 'us-gov-west-1', 'us-iso-east-1', 'us-isob-east-1', 'cn-north-1']) {
      assert.equal(partitions.filter(({ regions }) => regions.test(region)).length, 1, region)
    }
    assert.equal(partitionOf('mars-north-1'), undefined)
  })
})

describe('regionOfRegistry', () => {
  const rows: readonly (readonly [registry: string, region: string | undefined])[] = [
    [registry, 'eu-west-1'],
    ['123456789012.dkr.ecr.us-iso-east-1.c2s.ic.gov', 'us-iso-east-1'],
    ['123456789012.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn', 'cn-north-1'],
    ['123456789012.dkr.ecr.cn-north-1.amazonaws.com', undefined],
    ['123456789012.dkr.ecr.eu-west-1.amazonaws.com.cn', undefined],
    ['123456789012.dkr.ecr.us-gov-west-1.amazonaws.com', 'us-gov-west-1'],
    ['123456789012.dkr.ecr-fips.us-east-1.amazonaws.com', 'us-east-1'],
    ['123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
    ['123456789012.dkr-ecr.eu-central-1.on.aws', 'eu-central-1'],
    ['123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu', 'eusc-de-east-1'],
    ['123456789012.dkr.ecr.eu-west-1.amazonaws.com.evil.example', undefined],
    ['123456789012.dkr.ecr.eu-west-1.evil.example', undefined],
    ['evil.example.123456789012.dkr.ecr.eu-west-1.amazonaws.com', undefined],
    ['12345678901.dkr.ecr.eu-west-1.amazonaws.com', undefined],
    [`${registry}:443`, undefined],
    ['public.ecr.aws', undefined],
    ['mcr.microsoft.com', undefined],
    ['', undefined],
  ]
  for (const [name, region] of rows) {
    it(`finds ${region ?? 'none'} in "${name}"`, () => {
      assert.equal(regionOfRegistry(name), region)
    })
  }
})
