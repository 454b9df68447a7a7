const consoles: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
}

/**
 * The page of a repository in the AWS console, from its ARN, `arn:<partition>:ecr:<region>:<account>:repository/<name>`;
 * undefined for partitions whose console is not known here.
 */
export function consolePage(repositoryArn: string): string | undefined {
  const [, partition = '', region = '', account = '', name = ''] =
    /^arn:([\w-]+):ecr:([a-z0-9-]+):(\d{12}):repository\/(.+)$/.exec(repositoryArn) ?? []
  const host = consoles[partition]
  if (host === undefined) return undefined
  return `https://${region}.${host}/ecr/repositories/private/${account}/${name}?region=${region}`
}
