import { partitions } from '../aws/partitions.ts'

/**
 * The page of a repository in the AWS console, from its ARN, `arn:<partition>:ecr:<region>:<account>:repository/<name>`;
 * undefined for partitions whose console is not known here.
 */
export function consolePage(repositoryArn: string): string | undefined {
  const [, partition = '', region = '', account = '', name = ''] =
    /^arn:([\w-]+):ecr:([a-z0-9-]+):(\d{12}):repository\/(.+)$/.exec(repositoryArn) ?? []
  const host = partitions.find((candidate) => candidate.name === partition)?.console
  if (host === undefined) return undefined
  return `https://${region}.${host}/ecr/repositories/private/${account}/${name}?region=${region}`
}
