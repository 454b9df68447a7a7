/** What an engine answers to `GET /images/{name}/json`, as far as it is read. */
export function anImageDescription(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    Id: `sha256:${'1'.repeat(64)}`,
    RepoTags: ['localhost/a:1'],
    Os: 'linux',
    Architecture: 'amd64',
    Size: 1234,
    RootFS: { Type: 'layers', Layers: ['sha256:one', 'sha256:two'] },
    Config: {
      Labels: { line: 'a' },
      Env: ['PATH=/bin', 'OPTIONS=a=b', 'EMPTY='],
      User: '1654',
      ExposedPorts: { '8080/tcp': {} },
    },
    ...changes,
  }
}
