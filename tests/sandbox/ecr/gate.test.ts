import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { pushTinyImage, sha256 } from '../../support/tiny-image.ts'
import { startFixture } from './local-ecr-fixture.ts'
import type { Fixture } from './local-ecr-fixture.ts'

const run = promisify(execFile)

describe('/v2 of the local ECR', () => {
  let fixture: Fixture

  before(async () => {
    fixture = await startFixture()
  })
  after(() => fixture.stop())

  async function ask(path: string, { accept = '*/*', ...init }: RequestInit & { accept?: string } = {}) {
    const headers = { authorization: await fixture.authorization(), accept }
    return fetch(`${fixture.ecr.endpoint}${path}`, { redirect: 'manual', ...init, headers })
  }

  describe('the token', () => {
    it('opens the registry', async () => {
      assert.equal((await ask('/v2/')).status, 200)
    })

    for (const authorization of [undefined, 'Basic QVdTOm1hZGUtdXA=', 'Bearer x']) {
      it(`is asked for when a request comes with ${authorization ?? 'nothing'}`, async () => {
        const headers = authorization === undefined ? {} : { authorization }

        const response = await fetch(`${fixture.ecr.endpoint}/v2/`, { headers })

        assert.equal(response.status, 401)
        assert.equal(
          response.headers.get('www-authenticate'),
          `Basic realm="${fixture.ecr.endpoint}/",service="ecr.amazonaws.com"`,
        )
        assert.equal(await response.text(), 'Not Authorized\n')
      })
    }

    it('ends after twelve hours, with 403 and without a challenge', async () => {
      const authorization = await fixture.authorization()

      fixture.time += 12 * 60 * 60 * 1000
      const response = await fetch(`${fixture.ecr.endpoint}/v2/`, { headers: { authorization } })

      assert.equal(response.status, 403)
      assert.equal(response.headers.get('www-authenticate'), null)
      assert.deepEqual(await response.json(), {
        errors: [{ code: 'DENIED', message: 'Your authorization token has expired. Reauthenticate and try again.' }],
      })
    })
  })

  describe('repositories', () => {
    it('have to be created before the first push', async () => {
      await assert.rejects(fixture.push('absent', 'latest'), {
        message:
          'Cannot push to /v2/absent/blobs/uploads/: 404 {"errors":[{"code":"NAME_UNKNOWN","message":"The repository with name \'absent\' does not exist in the registry with id \'123456789012\'"}]}',
      })
    })

    it('are created by the first push where the registry has a template for that', async () => {
      const template = await startFixture({ createOnPush: { mode: 'MUTABLE_WITH_EXCLUSION', filters: ['v*'] } })
      try {
        await template.push('on/push', 'v1', { layers: ['one'] })

        await assert.rejects(template.push('on/push', 'v1', { layers: ['two'] }), /TAG_INVALID/)
        assert.deepEqual([...(await template.ecr.tags('on/push')).keys()], ['v1'])
      } finally {
        await template.stop()
      }
    })

    it('have an empty list of tags before the first push', async () => {
      const name = await fixture.createRepository()

      const response = await ask(`/v2/${name}/tags/list`)

      assert.deepEqual(await response.json(), { name, tags: [] })
    })
  })

  describe('manifests', () => {
    it('come back under their tag and their digest', async () => {
      const name = await fixture.createRepository()
      const { digest, mediaType } = await fixture.push(name, '1.0.0')

      const byTag = await ask(`/v2/${name}/manifests/1.0.0`, { accept: mediaType })
      const byDigest = await ask(`/v2/${name}/manifests/${encodeURIComponent(digest)}`, { accept: mediaType })

      assert.equal(byTag.headers.get('docker-content-digest'), digest)
      assert.equal(byTag.headers.get('content-type'), mediaType)
      assert.equal(sha256(Buffer.from(await byDigest.arrayBuffer())), digest)
    })

    it('do not move an immutable tag, also not to where it stands already', async () => {
      const name = await fixture.createRepository({ imageTagMutability: 'IMMUTABLE' })
      await fixture.push(name, '1.0.0', { layers: ['one'] })

      for (const layers of [['other'], ['one']]) {
        await assert.rejects(fixture.push(name, '1.0.0', { layers }), {
          message: `Cannot push to /v2/${name}/manifests/1.0.0: 400 {"errors":[{"code":"TAG_INVALID","message":"The image tag '1.0.0' already exists in the '${name}' repository and cannot be overwritten because the tag is immutable."}]}`,
        })
      }
    })

    it('move the tags that a filter leaves free', async () => {
      const name = await fixture.createRepository({
        imageTagMutability: 'MUTABLE_WITH_EXCLUSION',
        imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: '10.0-noble-*.*' }],
      })
      await fixture.push(name, '10.0-noble-1.0.0', { layers: ['one'] })
      await fixture.push(name, '10.0-noble-current', { layers: ['one'] })

      const moved = await fixture.push(name, '10.0-noble-current', { layers: ['two'] })
      await assert.rejects(fixture.push(name, '10.0-noble-1.0.0', { layers: ['two'] }), /TAG_INVALID/)

      assert.equal((await fixture.ecr.tags(name)).get('10.0-noble-current'), moved.digest)
    })

    it('cannot be deleted here, nor can blobs', async () => {
      const name = await fixture.createRepository()
      const { digest, configDigest } = await fixture.push(name, '1.0.0')

      const manifest = await ask(`/v2/${name}/manifests/${digest}`, { method: 'DELETE' })
      const blob = await ask(`/v2/${name}/blobs/${configDigest}`, { method: 'DELETE' })

      assert.deepEqual([manifest.status, blob.status], [405, 405])
    })

    it('with missing layers are refused by the registry and not listed', async () => {
      const name = await fixture.createRepository()
      const digest = `sha256:${'0'.repeat(64)}`
      const mediaType = 'application/vnd.oci.image.manifest.v1+json'
      const config = { mediaType: 'application/vnd.oci.image.config.v1+json', size: 2, digest }
      const body = JSON.stringify({ schemaVersion: 2, mediaType, config, layers: [] })
      const headers = { authorization: await fixture.authorization(), 'content-type': mediaType }

      const response = await fetch(`${fixture.ecr.endpoint}/v2/${name}/manifests/x`, { method: 'PUT', headers, body })

      assert.equal(response.status, 400)
      assert.equal((await fixture.ecr.tags(name)).size, 0)
    })
  })

  describe('blobs', () => {
    it('are fetched from another host, where the token is not wanted', async () => {
      const name = await fixture.createRepository()
      const { configDigest } = await fixture.push(name, '1.0.0')

      const redirect = await ask(`/v2/${name}/blobs/${configDigest}`)
      const followed = await ask(`/v2/${name}/blobs/${configDigest}`, { redirect: 'follow' })

      assert.equal(redirect.status, 307)
      assert.notEqual(new URL(String(redirect.headers.get('location'))).host, fixture.ecr.host)
      assert.equal(sha256(Buffer.from(await followed.arrayBuffer())), configDigest)
    })

    it('are 404 BLOB_UNKNOWN where there is none', async () => {
      const name = await fixture.createRepository()

      const response = await ask(`/v2/${name}/blobs/sha256:${'0'.repeat(64)}`)

      assert.equal(response.status, 404)
      assert.match(await response.text(), /BLOB_UNKNOWN/)
    })

    it('pass through in both directions when they are large', async () => {
      const name = await fixture.createRepository()
      const { layerDigests } = await fixture.push(name, 'large', {
        layers: [randomBytes(3_000_000).toString('base64')],
      })

      const response = await ask(`/v2/${name}/blobs/${String(layerDigests[0])}`, { redirect: 'follow' })

      assert.equal(sha256(Buffer.from(await response.arrayBuffer())), layerDigests[0])
    })

    it('are uploaded to addresses of the host that the client asked', async () => {
      const name = await fixture.createRepository()

      const response = await ask(`/v2/${name}/blobs/uploads/`, { method: 'POST' })

      assert.equal(response.status, 202)
      assert.ok(response.headers.get('location')?.startsWith(`${fixture.ecr.endpoint}/v2/${name}/blobs/uploads/`))
    })
  })

  it('serves a client that is not ours: skopeo copies between two repositories', async () => {
    const [from, to] = [await fixture.createRepository(), await fixture.createRepository()]
    const image = await pushTinyImage({
      registry: fixture.ecr.endpoint,
      authorization: await fixture.authorization(),
      repository: from,
      tag: '1.0.0',
      labels: { 'platform-image.line': 'aspnet:10.0' },
    })
    const credentials = Buffer.from((await fixture.authorization()).replace('Basic ', ''), 'base64').toString()
    const reference = (repository: string) => `docker://${fixture.ecr.host}/${repository}:1.0.0`

    const tls = ['--src-tls-verify=false', '--dest-tls-verify=false']
    const both = ['--src-creds', credentials, '--dest-creds', credentials]
    await run('skopeo', ['copy', ...tls, ...both, reference(from), reference(to)])
    const inspect = ['inspect', '--tls-verify=false', '--creds', credentials, reference(to)]
    const { stdout } = await run('skopeo', inspect)

    const inspected = JSON.parse(stdout) as { Digest: string; Labels: Record<string, string> }
    assert.equal(inspected.Digest, image.digest)
    assert.deepEqual(inspected.Labels, { 'platform-image.line': 'aspnet:10.0' })
    assert.equal((await fixture.ecr.tags(to)).get('1.0.0'), image.digest)
  })
})
