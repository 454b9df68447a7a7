/** A partition of AWS: regions that share accounts, identities and host names. */
export interface Partition {
  /** As in ARNs: `aws`, `aws-cn`. */
  readonly name: string
  readonly regions: RegExp
  /** The domains of private registries: over IPv4, and over IPv4 and IPv6 where the partition has that. */
  readonly registryDomains: readonly string[]
  /** The console's host behind the region, where it is known here. */
  readonly console?: string
}

/**
 * The partitions, as the SDK's rules have them; a test compares both. Written here, since the SDK takes a region that it
 * does not know for one of `aws`, and exports no rule about registries.
 * https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
 * https://docs.aws.amazon.com/general/latest/gr/ecr.html
 */
export const partitions: readonly Partition[] = [
  {
    name: 'aws',
    regions: /^(us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+$/,
    registryDomains: ['amazonaws.com', 'on.aws'],
    console: 'console.aws.amazon.com',
  },
  {
    name: 'aws-cn',
    regions: /^cn-\w+-\d+$/,
    registryDomains: ['amazonaws.com.cn', 'on.amazonwebservices.com.cn'],
    console: 'console.amazonaws.cn',
  },
  {
    name: 'aws-us-gov',
    regions: /^us-gov-\w+-\d+$/,
    registryDomains: ['amazonaws.com', 'on.aws'],
    console: 'console.amazonaws-us-gov.com',
  },
  {
    name: 'aws-eusc',
    regions: /^eusc-de-\w+-\d+$/,
    registryDomains: ['amazonaws.eu', 'on.amazonwebservices.eu'],
  },
  { name: 'aws-iso', regions: /^us-iso-\w+-\d+$/, registryDomains: ['c2s.ic.gov'] },
  { name: 'aws-iso-b', regions: /^us-isob-\w+-\d+$/, registryDomains: ['sc2s.sgov.gov'] },
  { name: 'aws-iso-e', regions: /^eu-isoe-\w+-\d+$/, registryDomains: ['cloud.adc-e.uk'] },
  { name: 'aws-iso-f', regions: /^us-isof-\w+-\d+$/, registryDomains: ['csp.hci.ic.gov'] },
]

/** The partition of a region; undefined for what is no region of AWS. */
export function partitionOf(region: string): Partition | undefined {
  return partitions.find(({ regions }) => regions.test(region))
}

/** The account in the name of a private registry of ECR; undefined for every other host. */
export function accountOfRegistry(registry: string): string | undefined {
  return regionOfRegistry(registry) === undefined ? undefined : registry.slice(0, registry.indexOf('.'))
}

/**
 * The region in the name of a private registry of ECR, `123456789012.dkr.ecr.eu-west-1.amazonaws.com`; undefined for
 * every other host. The domains are Amazon's own, and each only with regions of its partition: a token must not go to a
 * host that only looks like one.
 */
export function regionOfRegistry(registry: string): string | undefined {
  const [, region, domain = ''] = /^\d{12}\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.([a-z0-9.-]+)$/.exec(registry) ?? []
  if (region === undefined) return undefined
  return partitionOf(region)?.registryDomains.includes(domain) ? region : undefined
}
