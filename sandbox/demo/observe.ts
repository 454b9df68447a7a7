import { ECRClient, GetAuthorizationTokenCommand, paginateDescribeImages } from '@aws-sdk/client-ecr'
import Docker from 'dockerode'
import { finished } from 'node:stream/promises'
import type { Sandbox } from '../sandbox.ts'

/** Tag -> digest. */
export type Tags = ReadonlyMap<string, string>

/**
 * The tags of a repository, read twice: by ECR's API and from the registry behind it. Throws an Error where the two
 * disagree, so that what is said about a publish never rests on the tasks' own words.
 */
export async function readTags({ ecr }: Sandbox, repositoryName: string): Promise<Tags> {
  const fromApi = new Map<string, string>()
  const pages = paginateDescribeImages({ client: ecrClient(ecr) }, { repositoryName })
  for await (const { imageDetails = [] } of pages) {
    for (const { imageTags = [], imageDigest = '' } of imageDetails) {
      for (const tag of imageTags) fromApi.set(tag, imageDigest)
    }
  }
  const fromRegistry = await ecr.tags(repositoryName)
  const isEqual = fromApi.size === fromRegistry.size && [...fromApi].every(([tag, to]) => fromRegistry.get(tag) === to)
  if (!isEqual) throw new Error(`ECR's API and its registry disagree about the tags of ${repositoryName}.`)
  return fromApi
}

/** Pulls a published image as anyone would, runs it, and reads which .NET runtimes it has. */
export async function readRuntimes({ ecr, engine }: Sandbox, repositoryName: string, tag: string): Promise<string> {
  const docker = new Docker({ socketPath: engine.host.replace('unix://', '') })
  const reference = `${ecr.host}/${repositoryName}:${tag}`
  const pulling = await docker.pull(reference, { authconfig: await authConfiguration(ecr) })
  await finished(pulling.resume())

  const container = await docker.createContainer({
    Image: reference,
    Entrypoint: ['dotnet', '--list-runtimes'],
    // Without a terminal the engine frames the output.
    Tty: true,
  })
  try {
    await container.start()
    await container.wait()
    return (await container.logs({ stdout: true, stderr: true })).toString()
  } finally {
    await container.remove({ force: true })
    await docker.getImage(reference).remove()
  }
}

/** Ids of the containers that exist now. */
export async function listContainers({ engine }: Sandbox): Promise<string[]> {
  const docker = new Docker({ socketPath: engine.host.replace('unix://', '') })
  return (await docker.listContainers({ all: true })).map(({ Id }) => Id)
}

function ecrClient({ endpoint, region, credentials }: Sandbox['ecr']): ECRClient {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'
  return new ECRClient({ endpoint, region, credentials })
}

async function authConfiguration(ecr: Sandbox['ecr']): Promise<Docker.AuthConfig> {
  const { authorizationData } = await ecrClient(ecr).send(new GetAuthorizationTokenCommand({}))
  const token = Buffer.from(authorizationData?.[0]?.authorizationToken ?? '', 'base64').toString()
  return { username: 'AWS', password: token.slice('AWS:'.length), serveraddress: ecr.host }
}
