/** The label of a test container that names its owner. */
export const ownerLabel = 'platform-image.owner'

const prefix = 'platform-image-test-'

/**
 * A name that marks a container as ours. Its labels alone would not: a container inherits those of its image, whoever
 * starts it.
 */
export function testContainerName(owner: string): string {
  return `${prefix}${owner}`
}

/** The owner of a test container; undefined for any other one. */
export function testContainerOwner(name: string, labels: Readonly<Record<string, string>>): string | undefined {
  const owner = labels[ownerLabel]
  return owner !== undefined && name === testContainerName(owner) ? owner : undefined
}
