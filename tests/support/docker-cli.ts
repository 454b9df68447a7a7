import { runCommand } from '../../sandbox/base-images/run-command.ts'

/** Runs the docker client against an engine, given by its `DOCKER_HOST` value, and returns what it prints. */
export async function docker(host: string, ...dockerArguments: readonly string[]): Promise<string> {
  return runCommand('docker', ['--host', host, ...dockerArguments])
}

/** Removes every image that an engine has from a registry. */
export async function removeImagesOf(registry: string, host: string): Promise<void> {
  const filter = `--filter=reference=${registry}/*/*`
  const format = '--format={{.Repository}} {{.Tag}} {{.Digest}}'
  const lines = (await docker(host, 'images', '--digests', format, filter)).split('\n').filter(Boolean)
  const images = lines.map((line) => {
    const [repository = '', tag = '', digest = ''] = line.split(' ')
    return tag === '<none>' ? `${repository}@${digest}` : `${repository}:${tag}`
  })
  if (images.length > 0) await docker(host, 'rmi', ...images)
}
